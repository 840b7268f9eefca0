"""The current task, and others."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_UNINIT_MEM,
    RET_INTEGER,
    RET_PTR_TO_BTF_ID,
    RET_PTR_TO_BTF_ID_TRUSTED,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=14,
        name="get_current_pid_tgid",
        since="4.2",
        doc=(
            "The current task's ids: the thread group (what user space calls the process id) in the upper "
            "32 bits, the thread in the lower."
        ),
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=15,
        name="get_current_uid_gid",
        since="4.2",
        doc="The current task's group id in the upper 32 bits and its user id in the lower.",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=16,
        name="get_current_comm",
        since="4.2",
        doc=(
            "Copies the name of the current task (at most 15 bytes and a NUL) into `buf`; the rest of the "
            "buffer becomes zero."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=35,
        name="get_current_task",
        since="4.8",
        doc=(
            "The address of the current task's `task_struct` as a number, to be read with the probe_read "
            "helpers."
        ),
        ret=RET_INTEGER,
        gpl_only=True,
    ),
    HelperProto(
        id=158,
        name="get_current_task_btf",
        since="5.11",
        doc="The current task as a typed kernel pointer, whose fields can be read directly.",
        ret=RET_PTR_TO_BTF_ID_TRUSTED,
        gpl_only=True,
        ret_btf="task_struct",
    ),
    HelperProto(
        id=120,
        name="get_ns_current_pid_tgid",
        since="5.7",
        doc=(
            "The current task's ids as a PID namespace sees them, given by device and inode of its file: "
            "a `struct bpf_pidns_info`. EINVAL when it is not the namespace of the task."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=80,
        name="get_current_cgroup_id",
        since="4.18",
        doc="The id of the cgroup (v2) of the current task.",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=123,
        name="get_current_ancestor_cgroup_id",
        since="5.7",
        doc=(
            "The id of the ancestor at `ancestor_level` (0 is the root) of the current task's cgroup; 0 "
            "when it is not that deep."
        ),
        ret=RET_INTEGER,
        args=(ARG_ANYTHING,),
    ),
    HelperProto(
        id=37,
        name="current_task_under_cgroup",
        since="4.9",
        doc=(
            "Whether the current task is in the cgroup of a slot of a cgroup array or below it: 1 or 0; "
            "EAGAIN for an empty slot."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=175,
        name="task_pt_regs",
        since="5.15",
        doc="The registers that a task entered the kernel with, as a typed pointer to `struct pt_regs`.",
        ret=RET_PTR_TO_BTF_ID,
        args=(ARG_PTR_TO_BTF_ID,),
        gpl_only=True,
        ret_btf="pt_regs",
        arg_btf=("task_struct",),
    ),
    HelperProto(
        id=109,
        name="send_signal",
        since="5.3",
        doc=(
            "Sends a signal to the current process, to any of its threads. EPERM for tasks that take none "
            "(the idle task, init), EBUSY when the queue of delayed signals is full, EAGAIN when the call "
            "cannot be delayed."
        ),
        ret=RET_INTEGER,
        args=(ARG_ANYTHING,),
    ),
    HelperProto(
        id=117,
        name="send_signal_thread",
        since="5.6",
        doc="Sends a signal to the current thread, otherwise as bpf_send_signal.",
        ret=RET_INTEGER,
        args=(ARG_ANYTHING,),
    ),
)
