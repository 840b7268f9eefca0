"""Which 32-bit results have their upper halves looked at (Linux: subreg_def, zext_dst).

Machines whose 32-bit instructions leave the upper half of a register alone need an instruction behind each of
these; with BPF_F_TEST_RND_HI32 all others get a random upper half, to find out whether this list is right.
Nothing of the exploration depends on it, so it is kept beside it, and only where somebody asks.

Per frame and register: one more than the slot of the instruction that wrote the lower half last, 0 for a
write of the whole register.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from skep.btf import types as t
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ADDR_SPACE_CAST,
    BPF_ALU,
    BPF_ALU64,
    BPF_ATOMIC,
    BPF_CALL,
    BPF_CMPXCHG,
    BPF_DW,
    BPF_END,
    BPF_EXIT,
    BPF_FETCH,
    BPF_IMM,
    BPF_JA,
    BPF_JCOND,
    BPF_JMP,
    BPF_JMP32,
    BPF_LD,
    BPF_LDX,
    BPF_LOAD_ACQ,
    BPF_MEMSX,
    BPF_MOV,
    BPF_NEG,
    BPF_PROBE_ATOMIC,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_KFUNC_CALL,
    BPF_ST,
    BPF_STX,
    BPF_X,
)
from skep.kernel.helpers.types import ARG_DONTCARE
from skep.kernel.verifier.env import Env, get_helper_proto
from skep.kernel.verifier.kfunc_meta import Kfunc
from skep.kernel.verifier.request import VerifyRequest
from skep.kernel.verifier.state import VerifierState
from skep.uapi import BPF_F_TEST_RND_HI32, AttachType, ProgType

_CLASS, _SIZE, _MODE, _OP = 0x07, 0x18, 0xE0, 0xF0
_REGISTERS: Final = 11
_NOTHING: Final = (0,) * _REGISTERS
_ARGUMENTS: Final = range(1, 6)

_Frame = tuple[int, ...]
#: The frames, and whether each of them is one that a call of the program made.
_Note = tuple[tuple[_Frame, ...], tuple[bool, ...], bool]


def defined_register(insn: Insn) -> int:
    """The register that an instruction other than a call writes; -1 for none (insn_def_regno)."""
    klass = insn.code & _CLASS
    if klass in (BPF_JMP, BPF_JMP32, BPF_ST):
        return -1
    if klass != BPF_STX:
        return insn.dst
    if insn.code & _MODE not in (BPF_ATOMIC, BPF_PROBE_ATOMIC):
        return -1
    if insn.imm == BPF_CMPXCHG:
        return 0
    if insn.imm == BPF_LOAD_ACQ:
        return insn.dst
    return insn.src if insn.imm & BPF_FETCH else -1


def writes_whole_register(insn: Insn) -> bool:
    """Of an instruction that writes a register (is_reg64(..., DST_OP))."""
    klass = insn.code & _CLASS
    if insn.code & _OP == BPF_END and klass in (BPF_ALU, BPF_ALU64):
        return insn.imm == 64
    if klass == BPF_LDX:
        return insn.code & _SIZE == BPF_DW or insn.code & _MODE == BPF_MEMSX
    if klass == BPF_STX:
        return insn.code & _SIZE == BPF_DW
    if klass == BPF_LD:
        return insn.code & _MODE == BPF_IMM
    return klass != BPF_ALU


def _is_arena_cast(insn: Insn) -> bool:
    """To a pointer into an arena, which has 32 bits."""
    return insn.code == BPF_ALU64 | BPF_MOV | BPF_X and insn.off == BPF_ADDR_SPACE_CAST and insn.imm == 1


def is_short_cmpxchg(insn: Insn) -> bool:
    return insn.code == BPF_STX | BPF_ATOMIC and insn.imm == BPF_CMPXCHG


def asks_for_zext(request: VerifyRequest) -> bool:
    """Compare-and-exchange writes r0 only where it fails, so it always needs the extension."""
    if request.needs_zext or request.prog_flags & BPF_F_TEST_RND_HI32:
        return True
    return any(is_short_cmpxchg(insn) for insn in request.insns)


def _reads(env: Env, insn: Insn) -> Iterator[int]:
    """The registers of which the instruction reads all 64 bits."""
    klass = insn.code & _CLASS
    if klass == BPF_JMP:
        yield from _jump_reads(env, insn)
    elif klass == BPF_ALU64 or (klass == BPF_ALU and insn.code & _OP == BPF_END):
        yield from _alu_reads(insn)
    elif klass == BPF_LDX:
        yield insn.src
    elif klass in (BPF_ST, BPF_STX):
        yield insn.dst
        if klass == BPF_STX and insn.code & _SIZE == BPF_DW:
            yield insn.src
            if insn.code & _MODE == BPF_ATOMIC and insn.imm == BPF_CMPXCHG:
                yield 0
        if insn.code & _MODE == BPF_ATOMIC and insn.imm == BPF_LOAD_ACQ:
            yield insn.src
    elif klass == BPF_LD and insn.code & _MODE != BPF_IMM:
        yield 6
        yield insn.src


def _jump_reads(env: Env, insn: Insn) -> Iterator[int]:
    operation = insn.code & _OP
    if operation == BPF_CALL:
        yield from _call_reads(env, insn)
    elif operation == BPF_EXIT:
        if env.cur_state.curframe == 0 and not _returns_nothing(env):
            yield 0
    elif operation not in (BPF_JA, BPF_JCOND):
        yield insn.dst
        if insn.code & BPF_X:
            yield insn.src


def _returns_nothing(env: Env) -> bool:
    """What operations and hooks without a value leave in r0 is not looked at."""
    hook = env.prog_type == ProgType.LSM and env.expected_attach_type == AttachType.LSM_MAC
    if not hook and env.prog_type != ProgType.STRUCT_OPS:
        return False
    proto = env.attach_target.proto
    return proto is not None and not proto.ret


def _alu_reads(insn: Insn) -> Iterator[int]:
    operation = insn.code & _OP
    if operation == BPF_END:
        if insn.imm == 64:
            yield insn.dst
        return
    if operation != BPF_MOV:
        yield insn.dst
    if insn.code & BPF_X and operation != BPF_NEG:
        yield insn.src


def _call_reads(env: Env, insn: Insn) -> Iterator[int]:
    if insn.src == BPF_PSEUDO_CALL:
        return
    if insn.src == BPF_PSEUDO_KFUNC_CALL:
        kfunc: Kfunc | None = env.kfuncs.get((insn.imm, insn.off))
        if kfunc is not None:
            for regno, param in enumerate(kfunc.proto.params[:5], 1):
                if _is_wide(kfunc.btf.resolve(param.type)):
                    yield regno
        return
    proto = get_helper_proto(env, insn.imm)
    for regno, arg in enumerate(proto.args if proto is not None else (), 1):
        if arg != ARG_DONTCARE:
            yield regno


def _is_wide(type_: t.Type) -> bool:
    return isinstance(type_, t.Ptr) or getattr(type_, "size", 0) == 8


def _result(env: Env, insn: Insn, index: int) -> int:
    """What a call leaves of r0."""
    if insn.src != BPF_PSEUDO_KFUNC_CALL:
        return 0
    kfunc: Kfunc | None = env.kfuncs.get((insn.imm, insn.off))
    return 0 if kfunc is None or _is_wide(kfunc.btf.resolve(kfunc.proto.ret)) else index + 1


@final
class ZextObserver:
    """Sets `zext_dst` of the instructions that need it."""

    def visit(self, env: Env) -> None:
        state, index = env.cur_state, env.insn_idx
        frames, called = _frames(state)
        insn = env.insns[index]
        defs = list(frames[-1])
        for regno in _reads(env, insn):
            if defs[regno]:
                env.insn_aux[defs[regno] - 1].zext_dst = True
                defs[regno] = 0
        calls = False
        if insn.code == BPF_JMP | BPF_CALL:
            calls = insn.src == BPF_PSEUDO_CALL
            if not calls:
                defs[0] = _result(env, insn, index)
        elif insn.code & _CLASS == BPF_LD and insn.code & _MODE != BPF_IMM:
            defs[0] = index + 1
        elif (written := defined_register(insn)) >= 0:
            whole = writes_whole_register(insn) and not _is_arena_cast(insn)
            defs[written] = 0 if whole else index + 1
        note: _Note = ((*frames[:-1], tuple(defs)), called, calls)
        state.note = note

    def covered(self, env: Env, insn_idx: int, old: VerifierState, exact: bool) -> None:
        """Linux does not follow what the rest of a covered state's exploration read."""


def _frames(state: VerifierState) -> tuple[tuple[_Frame, ...], tuple[bool, ...]]:
    """The frames as the last instruction left them, one more after a call, one less after a return."""
    note: _Note | None = state.note  # type: ignore[assignment]
    frames, called, calls = note if note is not None else ((), (), False)
    depth = state.curframe + 1
    while len(frames) < depth:
        passed = frames[-1] if frames and calls else _NOTHING
        arguments = tuple(passed[regno] if regno in _ARGUMENTS else 0 for regno in range(_REGISTERS))
        frames, called, calls = (*frames, arguments), (*called, calls), False
    while len(frames) > depth:
        returned = frames[-1][0] if called[-1] else 0
        frames = (*frames[:-2], (returned, *frames[-2][1:]))
        called = called[:-1]
    return frames, called
