"""Storage of control groups: runs without a group, values of attachments, both forms of keys."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.errors import KernelError
from skep.kernel.maps.storage import CgroupStorage
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import Cmd, MapType
from skep.uapi import attrs as a

INGRESS, EGRESS = 0, 1  # BPF_CGROUP_INET_INGRESS, BPF_CGROUP_INET_EGRESS
SHARED, PERCPU = MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE

SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64); } shared SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE); __type(key, __u64);
	__type(value, __u64); } percpu SEC(".maps");

__u64 seen;

SEC("cgroup_skb/egress")
int count(struct __sk_buff *skb)
{
	__u64 *one = bpf_get_local_storage(&shared, 0), *two = bpf_get_local_storage(&percpu, 0);

	*one += 1;
	*two += 10;
	seen = *one + *two;
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("storage") / "storage.bpf.c"
    source.write_text(SOURCE)
    target = source.with_suffix(".o")
    target.write_bytes(cc.compile(source))
    return target


@pytest.fixture(params=["skep", "interpreter", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "linux":
        yield request.getfixturevalue("linux")
        return
    with skep.Kernel(engine="interp" if request.param == "interpreter" else "jit") as own:
        yield own


@pytest.mark.parametrize("repeat", [1, 2, 5])
def test_runs_without_a_group_begin_with_zeroes(kernel: Backend, compiled: Path, repeat: int) -> None:
    with skep.open(compiled).load(kernel) as obj:
        for _ in range(2):
            assert obj.programs["count"].run(bytes(64), repeat=repeat).retval == 1
            assert obj.globals["seen"] == 11 * repeat


class Groups:
    """Control groups of one kernel, and programs attached to them."""

    def __init__(self, backend: Backend, compiled: Path, mount: Path) -> None:
        self.backend, self._mount = backend, mount
        self.obj = skep.open(compiled).load(backend)
        self._undo: list[Callable[[], object]] = [self.obj.close]
        if backend.name == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            assert libc.mount(b"none", str(mount).encode(), b"cgroup2", 0, None) == 0
            self._undo.append(lambda: libc.umount(str(mount).encode()))

    def attach(self, name: str, attach_type: int) -> int:
        """The id of the group."""
        if isinstance(self.backend, skep.Kernel):
            group = self.backend.cgroups.add(f"/{name}")
            for name in ("shared", "percpu"):
                storage = self.backend.machine.map_of_fd(self.obj.maps[name].fd)
                assert isinstance(storage, CgroupStorage)
                storage.attach(group, attach_type)
            return group.id
        path = self._mount / f"skep-{os.getpid()}-{name}"
        if not path.exists():
            path.mkdir()
            self._undo.insert(0, path.rmdir)
        fd, prog = os.open(path, os.O_RDONLY), self.obj.programs["count"].fd
        attr = a.ProgAttach(target_fd=fd, attach_bpf_fd=prog, attach_type=attach_type, attach_flags=2)
        commands.call(self.backend, Cmd.PROG_ATTACH, attr, "attach")
        detach = a.ProgAttach(target_fd=fd, attach_bpf_fd=prog, attach_type=attach_type)
        self._undo.insert(0, lambda: os.close(fd))
        self._undo.insert(0, lambda: commands.call(self.backend, Cmd.PROG_DETACH, detach, "detach"))
        return path.stat().st_ino

    def close(self) -> None:
        for undo in self._undo:
            undo()


@pytest.fixture
def groups(backend: Backend, compiled: Path, tmp_path: Path) -> Iterator[Groups]:
    made = Groups(backend, compiled, tmp_path)
    yield made
    made.close()


def test_an_attachment_makes_a_value_that_bpf_reads_and_changes(groups: Groups) -> None:
    number = groups.attach("a", EGRESS)
    fd, key = groups.obj.maps["shared"].fd, struct.pack("<QII", number, EGRESS, 0)
    backend = groups.backend
    assert commands.map_lookup_elem(backend, fd, key, 8) == bytes(8)
    commands.map_update_elem(backend, fd, key, b"12345678", 2)
    assert commands.map_lookup_elem(backend, fd, key, 8) == b"12345678"
    assert commands.map_get_next_key(backend, fd, None, 16) == key
    for wrong in (struct.pack("<QII", number, INGRESS, 0), struct.pack("<QII", number + 999, EGRESS, 0)):
        for refused in (
            lambda wrong=wrong: commands.map_lookup_elem(backend, fd, wrong, 8),
            lambda wrong=wrong: commands.map_update_elem(backend, fd, wrong, bytes(8)),
        ):
            with pytest.raises(KernelError, match="ENOENT"):
                refused()
    with pytest.raises(KernelError, match="EINVAL"):
        commands.map_update_elem(backend, fd, key, bytes(8), 1)
    with pytest.raises(KernelError, match="EINVAL"):
        commands.map_delete_elem(backend, fd, key)


def test_a_key_without_attach_type_is_shared_by_all_attachments(groups: Groups) -> None:
    number = groups.attach("a", EGRESS)
    backend, cpus = groups.backend, groups.backend.possible_cpus()
    fd, key = groups.obj.maps["percpu"].fd, struct.pack("<Q", number)
    commands.map_update_elem(backend, fd, key, b"x" * 8 * cpus)
    assert commands.map_lookup_elem(backend, fd, key, 8 * cpus) == b"x" * 8 * cpus


def test_every_group_has_a_value_of_its_own(groups: Groups) -> None:
    first, second = (groups.attach(name, EGRESS) for name in ("a", "b"))
    fd, backend = groups.obj.maps["shared"].fd, groups.backend
    keys = [struct.pack("<QII", number, EGRESS, 0) for number in (first, second)]
    commands.map_update_elem(backend, fd, keys[0], b"1" * 8)
    assert commands.map_lookup_elem(backend, fd, keys[1], 8) == bytes(8)
    # the newest comes first
    assert commands.map_get_next_key(backend, fd, None, 16) == keys[1]
    assert commands.map_get_next_key(backend, fd, keys[1], 16) == keys[0]
