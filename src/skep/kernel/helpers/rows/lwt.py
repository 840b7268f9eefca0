"""Lightweight tunnels, infrared decoding, reuseport groups."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MAP_KEY,
    ARG_PTR_TO_MEM,
    MEM_RDONLY,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=73,
        name="lwt_push_encap",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=74,
        name="lwt_seg6_store_bytes",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=75,
        name="lwt_seg6_adjust_srh",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=76,
        name="lwt_seg6_action",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=77,
        name="rc_repeat",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
        gpl_only=True,
    ),
    HelperProto(
        id=78,
        name="rc_keydown",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=92,
        name="rc_pointer_rel",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=82,
        name="sk_select_reuseport",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
    ),
)
