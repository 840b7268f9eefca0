"""All program types, found by number, and the questions that need a type, an attach type and a caller
together."""

from __future__ import annotations

from importlib import import_module

from skep.kernel.helpers import registry as helpers
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.progtypes.probed.common import NEEDS_PERFMON, SYSCALL_WITHOUT_PERFMON
from skep.kernel.progtypes.progtype import ProgTypeRow, Variant, names
from skep.uapi import ProgType

PROG_TYPES: dict[int, ProgTypeRow] = {
    int(number): import_module(f"skep.kernel.progtypes.{number.name.lower()}").ROW
    for number in ProgType
    if number != ProgType.UNSPEC
}

#: Helpers of the common base that need CAP_BPF at least, which socket filters and cgroup_skb may lack.
#: From the kernel's list of base helpers; unprivileged BPF is off where the tables were probed.
_BASE_WITH_CAP_BPF: frozenset[int] = names("""
    spin_lock spin_unlock jiffies64 per_cpu_ptr this_cpu_ptr timer_init timer_set_callback timer_start
    timer_cancel kptr_xchg for_each_map_elem loop user_ringbuf_drain ringbuf_reserve_dynptr
    ringbuf_submit_dynptr ringbuf_discard_dynptr dynptr_from_mem dynptr_read dynptr_write dynptr_data
    cgrp_storage_get cgrp_storage_delete get_current_cgroup_id get_current_ancestor_cgroup_id
    task_storage_get task_storage_delete get_current_uid_gid get_cgroup_classid current_task_under_cgroup
    """)


def variant_of(prog_type: int, attach_type: int) -> Variant | None:
    """The facts for a program type and expected attach type; None where Linux has no such combination."""
    row = PROG_TYPES.get(prog_type)
    return None if row is None else row.variant(attach_type)


def helper_proto(
    variant: Variant,
    prog_type: int,
    func_id: int,
    *,
    bpf: bool = True,
    perfmon: bool = True,
    sleepable: bool = False,
) -> HelperProto | None:
    """The contract of a helper for programs loaded with these capabilities; None: not for them."""
    if func_id not in variant.helpers:
        return None
    exempt = prog_type == ProgType.SYSCALL and func_id in SYSCALL_WITHOUT_PERFMON
    if not perfmon and func_id in NEEDS_PERFMON and not exempt:
        return None
    if not bpf and func_id in _BASE_WITH_CAP_BPF:
        return None
    return helpers.find(prog_type, func_id, sleepable)
