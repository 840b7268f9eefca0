"""Programs from PROG_LOAD to PROG_TEST_RUN, on both kernels and both engines."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from skep.isa import encode
from skep.isa.asm import assemble
from skep.isa.opcodes import BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_IDX
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.uapi import Cmd, FuncId, MapType, ProgType
from skep.uapi import attrs as a
from skep.uapi.info import ProgInfo
from syscall.helpers import BAD_FD, array, errno_of, hash_map, key, return_two, value, xdp

PACKET = bytes(range(64))
MARK = 0x7EAD0000  # constants that stand for maps until a program is loaded
HELPERS = {f"bpf_{helper.name}": int(helper) for helper in FuncId}


@pytest.fixture(params=["jit", "interp", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A kernel by the engine that runs its programs."""
    if request.param == "linux":
        yield request.getfixturevalue("linux")
    else:
        with Kernel(engine=request.param, ncpus=2) as kernel:
            yield kernel


def with_maps(text: str, maps: Sequence[int], source: int = BPF_PSEUDO_MAP_FD) -> bytes:
    """Assembly in which `rN = map0 ll` is the first of these maps."""
    symbols = HELPERS | {f"map{index}": MARK + index for index in range(len(maps))}
    insns = list(assemble(text, symbols))
    for index, insn in enumerate(insns):
        if insn.code == 0x18 and insn.imm & 0xFFFF0000 == MARK:
            insns[index] = replace(insn, src=source, imm=maps[insn.imm - MARK])
    return encode(insns)


def load(kernel: Backend, text: str, *maps: int, prog_type: int = ProgType.XDP) -> int:
    return commands.prog_load(kernel, prog_type=prog_type, insns=with_maps(text, maps)).fd


COUNT = """
    *(u32 *)(r10 - 4) = 1
    r2 = r10
    r2 += -4
    r1 = map0 ll
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    lock *(u64 *)(r0 + 0) += r1
out:
    r0 = 2
    exit
"""


def test_the_first_program(kernel: Backend) -> None:
    fd = xdp(kernel)
    result = commands.prog_test_run(kernel, fd, data=PACKET, repeat=3)
    assert (result.retval, result.data_out) == (2, PACKET)
    kernel.close(fd)


@pytest.mark.parametrize("map_type", [MapType.ARRAY, MapType.HASH])
def test_a_program_counts_in_a_map(kernel: Backend, map_type: MapType) -> None:
    map_fd = array(kernel, map_type=map_type)
    commands.map_update_elem(kernel, map_fd, key(1), value(100))
    fd = load(kernel, COUNT, map_fd)
    assert commands.prog_test_run(kernel, fd, data=PACKET, repeat=5).retval == 2
    assert commands.map_lookup_elem(kernel, map_fd, key(1), 8) == value(105)
    kernel.close(fd)
    kernel.close(map_fd)


def test_a_program_counts_per_cpu(kernel: Backend) -> None:
    map_fd = array(kernel, map_type=MapType.PERCPU_ARRAY)
    fd = load(kernel, COUNT, map_fd)
    commands.prog_test_run(kernel, fd, data=PACKET, repeat=7)
    values = commands.map_lookup_elem(kernel, map_fd, key(1), 8 * kernel.possible_cpus())
    assert sum(number for (number,) in struct.iter_unpack("=Q", values)) == 7
    kernel.close(fd)
    kernel.close(map_fd)


def test_a_program_uses_maps_by_their_place_in_fd_array(kernel: Backend) -> None:
    maps = [array(kernel), array(kernel)]
    code = with_maps(COUNT, [1], BPF_PSEUDO_MAP_IDX)
    fd = commands.prog_load(kernel, prog_type=ProgType.XDP, insns=code, map_fds=maps).fd
    commands.prog_test_run(kernel, fd, data=PACKET)
    assert commands.map_lookup_elem(kernel, maps[0], key(1), 8) == value(0)
    assert commands.map_lookup_elem(kernel, maps[1], key(1), 8) == value(1)
    for each in (fd, *maps):
        kernel.close(each)


TAIL_CALL = """
    r2 = map0 ll
    r3 = 1
    call bpf_tail_call
    r0 = 1
    exit
"""


def test_tail_calls(kernel: Backend) -> None:
    programs = array(kernel, map_type=MapType.PROG_ARRAY, value_size=4)
    caller, callee = load(kernel, TAIL_CALL, programs), xdp(kernel)
    assert commands.prog_test_run(kernel, caller, data=PACKET).retval == 1
    commands.map_update_elem(kernel, programs, key(1), key(callee))
    kernel.close(callee)
    assert commands.prog_test_run(kernel, caller, data=PACKET).retval == 2
    commands.map_delete_elem(kernel, programs, key(1))
    assert commands.prog_test_run(kernel, caller, data=PACKET).retval == 1
    kernel.close(caller)
    kernel.close(programs)


def test_programs_of_another_type_cannot_be_tail_called(kernel: Backend) -> None:
    programs = array(kernel, map_type=MapType.PROG_ARRAY, value_size=4)
    caller = load(kernel, TAIL_CALL, programs)
    other = commands.prog_load(kernel, prog_type=ProgType.SOCKET_FILTER, insns=return_two()).fd
    assert errno_of(commands.map_update_elem, kernel, programs, key(0), key(other)) == "EINVAL"
    assert errno_of(load, kernel, TAIL_CALL, programs, prog_type=ProgType.SOCKET_FILTER) == "EINVAL"
    for fd in (other, caller, programs):
        kernel.close(fd)


SWAP_MACS = """
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 14
    r0 = 1
    if r4 > r3 goto out
    r5 = *(u8 *)(r2 + 0)
    r6 = *(u8 *)(r2 + 6)
    *(u8 *)(r2 + 0) = r6
    *(u8 *)(r2 + 6) = r5
    r0 = 3
out:
    exit
"""


def test_a_program_changes_its_packet(kernel: Backend) -> None:
    fd = load(kernel, SWAP_MACS)
    result = commands.prog_test_run(kernel, fd, data=PACKET)
    assert result.retval == 3
    assert result.data_out == b"\x06" + PACKET[1:6] + b"\x00" + PACKET[7:]
    kernel.close(fd)


def test_functions_call_each_other(kernel: Backend) -> None:
    text = """
        r1 = 20
        call double
        r0 += 2
        exit
    double:
        r0 = r1
        r0 += r1
        exit
    """
    fd = load(kernel, text)
    assert commands.prog_test_run(kernel, fd, data=PACKET).retval == 42
    kernel.close(fd)


TEST_RUN_ERRORS = (
    ("no program", {"prog_fd": BAD_FD}, "EBADF"),
    ("context without a size", {"ctx_in": 0x1000}, "EINVAL"),
    ("size without a context", {"ctx_size_out": 8}, "EINVAL"),
    ("packet at no address", {"data_size_in": 64, "data_in": 0x1000}, "EFAULT"),
    ("packet shorter than an Ethernet header", {"data_size_in": 13, "data_in": 0x1000}, "EINVAL"),
    ("unknown flags", {"flags": 1 << 10}, "EINVAL"),
)


@pytest.mark.parametrize(("members", "expected"), [pytest.param(m, e, id=n) for n, m, e in TEST_RUN_ERRORS])
def test_what_cannot_be_run(kernel: Backend, members: dict[str, int], expected: str) -> None:
    fd = xdp(kernel)
    attr = a.ProgTestRun(**({"prog_fd": fd} | members))
    assert errno_of(kernel.bpf, Cmd.PROG_TEST_RUN, bytearray(attr.pack())) == expected
    kernel.close(fd)


def test_too_little_room_for_the_packet_is_ENOSPC_and_tells_the_size(kernel: Backend) -> None:
    fd = xdp(kernel)
    found = errno_of(commands.prog_test_run, kernel, fd, data=PACKET, data_out_size=16)
    assert found == "ENOSPC"
    kernel.close(fd)


def test_statistics_are_kept_while_someone_wants_them(kernel: Backend) -> None:
    fd = xdp(kernel)
    commands.prog_test_run(kernel, fd, data=PACKET, repeat=10)
    stats = commands.enable_stats(kernel)
    commands.prog_test_run(kernel, fd, data=PACKET, repeat=10)
    kernel.close(stats)
    info = commands.obj_get_info_by_fd(kernel, fd, ProgInfo())
    assert info.run_cnt == 10
    kernel.close(fd)


def test_a_program_pinned_and_got_runs_as_before(backend: Backend, pins: str) -> None:
    fd = xdp(backend)
    commands.obj_pin(backend, fd, f"{pins}/prog")
    backend.close(fd)
    again = commands.obj_get(backend, f"{pins}/prog")
    assert commands.prog_test_run(backend, again, data=PACKET).retval == 2
    backend.close(again)
    backend.unlink(f"{pins}/prog")


def test_hash_maps_are_filled_by_programs(kernel: Backend) -> None:
    text = """
        r6 = 7
        *(u32 *)(r10 - 4) = r6
        r6 = 70
        *(u64 *)(r10 - 16) = r6
        r1 = map0 ll
        r2 = r10
        r2 += -4
        r3 = r10
        r3 += -16
        r4 = 0
        call bpf_map_update_elem
        exit
    """
    map_fd = hash_map(kernel)
    fd = load(kernel, text, map_fd)
    assert commands.prog_test_run(kernel, fd, data=PACKET).retval == 0
    assert commands.map_lookup_elem(kernel, map_fd, key(7), 8) == value(70)
    kernel.close(fd)
    kernel.close(map_fd)
