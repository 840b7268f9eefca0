"""Storages of sockets and tasks: what programs store under an owner, bpf(2) finds by a descriptor of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend

VMLINUX = "/sys/kernel/btf/vmlinux"

SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct;
struct value { __u64 count; __u64 spare; };

#define STORAGE(name, kind)                       \\
	struct {                                  \\
		__uint(type, BPF_MAP_TYPE_##kind); \\
		__uint(map_flags, BPF_F_NO_PREALLOC); \\
		__type(key, int);                 \\
		__type(value, struct value);      \\
	} name SEC(".maps")
STORAGE(sockets, SK_STORAGE);
STORAGE(tasks, TASK_STORAGE);

SEC("tc")
int on_socket(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct value first = { 40, 7 }, *value;

	if (!sk)
		return 100;
	if (bpf_sk_storage_get(&sockets, sk, 0, 0))
		return 101;
	if (bpf_sk_storage_delete(&sockets, sk) != -2)
		return 102;
	value = bpf_sk_storage_get(&sockets, sk, &first, BPF_SK_STORAGE_GET_F_CREATE);
	if (!value)
		return 103;
	value->count++;
	value = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!value)
		return 104;
	int result = value->count + value->spare;
	return bpf_sk_storage_delete(&sockets, sk) ? 105 : result;
}

SEC("syscall")
int on_task(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct value *value = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	return value ? ++value->count : 100;
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
    linux = request.getfixturevalue("linux")  # whose types skep's kernel takes
    if request.param == "linux":
        yield linux
        return
    with skep.Kernel(btf=VMLINUX, engine="interp" if request.param == "interpreter" else "jit") as own:
        yield own


def test_a_program_keeps_a_value_with_a_socket(kernel: Backend, compiled: Path) -> None:
    with skep.open(compiled).load(kernel) as obj:
        for _ in range(2):
            assert obj.programs["on_socket"].run(bytes(64)).retval == 48


def test_a_value_of_the_task_is_found_by_its_descriptor(kernel: Backend, compiled: Path) -> None:
    task = kernel.open(kernel.task) if isinstance(kernel, skep.Kernel) else os.pidfd_open(os.getpid())
    key = task.to_bytes(4, "little")
    with skep.open(compiled).load(kernel) as obj:
        fd = obj.maps["tasks"].fd
        with pytest.raises(KernelError, match="ENOENT"):
            commands.map_lookup_elem(kernel, fd, key, 16)
        assert [obj.programs["on_task"].run(ctx=b"").retval for _ in range(3)] == [1, 2, 3]
        assert commands.map_lookup_elem(kernel, fd, key, 16)[0] == 3
        commands.map_update_elem(kernel, fd, key, (9).to_bytes(16, "little"))
        assert obj.programs["on_task"].run(ctx=b"").retval == 10
        commands.map_delete_elem(kernel, fd, key)
        assert obj.programs["on_task"].run(ctx=b"").retval == 1
    kernel.close(task)


def test_a_value_belongs_to_one_socket(kernel: Backend, compiled: Path) -> None:
    if isinstance(kernel, skep.Kernel):
        net = kernel.net
        fds = [kernel.open(net.add_socket("udp", ("127.0.0.1", port))) for port in (1, 2)]
    else:
        fds = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM).detach() for _ in range(2)]
    first, second = (fd.to_bytes(4, "little") for fd in fds)
    with skep.open(compiled).load(kernel) as obj:
        fd = obj.maps["sockets"].fd
        commands.map_update_elem(kernel, fd, first, b"1" * 16)
        with pytest.raises(KernelError, match="ENOENT"):
            commands.map_lookup_elem(kernel, fd, second, 16)
        commands.map_update_elem(kernel, fd, second, b"2" * 16)
        assert commands.map_lookup_elem(kernel, fd, first, 16) == b"1" * 16
        with pytest.raises(KernelError, match="EEXIST"):
            commands.map_update_elem(kernel, fd, first, b"3" * 16, 1)
    for each in fds:
        kernel.close(each)
