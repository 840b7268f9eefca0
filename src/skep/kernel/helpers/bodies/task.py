"""The current task: its structure, namespace ids, call chains and mappings; signals."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep._runtime import call, write_memory
from skep.kernel.helpers.bodies.body import Body
from skep.kernel.helpers.bodies.memory import signed32
from skep.kernel.maps.objects import StackTrace
from skep.kernel.model.build_id import build_id_of
from skep.kernel.model.task import Mapping, Signal, Task
from skep.uapi import (
    BPF_F_FAST_STACK_CMP,
    BPF_F_REUSE_STACKID,
    BPF_F_SKIP_FIELD_MASK,
    BPF_F_USER_BUILD_ID,
    BPF_F_USER_STACK,
)

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_U32 = 0xFFFF_FFFF
_PIDNS_INFO = 8
_MAX_SIGNAL = 64
_BUILD_ID = 32  # struct bpf_stack_build_id: status, 20 bytes of id, offset or address
_BUILD_ID_VALID, _BUILD_ID_IP = 1, 2


def get_current_task(machine: Machine, *_: int) -> int:
    return machine.task.address


def task_pt_regs(machine: Machine, *_: int) -> int:
    registers = machine.task.registers
    return registers.address if registers else 0


def get_ns_current_pid_tgid(machine: Machine, device: int, inode: int, info: int, size: int, *_: int) -> int:
    size &= _U32
    task = machine.task
    if size != _PIDNS_INFO or (device, inode) != task.pid_namespace:
        write_memory(info, bytes(size))
        raise OSError(errno.EINVAL, "not the task's PID namespace")
    write_memory(info, task.pid.to_bytes(4, "little") + task.tgid.to_bytes(4, "little"))
    return 0


def send(task: Task, number: int, to_thread: bool) -> int:
    """bpf_send_signal_common(): the test finds what was sent in the task's `signals`."""
    if task.tgid == 1:
        raise OSError(errno.EPERM, "init gets no signals from programs")
    number = signed32(number)
    if not 0 <= number <= _MAX_SIGNAL:
        raise OSError(errno.EINVAL, f"there is no signal {number}")
    if number:
        task.signals.append(Signal(number, to_thread))
    return 0


def send_signal(machine: Machine, number: int, *_: int) -> int:
    return send(machine.task, number, to_thread=False)


def send_signal_thread(machine: Machine, number: int, *_: int) -> int:
    return send(machine.task, number, to_thread=True)


# ── call chains ──


def _copy_stack(task: Task, out: int, size: int, flags: int) -> int:
    """__bpf_get_stack(): as many frames as there is room for; the rest of the buffer becomes zero."""
    size &= _U32
    try:
        frames = _frames(task, size, flags)
    except OSError:
        write_memory(out, bytes(size))
        raise
    write_memory(out, frames.ljust(size, b"\0"))
    return len(frames)


def _frames(task: Task, size: int, flags: int) -> bytes:
    user, build_ids = flags & BPF_F_USER_STACK, flags & BPF_F_USER_BUILD_ID
    if flags & ~(BPF_F_SKIP_FIELD_MASK | BPF_F_USER_STACK | BPF_F_USER_BUILD_ID) or (build_ids and not user):
        raise OSError(errno.EINVAL, "unknown flags, or build ids of a kernel stack")
    each = _BUILD_ID if build_ids else 8
    if size % each:
        raise OSError(errno.EINVAL, f"{size} bytes are no multiple of {each}")
    chain = task.user_stack if user else task.kernel_stack
    skip = flags & BPF_F_SKIP_FIELD_MASK
    if not chain or skip > len(chain):
        raise OSError(errno.EFAULT, "there is no such stack")
    kept = chain[skip : skip + size // each]
    return _packed(task, kept, bool(build_ids))


def _packed(task: Task, chain: list[int], build_ids: bool) -> bytes:
    """Frames as programs get them: addresses, or `struct bpf_stack_build_id`."""
    if not build_ids:
        return b"".join(ip.to_bytes(8, "little") for ip in chain)
    return b"".join(_with_build_id(task.mapping_at(ip), ip) for ip in chain)


def _with_build_id(mapping: Mapping | None, ip: int) -> bytes:
    """stack_map_get_build_id_offset(): the file's build id and the place in it; else just the address."""
    build_id = build_id_of(mapping.file) if mapping and mapping.file else None
    if mapping is None or build_id is None:
        return struct.pack("<I20xQ", _BUILD_ID_IP, ip)
    return struct.pack("<I20sQ", _BUILD_ID_VALID, build_id, mapping.offset + ip - mapping.start)


def get_stackid(machine: Machine, ctx: int, stacks: int, flags: int, *_: int) -> int:
    map_ = machine.map_at(stacks)
    assert isinstance(map_, StackTrace)
    if flags & ~(BPF_F_SKIP_FIELD_MASK | BPF_F_USER_STACK | BPF_F_FAST_STACK_CMP | BPF_F_REUSE_STACKID):
        raise OSError(errno.EINVAL, "unknown flags")
    chain = machine.task.user_stack if flags & BPF_F_USER_STACK else machine.task.kernel_stack
    kept = chain[flags & BPF_F_SKIP_FIELD_MASK :][: map_.value_size // map_.frame_size]
    if not kept:
        raise OSError(errno.EFAULT, "there is no such stack")
    return map_.put(_packed(machine.task, kept, map_.frame_size == _BUILD_ID), flags)


def get_stack(machine: Machine, ctx: int, out: int, size: int, flags: int, *_: int) -> int:
    return _copy_stack(machine.task, out, size, flags)


def get_task_stack(machine: Machine, task: int, out: int, size: int, flags: int, *_: int) -> int:
    found = machine.tasks.at(task)
    if found is None:
        write_memory(out, bytes(size & _U32))
        raise OSError(errno.EINVAL, "no task")
    return _copy_stack(found, out, size, flags)


def find_vma(machine: Machine, task: int, address: int, callback: int, ctx: int, flags: int, run: int) -> int:
    if flags:
        raise OSError(errno.EINVAL, "unknown flags")
    found = machine.tasks.at(task)
    area = found.find_mapping(address) if found else None
    if area is None:
        raise OSError(errno.ENOENT, f"nothing is mapped at {address:#x}")
    call(callback, task, area.address, ctx, 0, 0, run)
    return 0


BODIES: dict[str, Body] = {
    "get_current_task": get_current_task,
    "get_current_task_btf": get_current_task,
    "task_pt_regs": task_pt_regs,
    "get_ns_current_pid_tgid": get_ns_current_pid_tgid,
    "send_signal": send_signal,
    "send_signal_thread": send_signal_thread,
    "get_stack": get_stack,
    "get_stackid": get_stackid,
    "get_task_stack": get_task_stack,
    "find_vma": find_vma,
}
