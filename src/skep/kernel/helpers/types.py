"""The numbers of what registers hold and what helpers take and return, as Linux 6.18 has them.

Four enums of the kernel in one leaf module, because three rooms speak in them: helper prototypes, context
layouts of program types, and the verifier. Source: the BTF of a 6.18 kernel (`bpf_reg_type`, `bpf_arg_type`,
`bpf_return_type`, `bpf_type_flag`). The low byte is the base type, the bits above are flags that refine it.
"""

from __future__ import annotations

from typing import Final

BPF_BASE_TYPE_BITS: Final = 8
BPF_BASE_TYPE_MASK: Final = 0xFF

# bpf_type_flag: what refines a base type.
PTR_MAYBE_NULL: Final = 1 << 8
MEM_RDONLY: Final = 1 << 9
MEM_RINGBUF: Final = 1 << 10
MEM_USER: Final = 1 << 11
MEM_PERCPU: Final = 1 << 12
OBJ_RELEASE: Final = 1 << 13
PTR_UNTRUSTED: Final = 1 << 14
MEM_UNINIT: Final = 1 << 15
DYNPTR_TYPE_LOCAL: Final = 1 << 16
DYNPTR_TYPE_RINGBUF: Final = 1 << 17
MEM_FIXED_SIZE: Final = 1 << 18
MEM_ALLOC: Final = 1 << 19
PTR_TRUSTED: Final = 1 << 20
MEM_RCU: Final = 1 << 21
NON_OWN_REF: Final = 1 << 22
DYNPTR_TYPE_SKB: Final = 1 << 23
DYNPTR_TYPE_XDP: Final = 1 << 24
MEM_ALIGNED: Final = 1 << 25
MEM_WRITE: Final = 1 << 26
DYNPTR_TYPE_SKB_META: Final = 1 << 27

DYNPTR_TYPE_FLAG_MASK: Final = (
    DYNPTR_TYPE_LOCAL | DYNPTR_TYPE_RINGBUF | DYNPTR_TYPE_SKB | DYNPTR_TYPE_XDP | DYNPTR_TYPE_SKB_META
)

# bpf_reg_type: what a register holds.
NOT_INIT: Final = 0
SCALAR_VALUE: Final = 1
PTR_TO_CTX: Final = 2
CONST_PTR_TO_MAP: Final = 3
PTR_TO_MAP_VALUE: Final = 4
PTR_TO_MAP_KEY: Final = 5
PTR_TO_STACK: Final = 6
PTR_TO_PACKET_META: Final = 7
PTR_TO_PACKET: Final = 8
PTR_TO_PACKET_END: Final = 9
PTR_TO_FLOW_KEYS: Final = 10
PTR_TO_SOCKET: Final = 11
PTR_TO_SOCK_COMMON: Final = 12
PTR_TO_TCP_SOCK: Final = 13
PTR_TO_TP_BUFFER: Final = 14
PTR_TO_XDP_SOCK: Final = 15
PTR_TO_BTF_ID: Final = 16
PTR_TO_MEM: Final = 17
PTR_TO_ARENA: Final = 18
PTR_TO_BUF: Final = 19
PTR_TO_FUNC: Final = 20
CONST_PTR_TO_DYNPTR: Final = 21
PTR_TO_MAP_VALUE_OR_NULL: Final = PTR_TO_MAP_VALUE | PTR_MAYBE_NULL
PTR_TO_SOCKET_OR_NULL: Final = PTR_TO_SOCKET | PTR_MAYBE_NULL
PTR_TO_SOCK_COMMON_OR_NULL: Final = PTR_TO_SOCK_COMMON | PTR_MAYBE_NULL
PTR_TO_TCP_SOCK_OR_NULL: Final = PTR_TO_TCP_SOCK | PTR_MAYBE_NULL
PTR_TO_BTF_ID_OR_NULL: Final = PTR_TO_BTF_ID | PTR_MAYBE_NULL

# bpf_arg_type: what a helper wants in an argument register.
ARG_DONTCARE: Final = 0
ARG_CONST_MAP_PTR: Final = 1
ARG_PTR_TO_MAP_KEY: Final = 2
ARG_PTR_TO_MAP_VALUE: Final = 3
ARG_PTR_TO_MEM: Final = 4
ARG_PTR_TO_ARENA: Final = 5
ARG_CONST_SIZE: Final = 6
ARG_CONST_SIZE_OR_ZERO: Final = 7
ARG_PTR_TO_CTX: Final = 8
ARG_ANYTHING: Final = 9
ARG_PTR_TO_SPIN_LOCK: Final = 10
ARG_PTR_TO_SOCK_COMMON: Final = 11
ARG_PTR_TO_SOCKET: Final = 12
ARG_PTR_TO_BTF_ID: Final = 13
ARG_PTR_TO_RINGBUF_MEM: Final = 14
ARG_CONST_ALLOC_SIZE_OR_ZERO: Final = 15
ARG_PTR_TO_BTF_ID_SOCK_COMMON: Final = 16
ARG_PTR_TO_PERCPU_BTF_ID: Final = 17
ARG_PTR_TO_FUNC: Final = 18
ARG_PTR_TO_STACK: Final = 19
ARG_PTR_TO_CONST_STR: Final = 20
ARG_PTR_TO_TIMER: Final = 21
ARG_KPTR_XCHG_DEST: Final = 22
ARG_PTR_TO_DYNPTR: Final = 23
ARG_PTR_TO_MAP_VALUE_OR_NULL: Final = ARG_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL
ARG_PTR_TO_MEM_OR_NULL: Final = ARG_PTR_TO_MEM | PTR_MAYBE_NULL
ARG_PTR_TO_CTX_OR_NULL: Final = ARG_PTR_TO_CTX | PTR_MAYBE_NULL
ARG_PTR_TO_SOCKET_OR_NULL: Final = ARG_PTR_TO_SOCKET | PTR_MAYBE_NULL
ARG_PTR_TO_STACK_OR_NULL: Final = ARG_PTR_TO_STACK | PTR_MAYBE_NULL
ARG_PTR_TO_BTF_ID_OR_NULL: Final = ARG_PTR_TO_BTF_ID | PTR_MAYBE_NULL
ARG_PTR_TO_UNINIT_MEM: Final = ARG_PTR_TO_MEM | MEM_UNINIT | MEM_WRITE
ARG_PTR_TO_FIXED_SIZE_MEM: Final = ARG_PTR_TO_MEM | MEM_FIXED_SIZE

# bpf_return_type: what a helper leaves in R0.
RET_INTEGER: Final = 0
RET_VOID: Final = 1
RET_PTR_TO_MAP_VALUE: Final = 2
RET_PTR_TO_SOCKET: Final = 3
RET_PTR_TO_TCP_SOCK: Final = 4
RET_PTR_TO_SOCK_COMMON: Final = 5
RET_PTR_TO_MEM: Final = 6
RET_PTR_TO_MEM_OR_BTF_ID: Final = 7
RET_PTR_TO_BTF_ID: Final = 8
RET_PTR_TO_MAP_VALUE_OR_NULL: Final = RET_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL
RET_PTR_TO_SOCKET_OR_NULL: Final = RET_PTR_TO_SOCKET | PTR_MAYBE_NULL
RET_PTR_TO_TCP_SOCK_OR_NULL: Final = RET_PTR_TO_TCP_SOCK | PTR_MAYBE_NULL
RET_PTR_TO_SOCK_COMMON_OR_NULL: Final = RET_PTR_TO_SOCK_COMMON | PTR_MAYBE_NULL
RET_PTR_TO_RINGBUF_MEM_OR_NULL: Final = RET_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RINGBUF
RET_PTR_TO_DYNPTR_MEM_OR_NULL: Final = RET_PTR_TO_MEM | PTR_MAYBE_NULL
RET_PTR_TO_BTF_ID_OR_NULL: Final = RET_PTR_TO_BTF_ID | PTR_MAYBE_NULL
RET_PTR_TO_BTF_ID_TRUSTED: Final = RET_PTR_TO_BTF_ID | PTR_TRUSTED


def base_type(type_: int) -> int:
    """The type without its flags."""
    return type_ & BPF_BASE_TYPE_MASK


def type_flag(type_: int) -> int:
    """The flags without the type."""
    return type_ & ~BPF_BASE_TYPE_MASK
