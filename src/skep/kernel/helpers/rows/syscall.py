"""What only programs of type syscall do."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_PTR_TO_MEM,
    MEM_RDONLY,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=166,
        name="sys_bpf",
        since="5.14",
        doc=(
            "Calls a command of bpf(2) from a program of type syscall: what generated loader programs "
            "consist of."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
        might_sleep=True,
    ),
    HelperProto(
        id=167,
        name="btf_find_by_name_kind",
        since="5.14",
        doc=(
            "Finds a type of the kernel (or of its modules) by name and kind. Returns its BTF id, with a "
            "descriptor of the module's BTF in the upper half; ENOENT when there is none."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        might_sleep=True,
    ),
    HelperProto(
        id=168,
        name="sys_close",
        since="5.14",
        doc="Closes a descriptor, from a program of type syscall.",
        ret=RET_INTEGER,
        args=(ARG_ANYTHING,),
        might_sleep=True,
    ),
)
