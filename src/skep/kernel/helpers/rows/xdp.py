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
        since="4.10",
        doc=(
            "Moves the start of the frame by `delta` bytes: negative makes room for a header, positive "
            "removes bytes. Metadata in front moves along. EINVAL beyond the headroom or when fewer than "
            "14 bytes would be left."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=54,
        name="xdp_adjust_meta",
        since="4.15",
        doc=(
            "Moves the start of the metadata in front of the frame by `delta` bytes. Metadata is at most "
            "255 bytes long and a multiple of 4 (EACCES); it stays with the packet up to tc."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=65,
        name="xdp_adjust_tail",
        since="4.18",
        doc=(
            "Moves the end of the frame by `delta` bytes: positive grows it with zeros (into the tail "
            "room of its last page), negative shrinks it."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=188,
        name="xdp_get_buff_len",
        since="5.18",
        doc="The length of the frame with all its fragments.",
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
        since="5.18",
        doc=(
            "Copies bytes of the frame into memory, from its linear part and its fragments; EINVAL when "
            "the frame ends before."
        ),
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
        since="5.18",
        doc=(
            "Copies bytes into the frame, to its linear part and its fragments; EINVAL when the frame "
            "ends before."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
)
