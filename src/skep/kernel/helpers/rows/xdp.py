"""Packets before they are socket buffers."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_UNINIT_MEM,
    MEM_RDONLY,
    RET_INTEGER,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=44,
        name="xdp_adjust_head",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=54,
        name="xdp_adjust_meta",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=65,
        name="xdp_adjust_tail",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=188,
        name="xdp_get_buff_len",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=188,
        name="xdp_get_buff_len",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_BTF_ID,),
        arg_btf=("xdp_buff",),
        only_in=(ProgType.TRACING, ProgType.LSM, ProgType.SYSCALL),
    ),
    HelperProto(
        id=189,
        name="xdp_load_bytes",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=190,
        name="xdp_store_bytes",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
)
