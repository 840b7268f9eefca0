"""Writes the LLVM IR text of one function, instruction by instruction.

Text, because assembling a string is several times faster in Python than building a tree of IR objects that is
printed and parsed again anyway. Within a block, registers are plain SSA values; between blocks they live in
one `alloca` each, which LLVM's SROA pass turns into phi nodes. A register that the flow analysis wants as a
pointer has a slot of pointer type, `%p3` instead of `%r3`.
"""

from __future__ import annotations

from collections.abc import Iterator

from skep.isa import opcodes as op
from skep.kernel.jit.blocks import Block, Function
from skep.kernel.jit.flow import Flow
from skep.kernel.jit.unit import Unit

_ARGUMENTS = range(1, 6)


class Emitter:
    """The text of one function and the values that its registers have at the current point."""

    def __init__(self, unit: Unit, function: Function, flow: Flow, prefix: str) -> None:
        self.unit = unit
        self.function = function
        self.flow = flow
        self.prefix = prefix
        self.lines: list[str] = []
        self.frame = max(16, (function.stack + 15) & ~15)
        self.has_may_goto = False
        self._next = 0
        self._registers: dict[int, tuple[str, bool]] = {}  # register -> (value, is a pointer)
        self._dirty = 0
        self._low: dict[str, str] = {}  # 64-bit value -> the 32-bit value that it extends
        self._as_int: dict[str, str] = {}
        self._as_ptr: dict[str, str] = {}
        self._slots: set[tuple[int, bool]] = set()
        self._wanted = 0
        self._stores = 0

    # Values

    def value(self, text: str) -> str:
        """Adds an instruction that has a result; returns its name."""
        name = f"%{self._next}"
        self._next += 1
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """Adds an instruction without result."""
        self.lines.append(f"  {text}")

    def store(self, text: str) -> None:
        """Adds a store. LLVM compares each store of a block with those before it, up to where memory may be
        looked at; so that this ends, nobody looks at it now and then."""
        self.do(f"store {text}")
        self._stores += 1
        if not self._stores % STORES_AT_ONCE:
            self.do('call void asm sideeffect "", "~{memory}"()')

    def label(self, hint: str) -> str:
        """A fresh label name, to be placed with `place`."""
        return f"{hint}{self._next}"

    def place(self, label: str) -> None:
        self.lines.append(f"{label}:")

    # Registers

    def read(self, register: int) -> str:
        """The 64-bit number in a register."""
        text, is_pointer = self._get(register)
        if not is_pointer:
            return text
        if text not in self._as_int:
            self._as_int[text] = self.value(f"ptrtoint ptr {text} to i64")
        return self._as_int[text]

    def read32(self, register: int) -> str:
        """The lower half of a register."""
        return self.low(self.read(register))

    def pointer(self, register: int) -> str:
        """A register as a pointer."""
        text, is_pointer = self._get(register)
        return text if is_pointer else self.to_pointer(text)

    def holds_pointer(self, register: int) -> bool:
        return self._get(register)[1]

    def write(self, register: int, text: str, *, is_pointer: bool = False) -> None:
        self._registers[register] = (text, is_pointer)
        self._dirty |= 1 << register

    def write32(self, register: int, text: str) -> None:
        """Zero-extends, as all 32-bit operations do."""
        wide = self.value(f"zext i32 {text} to i64")
        self._low[wide] = text
        self.write(register, wide)

    def copy(self, dst: int, src: int) -> None:
        self._registers[dst] = self._get(src)
        self._dirty |= 1 << dst

    def low(self, text: str) -> str:
        """The lower half of a 64-bit value."""
        if not text.startswith("%"):
            return str(int(text) & 0xFFFF_FFFF)
        if text not in self._low:
            self._low[text] = self.value(f"trunc i64 {text} to i32")
        return self._low[text]

    def to_pointer(self, text: str) -> str:
        if text not in self._as_ptr:
            self._as_ptr[text] = self.value(f"inttoptr i64 {text} to ptr")
        return self._as_ptr[text]

    def _get(self, register: int) -> tuple[str, bool]:
        if register == op.BPF_REG_FP:
            return "%fp", True
        held = self._registers.get(register)
        if held is None:
            is_pointer = bool(self._wanted >> register & 1)
            held = self.value(f"load {_type(is_pointer)}, ptr {self._slot(register, is_pointer)}"), is_pointer
            self._registers[register] = held
        return held

    def _slot(self, register: int, is_pointer: bool) -> str:
        self._slots.add((register, is_pointer))
        return f"%{'p' if is_pointer else 'r'}{register}"

    # Blocks

    def begin(self, block: Block) -> None:
        self.lines.append(f"b{block.start}:")
        self._wanted = self.flow.wanted[block.start]
        self.forget()
        self._dirty = self._stores = 0

    def forget(self) -> None:
        """Drops what is known about values, where control may come from elsewhere."""
        self._registers.clear()
        self._low.clear()
        self._as_int.clear()
        self._as_ptr.clear()

    def flush(self, successors: tuple[int, ...]) -> None:
        """Stores what successors will read, in the form that each wants."""
        numbers = pointers = 0
        for successor in successors:
            live, wanted = self.flow.live[successor], self.flow.wanted[successor]
            numbers |= live & ~wanted
            pointers |= live & wanted
        entered_as = self._wanted
        for register in range(op.BPF_REG_FP):
            bit = 1 << register
            if not (numbers | pointers) & bit:
                continue
            # An unchanged register is in its slot already, unless a successor wants it in the other one.
            if pointers & bit and (self._dirty & bit or not entered_as & bit):
                self.do(f"store ptr {self.pointer(register)}, ptr {self._slot(register, True)}")
            if numbers & bit and (self._dirty & bit or entered_as & bit):
                self.do(f"store i64 {self.read(register)}, ptr {self._slot(register, False)}")

    def text(self) -> Iterator[str]:
        """The whole function, once its body is written."""
        index = self.function.index
        arguments = ", ".join(f"i64 %a{number}" for number in _ARGUMENTS)
        linkage = "" if index == 0 else "internal "
        yield f"define {linkage}i64 @{self.prefix}f{index}({arguments}, ptr %run) #0 {{"
        yield "entry:"
        yield f"  %stack = alloca [{self.frame} x i8], align 16"
        yield f"  call void @llvm.memset.inline.p0.i64(ptr align 16 %stack, i8 0, i64 {self.frame}, i1 false)"
        yield f"  %fp = getelementptr i8, ptr %stack, i64 {self.frame}"
        if self.has_may_goto:
            yield "  %budget = alloca i64"
            begin = self.unit.function(MAY_GOTO_BEGIN)
            yield f"  %round = call i64 {begin}(i64 0, i64 0, i64 0, i64 0, i64 0, ptr %run)"
            yield "  store i64 %round, ptr %budget"
            yield "  %since = alloca i64"
            yield "  store i64 0, ptr %since"
        start = self.function.start
        for register, is_pointer in sorted(self._slots | set(self._entry_slots())):
            kind, slot = _type(is_pointer), f"%{'p' if is_pointer else 'r'}{register}"
            yield f"  {slot} = alloca {kind}"
            if not self.flow.live[start] >> register & 1:
                continue
            # Registers that nothing was written to read as 0, so that a run can be repeated exactly.
            initial = f"%a{register}" if register in _ARGUMENTS else "0"
            yield f"  store i64 {initial}, ptr {slot}"
        yield f"  br label %b{start}"
        yield from self.lines
        yield "}"

    def _entry_slots(self) -> Iterator[tuple[int, bool]]:
        start = self.function.start
        live, wanted = self.flow.live[start], self.flow.wanted[start]
        for register in range(op.BPF_REG_FP):
            if live >> register & 1:
                yield register, bool(wanted >> register & 1)


#: Stores of a block that LLVM looks at together.
STORES_AT_ONCE = 64
#: Gives a function the iterations of its may_goto until the next look at the clock.
MAY_GOTO_BEGIN = "skep_may_goto_begin"
#: BPF_MAX_TIMED_LOOPS: iterations between two looks.
MAY_GOTO_BUDGET = 0xFFFF


def _type(is_pointer: bool) -> str:
    return "ptr" if is_pointer else "i64"
