"""Whole programs on three kernels: skep with each engine, and Linux. What needs a packet or a helper."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from skep.isa import Insn, encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.uapi import MapType, ProgType


@pytest.fixture(params=["jit", "interp", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "linux":
        yield request.getfixturevalue("linux")
    else:
        with Kernel(engine=request.param) as skep:
            yield skep


def run(kernel: Backend, insns: tuple[Insn, ...], prog_type: ProgType, data: bytes) -> int:
    loaded = commands.prog_load(kernel, prog_type=prog_type, insns=encode(insns))
    try:
        return commands.prog_test_run(kernel, loaded.fd, data=data).retval
    finally:
        kernel.close(loaded.fd)


# Ethernet, IPv4 and twenty bytes more; socket filters see it from the IPv4 header on.
PACKET = bytes.fromhex("020000000001 020000000002 0800") + bytes.fromhex("45000028") + bytes(range(36))

PACKET_LOADS = {
    "a byte": ("r0 = *(u8 *)skb[0]", 0x45),
    "a half word is big-endian": ("r0 = *(u16 *)skb[2]", 0x0028),
    "a word is big-endian": ("r0 = *(u32 *)skb[0]", 0x45000028),
    "the last byte": ("r0 = *(u8 *)skb[39]", 35),
    "behind the end the program ends with 0": ("r0 = *(u8 *)skb[40]; r0 = 7", 0),
    "across the end the program ends with 0": ("r0 = *(u32 *)skb[37]; r0 = 7", 0),
    "a register and an offset": ("r2 = 3; r0 = *(u8 *)skb[r2 + 5]", 4),
    "a register that makes it negative": ("r2 = -100; r0 = *(u8 *)skb[r2 + 5]; r0 = 7", 0),
    "from the network header": ("r0 = *(u8 *)skb[-1048576]", 0x45),
    "from the link header": ("r0 = *(u16 *)skb[-2097140]", 0x0800),
}


@pytest.mark.parametrize("name", PACKET_LOADS)
def test_packet_loads(kernel: Backend, name: str) -> None:
    text, expected = PACKET_LOADS[name]
    insns = assemble("r6 = r1\n" + text.replace("; ", "\n") + "\nexit")
    assert run(kernel, insns, ProgType.SOCKET_FILTER, PACKET) == expected


CHAIN = """
    r6 = r1
    r7 = *(u32 *)(r1 + 8)
    r0 = r7
    r0 += 1
    *(u32 *)(r1 + 8) = r0
    r2 = {array} ll
    r3 = {index}
    call 12
    r0 = *(u32 *)(r6 + 8)
    exit
"""


@pytest.mark.parametrize(("index", "runs"), [(0, 34), (1, 1), (7, 1)])
def test_a_program_tail_calls_itself_33_times(kernel: Backend, index: int, runs: int) -> None:
    array = commands.map_create(kernel, map_type=MapType.PROG_ARRAY, key_size=4, value_size=4, max_entries=2)
    insns = list(assemble(CHAIN.format(array=array, index=index)))
    load = next(slot for slot, insn in enumerate(insns) if insn.code == 0x18)
    insns[load] = Insn(0x18, 2, 1, 0, array)
    program = commands.prog_load(kernel, prog_type=ProgType.SCHED_CLS, insns=encode(insns)).fd
    commands.map_update_elem(kernel, array, bytes(4), struct.pack("<i", program))
    try:
        assert commands.prog_test_run(kernel, program, data=bytes(64)).retval == runs
    finally:
        commands.map_delete_elem(kernel, array, bytes(4))
        kernel.close(program)
        kernel.close(array)
