"""Packet pointers: access within the range that comparisons with the end have proved, and what ends it."""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.access import BPF_WRITE
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.region import NEGATIVE, check_within
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN
from skep.kernel.verifier.regtypes import (
    DYNPTR_TYPE_SKB,
    DYNPTR_TYPE_SKB_META,
    DYNPTR_TYPE_XDP,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_PACKET_META,
    base_type,
)
from skep.kernel.verifier.state import StackSlot
from skep.uapi import FuncId, ProgType

_CGROUP_SOCKOPT: Final = int(ProgType.CGROUP_SOCKOPT)  # looking into an enum takes long
_PKT_SLICE: Final = DYNPTR_TYPE_SKB | DYNPTR_TYPE_XDP | DYNPTR_TYPE_SKB_META

#: Helpers that may move or replace the packet's memory.
_CHANGES_PKT_DATA: Final = frozenset(
    int(FuncId[name])
    for name in (
        "clone_redirect",
        "l3_csum_replace",
        "l4_csum_replace",
        "lwt_push_encap",
        "lwt_seg6_action",
        "lwt_seg6_adjust_srh",
        "lwt_seg6_store_bytes",
        "msg_pop_data",
        "msg_pull_data",
        "msg_push_data",
        "skb_adjust_room",
        "skb_change_head",
        "skb_change_proto",
        "skb_change_tail",
        "skb_pull_data",
        "skb_store_bytes",
        "skb_vlan_pop",
        "skb_vlan_push",
        "store_hdr_opt",
        "xdp_adjust_head",
        "xdp_adjust_meta",
        "xdp_adjust_tail",
        # A program that is tail-called may do any of these.
        "tail_call",
    )
)


def helper_changes_pkt_data(func_id: int) -> bool:
    """Whether packet pointers are worthless after this helper (Linux: bpf_helper_changes_pkt_data)."""
    return func_id in _CHANGES_PKT_DATA


def may_access_direct_pkt_data(env: Env, meta: CallArgMeta | None, access_type: int) -> bool:
    """Whether this program type reads or writes packets through pointers, or lets this helper do so."""
    packet = PROG_TYPES[env.prog_type].packet
    if not packet or (access_type == BPF_WRITE and "w" not in packet):
        return False
    if env.prog_type == _CGROUP_SOCKOPT:
        if access_type == BPF_WRITE:
            env.seen_direct_write = True
        return True
    if meta is not None:
        return meta.pkt_access
    env.seen_direct_write = True
    return True


def check_packet_access(env: Env, regno: int, off: int, size: int, zero_size_allowed: bool) -> None:
    """An access at a fixed offset of a packet pointer: the range counts from the variable offset on."""
    reg = cur_regs(env)[regno]
    if reg.bounds.smin_value < 0:
        verbose(env, NEGATIVE.format(regno))
        raise Reject(EACCES)
    range_ = reg.target.range
    if range_ < 0:
        errno = EINVAL
    elif check_within(env, regno, off, size, range_, zero_size_allowed):
        env.max_pkt_offset = max(env.max_pkt_offset, off + reg.bounds.umax_value + size - 1)
        return
    else:
        errno = EACCES
    verbose(env, f"R{regno} offset is outside of the packet\n")
    raise Reject(errno)


def clear_all_pkt_pointers(env: Env) -> None:
    """Packet data may have moved: pointers to it, and slices of packet dynptrs, become unusable."""
    invalid = SCALAR_UNKNOWN if env.allow_ptr_leaks else NOT_INIT_REG
    for func in env.cur_state.frame:
        regs = func.regs
        for regno in range(len(regs)):
            if _points_to_packet(regs[regno].type):
                regs[regno] = invalid
        stack = func.stack
        for spi in range(len(stack)):
            slot = stack[spi]
            if slot.is_spilled_reg and _points_to_packet(slot.spilled.type):
                stack[spi] = StackSlot(slot.types, invalid)


def _points_to_packet(type_: int) -> bool:
    base = base_type(type_)
    if base == PTR_TO_MEM:
        return bool(type_ & _PKT_SLICE)
    return base in (PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_PACKET_END)
