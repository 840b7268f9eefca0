"""Local storage of sockets, inodes, tasks and cgroups; exchange of kernel pointers."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_KPTR_XCHG_DEST,
    ARG_PTR_TO_BTF_ID_OR_NULL,
    ARG_PTR_TO_BTF_ID_SOCK_COMMON,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MAP_VALUE_OR_NULL,
    OBJ_RELEASE,
    RET_INTEGER,
    RET_PTR_TO_BTF_ID_OR_NULL,
    RET_PTR_TO_MAP_VALUE,
    RET_PTR_TO_MAP_VALUE_OR_NULL,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=81,
        name="get_local_storage",
        since="4.19",
        doc=(
            "The value of a cgroup storage map for the cgroup that the program is attached to (and its "
            "attach type). Never NULL: attaching makes the value."
        ),
        ret=RET_PTR_TO_MAP_VALUE,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=107,
        name="sk_storage_get",
        since="5.2",
        doc=(
            "The value of a socket storage map for a socket. With BPF_SK_STORAGE_GET_F_CREATE one is "
            "made, zeroed or a copy of `value`, when there is none; else NULL."
        ),
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
            ARG_PTR_TO_MAP_VALUE_OR_NULL,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=107,
        name="sk_storage_get",
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
            ARG_PTR_TO_MAP_VALUE_OR_NULL,
            ARG_ANYTHING,
        ),
        arg_btf=("", "sock_common", "", ""),
        allowed="sk_storage_tracing",
        only_in=(ProgType.TRACING, ProgType.SYSCALL),
    ),
    HelperProto(
        id=107,
        name="sk_storage_get",
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MAP_VALUE_OR_NULL,
            ARG_ANYTHING,
        ),
        only_in=(ProgType.CGROUP_SOCK,),
    ),
    HelperProto(
        id=108,
        name="sk_storage_delete",
        since="5.2",
        doc="Removes the value of a socket storage map from a socket; ENOENT when it has none.",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
        ),
    ),
    HelperProto(
        id=108,
        name="sk_storage_delete",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
        ),
        arg_btf=("", "sock_common"),
        allowed="sk_storage_tracing",
        only_in=(ProgType.TRACING, ProgType.SYSCALL),
    ),
    HelperProto(
        id=145,
        name="inode_storage_get",
        since="5.10",
        doc=(
            "The value of an inode storage map for an inode; BPF_LOCAL_STORAGE_GET_F_CREATE makes one "
            "when there is none."
        ),
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
            ARG_PTR_TO_MAP_VALUE_OR_NULL,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "",
            "inode",
            "",
            "",
        ),
    ),
    HelperProto(
        id=146,
        name="inode_storage_delete",
        since="5.10",
        doc="Removes the value of an inode storage map from an inode.",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
        ),
        arg_btf=(
            "",
            "inode",
        ),
    ),
    HelperProto(
        id=156,
        name="task_storage_get",
        since="5.11",
        doc=(
            "The value of a task storage map for a task; BPF_LOCAL_STORAGE_GET_F_CREATE makes one when "
            "there is none."
        ),
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
            ARG_PTR_TO_MAP_VALUE_OR_NULL,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "",
            "task_struct",
            "",
            "",
        ),
    ),
    HelperProto(
        id=157,
        name="task_storage_delete",
        since="5.11",
        doc="Removes the value of a task storage map from a task.",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
        ),
        arg_btf=(
            "",
            "task_struct",
        ),
    ),
    HelperProto(
        id=210,
        name="cgrp_storage_get",
        since="6.2",
        doc=(
            "The value of a cgroup storage map (CGRP_STORAGE) for a cgroup; "
            "BPF_LOCAL_STORAGE_GET_F_CREATE makes one when there is none."
        ),
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
            ARG_PTR_TO_MAP_VALUE_OR_NULL,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "",
            "cgroup",
            "",
            "",
        ),
    ),
    HelperProto(
        id=211,
        name="cgrp_storage_delete",
        since="6.2",
        doc="Removes the value of a cgroup storage map (CGRP_STORAGE) from a cgroup.",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_BTF_ID_OR_NULL,
        ),
        arg_btf=(
            "",
            "cgroup",
        ),
    ),
    HelperProto(
        id=194,
        name="kptr_xchg",
        since="5.19",
        doc=(
            "Exchanges the kernel pointer in a map value or allocated object with another or NULL, and "
            "returns the old one, which the program then owns."
        ),
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(
            ARG_KPTR_XCHG_DEST,
            ARG_PTR_TO_BTF_ID_OR_NULL | OBJ_RELEASE,
        ),
        ret_btf="*",
        arg_btf=(
            "",
            "*",
        ),
    ),
)
