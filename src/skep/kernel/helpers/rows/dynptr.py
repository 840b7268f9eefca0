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
        ret=RET_PTR_TO_DYNPTR_MEM_OR_NULL,
        args=(
            ARG_PTR_TO_DYNPTR | MEM_RDONLY,
            ARG_ANYTHING,
            ARG_CONST_ALLOC_SIZE_OR_ZERO,
        ),
    ),
)
