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
        since="4.1",
        doc=(
            "Formats a line with up to three arguments and writes it to the trace pipe, for debugging. "
            "Returns the length of the text, or EINVAL for a format outside of the permitted subset of "
            "printf."
        ),
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
        since="5.16",
        doc=(
            "Formats a line like bpf_trace_printk with any number of arguments, which are in an array of "
            "64-bit words."
        ),
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
        since="5.8",
        doc=(
            "Formats text like bpf_trace_vprintk and appends it to what an iterator's reader gets. "
            "EOVERFLOW when the page is full; the iterator then calls again with a larger one."
        ),
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
        since="5.8",
        doc="Appends bytes to what an iterator's reader gets; EOVERFLOW when the page is full.",
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
        since="5.10",
        doc=(
            "Appends a value of a kernel type as text to what an iterator's reader gets, like "
            "bpf_snprintf_btf."
        ),
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
        since="5.10",
        doc=(
            "Writes a value of a kernel type as text into `str`: a `struct btf_ptr` names type and "
            "address. Flags make it compact, leave out names, show zero members or raw addresses. Returns "
            "the length of the whole text."
        ),
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
        since="5.13",
        doc=(
            "Formats text into `str`: the format is a constant in a read-only map, the arguments an array "
            "of 64-bit words. Returns the length of the whole text with its NUL, whatever the room."
        ),
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
