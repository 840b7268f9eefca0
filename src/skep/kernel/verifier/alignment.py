"""Alignment of accesses, where it is asked for: on the stack always, elsewhere by BPF_F_STRICT_ALIGNMENT."""

from __future__ import annotations

from errno import EACCES
from typing import Final

from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.log_state import fmt_tnum
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    PTR_TO_ARENA,
    PTR_TO_CTX,
    PTR_TO_FLOW_KEYS,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_PACKET,
    PTR_TO_PACKET_META,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_STACK,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
)

#: Linux emulates drivers that start packets at 2 bytes past a word, so that the IP header is aligned.
NET_IP_ALIGN: Final = 2

_DESCRIPTIONS: Final = {
    PTR_TO_FLOW_KEYS: "flow keys ",
    PTR_TO_MAP_KEY: "key ",
    PTR_TO_MAP_VALUE: "value ",
    PTR_TO_CTX: "context ",
    PTR_TO_STACK: "stack ",
    PTR_TO_SOCKET: "sock ",
    PTR_TO_SOCK_COMMON: "sock_common ",
    PTR_TO_TCP_SOCK: "tcp_sock ",
    PTR_TO_XDP_SOCK: "xdp_sock ",
}


def _is_aligned(reg: RegState, off: int, size: int) -> bool:
    # Adding a known number carries into unknown bits upwards only, so the low bits are those of the sum.
    var_off = reg.bounds.var_off
    return not ((var_off.value + off) | var_off.mask) & (size - 1)


def check_ptr_alignment(env: Env, reg: RegState, off: int, size: int, strict: bool) -> None:
    """`off` comes on top of the pointer's own offset."""
    type_ = reg.type
    if type_ != PTR_TO_STACK and not (strict or env.strict_alignment):
        return
    if size == 1 or type_ == PTR_TO_ARENA:
        return
    if type_ in (PTR_TO_PACKET, PTR_TO_PACKET_META):
        if not _is_aligned(reg, NET_IP_ALIGN + reg.off + off, size):
            where = f"{NET_IP_ALIGN}+{fmt_tnum(reg.bounds.var_off)}+{reg.off}+{off}"
            verbose(env, f"misaligned packet access off {where} size {size}\n")
            raise Reject(EACCES)
    elif not _is_aligned(reg, reg.off + off, size):
        where = f"{fmt_tnum(reg.bounds.var_off)}+{reg.off}+{off}"
        verbose(env, f"misaligned {_DESCRIPTIONS.get(type_, '')}access off {where} size {size}\n")
        raise Reject(EACCES)
