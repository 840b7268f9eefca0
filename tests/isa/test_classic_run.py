"""Classic filters run: by the machine, translated to eBPF, and by Linux."""

import os
import random
import socket
from collections.abc import Iterator

import pytest

from isa.filters import TCPDUMP, attach, frame, is_accepted, random_program
from skep.isa import classic
from skep.isa import encode as encode_ebpf
from skep.isa import opcodes as op
from skep.isa.classic import ClassicInsn, Packet
from skep.isa.classic import opcodes as cop
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.uapi import ProgType

MESSAGE = bytes(range(64, 256)) * 2


@pytest.fixture
def pair(linux: Linux) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets of Linux."""
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    right.setblocking(False)
    with left, right:
        yield left, right


def kept(pair: tuple[socket.socket, socket.socket], program: tuple[ClassicInsn, ...]) -> int:
    """How many bytes of MESSAGE Linux keeps: what the filter returns, if that is less than its length."""
    left, right = pair
    assert attach(right, program)
    left.send(MESSAGE)
    try:
        return len(right.recv(len(MESSAGE)))
    except BlockingIOError:
        return 0


def test_linux_runs_filters_like_the_machine(pair: tuple[socket.socket, socket.socket]) -> None:
    rng = random.Random(3)
    programs = [program for program in (random_program(rng) for _ in range(1500)) if is_accepted(program)]
    programs = [p for p in programs if not any(insn.k >> 20 == 0xFFF for insn in p)]
    # A datagram of a local socket has no headers: filters see just what was sent.
    results = [classic.run(program, Packet(MESSAGE)) for program in programs]
    assert results == [kept(pair, program) for program in programs]
    assert sum(map(bool, results)) > 50


def run_translated(linux: Linux, program: tuple[ClassicInsn, ...], data: bytes) -> int:
    translated = encode_ebpf(classic.convert(program))
    loaded = commands.prog_load(linux, prog_type=ProgType.SOCKET_FILTER, insns=translated)
    try:
        return commands.prog_test_run(linux, loaded.fd, data=data).retval
    finally:
        linux.close(loaded.fd)


def test_the_translation_does_what_the_machine_does(linux: Linux) -> None:
    rng = random.Random(4)
    programs = [program for program in (random_program(rng) for _ in range(1500)) if is_accepted(program)]
    # Socket filters of a test run begin behind the Ethernet header.
    packet = Packet(frame() + MESSAGE, start=14, network=14)
    results = [classic.run(program, packet) for program in programs]
    assert results == [run_translated(linux, program, packet.data) for program in programs]
    assert sum(map(bool, results)) > 50


FRAMES = {
    "a packet that matches": (frame(), 262144),
    "a reply that matches": (frame(ports=(80, 999)), 262144),
    "another port": (frame(ports=(81, 82)), 0),
    "another host": (frame(source="10.0.0.2"), 0),
    "another protocol": (frame(protocol=0x806), 0),
    "a packet that ends early": (frame()[:20], 0),
}


@pytest.mark.parametrize(("data", "keep"), FRAMES.values(), ids=FRAMES)
def test_a_filter_of_tcpdump_on(data: bytes, keep: int) -> None:
    assert classic.run(classic.read_decimal(TCPDUMP), Packet(data)) == keep


def test_ancillary_loads_of_the_machine() -> None:
    program = classic.assemble("ld #proto\nret a")
    assert classic.run(program, Packet(b"", ancillary={cop.SKF_AD_PROTOCOL: 0x800})) == 0x800


#: What a test run of a socket filter has there. The device is the loopback of the network namespace.
ANCILLARY = {"proto": 0x800, "type": 0, "mark": 0, "queue": 0, "rxhash": 0, "vlan_tci": 0, "vlan_avail": 0}
ANCILLARY |= {"ifidx": 1, "vlan_tpid": 0}


@pytest.mark.parametrize(("name", "value"), ANCILLARY.items())
def test_linux_loads_as_ancillary(linux: Linux, name: str, value: int) -> None:
    assert run_translated(linux, classic.assemble(f"ld #{name}\nret a"), frame()) == value


def test_the_processor_and_random_numbers_are_helpers(linux: Linux) -> None:
    assert run_translated(linux, classic.assemble("ld #cpu\nret a"), frame()) < (os.cpu_count() or 1)
    assert run_translated(linux, classic.assemble("ld #rand\nor #1\nret a"), frame())


def test_xor_with_x_is_an_ancillary_load(linux: Linux) -> None:
    begin, end = classic.assemble("ldx #6\nld #5"), classic.assemble("ret a")
    program = (*begin, ClassicInsn(op.BPF_LD | op.BPF_ABS, k=0xFFFFF028), *end)
    assert run_translated(linux, program, frame()) == classic.run(program, Packet(b"")) == 3


def test_loads_without_a_helper_call_into_the_kernel() -> None:
    (call,) = [insn for insn in classic.convert(classic.assemble("ld #poff\nret a")) if insn.code == 0x85]
    assert call.imm == classic.INTERNAL_CALLS[cop.SKF_AD_PAY_OFFSET]


def test_a_seccomp_filter_reads_its_data_through_the_context() -> None:
    program = classic.convert(classic.assemble("ld [4]\nldx #len\nret a"), seccomp=True)
    assert program[4].imm == 64
    assert (program[3].code, program[3].off) == (op.BPF_LDX | op.BPF_MEM | op.BPF_W, 4)
