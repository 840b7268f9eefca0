"""The C data plane. Addresses are plain ints; whoever hands one over answers for it."""

from array import array
from collections.abc import Callable
from mmap import mmap
from typing import final

Buffer = bytes | bytearray | memoryview | array[int] | mmap

#: Structure name -> field name -> (offset, size), by the C compiler.
LAYOUTS: dict[str, dict[str, tuple[int, int]]]
#: Lists of sockets in struct skep_net; where the second form of a socket stands (net.h).
SOCKET_BUCKETS: int
SOCKET_VIEW: int
#: Name of a native function -> its address; every one has the signature of `skep_fn`.
SYMBOLS: dict[str, int]

def read_memory(address: int, size: int, /) -> bytes:
    """Bytes of this process; OSError(EFAULT) where there is no memory."""

def write_memory(address: int, data: bytes | bytearray | memoryview, /) -> None:
    """Writes bytes of this process; OSError(EFAULT) where there is no writable memory."""

def peek(address: int, size: int, /) -> int:
    """One little word of 1, 2, 4 or 8 bytes at an address that is known to be good."""

def poke(address: int, size: int, value: int, /) -> None: ...
def pairs(keys: Buffer, key_size: int, values: Buffer, value_size: int, /) -> list[tuple[bytes, bytes]]:
    """Keys and values of so many bytes each, cut apart."""

def ring_consume(consumer: Buffer, rest: Buffer, limit: int, /) -> list[bytes]:
    """Records of a ring buffer: `consumer` is the page of the consumer's position, `rest` the producer's page
    and the data, twice. Moves the consumer's position on.
    """

def perf_consume(memory: Buffer, limit: int, /) -> tuple[list[bytes], int]:
    """Samples of a perf buffer, and how many were lost before or between them."""

def shared_load(memory: Buffer, offset: int, /) -> int:
    """A word of 8 bytes of memory that someone else writes to."""

def shared_store(memory: Buffer, offset: int, size: int, value: int, /) -> None:
    """Stores 4 or 8 bytes; what was written before is seen before."""

def perf_new(cpu: int, pages: int, wakeup_events: int, /) -> tuple[int, int, int, int]:
    """A perf event: its address, its memory's, the descriptors of the memory and of its wakeups."""

def perf_free(address: int, /) -> None: ...
def call(entry: int, r1: int = 0, r2: int = 0, r3: int = 0, r4: int = 0, r5: int = 0, run: int = 0, /) -> int:
    """Calls a native function of the ABI with the interpreter lock released; `run` is a struct skep_run's
    address.
    """

#: Where a redirect helper sent the packet: kind (0: nowhere), ifindex, flags, map address, key.
Redirect = tuple[int, int, int, int, int]

def run_repeat(
    kernel: NativeKernel, cpu: int, prog: int, ctx: int, repeat: int, /
) -> tuple[int, int, Redirect]:
    """Runs a program (a struct skep_prog) again and again on one context; -1 is any CPU.

    Returns the last r0, the nanoseconds that all took, and where the last run redirected. Signals are
    answered meanwhile; OSError(ETIMEDOUT) for a run that takes longer than `run_limit_ns` of the kernel.
    """

def run_batch(
    kernel: NativeKernel,
    cpu: int,
    prog: int,
    kind: int,
    template: bytes | bytearray | memoryview,
    packets: Buffer,
    offsets: Buffer,
    lengths: Buffer,
    retvals: Buffer,
    first: int,
    wanted: array[int],
    out: Buffer = ...,
    out_lengths: Buffer = ...,
    /,
) -> tuple[int, int, int]:
    """Runs a program on each packet from number `first` on, with contexts that start as `template`.

    When `wanted` (u32) is no longer 0, everything ends with OSError(EINTR), also a run under way.
    `kind` is -1 for XDP, or where the packet starts (model/packet.py, View). `offsets` are u64; `lengths`,
    `retvals` and `out_lengths` are u32. Packets go to `out` as the program leaves them, one behind the other.
    Returns how many packets are done (not all when `out` is full), how much of `out` is used, and the
    nanoseconds. A frame that cannot become a socket buffer has retval -1.
    """

def xdp_prepare(xdp: int, buffer: int, frame: Buffer, meta: int, linear: int, /) -> None:
    """Fills a struct skep_xdp_buff and its buffer: `linear` bytes, `meta` of them metadata; the rest in
    frags.
    """

def skb_prepare(skb: int, buffer: int, frame: Buffer, view: int, /) -> None:
    """Fills a struct skep_sk_buff and its buffer with a received frame. OSError(EINVAL) when it is too
    short.
    """

def checksum(data: Buffer, /) -> int:
    """The internet checksum's sum, in 32 bits, not complemented."""

@final
class NativeKernel:
    """CPUs, clock, random source and current task as programs see them."""

    def charge(self, bytes: int, /) -> None:
        """So many bytes for a map: OSError(ENOMEM) when they are not left. Negative: back from it."""

    def __init__(self, ncpus: int, seed: int = 0) -> None: ...
    @property
    def address(self) -> int: ...
    @property
    def ncpus(self) -> int: ...
    numa_node: int
    #: Non-zero: the clock stands at `clock_ns`.
    clock_stopped: int
    clock_ns: int
    #: Bytes that maps may have together (0: any number), and that they have.
    memory_limit: int
    memory_used: int
    #: That a socket got last.
    last_cookie: int
    #: That one run may take; 0: as long as it likes.
    run_limit_ns: int
    boot_offset: int
    real_offset: int
    pid_tgid: int
    uid_gid: int
    def seed(self, seed: int, /) -> None: ...
    def set_comm(self, name: bytes, /) -> None:
        """The current task's name, at most 15 bytes."""

    def enter(self, cpu: int, /) -> int:
        """Waits for the CPU, any for -1, and is on it until `leave`: what runs, runs there. Returns its
        number.
        """

    def leave(self, cpu: int, /) -> None: ...
    def defer(self, action: Callable[[], object], /) -> None:
        """Calls the action as soon as every run that is under way now has ended: at once when none is."""

    @property
    def timers(self) -> int:
        """Timers and work queues that exist."""

    @property
    def objects(self) -> int:
        """Objects of programs (bpf_obj_new) that nobody has dropped yet."""

    def object_at(self, address: int, /) -> tuple[int, int] | None:
        """(start, size) of such an object that the address points into."""

    def advance(self, until: int, /) -> None:
        """Moves the stopped clock on to `until`; timers that are due on the way run, in order."""

    def reap(self) -> None:
        """Calls the deferred actions whose time has come."""

#: kind (an enumerator of record.h), offset, size, place of the node in an element, address of what destroys
RecordField = tuple[int, int, int, int, int]

@final
class NativeRecord:
    """The special fields of a type. `set_fields` once; types that point to themselves need it afterwards."""

    def __init__(self) -> None: ...
    @property
    def address(self) -> int: ...
    def set_fields(self, refcount: int, lock: int, fields: list[RecordField], /) -> None:
        """`refcount` and `lock` are the places of those fields, -1 without one; at most 11 fields."""

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
        map_extra: int = 0,
    ) -> None: ...
    @property
    def address(self) -> int: ...
    @property
    def values(self) -> int: ...
    @property
    def sys_value_size(self) -> int:
        """Bytes of a value in bpf(2): of all CPUs for per-CPU maps."""

    @property
    def ring_fds(self) -> tuple[int, int] | None:
        """A ring buffer's memfd (the pages of the positions, then the data) and the eventfd of its
        wakeups.
        """

    def lookup(self, key: bytes, /) -> bytes: ...
    def pop(self, key: bytes, /) -> bytes:
        """Looks up and deletes."""

    def update(self, key: bytes, value: bytes, flags: int, /) -> None: ...
    def delete(self, key: bytes, /) -> None: ...
    def contains(self, value: bytes, /) -> bool:
        """Whether a bloom filter has the value, or seems to."""

    def place(self, address: int, length: int, /) -> None:
        """Gives an arena its memory, at least so many bytes: at the address, or anywhere for 0."""

    def lookup_buckets(self, first: int, count: int, delete: bool, /) -> tuple[bytes, bytes, int, int]:
        """Whole buckets of a hash, at most `count` elements: keys, values, the bucket to go on with, and 0,
        ENOENT after the last bucket, or ENOSPC when the first one is larger than `count`.
        """

    def lookup_many(self, after: bytes | None, count: int, /) -> tuple[bytes, bytes, bytes, int]:
        """Elements after a key: keys, values, the last key, and 0 or an errno."""

    def update_many(self, keys: Buffer, values: Buffer, flags: int, /) -> tuple[int, int]:
        """How many were stored, and the errno of the one that was not."""

    def delete_many(self, keys: Buffer, /) -> tuple[int, int]: ...
    def set_record(self, record: NativeRecord, /) -> None:
        """What special fields a value has; once, before there are values."""

    def cancel_timers(self) -> None:
        """No timer of the map runs any more, or can be started."""

    def next_key(self, key: bytes | None, /) -> bytes: ...
    def region_at(self, address: int, /) -> tuple[int, int] | None:
        """(start, size) of the value that the address points into."""
