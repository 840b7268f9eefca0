"""Programs that call one helper with arguments that the verifier probably allows.

What goes into an argument register follows from the helper's row: null where that is allowed, memory on the
stack, in a map or in the packet with sizes from the smallest to the largest, numbers at the borders, as
constants or unknown to the verifier. Before the call comes what gets an object for it (a socket, a record, a
timer), behind it what gives it back. The result, and all memory that the helper could change, end in the
scratch map.

R6 has the context, R7 the object, R8 the packet, R9 the scratch map's value.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field

from fuzz.helper_tables import CALLERS, EDGES, FITTING, KEYED, NUMBERS_FOR, READS_KERNEL, UNREACHABLE, WORDS
from fuzz.helper_world import (
    MEMORY,
    NUMBERS,
    PLACES,
    RESULT,
    ROOM,
    SCRATCH_SIZE,
    STACK_COPY,
    TEXT_ROOM,
    TEXTS,
)
from skep.isa import build as b
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.helpers import registry
from skep.kernel.helpers import types as t
from skep.kernel.helpers.entries import body_of
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.progtypes.registry import variant_of
from skep.uapi import FuncId, ProgType

_SOCKETS = (t.ARG_PTR_TO_SOCK_COMMON, t.ARG_PTR_TO_SOCKET, t.ARG_PTR_TO_BTF_ID_SOCK_COMMON)
_DYNPTR, _KEY, _TUPLE, _BUFFER = -336, -344, -368, 64


@dataclass
class Case:
    """One program and what it runs on. `said` are the arguments, for people."""

    prog_type: ProgType
    helper: HelperProto
    insns: list[Insn] = field(default_factory=list)
    callback_at: int = 0
    said: list[str] = field(default_factory=list)
    frame: bytes = b""
    scratch: bytes = b""

    @property
    def name(self) -> str:
        return self.helper.name

    def __str__(self) -> str:
        return f"{self.prog_type.name} {self.name}({', '.join(self.said)})"


def callable_helpers(prog_type: ProgType) -> list[HelperProto]:
    """The helpers with a body that programs of a type may call, and get arguments for."""
    variant = variant_of(prog_type, 0)
    assert variant is not None
    sleeps = prog_type == ProgType.SYSCALL
    bodies = (helper for helper in sorted(variant.helpers) if body_of(helper))
    rows = [row for helper in bodies if (row := registry.find(prog_type, helper, sleeps))]
    return [row for row in rows if row.name not in UNREACHABLE and sleeps >= row.might_sleep]


def random_case(rng: random.Random, only: str = "") -> Case:
    """A call of any helper, or of those with `only` in their name."""
    while True:
        prog_type = rng.choice(list(CALLERS))
        rows = [row for row in callable_helpers(prog_type) if only in row.name]
        if rows:
            return _Maker(rng, Case(prog_type, rng.choice(rows))).make()


class _Maker:
    def __init__(self, rng: random.Random, case: Case) -> None:
        self.rng = rng
        self.case = case
        self.row = case.helper
        self.out = case.insns
        self.leaves: list[int] = []  # jumps to the end
        self.on_stack: list[int] = []  # arguments, counted from 0
        self.memory = bytearray(rng.randbytes(SCRATCH_SIZE) if rng.random() < 0.5 else SCRATCH_SIZE)
        self.room = 0  # of the memory argument that the next size is for
        self.released = any(kind & t.OBJ_RELEASE for kind in self.row.args)
        self.sets_up: set[int] = set()

    def make(self) -> Case:
        self.memory[:MEMORY] = bytes(MEMORY)
        self.emit(b.mov64_reg(6, 1), *b.ld_map_idx_value(9, 0, 0))
        for kind in self.row.args:
            self.set_up(t.base_type(kind), kind)
        self.has_packet = self.row.pkt_access and self.rng.random() < 0.4 and self.packet()
        for place, kind in enumerate(self.row.args):
            self.argument(place, kind)
        for register in range(len(self.row.args) + 1, 6):
            self.emit(b.mov64_imm(register, 0))  # also where the verifier forgot an argument
        self.emit(b.call_helper(FuncId(self.row.id)))
        self.result()
        self.finish()
        self.case.frame = self.frame()
        self.case.scratch = bytes(self.memory)
        return self.case

    def emit(self, *insns: Insn) -> None:
        self.out.extend(insns)

    def leave_if_zero(self, register: int) -> None:
        self.leaves.append(len(self.out))
        self.emit(b.jmp_imm(op.BPF_JEQ, register, 0, 0))

    def frame_pointer(self, register: int, offset: int) -> None:
        self.emit(b.mov64_reg(register, 10), b.alu64_imm(op.BPF_ADD, register, offset))

    def map_place(self, register: int, name: str) -> None:
        self.emit(*b.ld_map_idx(register, PLACES[name]))

    # ── objects ──

    def set_up(self, base: int, kind: int) -> None:
        """Gets what an argument of this kind needs, into R7 or onto the stack."""
        if base in self.sets_up:
            return
        self.sets_up.add(base)
        if base in _SOCKETS:
            self.look_up_socket()
        elif base in (t.ARG_PTR_TO_TIMER, t.ARG_PTR_TO_SPIN_LOCK):
            self.look_up_value("timers" if base == t.ARG_PTR_TO_TIMER else "locks")
        elif base == t.ARG_PTR_TO_RINGBUF_MEM:
            self.map_place(1, "ringbuf")
            self.emit(b.mov64_imm(2, self.rng.choice((1, 8, 24, 4000))), b.mov64_imm(3, 0))
            self.emit(b.call_helper(FuncId.ringbuf_reserve), b.mov64_reg(7, 0))
            self.leave_if_zero(7)
        elif base == t.ARG_PTR_TO_BTF_ID:
            self.emit(b.call_helper(FuncId.get_current_task_btf), b.mov64_reg(7, 0))
        elif base == t.ARG_PTR_TO_DYNPTR and not kind & t.MEM_UNINIT:
            self.make_dynptr(bool(kind & t.DYNPTR_TYPE_RINGBUF) or self.rng.random() < 0.3)

    def look_up_socket(self) -> None:
        address, port = int.from_bytes(b"\x7f\0\0\x01", "little"), self.rng.choice((8080, 53))
        words = (address, address, port << 24 & 0xFF000000 | port << 8 & 0xFF0000)
        for at, word in enumerate(words):
            self.emit(
                b.st_mem(op.BPF_W, 10, _TUPLE + 4 * at, struct.unpack("<i", struct.pack("<I", word))[0])
            )
        helper = FuncId.sk_lookup_tcp if port == 8080 else FuncId.sk_lookup_udp
        self.emit(b.mov64_reg(1, 6))
        self.frame_pointer(2, _TUPLE)
        self.emit(b.mov64_imm(3, 12), b.mov64_imm(4, -1), b.mov64_imm(5, 0), b.call_helper(helper))
        self.emit(b.mov64_reg(7, 0))
        self.leave_if_zero(7)

    def look_up_value(self, name: str) -> None:
        self.emit(b.st_mem(op.BPF_W, 10, _KEY, self.rng.randrange(4)))
        self.map_place(1, name)
        self.frame_pointer(2, _KEY)
        self.emit(b.call_helper(FuncId.map_lookup_elem), b.mov64_reg(7, 0))
        self.leave_if_zero(7)

    def make_dynptr(self, in_ringbuf: bool) -> None:
        size = self.rng.choice((0, 1, 7, 8, 64, 1000, ROOM))
        if in_ringbuf:
            self.map_place(1, "ringbuf")
            self.emit(b.mov64_imm(2, size), b.mov64_imm(3, 0))
            helper = FuncId.ringbuf_reserve_dynptr
        else:
            self.emit(b.mov64_reg(1, 9), b.alu64_imm(op.BPF_ADD, 1, MEMORY + 4 * ROOM))
            self.emit(b.mov64_imm(2, size), b.mov64_imm(3, 0))
            helper = FuncId.dynptr_from_mem
        self.frame_pointer(4, _DYNPTR)
        self.emit(b.call_helper(helper))
        self.reserved = in_ringbuf

    def packet(self) -> bool:
        """R8: 32 bytes of the packet."""
        place = CALLERS[self.case.prog_type]
        if place is None:
            return False
        self.emit(b.ldx_mem(op.BPF_W, 8, 6, place[0]), b.ldx_mem(op.BPF_W, 2, 6, place[1]), b.mov64_reg(1, 8))
        self.emit(b.alu64_imm(op.BPF_ADD, 1, 32))
        self.leaves.append(len(self.out))
        self.emit(b.jmp_reg(op.BPF_JGT, 1, 2, 0))
        return True

    # ── arguments ──

    def argument(self, place: int, kind: int) -> None:
        base, register = t.base_type(kind), place + 1
        if base in (t.ARG_CONST_SIZE, t.ARG_CONST_SIZE_OR_ZERO):
            self.size(register, base == t.ARG_CONST_SIZE_OR_ZERO)
        elif base == t.ARG_PTR_TO_MEM and kind & t.MEM_FIXED_SIZE:
            size = self.row.arg_sizes[place]
            self.stack_buffer(place)
            self.case.said.append(f"{size} bytes")
        elif base == t.ARG_PTR_TO_MEM:
            self.pointer_to_memory(place, kind)
        elif base == t.ARG_ANYTHING:
            self.number(place)
        elif base == t.ARG_CONST_ALLOC_SIZE_OR_ZERO:
            size = self.rng.choice((0, 1, 8, 9, 100, 4000, 4080, 4088, 5000, 1 << 30))
            self.emit(b.mov64_imm(register, size))
            self.case.said.append(str(size))
        else:
            self.object(place, kind, base)

    def object(self, place: int, kind: int, base: int) -> None:
        register = place + 1
        if kind & t.PTR_MAYBE_NULL and self.rng.random() < 0.3:
            self.emit(b.mov64_imm(register, 0))
            self.case.said.append("NULL")
            return
        if base == t.ARG_CONST_MAP_PTR:
            ring = ("ringbuf",) if "ringbuf" in self.row.name else KEYED
            name = self.rng.choice(FITTING.get(self.row.name, ring))
            self.map_place(register, name)
            self.case.said.append(name)
            return
        if base in (t.ARG_PTR_TO_MAP_KEY, t.ARG_PTR_TO_MAP_VALUE):
            self.stack_buffer(place, small=base == t.ARG_PTR_TO_MAP_KEY)
        elif base == t.ARG_PTR_TO_CTX:
            self.emit(b.mov64_reg(register, 6))
        elif base == t.ARG_PTR_TO_CONST_STR:
            text = self.rng.randrange(len(TEXTS))
            self.emit(*b.ld_map_idx_value(register, PLACES["texts"], text * TEXT_ROOM))
            self.case.said.append(repr(TEXTS[text]))
            return
        elif base == t.ARG_PTR_TO_FUNC:
            self.callback_load = len(self.out)
            self.emit(*b.ld_func(register, 0))
        elif base == t.ARG_PTR_TO_STACK:
            self.stack_buffer(place)
        elif base == t.ARG_PTR_TO_DYNPTR:
            self.frame_pointer(register, _DYNPTR)
        else:
            self.emit(b.mov64_reg(register, 7))
        self.case.said.append("object")

    def content(self, size: int) -> bytes:
        style = self.rng.randrange(5)
        if style == 0:
            return bytes(size)
        if style == 1:
            return (self.rng.choice(TEXTS) + b"\0").ljust(size, b"\0")[:size]
        if style == 2:
            return (self.rng.choice(WORDS) + b"\0").ljust(size, b"\0")[:size]
        if style == 3:
            return struct.pack("<Q", self.rng.choice(EDGES) & (1 << 64) - 1).ljust(size, b"\0")[:size]
        return self.rng.randbytes(size)

    def stack_buffer(self, place: int, small: bool = False) -> None:
        data = self.content(_BUFFER)
        if small:
            data = struct.pack("<II", self.rng.choice((0, 1, 2, 3, 4, 5, 24, 32)), self.rng.randrange(3))
        at = -_BUFFER * (place + 1)
        for offset, (word,) in enumerate(struct.iter_unpack("<i", data.ljust(_BUFFER, b"\0"))):
            self.emit(b.st_mem(op.BPF_W, 10, at + 4 * offset, word))
        self.frame_pointer(place + 1, at)
        self.on_stack.append(place)
        self.room = _BUFFER

    def pointer_to_memory(self, place: int, kind: int) -> None:
        register = place + 1
        if kind & t.PTR_MAYBE_NULL and self.rng.random() < 0.3:
            self.emit(b.mov64_imm(register, 0))
            self.room = 0
        elif self.has_packet and self.rng.random() < 0.7:
            self.emit(b.mov64_reg(register, 8))
            self.room = 32
        elif self.rng.random() < 0.5:
            self.stack_buffer(place)
        else:
            at = MEMORY + place * ROOM
            self.memory[at : at + ROOM] = self.content(ROOM)
            self.emit(b.mov64_reg(register, 9), b.alu64_imm(op.BPF_ADD, register, at))
            self.room = ROOM

    def size(self, register: int, zero: bool) -> None:
        """A constant, or a number that the verifier only knows to be small enough."""
        least = 0 if zero else 1
        if not self.room or self.rng.random() < 0.7:
            choices = (least, 1, 4, 8, 12, 14, 16, 20, 28, 32, 36, 40, 44, 64, self.room, self.room - 1)
            size = max(least, min(self.rng.choice(choices), self.room))
            self.emit(b.mov64_imm(register, size))
            self.case.said.append(f"{size} of {self.room} bytes")
            return
        size = self.rng.choice((0, self.room, self.rng.randrange(self.room)))
        self.unknown(register, size)
        self.emit(b.alu64_imm(op.BPF_AND, register, self.room - 1))
        if not zero:
            self.emit(b.jmp_imm(op.BPF_JNE, register, 0, 1), b.mov64_imm(register, 1))
        self.case.said.append(f"{size & self.room - 1} of {self.room} bytes, unknown")

    def unknown(self, register: int, number: int) -> None:
        at = NUMBERS + 8 * (register - 1)
        self.memory[at : at + 8] = struct.pack("<Q", number & (1 << 64) - 1)
        self.emit(b.ldx_mem(op.BPF_DW, register, 9, at))

    def number(self, place: int) -> None:
        dice = self.rng.random()
        number = self.rng.choice(EDGES)
        if own := NUMBERS_FOR.get((self.row.name, place + 1)):
            number = self.rng.choice(own)
        elif dice < 0.3:
            number = self.rng.randrange(-100, 200)
        elif dice < 0.4:
            number = self.rng.getrandbits(self.rng.choice((16, 32, 64)))
        if self.row.name in READS_KERNEL and place == 2 and dice > 0.6:
            self.case.said.append("own memory")
            at = MEMORY + 3 * ROOM + self.rng.randrange(ROOM)
            self.memory[at : at + 32] = (self.rng.choice(WORDS) + b"\0").ljust(32, b"\xee")
            self.emit(b.mov64_reg(place + 1, 9), b.alu64_imm(op.BPF_ADD, place + 1, at))
            return
        self.case.said.append(f"{number:#x}")
        if self.rng.random() < 0.5:
            self.emit(*b.ld_imm64(place + 1, number & (1 << 64) - 1))
        else:
            self.unknown(place + 1, number)

    # ── behind the call ──

    reserved = False
    callback_load = -1
    has_packet = False

    def result(self) -> None:
        base = t.base_type(self.row.ret)
        if base == t.RET_INTEGER:
            self.emit(b.stx_mem(op.BPF_DW, 9, 0, RESULT))
        elif base != t.RET_VOID:
            self.pointer_result(base)
        if self.row.name == "spin_lock":
            self.emit(b.mov64_reg(1, 7), b.call_helper(FuncId.spin_unlock))
        self.give_back()
        for place in self.on_stack:
            for at in range(0, _BUFFER, 8):
                self.emit(b.ldx_mem(op.BPF_DW, 1, 10, -_BUFFER * (place + 1) + at))
                self.emit(b.stx_mem(op.BPF_DW, 9, 1, STACK_COPY + _BUFFER * place + at))

    def pointer_result(self, base: int) -> None:
        """1 for an object; of a map's value the first word too."""
        then = [b.st_mem(op.BPF_DW, 9, RESULT, 1)]
        if base == t.RET_PTR_TO_MAP_VALUE:
            then += [b.ldx_mem(op.BPF_W, 1, 0, 0), b.stx_mem(op.BPF_DW, 9, 1, RESULT + 8)]
        releases = {"ringbuf_reserve": FuncId.ringbuf_discard}
        if "_lookup_" in self.row.name:
            releases[self.row.name] = FuncId.sk_release
        if release := releases.get(self.row.name):
            then += [b.mov64_reg(1, 0), b.mov64_imm(2, 0), b.call_helper(release)]
        if self.row.ret & t.PTR_MAYBE_NULL:
            self.emit(b.jmp_imm(op.BPF_JEQ, 0, 0, len(then)))
        self.emit(*then)

    def give_back(self) -> None:
        if self.sets_up & set(_SOCKETS) and not self.released:
            self.emit(b.mov64_reg(1, 7), b.call_helper(FuncId.sk_release))
        if (self.reserved or self.row.name == "ringbuf_reserve_dynptr") and not self.released:
            self.frame_pointer(1, _DYNPTR)
            self.emit(b.mov64_imm(2, 0), b.call_helper(FuncId.ringbuf_discard_dynptr))

    def finish(self) -> None:
        for at in self.leaves:
            jump = self.out[at]
            self.out[at] = Insn(jump.code, jump.dst, jump.src, len(self.out) - at - 1, jump.imm)
        self.emit(b.mov64_imm(0, 0), b.exit_())
        if self.callback_load < 0:
            return
        self.case.callback_at = len(self.out)
        load = self.out[self.callback_load]
        self.out[self.callback_load] = Insn(
            load.code, load.dst, load.src, 0, len(self.out) - self.callback_load - 1
        )
        if self.row.name.startswith("timer"):
            self.emit(b.mov64_imm(0, 0), b.exit_())
            return
        at = NUMBERS + 40
        struct.pack_into("<Q", self.memory, at + 8, self.rng.choice((0, 0, 1)))
        self.emit(*b.ld_map_idx_value(1, 0, at), b.ldx_mem(op.BPF_DW, 2, 1, 0), b.alu64_imm(op.BPF_ADD, 2, 1))
        self.emit(b.stx_mem(op.BPF_DW, 1, 2, 0), b.ldx_mem(op.BPF_W, 0, 1, 8), b.alu64_imm(op.BPF_AND, 0, 1))
        self.emit(b.exit_())

    def frame(self) -> bytes:
        if self.case.prog_type in (ProgType.RAW_TRACEPOINT, ProgType.SYSCALL):
            return b""
        frame = bytearray(self.rng.randbytes(self.rng.choice((34, 54, 64, 64, 128, 1000))))
        frame[0:6] = bytes(6)
        v6 = len(frame) >= 54 and self.rng.random() < 0.4
        frame[12:14] = b"\x86\xdd" if v6 else self.rng.choice((b"\x08\0", b"\x08\0", b"\x81\0", b"\x12\x34"))
        frame[14] = 0x60 if v6 else 0x45
        return bytes(frame)
