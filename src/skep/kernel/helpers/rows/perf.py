"""Perf events and stacks."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_MEM_OR_NULL,
    ARG_PTR_TO_UNINIT_MEM,
    MEM_RDONLY,
    MEM_WRITE,
    RET_INTEGER,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=22,
        name="perf_event_read",
        since="4.3",
        doc=(
            "Reads the counter of the perf event in a slot of a perf event array; BPF_F_CURRENT_CPU takes "
            "the slot of this CPU. The result cannot be told from a negative errno; "
            "bpf_perf_event_read_value can."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=25,
        name="perf_event_output",
        since="4.4",
        doc=(
            "Writes a record of `size` bytes to the perf ring buffer in a slot of a perf event array; "
            "BPF_F_CURRENT_CPU takes this CPU's. On packets, the upper bits of `flags` say how many bytes "
            "of the packet are appended. ENOENT when the slot is empty, ENOSPC when the buffer is full."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=27,
        name="get_stackid",
        since="4.6",
        doc=(
            "Stores the current kernel or user call chain in a stack trace map and returns its id, a "
            "hash. Flags skip innermost frames, choose the user side, compare by hash alone, or replace a "
            "stack with the same id (else EEXIST)."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=27,
        name="get_stackid",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
        only_in=(ProgType.PERF_EVENT,),
    ),
    HelperProto(
        id=55,
        name="perf_event_read_value",
        since="4.15",
        doc=(
            "Reads value, enabled time and running time of the perf event in a slot of a perf event array "
            "into a `struct bpf_perf_event_value`, so that multiplexed counters can be scaled."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=56,
        name="perf_prog_read_value",
        since="4.15",
        doc=(
            "Reads the event that a perf_event program is attached to into a `struct bpf_perf_event_value`."
        ),
        absent=absent.PERF_EVENTS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=67,
        name="get_stack",
        since="4.18",
        doc=(
            "Copies the current kernel or user call chain into memory, as 64-bit addresses or, with "
            "BPF_F_USER_BUILD_ID, as build ids and file offsets. Returns the bytes written."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=67,
        name="get_stack",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
        might_sleep=True,
        sleepable_variant=True,
    ),
    HelperProto(
        id=111,
        name="skb_output",
        since="5.5",
        doc=(
            "Like bpf_perf_event_output for tracing programs that have a pointer to a socket buffer: "
            "appends bytes of its packet."
        ),
        absent=absent.PERF_EVENTS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
        arg_btf=(
            "sk_buff",
            "",
            "",
            "",
            "",
        ),
    ),
    HelperProto(
        id=119,
        name="read_branch_records",
        since="5.7",
        doc=(
            "Copies the branches that the processor recorded with the sample of a perf_event program. "
            "EINVAL without a record, ENOENT where processors have none."
        ),
        absent=absent.PERF_EVENTS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM_OR_NULL | MEM_WRITE,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=121,
        name="xdp_output",
        since="5.7",
        doc=(
            "Like bpf_perf_event_output for tracing programs that have a pointer to an XDP frame: appends "
            "bytes of it."
        ),
        absent=absent.PERF_EVENTS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
        arg_btf=(
            "xdp_buff",
            "",
            "",
            "",
            "",
        ),
    ),
    HelperProto(
        id=141,
        name="get_task_stack",
        since="5.9",
        doc="Copies the kernel or user call chain of a task into memory, like bpf_get_stack.",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "task_struct",
            "",
            "",
            "",
        ),
    ),
    HelperProto(
        id=141,
        name="get_task_stack",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        might_sleep=True,
        arg_btf=(
            "task_struct",
            "",
            "",
            "",
        ),
        sleepable_variant=True,
    ),
    HelperProto(
        id=176,
        name="get_branch_snapshot",
        since="5.16",
        doc=(
            "Takes a snapshot of the processor's last branches, outside of any perf event. ENOENT where "
            "processors have none, EINVAL for flags."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
    ),
)
