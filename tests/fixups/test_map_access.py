"""Programs read members of Linux's struct bpf_map through a map pointer, on every engine and on Linux."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skep.btf import Btf, Kind
from skep.btf.types import Struct
from skep.isa import build as b
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.prog_load import prog_load
from skep.uapi import MapType, ProgType
from skep.uapi.info import MapInfo

VMLINUX = Path("/sys/kernel/btf/vmlinux")

pytestmark = pytest.mark.skipif(not VMLINUX.exists(), reason="no kernel's types are at hand")


@pytest.fixture(params=["jit", "interp", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "linux":
        yield request.getfixturevalue("linux")
    else:
        with Kernel(engine=request.param, btf=VMLINUX) as made:
            yield made


@pytest.mark.parametrize("member", ["id", "map_type", "key_size", "value_size", "max_entries", "map_flags"])
def test_a_member_reads_as_the_map_s_info_says(member: str, kernel: Backend) -> None:
    types = Btf.vmlinux()
    structure = types.get(types.id_of("bpf_map", Kind.STRUCT))
    assert isinstance(structure, Struct)
    offset = next(row.bit_offset // 8 for row in structure.members if row.name == member)
    fd = commands.map_create(
        kernel, map_type=MapType.HASH, key_size=6, value_size=20, max_entries=77, map_flags=1
    )
    insns = (*b.ld_map_fd(1, fd), *assemble(f"r0 = *(u32 *)(r1 + {offset})\nexit"))
    loaded = prog_load(kernel, prog_type=ProgType.SOCKET_FILTER, insns=encode(insns), license="GPL").fd
    info = commands.obj_get_info_by_fd(kernel, fd, MapInfo())
    wanted = getattr(info, member.removeprefix("map_") if member == "map_type" else member)
    assert commands.prog_test_run(kernel, loaded, data=bytes(64)).retval == wanted
    for each in (loaded, fd):
        kernel.close(each)
