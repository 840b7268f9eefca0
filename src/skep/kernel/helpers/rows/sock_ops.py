"""TCP events: callbacks flags and header options."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MEM,
    MEM_RDONLY,
    MEM_WRITE,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=59,
        name="sock_ops_cb_flags_set",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=142,
        name="load_hdr_opt",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=143,
        name="store_hdr_opt",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=144,
        name="reserve_hdr_opt",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
)
