"""The checked reference interpreter: one instruction at a time, each access checked against what it points
into.

It shares its arithmetic with `isa.semantics` and nothing with the JIT, whose judge it is. Being slow and
obvious is its virtue. Atomic operations are plain reads and writes here: they are atomic among interpreted
programs, but not towards native code on other threads.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from skep.isa import opcodes as op
from skep.isa import semantics
from skep.isa.insn import Insn
from skep.kernel.fixups.kfunc_calls import KfuncCall
from skep.kernel.fixups.program import FixedProgram, ProgramMap
from skep.kernel.interp.errors import BadControl, OutOfSteps, Thrown, UninitialisedRegister
from skep.kernel.interp.frame import MAX_CALL_FRAMES, Frame
from skep.kernel.interp.memory import AddressSpace, Region, Regions
from skep.kernel.interp.native import Native, OnTailCall, structure_size

_U64 = semantics.U64
_WIDE = op.BPF_LD | op.BPF_IMM | op.BPF_DW
#: BPF_MAX_LOOPS: what Linux grants a frame where it does not measure time.
MAY_GOTO_BUDGET = 8 * 1024 * 1024

#: Steps after which `on_pause` is called: true ends the loops of the run, so that it ends soon.
PAUSE_STEPS = 4096

#: Among interpreted programs on several threads, read and write of an atomic operation are one.
_ATOMIC = threading.Lock()

_PROBES = (op.BPF_PROBE_MEM, op.BPF_PROBE_MEMSX)
_ARENA_LOADS = (op.BPF_PROBE_MEM32, op.BPF_PROBE_MEM32SX)
_ARENA_STORES = (op.BPF_PROBE_MEM32, op.BPF_PROBE_ATOMIC)
_SIGNED = (op.BPF_MEMSX, op.BPF_PROBE_MEMSX, op.BPF_PROBE_MEM32SX)
_MAP_SIZE = structure_size("skep_map")
_MEMORY = (op.BPF_LDX, op.BPF_ST, op.BPF_STX)

#: Called before each instruction with its slot and the frame, whose registers may be read.
OnStep = Callable[[int, Frame], None]


class Interp:
    """One program with the memory it may touch. `run` may be called any number of times."""

    def __init__(
        self,
        program: FixedProgram,
        *,
        resolve_helper: Callable[[int], int] | None = None,
        resolve_kfunc: Callable[[KfuncCall], int] | None = None,
        resolve_record: Callable[[int], int] | None = None,
        regions: Sequence[Regions] = (),
        on_tail_call: OnTailCall | None = None,
        allow_uninit_stack: bool = False,
        step_limit: int | None = None,
        on_step: OnStep | None = None,
        on_pause: Callable[[], bool] | None = None,
        object_at: Callable[[int], tuple[int, int] | None] | None = None,
        may_goto_budget: int = MAY_GOTO_BUDGET,
    ) -> None:
        self.program = program
        self.frames: list[Frame] = []
        self._lent: list[Region] = []
        self.memory = AddressSpace([self._stack_regions, self._map_regions, self._run_regions, *regions])
        self.steps = 0
        self._native = Native(self, resolve_helper, on_tail_call, resolve_kfunc, resolve_record)
        self._allow_uninit_stack = allow_uninit_stack
        self._step_limit = step_limit
        self._on_step = on_step
        self._on_pause = on_pause
        self._ends = False
        self._object_at = object_at  # of objects that programs allocate
        self._sought = 0
        self._may_goto_budget = may_goto_budget
        self._known: set[Insn] = set()

    def run(self, *arguments: int, run: int = 0) -> int:
        """r0 of the program for up to five arguments; `run` is the address of a native `skep_run`."""
        self.steps = 0
        self._native.enter(run)
        try:
            return self.call(0, arguments)
        except Thrown as thrown:
            callback = self.program.exception_callback
            return self.call(callback, [thrown.cookie]) if callback else thrown.cookie

    def call_back(self, function: int, arguments: Sequence[int]) -> int:
        """A function of the program, called by a helper. What is called for an element of a map gets the map,
        the key and the value; the key is only lent.
        """
        sizes = [of.key_size for of in self.program.maps if of.address == arguments[0]]
        lent = [Region("key", arguments[1], size, writable=False) for size in sizes[:1]]
        self._lent += lent
        try:
            return self.call(function, arguments)
        finally:
            del self._lent[len(self._lent) - len(lent) :]

    def call(self, function: int, arguments: Sequence[int | None]) -> int:
        """The result of a function of the program."""
        frame = self._run_function(function, arguments)
        if frame.result is None:
            raise UninitialisedRegister(frame.insn - 1, op.BPF_REG_0)  # the exit
        return frame.result

    def _run_function(self, function: int, arguments: Sequence[int | None]) -> Frame:
        """Runs it in a frame of its own, from its start to its exit."""
        if len(self.frames) >= MAX_CALL_FRAMES:
            raise BadControl(self.frames[-1].insn, f"the call would be frame {MAX_CALL_FRAMES + 1}")
        stack = self.program.stack_depths[function]
        frame = Frame(self.program.subprogs[function], stack, arguments, self._allow_uninit_stack)
        self.frames.append(frame)
        try:
            while not frame.finished:
                self._step(frame)
            return frame
        finally:
            self.frames.pop()

    # Memory

    def _stack_regions(self) -> Iterable[Region]:
        return [frame.region for frame in self.frames]

    def _map_regions(self) -> Iterable[Region]:
        """The map value around the address that is looked for: maps can have millions of them."""
        for index, of in enumerate(self.program.maps):
            found = of.region_at(self._sought)
            if found is not None:
                yield Region(f"value of map {index}", *found)
            yield Region(f"map {index} itself", of.address, _MAP_SIZE, writable=False)
        found = self._object_at(self._sought) if self._object_at else None
        if found is not None:
            yield Region("allocated object", *found)

    def _run_regions(self) -> Iterable[Region]:
        """Keys that a helper lends, and where accesses go that meet no page of an arena."""
        return [*self._lent, self._native.scratch()]

    def _load(self, frame: Frame, address: int, size: int) -> int:
        self._sought = address & _U64
        return self.memory.read(frame.insn, self._sought, size)

    def _store(self, frame: Frame, address: int, size: int, value: int) -> None:
        self._sought = address & _U64
        self.memory.write(frame.insn, self._sought, size, value)

    # Instructions

    def _step(self, frame: Frame) -> None:
        slot = frame.insn
        if not 0 <= slot < len(self.program.insns):
            raise BadControl(slot, "control left the program")
        if self._step_limit is not None and self.steps >= self._step_limit:
            raise OutOfSteps(slot, f"no end after {self._step_limit} steps")
        if self._on_step is not None:
            self._on_step(slot, frame)
        self.steps += 1
        if self._on_pause is not None and not self.steps % PAUSE_STEPS:
            self._ends = self._on_pause()
        insn = self.program.insns[slot]
        if insn not in self._known:
            if op.find(_as_loaded(insn)) is None:
                raise BadControl(slot, f"there is no such instruction: {insn}")
            self._known.add(insn)
        frame.next = slot + 1
        _CLASSES[insn.code & op.CLASS_MASK](self, frame, insn)
        frame.insn = frame.next

    def _alu(self, frame: Frame, insn: Insn) -> None:
        code = insn.code
        if code == op.BPF_ALU64 | op.BPF_MOV | op.BPF_X and insn.off == op.BPF_ADDR_SPACE_CAST:
            self._cast_to_user(frame, insn)
            return
        moves = code & op.OP_MASK == op.BPF_MOV
        has_source = code & op.BPF_X and code & op.OP_MASK != op.BPF_END
        dst = 0 if moves else frame.get(insn.dst)
        src = frame.get(insn.src) if has_source else 0
        frame.set(insn.dst, semantics.alu_result(insn, dst, src, sys.byteorder))

    def _cast_to_user(self, frame: Frame, insn: Insn) -> None:
        """The arena's upper half before a pointer of 32 bits, unless it is null."""
        low = frame.get(insn.src) & 0xFFFF_FFFF
        frame.set(insn.dst, self._arena(frame).direct_value_address(0) & ~0xFFFF_FFFF | low if low else 0)

    def _arena(self, frame: Frame) -> ProgramMap:
        if self.program.arena is None:
            raise BadControl(frame.insn, "the program has no arena")
        return self.program.maps[self.program.arena]

    def _address(self, frame: Frame, insn: Insn, register: int, size: int) -> int:
        """Where an access goes; in an arena that is a place of zeroes when there is no page."""
        address, mode = frame.get(register), insn.code & op.MODE_MASK
        if mode not in (_ARENA_LOADS if insn.code & op.CLASS_MASK == op.BPF_LDX else _ARENA_STORES):
            return address + insn.off
        return self._native.arena_at(self._arena(frame).address, (address & 0xFFFF_FFFF) + insn.off, size)

    def _ldx(self, frame: Frame, insn: Insn) -> None:
        size, mode = op.SIZE_BYTES[insn.code & op.SIZE_MASK], insn.code & op.MODE_MASK
        if mode in _PROBES:
            value = self._native.probe_load(frame.get(insn.src) + insn.off, size)
        else:
            value = self._load(frame, self._address(frame, insn, insn.src, size), size)
        if mode in _SIGNED:
            value = semantics.sign_extend(value, size * 8)
        frame.set(insn.dst, value)

    def _st(self, frame: Frame, insn: Insn) -> None:
        size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
        self._store(frame, self._address(frame, insn, insn.dst, size), size, insn.imm)

    def _stx(self, frame: Frame, insn: Insn) -> None:
        if insn.code & op.MODE_MASK in (op.BPF_ATOMIC, op.BPF_PROBE_ATOMIC):
            self._atomic(frame, insn)
            return
        size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
        value = frame.get(insn.src)
        self._store(frame, self._address(frame, insn, insn.dst, size), size, value)

    def _atomic(self, frame: Frame, insn: Insn) -> None:
        size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
        if insn.imm == op.BPF_LOAD_ACQ:
            frame.set(insn.dst, self._load(frame, self._address(frame, insn, insn.src, size), size))
            return
        address = self._address(frame, insn, insn.dst, size)
        if insn.imm == op.BPF_STORE_REL:
            self._store(frame, address, size, frame.get(insn.src))
            return
        exchanges = insn.imm == op.BPF_CMPXCHG
        src, expected = frame.get(insn.src), frame.get(op.BPF_REG_0) if exchanges else 0
        with _ATOMIC:
            old = self._load(frame, address, size)
            self._store(frame, address, size, semantics.atomic(insn.imm, old, src, expected, size * 8))
        if exchanges:
            frame.set(op.BPF_REG_0, old)
        elif insn.imm & op.BPF_FETCH:
            frame.set(insn.src, old)

    def _ld(self, frame: Frame, insn: Insn) -> None:
        if insn.code != _WIDE:
            self._native.skb_load(frame, insn)
            return
        frame.next += 1
        high = self.program.insns[frame.insn + 1].imm if frame.next <= len(self.program.insns) else 0
        frame.set(insn.dst, self._constant(frame, insn, high & 0xFFFF_FFFF))

    def _constant(self, frame: Frame, insn: Insn, high: int) -> int:
        if insn.src == 0:
            return insn.imm & 0xFFFF_FFFF | high << 32
        if insn.src == op.BPF_PSEUDO_FUNC:
            return self._native.callback(self._function_at(frame, frame.insn + 1 + insn.imm))
        if insn.src not in (op.BPF_PSEUDO_MAP_IDX, op.BPF_PSEUDO_MAP_IDX_VALUE):
            raise BadControl(frame.insn, "the userspace kernel has no variables of its own")
        if not 0 <= insn.imm < len(self.program.maps):
            raise BadControl(frame.insn, f"the program has no map {insn.imm}")
        of = self.program.maps[insn.imm]
        return of.address if insn.src == op.BPF_PSEUDO_MAP_IDX else of.direct_value_address(high)

    def _jmp(self, frame: Frame, insn: Insn) -> None:
        operation = insn.code & op.OP_MASK
        if operation == op.BPF_CALL:
            self._call(frame, insn)
        elif operation == op.BPF_EXIT:
            frame.finish(frame.registers[op.BPF_REG_0])
        elif operation == op.BPF_JA:
            frame.next += insn.imm if insn.code & op.CLASS_MASK == op.BPF_JMP32 else insn.off
        elif operation == op.BPF_JCOND:
            if self._may_goto(frame):
                frame.next += insn.off
        else:
            dst = frame.get(insn.dst)
            src = frame.get(insn.src) if insn.code & op.BPF_X else 0
            if semantics.branch_taken(insn, dst, src):
                frame.next += insn.off

    def _may_goto(self, frame: Frame) -> bool:
        """Whether the frame's iterations are used up. Native code has its time measured, too; an interpreter
        would get to other results in that time.
        """
        if self._ends or frame.may_gotos >= self._may_goto_budget:
            return True
        frame.may_gotos += 1
        return False

    def _call(self, frame: Frame, insn: Insn) -> None:
        if insn.src == op.BPF_PSEUDO_CALL:
            function = self._function_at(frame, frame.insn + 1 + insn.imm)
            frame.after_call(self._run_function(function, frame.registers[1:6]).result)
        elif insn.src == 0 and insn.code == op.BPF_JMP | op.BPF_CALL:
            self._native.helper(frame, insn)
        elif insn.src == op.BPF_PSEUDO_KFUNC_CALL and frame.insn in self.program.kfuncs:
            self._native.kfunc(frame, self.program.kfuncs[frame.insn])
        else:
            raise BadControl(frame.insn, f"nothing can be called by {insn}")

    def _function_at(self, frame: Frame, slot: int) -> int:
        if slot not in self.program.subprogs:
            raise BadControl(frame.insn, f"no function starts at insn {slot}")
        return self.program.subprogs.index(slot)


def _as_loaded(insn: Insn) -> Insn:
    """Without the modes that only the fixups write."""
    mode = insn.code & op.MODE_MASK
    if insn.code & op.CLASS_MASK not in _MEMORY or mode in (op.BPF_MEM, op.BPF_ATOMIC):
        return insn
    plain = op.BPF_ATOMIC if mode == op.BPF_PROBE_ATOMIC else op.BPF_MEM
    return replace(insn, code=insn.code & ~op.MODE_MASK | plain)


_CLASSES: dict[int, Callable[[Interp, Frame, Insn], None]] = {
    op.BPF_ALU: Interp._alu,
    op.BPF_ALU64: Interp._alu,
    op.BPF_LD: Interp._ld,
    op.BPF_LDX: Interp._ldx,
    op.BPF_ST: Interp._st,
    op.BPF_STX: Interp._stx,
    op.BPF_JMP: Interp._jmp,
    op.BPF_JMP32: Interp._jmp,
}
