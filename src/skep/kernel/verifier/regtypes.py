"""What a register may hold: Linux's `bpf_reg_type` numbers and flags, and the words that logs have for them.

The numbers live in `skep.kernel.helpers.types`, since prototypes and context layouts speak of them too; the
verifier's files import them from here. A type is a base type in the low byte and flags above it, so tests of
one flag are `type_ & PTR_MAYBE_NULL`, and tests of the kind `base_type(type_) == PTR_TO_MEM`.
"""

from __future__ import annotations

from typing import Final

from skep.kernel.helpers.types import (
    BPF_BASE_TYPE_MASK,
    CONST_PTR_TO_DYNPTR,
    CONST_PTR_TO_MAP,
    DYNPTR_TYPE_FLAG_MASK,
    DYNPTR_TYPE_LOCAL,
    DYNPTR_TYPE_RINGBUF,
    DYNPTR_TYPE_SKB,
    DYNPTR_TYPE_SKB_META,
    DYNPTR_TYPE_XDP,
    MEM_ALLOC,
    MEM_FIXED_SIZE,
    MEM_PERCPU,
    MEM_RCU,
    MEM_RDONLY,
    MEM_RINGBUF,
    MEM_UNINIT,
    MEM_USER,
    MEM_WRITE,
    NON_OWN_REF,
    NOT_INIT,
    OBJ_RELEASE,
    PTR_MAYBE_NULL,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TO_CTX,
    PTR_TO_FLOW_KEYS,
    PTR_TO_FUNC,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_PACKET_META,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_STACK,
    PTR_TO_TCP_SOCK,
    PTR_TO_TP_BUFFER,
    PTR_TO_XDP_SOCK,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
    SCALAR_VALUE,
    base_type,
    type_flag,
)

__all__ = [
    "BPF_BASE_TYPE_MASK",
    "CONST_PTR_TO_DYNPTR",
    "CONST_PTR_TO_MAP",
    "DYNPTR_TYPE_FLAG_MASK",
    "DYNPTR_TYPE_LOCAL",
    "DYNPTR_TYPE_RINGBUF",
    "DYNPTR_TYPE_SKB",
    "DYNPTR_TYPE_SKB_META",
    "DYNPTR_TYPE_XDP",
    "MEM_ALLOC",
    "MEM_FIXED_SIZE",
    "MEM_PERCPU",
    "MEM_RCU",
    "MEM_RDONLY",
    "MEM_RINGBUF",
    "MEM_UNINIT",
    "MEM_USER",
    "MEM_WRITE",
    "NON_OWN_REF",
    "NOT_INIT",
    "OBJ_RELEASE",
    "PTR_MAYBE_NULL",
    "PTR_TO_ARENA",
    "PTR_TO_BTF_ID",
    "PTR_TO_BUF",
    "PTR_TO_CTX",
    "PTR_TO_FLOW_KEYS",
    "PTR_TO_FUNC",
    "PTR_TO_MAP_KEY",
    "PTR_TO_MAP_VALUE",
    "PTR_TO_MEM",
    "PTR_TO_PACKET",
    "PTR_TO_PACKET_END",
    "PTR_TO_PACKET_META",
    "PTR_TO_SOCKET",
    "PTR_TO_SOCK_COMMON",
    "PTR_TO_STACK",
    "PTR_TO_TCP_SOCK",
    "PTR_TO_TP_BUFFER",
    "PTR_TO_XDP_SOCK",
    "PTR_TRUSTED",
    "PTR_UNTRUSTED",
    "SCALAR_VALUE",
    "base_type",
    "reg_type_str",
    "type_flag",
    "type_is_map_value",
    "type_is_pkt_pointer",
    "type_is_ptr_alloc_obj",
    "type_is_sk_pointer",
    "type_may_be_null",
]

#: The word for each base type, by number.
_BASE_STR: Final = (
    "?",
    "scalar",
    "ctx",
    "map_ptr",
    "map_value",
    "map_key",
    "fp",
    "pkt_meta",
    "pkt",
    "pkt_end",
    "flow_keys",
    "sock",
    "sock_common",
    "tcp_sock",
    "tp_buffer",
    "xdp_sock",
    "ptr_",
    "mem",
    "arena",
    "buf",
    "func",
    "dynptr_ptr",
)

#: The words of flags, in the order in which Linux puts them before the base type.
_PREFIXES: Final = (
    (MEM_RDONLY, "rdonly_"),
    (MEM_RINGBUF, "ringbuf_"),
    (MEM_USER, "user_"),
    (MEM_PERCPU, "percpu_"),
    (MEM_RCU, "rcu_"),
    (PTR_UNTRUSTED, "untrusted_"),
    (PTR_TRUSTED, "trusted_"),
)


def reg_type_str(type_: int) -> str:
    """The type as logs print it: `map_value_or_null`, `rcu_ptr_or_null_`."""
    base = type_ & BPF_BASE_TYPE_MASK
    prefix = "".join(word for flag, word in _PREFIXES if type_ & flag)
    postfix = ""
    if type_ & PTR_MAYBE_NULL:
        postfix = "or_null_" if base == PTR_TO_BTF_ID else "_or_null"
    return f"{prefix}{_BASE_STR[base]}{postfix}"


def type_is_pkt_pointer(type_: int) -> bool:
    base = type_ & BPF_BASE_TYPE_MASK
    return base in (PTR_TO_PACKET, PTR_TO_PACKET_META)


def type_is_sk_pointer(type_: int) -> bool:
    return PTR_TO_SOCKET <= type_ <= PTR_TO_TCP_SOCK or type_ == PTR_TO_XDP_SOCK


def type_is_map_value(type_: int) -> bool:
    return type_ & BPF_BASE_TYPE_MASK == PTR_TO_MAP_VALUE


def type_may_be_null(type_: int) -> bool:
    return type_ & PTR_MAYBE_NULL != 0


def type_is_ptr_alloc_obj(type_: int) -> bool:
    """Pointers to objects that the program allocated itself (bpf_obj_new)."""
    return type_ & BPF_BASE_TYPE_MASK == PTR_TO_BTF_ID and type_ & MEM_ALLOC != 0
