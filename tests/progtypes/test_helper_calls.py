"""Every helper, called with what its row wants and with one argument wrong: skep's log against Linux's,
whole.

This checks the rows themselves: how many arguments, of which kinds, what is written, what comes back.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from tools.parity.normalise import normalise

from skep.btf import Btf
from skep.errors import VerifierError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.isa.build import ld_map_fd
from skep.isa.insn import Insn
from skep.kernel.helpers import registry
from skep.kernel.helpers import types as t
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.check import bpf_check
from skep.kernel.verifier.map_compat import MAPS_OF_HELPER
from skep.kernel.verifier.request import VerifyRequest
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.uapi import AttachType, MapType, ProgType

#: key size, value size, entries; types that are not here cannot be made without more.
MAPS = {
    MapType.HASH: (8, 8, 4),
    MapType.PROG_ARRAY: (4, 4, 4),
    MapType.PERF_EVENT_ARRAY: (4, 4, 2),
    MapType.PERCPU_HASH: (8, 8, 4),
    MapType.STACK_TRACE: (4, 80, 4),
    MapType.CGROUP_ARRAY: (4, 4, 2),
    MapType.DEVMAP: (4, 4, 2),
    MapType.SOCKMAP: (4, 4, 4),
    MapType.SOCKHASH: (4, 4, 4),
    MapType.QUEUE: (0, 8, 4),
    MapType.RINGBUF: (0, 0, 4096),
}
TYPES = [
    (ProgType.SOCKET_FILTER, 0),
    (ProgType.SCHED_CLS, 0),
    (ProgType.XDP, 0),
    (ProgType.PERF_EVENT, 0),
    (ProgType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE),
    (ProgType.LWT_XMIT, 0),
    (ProgType.LWT_SEG6LOCAL, 0),
    (ProgType.SOCK_OPS, 0),
    (ProgType.SK_SKB, 0),
    (ProgType.SK_MSG, 0),
    (ProgType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND),
    (ProgType.SK_REUSEPORT, 0),
    (ProgType.CGROUP_SYSCTL, 0),
    (ProgType.CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT),
    (ProgType.SK_LOOKUP, AttachType.SK_LOOKUP),
]
#: A placeholder for a map's descriptor in assembly text.
MAP_WORD = 0x7ABCDEF8
SLOTS = range(8, 72, 8)


@dataclass
class FakeMap:
    """What the verifier reads of a map."""

    map_type: int
    key_size: int
    value_size: int
    max_entries: int
    id: int = 1
    name: str = ""
    map_flags: int = 0
    map_extra: int = 0
    frozen: bool = False
    btf: Any = None
    btf_key_type_id: int = 0
    btf_value_type_id: int = 0
    record: Any = None
    bypass_spec_v1: bool = True


@dataclass
class Maps:
    """Maps on Linux, and their likenesses for skep, under the same descriptors."""

    linux: Linux
    fds: dict[int, int] = field(default_factory=dict)
    ours: dict[int, FakeMap] = field(default_factory=dict)

    def fd(self, map_type: int) -> int:
        if map_type not in self.fds:
            key, value, entries = MAPS[MapType(map_type)]
            fd = commands.map_create(
                self.linux, map_type=map_type, key_size=key, value_size=value, max_entries=entries
            )
            self.fds[map_type] = fd
            self.ours[fd] = FakeMap(map_type, key, value, entries)
        return self.fds[map_type]


def argument(regno: int, kind: int, row: HelperProto, maps: Maps) -> str | None:
    """Assembly that puts something fitting into a register; None where there is no such thing here."""
    base = t.base_type(kind)
    if base == t.ARG_PTR_TO_CTX:
        return f"r{regno} = r6\n"
    if base in (t.ARG_PTR_TO_MEM, t.ARG_PTR_TO_MAP_KEY, t.ARG_PTR_TO_MAP_VALUE, t.ARG_PTR_TO_STACK):
        return f"r{regno} = r10\nr{regno} += {-64 + 16 * ((regno - 1) % 3)}\n"
    if base in (t.ARG_CONST_SIZE, t.ARG_CONST_SIZE_OR_ZERO):
        return f"r{regno} = 12\n"
    if base == t.ARG_CONST_ALLOC_SIZE_OR_ZERO:
        return f"r{regno} = 8\n"
    if base == t.ARG_ANYTHING:
        return f"r{regno} = 0\n"
    if base == t.ARG_CONST_MAP_PTR:
        wanted = min(MAPS_OF_HELPER.get(row.id, frozenset({int(MapType.HASH)})))
        if wanted not in MAPS:
            return None
        return f"r{regno} = {MAP_WORD << 32 | maps.fd(wanted):#x} ll\n"
    return f"r{regno} = *(u32 *)(r6 + 0)\n"


def program(row: HelperProto, wrong: int | None, maps: Maps) -> tuple[Insn, ...] | None:
    """A call of the helper, with a number from the context as argument `wrong`, then a look at the stack."""
    text = "r6 = r1\n" + "".join(f"*(u64 *)(r10 - {off}) = 0\n" for off in SLOTS)
    for place, kind in enumerate(row.args):
        part = argument(place + 1, kind, row, maps)
        if part is None:
            return None
        text += f"r{place + 1} = *(u32 *)(r6 + 0)\n" if place == wrong else part
    text += f"call {row.id}\n" + "".join(f"r1 = *(u64 *)(r10 - {off})\n" for off in SLOTS) + "r0 = 1\nexit"
    insns = list(assemble(text))
    for slot, insn in enumerate(insns):
        if insn.code == 0x18 and insns[slot + 1].imm == MAP_WORD:
            insns[slot : slot + 2] = ld_map_fd(insn.dst, insn.imm)
    return tuple(insns)


@cache
def vmlinux() -> Btf:
    return Btf.vmlinux()


def linux_says(linux: Linux, prog_type: int, attach: int, insns: tuple[Insn, ...]) -> list[str]:
    try:
        loaded = commands.prog_load(
            linux, prog_type=prog_type, expected_attach_type=attach, insns=encode(insns), log_level=2
        )
    except VerifierError as error:
        return normalise(error.log)
    os.close(loaded.fd)
    return normalise(loaded.log)


def skep_says(maps: Maps, prog_type: int, attach: int, insns: tuple[Insn, ...]) -> list[str]:
    request = VerifyRequest(
        insns=insns,
        prog_type=prog_type,
        expected_attach_type=attach,
        get_map=maps.ours.__getitem__,
        log_level=2,
        log_size=1 << 24,
        ncpus=os.cpu_count() or 1,
        vmlinux=vmlinux(),
    )
    return normalise(bpf_check(request).log.rstrip(b"\0").decode())


@pytest.mark.slow
@pytest.mark.parametrize(("prog_type", "attach"), TYPES, ids=[kind.name.lower() for kind, _ in TYPES])
def test_calls_of_helpers_have_the_log_of_linux(
    linux: Linux, prog_type: ProgType, attach: int, tried: set[int]
) -> None:
    """Each row is tried in the first of the types that has it."""
    maps = Maps(linux)
    variant = PROG_TYPES[prog_type].variant(attach)
    assert variant is not None
    differing = []
    for helper in sorted(variant.helpers):
        row = registry.find(prog_type, helper)
        if row is None or id(row) in tried:
            continue
        tried.add(id(row))
        for wrong in (None, *range(len(row.args))):
            insns = program(row, wrong, maps)
            if insns is None:
                continue
            ours = skep_says(maps, prog_type, attach, insns)
            if ours != linux_says(linux, prog_type, attach, insns):
                differing.append(f"{row.name}, argument {wrong} wrong" if wrong is not None else row.name)
    for fd in maps.fds.values():
        os.close(fd)
    assert not differing


@pytest.fixture(scope="module")
def tried() -> set[int]:
    return set()
