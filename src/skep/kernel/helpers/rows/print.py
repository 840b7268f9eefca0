"""Formatted output: to the trace pipe, to seq files, into buffers."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_CONST_STR,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_MEM_OR_NULL,
    MEM_RDONLY,
    MEM_WRITE,
    PTR_MAYBE_NULL,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=6,
        name="trace_printk",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=177,
        name="trace_vprintk",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=126,
        name="seq_printf",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
        arg_btf=(
            "seq_file",
            "",
            "",
            "",
            "",
        ),
    ),
    HelperProto(
        id=127,
        name="seq_write",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
        arg_btf=(
            "seq_file",
            "",
            "",
        ),
    ),
    HelperProto(
        id=150,
        name="seq_printf_btf",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
        arg_btf=(
            "seq_file",
            "",
            "",
            "",
        ),
    ),
    HelperProto(
        id=149,
        name="snprintf_btf",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=165,
        name="snprintf",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM_OR_NULL | MEM_WRITE,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_PTR_TO_CONST_STR,
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
    ),
)
