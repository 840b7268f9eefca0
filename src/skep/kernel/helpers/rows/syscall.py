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
        ret=RET_INTEGER,
        args=(ARG_ANYTHING,),
        might_sleep=True,
    ),
)
