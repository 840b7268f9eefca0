"""Ring buffers, in both directions."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_ALLOC_SIZE_OR_ZERO,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_DYNPTR,
    ARG_PTR_TO_FUNC,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_RINGBUF_MEM,
    ARG_PTR_TO_STACK_OR_NULL,
    DYNPTR_TYPE_RINGBUF,
    MEM_RDONLY,
    MEM_UNINIT,
    MEM_WRITE,
    OBJ_RELEASE,
    RET_INTEGER,
    RET_PTR_TO_RINGBUF_MEM_OR_NULL,
    RET_VOID,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=130,
        name="ringbuf_output",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=131,
        name="ringbuf_reserve",
        ret=RET_PTR_TO_RINGBUF_MEM_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_CONST_ALLOC_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=132,
        name="ringbuf_submit",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_RINGBUF_MEM | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=133,
        name="ringbuf_discard",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_RINGBUF_MEM | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=134,
        name="ringbuf_query",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=198,
        name="ringbuf_reserve_dynptr",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=199,
        name="ringbuf_submit_dynptr",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=200,
        name="ringbuf_discard_dynptr",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=209,
        name="user_ringbuf_drain",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_FUNC,
            ARG_PTR_TO_STACK_OR_NULL,
            ARG_ANYTHING,
        ),
    ),
)
