"""Run loops, virtual CPUs and grace periods, with native helpers in the place of programs."""

from __future__ import annotations

import ctypes
import threading
from array import array
from collections.abc import Callable

import pytest

from skep._runtime import SYMBOLS, NativeKernel, run_batch, run_repeat
from skep.kernel.model.record import Record

_NATIVE = ctypes.CFUNCTYPE(*[ctypes.c_uint64] * 7)


def program(entry: int) -> Record:
    record = Record("skep_prog")
    record["entry"] = entry
    return record


class Body:
    """A Python function as a native program."""

    def __init__(self, function: Callable[..., int]) -> None:
        self._keep = _NATIVE(function)
        self.record = program(ctypes.cast(self._keep, ctypes.c_void_p).value or 0)


def test_a_program_runs_as_often_as_it_is_told() -> None:
    seen: list[int] = []

    def count(ctx: int, *_: int) -> int:
        seen.append(ctx)
        return len(seen)

    body = Body(count)
    result, spent, redirect = run_repeat(NativeKernel(1), -1, body.record.address, 77, 5)
    assert (result, seen) == (5, [77] * 5)
    assert spent > 0
    assert redirect == (0, 0, 0, 0, 0)


def test_a_run_is_on_the_cpu_that_was_asked_for() -> None:
    kernel = NativeKernel(4)
    which = program(SYMBOLS["bpf_get_smp_processor_id"])
    assert [run_repeat(kernel, cpu, which.address, 0, 1)[0] for cpu in (3, 0, 2, -1)] == [3, 0, 2, 0]
    with pytest.raises(ValueError, match="no CPU 4"):
        run_repeat(kernel, 4, which.address, 0, 1)


def test_random_numbers_repeat_with_the_seed() -> None:
    draw = program(SYMBOLS["bpf_get_prandom_u32"])

    def draws(kernel: NativeKernel) -> list[int]:
        return [run_repeat(kernel, -1, draw.address, 0, 1)[0] for _ in range(4)]

    kernel = NativeKernel(2, 5)
    first = draws(kernel)
    assert len(set(first)) == 4
    assert all(0 <= number < 1 << 32 for number in first)
    assert draws(NativeKernel(2, 5)) == first
    assert draws(NativeKernel(2, 6)) != first
    kernel.seed(5)
    assert draws(kernel) == first


def test_a_stopped_clock_stands() -> None:
    kernel = NativeKernel(1)
    clock = program(SYMBOLS["bpf_ktime_get_ns"])
    boot = program(SYMBOLS["bpf_ktime_get_boot_ns"])
    kernel.clock_stopped, kernel.clock_ns, kernel.boot_offset = 1, 1000, 50
    assert run_repeat(kernel, -1, clock.address, 0, 1)[0] == 1000
    assert run_repeat(kernel, -1, boot.address, 0, 1)[0] == 1050
    kernel.clock_stopped = 0
    assert run_repeat(kernel, -1, clock.address, 0, 1)[0] > 1000


def test_a_run_inside_a_run_stays_on_its_cpu() -> None:
    kernel = NativeKernel(2)
    which = program(SYMBOLS["bpf_get_smp_processor_id"])
    outer = Body(lambda *_: run_repeat(kernel, 0, which.address, 0, 1)[0])
    assert run_repeat(kernel, 1, outer.record.address, 0, 1)[0] == 1
    assert run_repeat(kernel, 0, outer.record.address, 0, 1)[0] == 0


def test_two_threads_are_never_on_one_cpu() -> None:
    kernel = NativeKernel(1)
    inside: list[int] = []
    most: list[int] = []

    def body(*_: int) -> int:
        inside.append(1)
        most.append(len(inside))
        inside.pop()
        return 0

    entry = Body(body)
    threads = [
        threading.Thread(target=run_repeat, args=(kernel, 0, entry.record.address, 0, 200)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 800


def test_what_is_deferred_waits_for_the_runs_under_way() -> None:
    kernel = NativeKernel(2)
    done: list[str] = []
    kernel.defer(lambda: done.append("nobody ran"))
    assert done == ["nobody ran"]

    def body(*_: int) -> int:
        kernel.defer(lambda: done.append("after the run"))
        kernel.reap()
        assert done == ["nobody ran"]
        return 0

    entry = Body(body)
    run_repeat(kernel, 1, entry.record.address, 0, 1)
    kernel.reap()
    assert done == ["nobody ran", "after the run"]


def test_cpus_are_entered_and_left_by_hand() -> None:
    kernel = NativeKernel(2)
    assert kernel.enter(1) == 1
    assert kernel.enter(-1) == 1
    kernel.leave(1)
    kernel.leave(1)
    with pytest.raises(ValueError, match="nothing runs"):
        kernel.leave(1)


# ── batches ──

XDP, L2, L3 = -1, 0, 1


def batch(
    kind: int, packets: list[bytes], entry: int, room: int | None = None
) -> tuple[list[int], list[bytes]]:
    template = Record("skep_xdp_buff" if kind == XDP else "skep_sk_buff").raw()
    count = len(packets)
    lengths = array("I", map(len, packets))
    offsets = array("Q", (sum(lengths[:at]) for at in range(count)))
    retvals, out_lengths = array("I", bytes(4 * count)), array("I", bytes(4 * count))
    out = bytearray(room or sum(lengths) + count * 32000)
    kernel, prog = NativeKernel(1), program(entry)
    done, pieces = 0, b""
    while done < count:
        before = done
        done, used, _ = run_batch(
            kernel, -1, prog.address, kind, template, b"".join(packets), offsets, lengths, retvals, done,
            array("I", [0]), out, out_lengths,
        )  # fmt: skip
        assert done > before
        pieces += out[:used]
    ends = [sum(out_lengths[: at + 1]) for at in range(count)]
    return list(retvals), [pieces[end - length : end] for end, length in zip(ends, out_lengths, strict=True)]


PACKETS = [bytes([at]) * size for at, size in enumerate((14, 60, 64, 1500, 3520, 3521, 9000, 65536))]


@pytest.mark.parametrize("kind", [XDP, L2, L3], ids=["XDP", "layer 2", "layer 3"])
def test_packets_come_out_as_they_went_in(kind: int) -> None:
    retvals, outputs = batch(kind, PACKETS, SYMBOLS["bpf_get_smp_processor_id"])
    assert retvals == [0] * len(PACKETS)
    assert outputs == PACKETS


def test_a_program_sees_each_packet_in_turn() -> None:
    retvals, _ = batch(XDP, PACKETS, SYMBOLS["bpf_xdp_get_buff_len"])
    assert retvals == [len(packet) for packet in PACKETS]


def test_a_full_output_is_emptied_and_the_batch_goes_on() -> None:
    _, outputs = batch(L2, PACKETS * 3, SYMBOLS["bpf_get_smp_processor_id"], room=90_000)
    assert outputs == PACKETS * 3


def test_a_frame_too_short_for_its_protocol_has_no_run() -> None:
    ipv4 = bytes(12) + b"\x08\0" + bytes(4)
    assert batch(L2, [ipv4], SYMBOLS["bpf_get_smp_processor_id"])[0] == [0xFFFFFFFF]


def test_packets_outside_of_the_buffer_are_refused() -> None:
    template = Record("skep_xdp_buff").raw()
    prog = program(SYMBOLS["bpf_get_smp_processor_id"])
    with pytest.raises(ValueError, match="packet 1"):
        run_batch(
            NativeKernel(1), -1, prog.address, XDP, template, bytes(100), array("Q", [0, 90]),
            array("I", [50, 11]), array("I", [0, 0]), 0, array("I", [0]),
        )  # fmt: skip


def test_a_batch_that_is_not_wanted_any_more_ends_with_eintr() -> None:
    template = Record("skep_xdp_buff").raw()
    prog = program(SYMBOLS["bpf_get_smp_processor_id"])
    with pytest.raises(InterruptedError):
        run_batch(
            NativeKernel(1), -1, prog.address, XDP, template, bytes(100), array("Q", [0]),
            array("I", [50]), array("I", [0]), 0, array("I", [1]),
        )  # fmt: skip
