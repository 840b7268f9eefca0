"""Programs run through bpf(2): tail calls into arrays that change, batches, helpers with Python bodies,
engines.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Iterator

import pytest

from hooks.packets import ARP, IPV4, IPV6, load
from skep.errors import KernelError
from skep.isa import build as b
from skep.isa import encode
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_JEQ, BPF_W
from skep.kernel.helpers.bodies import BODIES
from skep.kernel.hooks.batch import Packets, run_batch
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.prog_load import prog_load
from skep.uapi import FuncId, MapType, ProgType

XDP_SIZE = "r0 = *(u32 *)(r1 + 4)\nr1 = *(u32 *)(r1 + 0)\nr0 -= r1\nexit"
TRIM = """
    r6 = r1
    r2 = -10
    call 65
    r0 = 2
    exit
"""


@pytest.fixture(params=["jit", "interp"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Kernel]:
    with Kernel(ncpus=2, engine=request.param) as made:
        yield made


def array_of_programs(backend: Backend, entries: int = 4) -> int:
    return commands.map_create(
        backend, map_type=MapType.PROG_ARRAY, key_size=4, value_size=4, max_entries=entries
    )


def key(index: int) -> bytes:
    return struct.pack("<I", index)


def put(backend: Backend, array: int, index: int, prog: int) -> None:
    commands.map_update_elem(backend, array, key(index), struct.pack("<i", prog))


def caller(backend: Backend, array: int, index: int, otherwise: int) -> int:
    insns = [*b.ld_map_fd(2, array), b.mov64_imm(3, index), b.call_helper(FuncId.tail_call)]
    insns += [b.mov64_imm(0, otherwise), b.exit_()]
    return prog_load(backend, prog_type=ProgType.XDP, insns=encode(insns), license="GPL").fd


def retval(backend: Backend, prog: int) -> int:
    return commands.prog_test_run(backend, prog, data=IPV4).retval


@pytest.fixture(params=["jit", "interp", "linux"])
def any_kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "linux":
        yield request.getfixturevalue("linux")
    else:
        with Kernel(engine=request.param) as made:
            yield made


def test_a_tail_call_goes_where_the_array_says_now(any_kernel: Backend) -> None:
    array = array_of_programs(any_kernel)
    prog = caller(any_kernel, array, 1, otherwise=5)
    target = load(any_kernel, ProgType.XDP, "r0 = 7\nexit")
    assert retval(any_kernel, prog) == 5
    put(any_kernel, array, 1, target)
    assert retval(any_kernel, prog) == 7
    commands.map_delete_elem(any_kernel, array, key(1))
    assert retval(any_kernel, prog) == 5
    for fd in (array, prog, target):
        any_kernel.close(fd)


def test_a_slot_keeps_its_program_alive(any_kernel: Backend) -> None:
    array = array_of_programs(any_kernel)
    prog = caller(any_kernel, array, 0, otherwise=5)
    target = load(any_kernel, ProgType.XDP, "r0 = 9\nexit")
    put(any_kernel, array, 0, target)
    any_kernel.close(target)
    assert retval(any_kernel, prog) == 9
    any_kernel.close(array)  # the last descriptor: nobody can change the array any more, so it is emptied
    any_kernel.close(prog)


def test_tail_calls_end_after_33(any_kernel: Backend) -> None:
    """A program that calls itself counts in a map how often it ran."""
    array = array_of_programs(any_kernel)
    counter = commands.map_create(any_kernel, map_type=MapType.ARRAY, key_size=4, value_size=8, max_entries=1)
    insns = [*b.ld_map_value(4, counter, 0), b.ldx_mem(BPF_DW, 5, 4, 0), b.alu64_imm(BPF_ADD, 5, 1)]
    insns += [b.stx_mem(BPF_DW, 4, 5, 0), *b.ld_map_fd(2, array), b.mov64_imm(3, 0)]
    insns += [b.call_helper(FuncId.tail_call), b.mov64_imm(0, 3), b.exit_()]
    prog = prog_load(any_kernel, prog_type=ProgType.XDP, insns=encode(insns), license="GPL").fd
    put(any_kernel, array, 0, prog)
    assert retval(any_kernel, prog) == 3
    assert commands.map_lookup_elem(any_kernel, counter, bytes(4), 8) == (34).to_bytes(8, "little")
    for fd in (array, counter, prog):
        any_kernel.close(fd)


def test_programs_of_another_type_do_not_fit(backend: Backend) -> None:
    array = array_of_programs(backend)
    put(backend, array, 0, load(backend, ProgType.XDP, "r0 = 0\nexit"))
    other = load(backend, ProgType.SCHED_CLS, "r0 = 0\nexit")
    with pytest.raises(KernelError) as refused:
        put(backend, array, 1, other)
    assert refused.value.errno == 22


def test_a_program_leaves_an_array_while_others_run_it() -> None:
    """Native code is freed only when no run can be inside it."""
    with Kernel(ncpus=2) as kernel:
        array = array_of_programs(kernel)
        prog = caller(kernel, array, 0, otherwise=5)
        seen: set[int] = set()
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                seen.add(commands.prog_test_run(kernel, prog, data=IPV4, repeat=1000).retval)

        thread = threading.Thread(target=run)
        thread.start()
        for round in range(60):
            target = load(kernel, ProgType.XDP, f"r0 = {10 + round % 3}\nexit")
            put(kernel, array, 0, target)
            kernel.close(target)
            if round % 4 == 3:
                commands.map_delete_elem(kernel, array, key(0))
        stop.set()
        thread.join()
        assert seen <= {5, 10, 11, 12}


BATCHES = [
    (ProgType.XDP, XDP_SIZE),
    (ProgType.XDP, TRIM),
    (ProgType.SCHED_CLS, "r0 = *(u32 *)(r1 + 16)\nexit"),
]


def test_a_batch_gives_what_single_runs_give(kernel: Kernel) -> None:
    for prog_type, text in BATCHES:
        fd = load(kernel, prog_type, text)
        prog = kernel.machine.prog_of_fd(fd)
        # A packet of PROG_TEST_RUN has at most a page; a batch takes larger ones too.
        frames = [IPV4, IPV6, ARP, IPV4 * 40]
        result = run_batch(kernel.machine, prog, Packets.of(frames))
        single = [commands.prog_test_run(kernel, fd, data=frame) for frame in frames]
        assert list(result.retvals) == [run.retval for run in single]
        assert list(result.outputs) == [run.data_out for run in single]


def test_a_batch_names_the_packet_that_is_none(kernel: Kernel) -> None:
    prog = kernel.machine.prog_of_fd(load(kernel, ProgType.XDP, "r0 = 2\nexit"))
    with pytest.raises(OSError, match="packet 1 has 13 bytes"):
        run_batch(kernel.machine, prog, Packets.of([IPV4, bytes(13)]))


def test_packets_of_one_size_lie_in_one_buffer() -> None:
    packets = Packets.of_size(bytes(range(64)) * 3, 64)
    assert len(packets) == 3
    assert packets[1] == bytes(range(64))
    assert packets[1:] == [bytes(range(64))] * 2


def test_trace_printk_writes_to_the_trace_pipe(kernel: Kernel) -> None:
    text = b"cpu %d!\0"
    insns = [*b.ld_imm64(3, int.from_bytes(text, "little")), b.stx_mem(BPF_DW, 10, 3, -8), b.mov64_reg(1, 10)]
    insns += [b.alu64_imm(BPF_ADD, 1, -8), b.mov64_imm(2, len(text)), b.mov64_imm(3, 42)]
    insns += [b.call_helper(FuncId.trace_printk), b.exit_()]
    fd = prog_load(kernel, prog_type=ProgType.SCHED_CLS, insns=encode(insns), license="GPL").fd
    assert retval(kernel, fd) == len("cpu 42!")
    (line,) = kernel.machine.trace_pipe.read()
    assert line.endswith("bpf_trace_printk: cpu 42!")


def test_a_run_that_gets_to_a_helper_without_a_body_fails_and_names_it(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(BODIES, "clone_redirect")
    text = "r6 = r1\nr0 = *(u32 *)(r1 + 0)\nif r0 < 80 goto out\nr2 = 1\nr3 = 0\ncall 13\nout:\nexit"
    fd = load(kernel, ProgType.SCHED_CLS, text)
    assert retval(kernel, fd) == len(IPV4)
    with pytest.raises(OSError) as refused:
        commands.prog_test_run(kernel, fd, data=ARP)
    assert refused.value.errno == 524
    prog = kernel.machine.prog_of_fd(fd)
    with pytest.raises(OSError, match="bpf_clone_redirect"):
        run_batch(kernel.machine, prog, Packets.of([IPV4, ARP]))
    assert retval(kernel, fd) == len(IPV4)


def test_per_cpu_counters_lose_nothing_without_atomics() -> None:
    """More threads than CPUs: each run owns its CPU, so plain increments of per-CPU values are exact."""
    with Kernel(ncpus=2) as kernel:
        counters = {
            map_type: commands.map_create(kernel, map_type=map_type, key_size=4, value_size=8, max_entries=2)
            for map_type in (MapType.PERCPU_ARRAY, MapType.PERCPU_HASH)
        }
        commands.map_update_elem(kernel, counters[MapType.PERCPU_HASH], key(1), bytes(16))
        insns = encode(_increments(counters.values()))
        fd = prog_load(kernel, prog_type=ProgType.XDP, insns=insns, license="GPL").fd
        threads = [
            threading.Thread(target=lambda: commands.prog_test_run(kernel, fd, data=IPV4, repeat=20_000))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for counter in counters.values():
            values = struct.unpack("<2Q", commands.map_lookup_elem(kernel, counter, key(1), 16))
            assert sum(values) == 80_000


def _increments(maps: Iterable[int]) -> list[Insn]:
    insns: list[Insn] = []
    for fd in maps:
        insns += [b.st_mem(BPF_W, 10, -4, 1), b.mov64_reg(2, 10), b.alu64_imm(BPF_ADD, 2, -4)]
        insns += [*b.ld_map_fd(1, fd), b.call_helper(FuncId.map_lookup_elem)]
        insns += [b.jmp_imm(BPF_JEQ, 0, 0, 3), b.ldx_mem(BPF_DW, 1, 0, 0)]
        insns += [b.alu64_imm(BPF_ADD, 1, 1), b.stx_mem(BPF_DW, 0, 1, 0)]
    return [*insns, b.mov64_imm(0, 2), b.exit_()]
