"""How much of a packet is there: comparisons of packet pointers with the packet's end.

After `if data + 14 > data_end goto out`, every pointer with the same id may reach 14 bytes from where it
started. So the comparison gives each of them a `range`, counted from the pointer's variable part; the
pointer that was compared and is beyond the end is marked as such, which decides later comparisons of it.
"""

from __future__ import annotations

from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_JGE, BPF_JGT, BPF_JLE, BPF_JLT
from skep.kernel.verifier.compare import FLIP
from skep.kernel.verifier.regs import AT_PKT_END, BEYOND_PKT_END, RegState, pkt_target
from skep.kernel.verifier.regtypes import (
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_PACKET_META,
    type_is_pkt_pointer,
)
from skep.kernel.verifier.state import StackSlot, VerifierState

MAX_PACKET_OFF: Final = 0xFFFF


def reg_is_pkt_pointer_any(reg: RegState) -> bool:
    return type_is_pkt_pointer(reg.type) or reg.type == PTR_TO_PACKET_END


def _reg_is_init_pkt_pointer(reg: RegState, type_: int) -> bool:
    """Still at the start of its area, though it may have a range."""
    return (
        reg.type == type_
        and reg.id == 0
        and reg.off == 0
        and reg.bounds.var_off.mask == 0
        and reg.bounds.var_off.value == 0
    )


def pkt_ptr_branch_taken(a: RegState, b: RegState, op: int) -> int:
    """A pointer that an earlier comparison found beyond the end is still there."""
    if b.type == PTR_TO_PACKET_END:
        reach = a.target.range
    elif a.type == PTR_TO_PACKET_END:
        reach, op = b.target.range, FLIP[op]
    else:
        return -1
    if reach == BEYOND_PKT_END and op in (BPF_JLE, BPF_JGT):
        return int(op == BPF_JGT)
    if reach in (BEYOND_PKT_END, AT_PKT_END) and op in (BPF_JLT, BPF_JGE):
        return int(op == BPF_JGE)
    return -1


def _with_range(reg: RegState, type_: int, id_: int, new_range: int) -> RegState:
    if reg.type != type_ or reg.id != id_ or reg.target.range >= new_range:
        return reg
    return reg.with_target(pkt_target(new_range))


def find_good_pkt_pointers(state: VerifierState, ptr: RegState, range_right_open: bool) -> None:
    """Every pointer with the id of `ptr` may reach as far as `ptr` stands, one byte more if strictly before
    the end.
    """
    if ptr.off < 0 or (ptr.off == 0 and range_right_open):
        return
    # Beyond this an address could have wrapped, and "before the end" would say nothing.
    if ptr.umax_value > MAX_PACKET_OFF or ptr.umax_value + ptr.off > MAX_PACKET_OFF:
        return
    new_range = ptr.off + int(range_right_open)
    for func in state.frame:
        regs = func.regs
        for regno in range(len(regs)):
            regs[regno] = _with_range(regs[regno], ptr.type, ptr.id, new_range)
        stack = func.stack
        for spi in range(len(stack)):
            slot = stack[spi]
            if slot.is_spilled_reg and slot.spilled.type == ptr.type:
                stack[spi] = StackSlot(slot.types, _with_range(slot.spilled, ptr.type, ptr.id, new_range))


def _mark_pkt_end(state: VerifierState, regno: int, range_open: bool) -> None:
    regs = state.frame[state.curframe].regs
    if regs[regno].type == PTR_TO_PACKET:
        regs[regno] = regs[regno].with_target(pkt_target(BEYOND_PKT_END if range_open else AT_PKT_END))


def _is_pointer_and_limit(ptr: RegState, limit: RegState) -> bool:
    if ptr.type == PTR_TO_PACKET:
        return limit.type == PTR_TO_PACKET_END
    return ptr.type == PTR_TO_PACKET_META and _reg_is_init_pkt_pointer(limit, PTR_TO_PACKET)


def try_match_pkt_pointers(
    insn: Insn, op: int, jmp32: bool, this: VerifierState, other: VerifierState
) -> bool:
    """Whether this is a comparison of a packet pointer with its limit; if so, both ways learn from it."""
    if jmp32 or not insn.code & 0x08 or op not in (BPF_JGT, BPF_JLT, BPF_JGE, BPF_JLE):
        return False
    regs = this.frame[this.curframe].regs
    dst, src = regs[insn.dst], regs[insn.src]
    if _is_pointer_and_limit(dst, src):
        ptr, regno = dst, insn.dst
    elif _is_pointer_and_limit(src, dst):
        ptr, regno, op = src, insn.src, FLIP[op]
    else:
        return False
    # On the way where "pointer <= limit" or "pointer < limit" holds there is a range, on the other one
    # there is not.
    inside, outside = (this, other) if op in (BPF_JGT, BPF_JGE) else (other, this)
    strictly_inside = op in (BPF_JGE, BPF_JLT)
    find_good_pkt_pointers(inside, ptr, strictly_inside)
    _mark_pkt_end(outside, regno, not strictly_inside)
    return True
