"""Where a packet goes next: redirects and the questions asked before one."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_FIXED_SIZE_MEM,
    ARG_PTR_TO_MEM,
    MEM_ALIGNED,
    MEM_RDONLY,
    MEM_WRITE,
    PTR_MAYBE_NULL,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=13,
        name="clone_redirect",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=23,
        name="redirect",
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=51,
        name="redirect_map",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=152,
        name="redirect_neigh",
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=155,
        name="redirect_peer",
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=163,
        name="check_mtu",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_WRITE | MEM_ALIGNED,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
        arg_sizes=(
            0,
            0,
            4,
            0,
            0,
        ),
    ),
    HelperProto(
        id=69,
        name="fib_lookup",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
)
