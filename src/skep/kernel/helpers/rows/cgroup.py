"""Cgroup hooks: sysctl values, string to number, return values."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_FIXED_SIZE_MEM,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_UNINIT_MEM,
    MEM_ALIGNED,
    MEM_RDONLY,
    MEM_UNINIT,
    MEM_WRITE,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=101,
        name="sysctl_get_name",
        since="5.2",
        doc=(
            "Copies the name of the sysctl that is accessed into `buf`, its whole path or, with "
            "BPF_F_SYSCTL_BASE_NAME, its last part. E2BIG when it was cut."
        ),
        absent=absent.SYSCTL,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=102,
        name="sysctl_get_current_value",
        since="5.2",
        doc="Copies the value that the sysctl has now, as text; EINVAL when it cannot be read.",
        absent=absent.SYSCTL,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=103,
        name="sysctl_get_new_value",
        since="5.2",
        doc="Copies the value that user space is about to write to the sysctl; EINVAL when it reads.",
        absent=absent.SYSCTL,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=104,
        name="sysctl_set_new_value",
        since="5.2",
        doc="Replaces the value that user space is about to write to the sysctl.",
        absent=absent.SYSCTL,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=105,
        name="strtol",
        since="5.2",
        doc=(
            "Reads a signed number from text: white space, a sign, then digits of base 8, 10, 16 or (0) "
            "the base that the prefix says. Returns the number of characters used; EINVAL without digits, "
            "ERANGE when it does not fit."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED,
        ),
        arg_sizes=(
            0,
            0,
            0,
            8,
        ),
    ),
    HelperProto(
        id=106,
        name="strtoul",
        since="5.2",
        doc="Reads an unsigned number from text, as bpf_strtol does; a minus sign is EINVAL.",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED,
        ),
        arg_sizes=(
            0,
            0,
            0,
            8,
        ),
    ),
    HelperProto(
        id=186,
        name="get_retval",
        since="5.18",
        doc=(
            "The errno or result that the system call is going to return as of now: programs that ran "
            "before may have set it."
        ),
        absent=absent.CGROUP_SOCKETS,
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=187,
        name="set_retval",
        since="5.18",
        doc="Sets the errno or result that the system call returns.",
        absent=absent.CGROUP_SOCKETS,
        ret=RET_INTEGER,
        args=(ARG_ANYTHING,),
    ),
)
