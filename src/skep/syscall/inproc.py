"""skep's own kernel behind the same boundary as Linux: in this process, without privileges.

Descriptors are the machine's own small numbers, not this process's. User memory is the memory of this
process.
"""

from __future__ import annotations

import errno
import select
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from skep._runtime import read_memory, write_memory
from skep.isa import Insn
from skep.kernel.capable import Cap
from skep.kernel.machine import Engine, Machine
from skep.syscall.backend import Backend, ManyRuns

if TYPE_CHECKING:
    from skep.isa.insn import Insn
    from skep.kernel.maps.base import Map
    from skep.kernel.model.cgroups import Cgroup, Cgroups
    from skep.kernel.model.network import Network
    from skep.kernel.model.sockets import Socket
    from skep.kernel.model.task import Task
    from skep.kernel.vmlinux import TypesOf


class OwnMemory:
    """The memory of this process as the kernel's caller: a bad address is EFAULT, not a crash."""

    def read(self, address: int, length: int) -> bytes:
        return read_memory(address, length)

    def write(self, address: int, data: bytes) -> None:
        write_memory(address, data)


class Kernel(Backend):
    """A userspace kernel. Two of them do not see each other; leaving the context frees everything.

    `btf` are the types of the kernel that it stands for, as a path or parsed: programs that name the kernel's
    structures and functions are verified against these, CO-RE relocations are resolved against them. Without
    it they are skep's own, those of Linux 6.18 on x86-64 that programs can name (BTF id 1, as in Linux; `skep
    btf dump id 1 format c` prints them as vmlinux.h); False is a kernel without types. `modules` are the
    types of its modules, by their names; they continue those of `btf`. `files` are others that the kernel is
    to show, by path: its symbols (/proc/kallsyms), its configuration, its release. With `test_run_all`,
    programs of every type can be run by PROG_TEST_RUN, not only of those that Linux runs so. `run_limit` is
    how many seconds one run of a program may take, after which its loops end and the call fails with
    ETIMEDOUT; Ctrl-C ends a run in the same way. `memory_limit` is how many bytes all maps may have together
    (default: the memory of this machine; 0: any number); beyond it is ENOMEM.
    """

    name = "skep"

    def __init__(
        self,
        *,
        ncpus: int = 1,
        seed: int = 0,
        caps: Cap | None = None,
        unprivileged_bpf_disabled: bool = True,
        engine: Engine = "jit",
        btf: TypesOf | Literal[False] | None = None,
        modules: Mapping[str, TypesOf] | None = None,
        files: Mapping[str, str] | None = None,
        test_run_all: bool = False,
        run_limit: float | None = None,
        memory_limit: int | None = None,
    ) -> None:
        self.machine = Machine(
            ncpus=ncpus,
            seed=seed,
            caps=caps,
            unprivileged_bpf_disabled=unprivileged_bpf_disabled,
            engine=engine,
            btf=btf,
            modules=modules,
            files=files,
            test_run_all=test_run_all,
            run_limit=run_limit,
            memory_limit=memory_limit,
        )
        self._memory = OwnMemory()

    @property
    def net(self) -> Network:
        """Devices, routes, neighbours and sockets that programs see."""
        return self.machine.net

    @property
    def task(self) -> Task:
        """The task on whose behalf programs run."""
        return self.machine.task

    def open(self, obj: Socket | Cgroup | Task) -> int:
        """A descriptor that stands for a socket, a control group or the task (a pidfd), for maps that take
        such descriptors as keys or values.
        """
        from skep.kernel.fds import File

        return self.machine.fds.install(File(obj, lambda: None))

    @property
    def cgroups(self) -> Cgroups:
        """Control groups, and which one the current task is in."""
        return self.machine.cgroups

    def bpf(self, cmd: int, attr: bytearray) -> int:
        from skep.kernel.dispatch import bpf

        return bpf(self.machine, self._memory, cmd, attr)

    def bpf_raw(self, cmd: int, address: int, size: int) -> int:
        """bpf(2) with the attributes at an address of this process."""
        from skep.kernel.usermem import check_size

        check_size(size)
        attr = bytearray(self._memory.read(address, size))
        before = bytes(attr)
        try:
            return self.bpf(cmd, attr)
        finally:
            if attr != before:
                self._memory.write(address, bytes(attr))

    def close(self, fd: int) -> None:
        self.machine.fds.close(fd)

    def mmap(
        self, fd: int, length: int, offset: int = 0, *, writable: bool = True, address: int = 0
    ) -> memoryview:
        from skep.kernel.mmap import map_memory

        return map_memory(self.machine, fd, length, offset, writable=writable, address=address)

    def read(self, fd: int, length: int) -> bytes:
        self.machine.fds.get(fd)
        raise OSError(errno.EINVAL, "a descriptor that has nothing to read")

    def poll(self, fd: int, timeout: float | None = None) -> bool:
        obj = self.machine.fds.get(fd).obj
        if not hasattr(obj, "wait"):
            raise OSError(errno.EINVAL, "a descriptor that cannot be waited for")
        return bool(obj.wait(timeout))

    def poll_any(self, fds: Sequence[int], timeout: float | None = None) -> bool:
        if any(self.poll(fd, 0) for fd in fds):
            return True
        events = [self.machine.fds.get(fd).obj.event_fd for fd in fds]
        return bool(select.select(events, [], [], timeout)[0]) and any(self.poll(fd, 0) for fd in fds)

    def ring_descriptors(self, fd: int) -> tuple[int, int] | None:
        return self.machine.map_of_fd(fd).native.ring_fds

    def perf_event_open(self, cpu: int, pages: int, wakeup_events: int = 1) -> int:
        from skep.kernel.fds import File
        from skep.kernel.model.perf_event import PerfEvent

        event = PerfEvent(self.machine.native, cpu, pages, wakeup_events)
        return self.machine.fds.install(File(event, event.release))

    def read_file(self, path: str) -> bytes:
        return self.machine.read_file(path)

    def test_run_many(self, fd: int, packets: Sequence[bytes], cpus: Sequence[int] | None = None) -> ManyRuns:
        from skep.kernel.hooks.batch import Packets, run_batch, run_spread
        from skep.kernel.prog import Prog

        _, prog = self.machine.fds.get_object(fd, Prog)
        many = Packets.of(packets)
        result = (
            run_batch(self.machine, prog, many)
            if cpus is None
            else run_spread(self.machine, prog, many, cpus)
        )
        return ManyRuns(result.retvals, result.outputs, result.spent_ns)

    def map_lookup(self, fd: int, key: bytes, value_size: int, flags: int = 0) -> bytes:
        return self._map_for_lookup(self.machine, fd, flags).lookup(key, flags)

    @cached_property
    def _map_for_lookup(self) -> Callable[[Machine, int, int], Map]:
        """Imported when the first map is looked into."""
        from skep.kernel.map_cmds import map_for_lookup

        return map_for_lookup

    def unlink(self, path: str) -> None:
        self.machine.bpffs.unlink(path)

    def mkdir(self, path: str) -> None:
        self.machine.bpffs.mkdir(path)

    def possible_cpus(self) -> int:
        return self.machine.ncpus

    def shutdown(self) -> None:
        self.machine.close()


def run_bare(insns: tuple[Insn, ...], memory: bytes = b"", *, engine: Engine = "jit") -> int:
    """r0 of a bare instruction stream, unverified: r1 is the address of a copy of `memory`, r2 its length."""
    from skep.kernel.vm import run

    return run(insns, memory, engine)
