"""The userspace kernel as a value: everything that Linux keeps in global variables is a member here.

Two machines in one process know nothing of each other. With the same seed and a stopped clock, a run can be
repeated exactly.
"""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from errno import ENOENT
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from skep.errors import InputError
from skep.kernel.bpffs import BpfFs
from skep.kernel.capable import Cap
from skep.kernel.fds import FIRST, FdTable, File, Rights
from skep.kernel.ids import IdTable
from skep.kernel.model.cgroups import Cgroup, Cgroups
from skep.kernel.model.cipher import Cipher
from skep.kernel.model.inode import Inode
from skep.kernel.model.iterators import Iterators
from skep.kernel.model.network import Network
from skep.kernel.model.sockets import Socket
from skep.kernel.model.symbols import Symbols
from skep.kernel.model.task import Task
from skep.kernel.model.tasks import Tasks
from skep.kernel.model.trace_pipe import TracePipe

if TYPE_CHECKING:
    from skep._runtime import NativeKernel
    from skep.btf import Btf
    from skep.kernel.btf_load import BtfObject
    from skep.kernel.maps.base import Map
    from skep.kernel.model.seq_file import SeqFile
    from skep.kernel.native_records import NativeRecords
    from skep.kernel.prog import Prog
    from skep.kernel.vmlinux import KernelBtf, TypesOf

Engine = Literal["jit", "interp"]

_FIRST_PID = 1000  # of the current task, until a test says otherwise


class Machine:
    """One kernel. `close` frees all that it holds, also what its users forgot."""

    def __init__(
        self,
        *,
        ncpus: int = 1,
        seed: int = 0,
        caps: Cap | None = None,
        uid: int = 0,
        unprivileged_bpf_disabled: bool = True,
        engine: Engine = "jit",
        btf: TypesOf | Literal[False] | None = None,
        modules: Mapping[str, TypesOf] | None = None,
        files: Mapping[str, str] | None = None,
        test_run_all: bool = False,
        run_limit: float | None = None,
        memory_limit: int | None = None,
    ) -> None:
        from skep._runtime import NativeKernel

        self.ncpus = ncpus
        self.caps = Cap.all() if caps is None else caps
        self.uid = uid
        self.unprivileged_bpf_disabled = unprivileged_bpf_disabled
        self.engine: Engine = engine
        self.test_run_all = test_run_all  # PROG_TEST_RUN also of types that Linux cannot run so
        self.native: NativeKernel = NativeKernel(ncpus, seed)
        self.native.run_limit_ns = int(run_limit * 1e9) if run_limit is not None else 0
        self.native.memory_limit = _memory_of_host() if memory_limit is None else memory_limit
        self.fds = FdTable()
        self.progs: IdTable[Prog] = IdTable()
        self.maps: IdTable[Map] = IdTable(on_free=self._release_map_btf)
        self.btfs: IdTable[BtfObject] = IdTable()
        self.links: IdTable[Any] = IdTable()
        self.vmlinux = self._own_types(btf)
        self.modules = self._module_types(modules or {}, bool(btf))
        self.files = dict(files or {})
        self.bpffs = BpfFs()
        self.cgroups = Cgroups(self.native, self._types)
        self.net = Network(self.native, self._types)
        self.task = Task(self.native, self._types, self.cgroups)
        self.task.become(_FIRST_PID, "skep")
        self.tasks = Tasks(self.task)
        self.trace_pipe = TracePipe(self.boottime_ns, self.task.label)
        self.iterators = Iterators()
        self.ciphers: dict[int, Cipher] = {}  # by address
        self._inodes: dict[int, Inode] = {}
        self.seq_files: dict[int, SeqFile] = {}  # by address
        self.stats_users = 0  # open descriptors of ENABLE_STATS
        self.writable_views: Counter[int] = Counter()  # of maps by id, see mmap.py
        self._later: list[Callable[[], object]] = []

    def _own_types(self, source: TypesOf | Literal[False] | None) -> KernelBtf | None:
        if source is False:
            return None
        from skep.kernel.vmlinux import OWN_TYPES, KernelBtf

        vmlinux = KernelBtf(OWN_TYPES if source is None else source)
        self.btfs.add(vmlinux)
        return vmlinux

    def _module_types(self, sources: Mapping[str, TypesOf], is_given: bool) -> dict[str, KernelBtf]:
        """By the modules' names; each is a BTF object of its own."""
        from skep.kernel.vmlinux import KernelBtf

        if sources and not is_given:
            raise InputError("the types of modules continue those of the kernel: give `btf`, too")
        modules = {name: KernelBtf(source, name, self.vmlinux) for name, source in sources.items()}
        for module in modules.values():
            self.btfs.add(module)
        return modules

    def _types(self) -> Btf | None:
        return self.vmlinux.btf if self.vmlinux else None

    def regions(self) -> list[tuple[str, int, int]]:
        """Objects of the model that programs may touch: (name, address, size)."""
        return [*self.net.regions(), *self.tasks.regions(), *self.cgroups.regions()]

    @cached_property
    def _symbols(self) -> Symbols | None:
        from skep.kernel.vmlinux import KALLSYMS

        return Symbols.read(self.files[KALLSYMS]) if KALLSYMS in self.files else None

    @property
    def symbols(self) -> frozenset[str] | None:
        """Names that have an address; None: all that the kernel's types have."""
        return self._symbols.names if self._symbols else None

    @property
    def addresses(self) -> Mapping[str, int]:
        """Where the kernel's symbols are, as far as that is known."""
        return self._symbols.addresses if self._symbols else {}

    def name_of(self, address: int) -> tuple[str, int, int] | None:
        """(name, offset, size) of the symbol that an address is in."""
        return self._symbols.at(address) if self._symbols else None

    def seq_file_at(self, address: int) -> SeqFile:
        """The file that an iterator's program writes to."""
        if address not in self.seq_files:
            raise OSError(errno.EBADF, f"no iterator writes to {address:#x}")
        return self.seq_files[address]

    def read_file(self, path: str) -> bytes:
        """A file of those given, or what the kernel says of itself; FileNotFoundError for others."""
        from skep.kernel.proc import OWN_FILES
        from skep.kernel.vmlinux import MODULES, VMLINUX

        if path == VMLINUX and self.vmlinux is not None:
            return self.vmlinux.data
        module = self.modules.get(path.removeprefix(MODULES)) if path.startswith(MODULES) else None
        if module is not None:
            return module.data
        if path in self.files:
            with open(self.files[path], "rb") as file:
                return file.read()
        if path in OWN_FILES and not self.files:
            return OWN_FILES[path]()
        raise FileNotFoundError(ENOENT, "no such file in skep's kernel", path)

    @cached_property
    def records(self) -> NativeRecords:
        """Special fields of values and objects, for the data plane."""
        from skep.kernel.native_records import NativeRecords

        return NativeRecords(self)

    # ── time ──

    def stop_clock(self) -> None:
        """From now on the clock stands, until it is moved on."""
        native = self.native
        if not native.clock_stopped:
            native.clock_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            native.boot_offset = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - native.clock_ns
            native.real_offset = time.clock_gettime_ns(time.CLOCK_REALTIME) - native.clock_ns
            native.clock_stopped = 1

    def advance(self, ns: int = 0) -> None:
        """Stops the clock and moves it on: timers that become due run now, in order; work queues too."""
        from skep.kernel.helpers.entries import raise_failure

        self.stop_clock()
        self.native.advance(self.native.clock_ns + ns)
        raise_failure(self)
        self.native.reap()

    def after_timers(self, action: Callable[[], object]) -> None:
        """Does what has to wait until no timer is left that could call a program."""
        self._later.append(action)
        if not self.native.timers:
            later, self._later = self._later, []
            for each in later:
                each()

    # ── what handlers ask ──

    def capable(self, cap: Cap) -> bool:
        return self.caps.has(cap)

    def boottime_ns(self) -> int:
        """ktime_get_boottime_ns()"""
        if self.native.clock_stopped:
            return self.native.clock_ns + self.native.boot_offset
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def monotonic_ns(self) -> int:
        """ktime_get_ns()"""
        if self.native.clock_stopped:
            return self.native.clock_ns
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)

    def no_token(self, fd: int) -> None:
        """Nothing that a descriptor stands for is a token here."""
        self.fds.get(fd)
        raise OSError(errno.EINVAL, f"descriptor {fd} is no token")

    def prog_of_fd(self, fd: int) -> Prog:
        """bpf_prog_get(): EBADF, or EINVAL for a descriptor of something else."""
        from skep.kernel.prog import Prog

        return self.fds.get_object(fd, Prog)[1]

    def map_of_fd(self, fd: int) -> Map:
        """bpf_map_get()"""
        return self.map_file(fd)[1]

    def map_file(self, fd: int) -> tuple[File, Map]:
        """A map, and the descriptor with its rights."""
        return self.fds.get_object(fd, self._map_class)

    @cached_property
    def _map_class(self) -> type[Map]:
        from skep.kernel.maps.base import Map

        return Map

    def map_at(self, address: int) -> Map:
        """The map that a program gave to a helper."""
        return next(map for map in self.maps if map.address == address)

    def inode_of(self, fd: int) -> int:
        """The address of the inode of a descriptor's file: sockets, control groups, tasks and standard
        streams have their own, all others are anonymous and share one.
        """
        owner: object = fd if 0 <= fd < FIRST else self.fds.get(fd).obj
        number = id(owner) if isinstance(owner, int | Socket | Cgroup | Task) else 0
        if number not in self._inodes:
            self._inodes[number] = Inode(owner, self.vmlinux.btf if self.vmlinux else None)
        return self._inodes[number].address

    def btf_of_fd(self, fd: int) -> BtfObject:
        """btf_get_by_fd()"""
        from skep.kernel.btf_load import BtfObject

        return self.fds.get_object(fd, BtfObject)[1]

    # ── descriptors and references ──

    def new_fd(self, table: IdTable[Any], obj: Any, rights: Rights | None = None) -> int:
        """A descriptor for the object, holding a reference of its own."""
        rights = rights or Rights()
        table.hold(obj, user=True)

        def release() -> None:
            if forget := getattr(obj, "forget_file", None):
                forget(file)
            table.release(obj, user=True)

        file = File(obj, release, rights.can_read, rights.can_write)
        return self.fds.install(file)

    def publish(self, table: IdTable[Any], obj: Any, rights: Rights | None = None) -> int:
        """Give a new object its id and its first descriptor, which then holds the only reference."""
        table.add(obj)
        fd = self.new_fd(table, obj, rights)
        table.release(obj)
        return fd

    def table_of(self, obj: object) -> IdTable[Any] | None:
        """Where an object that can be pinned has its id; None for one of another kind."""
        from skep.kernel.maps.base import Map
        from skep.kernel.prog import Prog

        if isinstance(obj, Map):
            return self.maps
        if isinstance(obj, Prog):
            return self.progs
        return self.links if obj in list(self.links) else None

    def btf_object(self, btf: object) -> BtfObject | None:
        """The loaded object whose types these are."""
        return next((loaded for loaded in self.btfs if loaded.btf is btf), None)

    def _release_map_btf(self, map: Map) -> None:
        if map.btf is not None and (loaded := self.btf_object(map.btf)):
            self.btfs.release(loaded)

    def close(self) -> None:
        """Descriptors, then pins; what is left then refers to itself in a circle."""
        self.fds.close_all()
        self.bpffs.close()
        for table in (self.links, self.progs, self.maps, self.btfs):
            table.close()
        self.after_timers(lambda: None)


def _memory_of_host() -> int:
    """Bytes that this machine has: no kernel on it gets more."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
