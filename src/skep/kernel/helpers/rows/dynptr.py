"""Dynamic pointers."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_ALLOC_SIZE_OR_ZERO,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_DYNPTR,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_UNINIT_MEM,
    DYNPTR_TYPE_LOCAL,
    MEM_RDONLY,
    MEM_UNINIT,
    MEM_WRITE,
    RET_INTEGER,
    RET_PTR_TO_DYNPTR_MEM_OR_NULL,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=197,
        name="dynptr_from_mem",
        since="5.19",
        doc=(
            "Makes a dynptr over memory of a map value or stack: a pointer with bounds that are checked "
            "when it is used. E2BIG above 16 MiB, EINVAL for flags."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_LOCAL | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=201,
        name="dynptr_read",
        since="5.19",
        doc=(
            "Copies `len` bytes out of a dynptr at `offset`. E2BIG outside of its bounds, EINVAL when it "
            "is empty (NULL)."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_PTR_TO_DYNPTR | MEM_RDONLY,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=202,
        name="dynptr_write",
        since="5.19",
        doc=(
            "Copies `len` bytes into a dynptr at `offset`; EINVAL when it is read-only. For packets, "
            "flags are those of bpf_skb_store_bytes."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_DYNPTR | MEM_RDONLY,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=203,
        name="dynptr_data",
        since="5.19",
        doc=(
            "The address of `len` bytes of a dynptr at `offset`, for direct access; NULL outside of its "
            "bounds, when it is read-only, or for packets."
        ),
        ret=RET_PTR_TO_DYNPTR_MEM_OR_NULL,
        args=(
            ARG_PTR_TO_DYNPTR | MEM_RDONLY,
            ARG_ANYTHING,
            ARG_CONST_ALLOC_SIZE_OR_ZERO,
        ),
    ),
)
