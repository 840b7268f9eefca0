"""The C data plane. Addresses are plain ints; whoever hands one over answers for it."""

from collections.abc import Callable
from typing import final

#: Structure name -> field name -> (offset, size), by the C compiler.
LAYOUTS: dict[str, dict[str, tuple[int, int]]]
#: Name of a native function -> its address; every one has the signature of `skep_fn`.
SYMBOLS: dict[str, int]

def read_memory(address: int, size: int, /) -> bytes:
    """Bytes of this process; OSError(EFAULT) where there is no memory."""

def write_memory(address: int, data: bytes | bytearray | memoryview, /) -> None:
    """Writes bytes of this process; OSError(EFAULT) where there is no writable memory."""

def peek(address: int, size: int, /) -> int:
    """One little word of 1, 2, 4 or 8 bytes at an address that is known to be good."""

def poke(address: int, size: int, value: int, /) -> None: ...
def call(
    entry: int, r1: int = 0, r2: int = 0, r3: int = 0, r4: int = 0, r5: int = 0, run: int = 0, /
) -> int:
    """Calls a native function of the ABI with the interpreter lock released; `run` is a struct skep_run's
    address.
    """

@final
class NativeKernel:
    """CPUs, clock, random source and current task as programs see them."""

    def __init__(self, ncpus: int, seed: int = 0) -> None: ...
    @property
    def address(self) -> int: ...
    @property
    def ncpus(self) -> int: ...
    numa_node: int
    #: Non-zero: the clock stands at `clock_ns`.
    clock_stopped: int
    clock_ns: int
    boot_offset: int
    real_offset: int
    pid_tgid: int
    uid_gid: int
    def seed(self, seed: int, /) -> None: ...
    def set_comm(self, name: bytes, /) -> None:
        """The current task's name, at most 15 bytes."""

    def defer(self, action: Callable[[], object], /) -> None:
        """Calls the action as soon as every run that is under way now has ended: at once when none is."""

    def reap(self) -> None:
        """Calls the deferred actions whose time has come."""

@final
class NativeMap:
    """A map in native memory. Errors are OSError with the kernel's errno; keys and values have the exact
    sizes.
    """

    def __init__(
        self,
        kernel: NativeKernel,
        map_type: int,
        key_size: int,
        value_size: int,
        max_entries: int,
        map_flags: int = 0,
    ) -> None: ...
    @property
    def address(self) -> int: ...
    @property
    def values(self) -> int: ...
    @property
    def sys_value_size(self) -> int:
        """Bytes of a value in bpf(2): of all CPUs for per-CPU maps."""

    def lookup(self, key: bytes, /) -> bytes: ...
    def pop(self, key: bytes, /) -> bytes:
        """Looks up and deletes."""

    def update(self, key: bytes, value: bytes, flags: int, /) -> None: ...
    def delete(self, key: bytes, /) -> None: ...
    def next_key(self, key: bytes | None, /) -> bytes: ...
    def region_at(self, address: int, /) -> tuple[int, int] | None:
        """(start, size) of the value that the address points into."""
