"""Linked scalars: registers and spilled registers that hold the same value, or that value plus a constant.

A 64-bit move gives both registers one scalar id; adding a constant to one of them keeps the id, with a flag
that tells the width of the addition, and remembers the constant in `off`. When a comparison teaches
something of one of them, all of them learn it.

::

    r1 = r0                 R0=scalar(id=1) R1=scalar(id=1)
    r1 += 5                 R1=scalar(id=1+5)
    if r0 > 10 goto ...     r0 in [0, 10], so r1 in [5, 15]

Precision backtracking has to know at a comparison which registers were linked then, so the set goes into
the jump history, packed as Linux packs it: six entries of frame (3 bits), slot or register (6 bits),
is-register (1 bit), above a count of 4 bits. Registers beyond six lose their id.
"""

from __future__ import annotations

from typing import Final

from skep.isa.opcodes import BPF_ADD, BPF_ALU, BPF_ALU64
from skep.kernel.verifier.bounds import known
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.regs import BPF_ADD_CONST, BPF_ADD_CONST32, RegState
from skep.kernel.verifier.regtypes import SCALAR_VALUE
from skep.kernel.verifier.scalar import scalar_alu
from skep.kernel.verifier.state import BPF_REG_FP, FuncState, StackSlot, VerifierState

#: The part of a scalar's `id` that linked scalars share.
BASE_ID: Final = ~BPF_ADD_CONST

LINKED_REGS_MAX: Final = 6
_ENTRY_BITS: Final = 10
_COUNT_BITS: Final = 4

#: Frame number, register number or stack slot, and whether it is a register.
LinkedReg = tuple[int, int, bool]


def linked_regs_pack(regs: list[LinkedReg]) -> int:
    packed = 0
    for frameno, place, is_reg in reversed(regs):
        packed = packed << _ENTRY_BITS | int(is_reg) << 9 | place << 3 | frameno
    return packed << _COUNT_BITS | len(regs)


def linked_regs_unpack(packed: int) -> list[LinkedReg]:
    regs: list[LinkedReg] = []
    count = packed & ((1 << _COUNT_BITS) - 1)
    packed >>= _COUNT_BITS
    for _ in range(count):
        regs.append((packed & 0x7, packed >> 3 & 0x3F, packed >> 9 & 1 == 1))
        packed >>= _ENTRY_BITS
    return regs


def clear_scalar_id(reg: RegState) -> RegState:
    if reg.id == 0 and reg.off == 0:
        return reg
    return RegState(SCALAR_VALUE, reg.bounds)


def _is_linked(reg: RegState, base: int) -> bool:
    return reg.type == SCALAR_VALUE and reg.id & BASE_ID == base


def _collect_from_regs(func: FuncState, live: int, base: int, found: list[LinkedReg]) -> None:
    regs = func.regs
    for regno in range(BPF_REG_FP):
        if live >> regno & 1 and _is_linked(regs[regno], base):
            if len(found) < LINKED_REGS_MAX:
                found.append((func.frameno, regno, True))
            else:
                regs[regno] = clear_scalar_id(regs[regno])


def _collect_from_stack(func: FuncState, base: int, found: list[LinkedReg]) -> None:
    stack = func.stack
    for spi in range(len(stack)):
        slot = stack[spi]
        if slot.is_spilled_reg and _is_linked(slot.spilled, base):
            if len(found) < LINKED_REGS_MAX:
                found.append((func.frameno, spi, False))
            else:
                stack[spi] = StackSlot(slot.types, clear_scalar_id(slot.spilled))


def collect_linked_regs(env: Env, state: VerifierState, scalar_id: int, found: list[LinkedReg]) -> None:
    """Add to `found` everything in the state that has this id; dead registers do not count."""
    base = scalar_id & BASE_ID
    insn_idx = env.insn_idx
    for frameno in range(state.curframe, -1, -1):
        func = state.frame[frameno]
        _collect_from_regs(func, env.insn_aux[insn_idx].live_regs_before, base, found)
        _collect_from_stack(func, base, found)
        insn_idx = func.callsite


def _learn(reg: RegState, source: RegState) -> RegState | None:
    """The register after learning what is known of `source`; None if they are not (or no longer)
    comparable.
    """
    if reg.type != SCALAR_VALUE or reg.id & BASE_ID != source.id & BASE_ID:
        return None
    # A sum made in 64 bits says nothing of one made in 32.
    if (reg.id ^ source.id) & BPF_ADD_CONST == BPF_ADD_CONST:
        return None
    if (not (reg.id | source.id) & BPF_ADD_CONST) or reg.off == source.off:
        return source
    width = BPF_ALU if (reg.id | source.id) & BPF_ADD_CONST32 else BPF_ALU64
    bounds = scalar_alu(BPF_ADD | width, source.bounds, known(reg.off - source.off))
    return RegState(SCALAR_VALUE, bounds, reg.off, reg.id)


def sync_linked_regs(state: VerifierState, regno: int, linked: list[LinkedReg]) -> None:
    """Let all of `linked` learn what is known of the current frame's register `regno`."""
    source = state.frame[state.curframe].regs[regno]
    for frameno, place, is_reg in linked:
        func = state.frame[frameno]
        if not is_reg:
            slot = func.stack[place]
            learnt = _learn(slot.spilled, source)
            if learnt is not None:
                func.stack[place] = StackSlot(slot.types, learnt)
        elif place != regno or frameno != state.curframe:
            learnt = _learn(func.regs[place], source)
            if learnt is not None:
                func.regs[place] = learnt
