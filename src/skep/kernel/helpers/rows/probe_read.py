"""Reading memory that may fault, from kernel or user space."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_UNINIT_MEM,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=4,
        name="probe_read",
        since="4.1",
        doc=(
            "Copies `size` bytes from an address of either kernel or user space. A bad address gives "
            "EFAULT and zeroes the destination. Kept for old programs; the forms with `_kernel` and "
            "`_user` say which space is meant."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=45,
        name="probe_read_str",
        since="4.11",
        doc=(
            "Copies a string up to its NUL, and never more than `size` bytes; the copy always ends in "
            "NUL. Returns the length with the NUL, EFAULT for a bad address. Kept for old programs, as "
            "bpf_probe_read is."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=112,
        name="probe_read_user",
        since="5.5",
        doc=(
            "Copies `size` bytes from an address of the current user space. A bad address gives EFAULT "
            "and zeroes the destination; a page that is not in memory is not brought in."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=113,
        name="probe_read_kernel",
        since="5.5",
        doc=("Copies `size` bytes from a kernel address; a bad one gives EFAULT and zeroes the destination."),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=114,
        name="probe_read_user_str",
        since="5.5",
        doc=(
            "Copies a string of user space, up to its NUL, into `size` bytes. Returns the length with the "
            "NUL."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=115,
        name="probe_read_kernel_str",
        since="5.5",
        doc=(
            "Copies a string of the kernel, up to its NUL, into `size` bytes. Returns the length with the "
            "NUL."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=36,
        name="probe_write_user",
        since="4.8",
        doc=(
            "Writes memory of the current task's user space. For experiments: the kernel logs a warning "
            "when a program with it is loaded. EFAULT when the memory is not there, EPERM where there is "
            "no user space to write to."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=148,
        name="copy_from_user",
        since="5.10",
        doc=(
            "Copies `size` bytes from the current user space, bringing in pages where needed: only for "
            "programs that may sleep. EFAULT, and zeroes, for a bad address."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        might_sleep=True,
    ),
    HelperProto(
        id=191,
        name="copy_from_user_task",
        since="5.18",
        doc=(
            "Copies bytes from the user space of another task, bringing in pages where needed: only for "
            "programs that may sleep. EFAULT, and zeroes, for a bad address."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_PTR_TO_BTF_ID,
            ARG_ANYTHING,
        ),
        gpl_only=True,
        might_sleep=True,
        arg_btf=(
            "",
            "",
            "",
            "task_struct",
            "",
        ),
    ),
)
