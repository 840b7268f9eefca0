"""What helpers say of a model that the test gives: task, stacks, mappings, symbols, cgroups, devices."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.calls import Call, In, InOut, MapFd, OnKernel, Out
from skep.kernel.helpers.bodies import BODIES
from skep.kernel.model.network import Sent
from skep.kernel.model.perf_event import PerfEvent
from skep.kernel.model.seq_file import SeqFile
from skep.kernel.model.task import Mapping, Signal
from skep.kernel.vmlinux import KALLSYMS
from skep.syscall import commands
from skep.syscall.inproc import Kernel
from skep.uapi import MapType, ProgType

_RAW_TP, _SYSCALL, _TC = ProgType.RAW_TRACEPOINT, ProgType.SYSCALL, ProgType.SCHED_CLS
_FUNCTIONS = b"ffffffff81000100 T first\nffffffff81000180 T second\nffffffff81000200 T last\n"


@pytest.fixture(params=["jit", "interp"])
def kernel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kernel]:
    symbols = tmp_path / "kallsyms"
    symbols.write_bytes(_FUNCTIONS)
    with Kernel(engine=request.param, files={KALLSYMS: str(symbols)}) as kernel:
        yield kernel


@pytest.fixture
def runner(kernel: Kernel) -> Iterator[OnKernel]:
    runner = OnKernel(kernel)
    yield runner
    runner.close()


def _words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def test_call_chains_are_those_of_the_task(kernel: Kernel, runner: OnKernel) -> None:
    kernel.machine.task.kernel_stack = [1, 2, 3]
    kernel.machine.task.user_stack = [7, 8]
    stacks = [("get_stack", 32, 0), ("get_stack", 16, 1), ("get_stack", 16, 1 << 8), ("get_stack", 16, 4)]
    calls = [Call(helper, (Out(32), size, flags)) for helper, size, flags in stacks]
    assert runner.run(_RAW_TP, calls)[0] == [
        (24, _words(1, 2, 3, 0)),
        (16, _words(2, 3, 0, 0)),
        (16, _words(7, 8, 0, 0)),
        (-14, bytes(32)),
    ]


def test_a_stack_with_build_ids_has_addresses_where_no_file_is_mapped(
    kernel: Kernel, runner: OnKernel
) -> None:
    kernel.machine.task.user_stack = [0x1234]
    (result,) = runner.run(_RAW_TP, [Call("get_stack", (Out(32), 32, 1 << 8 | 1 << 11))])[0]
    assert result == (32, struct.pack("<I20xQ", 2, 0x1234))


def _file_with_build_id(path: Path, build_id: bytes) -> str:
    """An ELF file that is nothing but a note."""
    note = struct.pack("<III4s", 4, len(build_id), 3, b"GNU") + build_id
    ident = b"\x7fELF" + bytes((2, 1, 1)).ljust(12, b"\0")
    head = ident + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    path.write_bytes(head + struct.pack("<IIQQQQQQ", 4, 4, 120, 120, 120, len(note), len(note), 4) + note)
    return str(path)


def test_frames_in_mapped_files_have_their_build_ids(
    kernel: Kernel, runner: OnKernel, tmp_path: Path
) -> None:
    task, build_id = kernel.machine.task, bytes(range(1, 21))
    file = _file_with_build_id(tmp_path / "library.so", build_id)
    plain = tmp_path / "text"
    plain.write_text("no ELF file")
    task.mappings = [
        Mapping(0x1000, 0x3000, file=file, offset=0x8000),
        Mapping(0x3000, 0x4000, file=str(plain)),
    ]
    task.user_stack = [0x1234, 0x3010]
    (result,) = runner.run(_RAW_TP, [Call("get_stack", (Out(64), 64, 1 << 8 | 1 << 11))])[0]
    frames = struct.pack("<I20sQI20xQ", 1, build_id, 0x8234, 2, 0x3010)
    assert result == (64, frames)
    fd = commands.map_create(
        kernel, map_type=MapType.STACK_TRACE, key_size=4, value_size=64, max_entries=4, map_flags=1 << 5
    )
    runner.maps["map"] = fd
    (number,) = [r0 for r0, _ in runner.run(_RAW_TP, [Call("get_stackid", (MapFd("map"), 1 << 8))])[0]]
    key = number.to_bytes(4, "little")
    assert commands.map_lookup_elem(kernel, fd, key, 64) == frames


def _map(kernel: Kernel, runner: OnKernel, map_type: MapType, value_size: int, entries: int) -> int:
    fd = commands.map_create(
        kernel, map_type=map_type, key_size=4, value_size=value_size, max_entries=entries
    )
    runner.maps["map"] = fd
    return fd


def test_stacks_are_kept_under_an_id(kernel: Kernel, runner: OnKernel) -> None:
    task = kernel.machine.task
    fd = _map(kernel, runner, MapType.STACK_TRACE, 16, 1)
    task.kernel_stack, task.user_stack = [1, 2, 3], [7, 8]
    calls = [
        Call("get_stackid", (MapFd("map"), flags)) for flags in (0, 0, 1, 1 << 10 | 1, 1 << 8 | 2, 1 << 13)
    ]
    results = [r0 for r0, _ in runner.run(_RAW_TP, calls)[0]]
    assert results == [0, 0, -17, -12, -14, -22]  # EEXIST, ENOMEM, EFAULT, EINVAL
    assert commands.map_lookup_elem(kernel, fd, bytes(4), 16) == _words(1, 2)
    assert commands.map_get_next_key(kernel, fd, None, 4) == bytes(4)
    commands.map_delete_elem(kernel, fd, bytes(4))
    assert commands.map_get_next_key(kernel, fd, None, 4) is None


def test_counters_are_read(kernel: Kernel, runner: OnKernel) -> None:
    fd = _map(kernel, runner, MapType.PERF_EVENT_ARRAY, 4, 2)
    event_fd = kernel.perf_event_open(0, 1)
    commands.map_update_elem(kernel, fd, bytes(4), struct.pack("<i", event_fd))
    event = kernel.machine.fds.find(event_fd, PerfEvent)
    assert event is not None
    event.counted(77, enabled=9, running=8)
    reads = [Call("perf_event_read", (MapFd("map"), slot), context=False) for slot in (0, 1, 2)]
    value = Call("perf_event_read_value", (MapFd("map"), 0xFFFFFFFF, Out(24), 24), context=False)
    bad = Call("perf_event_read_value", (MapFd("map"), 0, Out(16), 16), context=False)
    results = runner.run(_RAW_TP, [*reads, value, bad])[0]
    assert [r0 for r0, _ in results[:3]] == [77, -2, -7]
    assert results[3:] == [(0, _words(77, 9, 8)), (-22, bytes(16))]


def test_tasks_and_packets_are_under_groups(kernel: Kernel, runner: OnKernel) -> None:
    fd = _map(kernel, runner, MapType.CGROUP_ARRAY, 4, 4)
    kernel.cgroups.current = kernel.cgroups.add("/a/b")
    for index, path in enumerate(("/a", "/c", "/a/b")):
        group = struct.pack("<i", kernel.open(kernel.cgroups.add(path)))
        commands.map_update_elem(kernel, fd, struct.pack("<I", index), group)
    task = [Call("current_task_under_cgroup", (MapFd("map"), at), context=False) for at in range(5)]
    packet = [Call("skb_under_cgroup", (MapFd("map"), at)) for at in range(5)]
    results = [r0 for r0, _ in runner.run(_TC, [*task, *packet], bytes(64))[0]]
    assert results == [1, 0, 1, -11, -7] * 2


def test_signals_are_kept_for_the_test(kernel: Kernel, runner: OnKernel) -> None:
    calls = [Call(f"send_signal{kind}", (10,), context=False) for kind in ("", "_thread")]
    assert [r0 for r0, _ in runner.run(_RAW_TP, calls)[0]] == [0, 0]
    assert kernel.machine.task.signals == [Signal(10, to_thread=False), Signal(10, to_thread=True)]


def test_ids_are_those_of_the_namespace_that_is_named(kernel: Kernel, runner: OnKernel) -> None:
    kernel.machine.native.pid_tgid = 44 << 32 | 55
    device, inode = kernel.machine.task.pid_namespace
    calls = [Call("get_ns_current_pid_tgid", (device, inode + n, Out(8), 8), context=False) for n in (0, 1)]
    assert runner.run(_RAW_TP, calls)[0] == [(0, struct.pack("<II", 55, 44)), (-22, bytes(8))]


def test_symbols_are_found_by_name(runner: OnKernel) -> None:
    names = [b"second\0", b"third\0"]
    calls = [Call("kallsyms_lookup_name", (In(name), len(name), 0, Out(8)), context=False) for name in names]
    assert runner.run(_SYSCALL, calls)[0] == [(0, _words(0xFFFFFFFF81000180)), (-2, bytes(8))]


def test_addresses_are_printed_by_name(kernel: Kernel, runner: OnKernel) -> None:
    address = 0xFFFFFFFF81000180
    for text in (b"%ps %pS\n\0", b"%pB\n\0"):
        call = Call("trace_printk", (In(text), len(text), address, address), context=False)
        assert runner.run(_RAW_TP, [call])[0][0][0] > 0
    lines = [line.partition("bpf_trace_printk: ")[2] for line in kernel.machine.trace_pipe]
    assert lines == ["second second+0x0/0x80", "first+0x80/0x80"]


def test_a_kernel_without_types_has_no_mappings_to_hand_on() -> None:
    with Kernel(btf=False) as kernel:
        kernel.machine.task.mappings = [Mapping(0x1000, 0x3000)]
        assert kernel.machine.task.find_mapping(0x2000) is None  # there is no struct vm_area_struct
        with pytest.raises(OSError, match="nothing is mapped"):
            BODIES["find_vma"](kernel.machine, 1, 0x5000, 0, 0, 0, 0)


def test_a_mapping_is_handed_to_the_callback() -> None:
    """find_vma's callback is native code: here it is Python's, and sees the task's mapping."""
    seen: list[int] = []
    native = ctypes.CFUNCTYPE(*[ctypes.c_uint64] * 7)
    with Kernel() as kernel:
        kernel.machine.task.mappings = [Mapping(0x1000, 0x3000, flags=5)]
        callback = native(lambda *args: seen.extend(args[:3]) or 0)
        entry = ctypes.cast(callback, ctypes.c_void_p).value or 0
        current = kernel.machine.task.address
        assert BODIES["find_vma"](kernel.machine, current, 0x2000, entry, 9, 0, 0) == 0
        task, area, ctx = seen
        found = kernel.machine.task.find_mapping(0x2000)
        assert found is not None
        start = found.place("vm_start").bit_offset // 8
        assert (task, ctx) == (current, 9)
        assert ctypes.string_at(area + start, 8) == (0x1000).to_bytes(8, "little")


def test_what_an_iterator_writes_grows_until_it_is_full(kernel: Kernel) -> None:
    file = SeqFile(room=16)
    kernel.machine.seq_files[file.address] = file
    text = ctypes.create_string_buffer(b"%d and %d")
    args = (ctypes.c_uint64 * 2)(3, 4)
    printed = (ctypes.addressof(text), len(text), ctypes.addressof(args), 16, 0)
    assert BODIES["seq_printf"](kernel.machine, file.address, *printed) == 0
    assert BODIES["seq_write"](kernel.machine, file.address, ctypes.addressof(text), 2, 0, 0, 0) == 0
    assert bytes(file.text) == b"3 and 4%d"
    with pytest.raises(OSError, match="of the buffer"):
        BODIES["seq_printf"](kernel.machine, file.address, *printed)
    with pytest.raises(OSError, match="no iterator"):
        BODIES["seq_write"](kernel.machine, 8, ctypes.addressof(text), 2, 0, 0, 0)


def test_cgroups_are_found_by_level(kernel: Kernel, runner: OnKernel) -> None:
    inner = kernel.cgroups.add("/a/b", id=77, classid=0x10002)
    kernel.cgroups.current = inner
    level = [Call("get_current_ancestor_cgroup_id", (n,), context=False) for n in range(4)]
    others = [Call("get_current_cgroup_id", context=False), Call("get_cgroup_classid"), Call("skb_cgroup_id")]
    results = runner.run(_TC, [*level, *others, Call("skb_ancestor_cgroup_id", (1,))], bytes(64))[0]
    parent = inner.parent
    assert parent is not None
    assert [r0 for r0, _ in results] == [1, parent.id, 77, 0, 77, 0x10002, 77, parent.id]
    assert inner.path == "/a/b"


def test_a_clone_is_sent_and_the_packet_stays(kernel: Kernel, runner: OnKernel) -> None:
    frame = bytes(range(64))
    kernel.net.add_device("eth0", ifindex=9)
    wanted = [(9, 0), (9, 1), (1, 0), (5, 0), (9, 2)]
    results, out = runner.run(_TC, [Call("clone_redirect", args) for args in wanted], frame)
    assert [r0 for r0, _ in results] == [0, 0, 0, -22, -22]
    assert kernel.net.sent == [Sent(9, 0, frame), Sent(9, 1, frame), Sent(1, 0, frame)]
    assert out == frame


def test_routes_of_a_device_that_does_not_forward_are_refused(kernel: Kernel, runner: OnKernel) -> None:
    kernel.net.add_device("eth0", ifindex=2)
    params = InOut(struct.pack("<BBHHHII", 2, 0, 0, 0, 0, 2, 0).ljust(64, b"\0"))
    assert runner.run(_TC, [Call("fib_lookup", (params, 64, 0))], bytes(64))[0][0][0] == 5
    kernel.net.set_device("eth0", forwarding=(True, True))
    assert runner.run(_TC, [Call("fib_lookup", (params, 64, 0))], bytes(64))[0][0][0] == 4
