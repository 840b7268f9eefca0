"""What a map of each family may look like: the checks that creation makes.

They are those of the `map_alloc_check` and `map_alloc` functions of Linux 6.18, in their order, since the
errno that wins depends on it.
"""

from __future__ import annotations

import errno
from typing import Final

from skep.errors import ENOTSUPP
from skep.kernel.maps.params import MapParams
from skep.uapi import (
    BPF_F_CLONE,
    BPF_F_LINK,
    BPF_F_MMAPABLE,
    BPF_F_NO_COMMON_LRU,
    BPF_F_NO_PREALLOC,
    BPF_F_NO_USER_CONV,
    BPF_F_NUMA_NODE,
    BPF_F_RDONLY,
    BPF_F_RDONLY_PROG,
    BPF_F_SEGV_ON_FAULT,
    BPF_F_STACK_BUILD_ID,
    BPF_F_VTYPE_BTF_OBJ_FD,
    BPF_F_WRONLY,
    BPF_F_WRONLY_PROG,
    BPF_F_ZERO_SEED,
    MapType,
)

USER_FLAGS: Final = BPF_F_RDONLY | BPF_F_WRONLY
PROG_FLAGS: Final = BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG
_INT_MAX: Final = (1 << 31) - 1
_U32_MAX: Final = (1 << 32) - 1
_NUMA_NO_NODE: Final = -1
PAGE_SIZE: Final = 4096

#: No element may be larger than one kernel allocation.
_KMALLOC_MAX_SIZE: Final = 1 << 22
_HTAB_ELEM_SIZE: Final = 48
_HTAB_BUCKET_SIZE: Final = 16
_LPM_DATA_MAX: Final = 256
_LPM_NODE_SIZE: Final = 24
#: A local storage's element has a 16-bit size, and a header.
_LOCAL_STORAGE_MAX: Final = 0xFFFF - 128
#: A per-CPU value must fit the smallest chunk of the kernel's per-CPU allocator.
_PCPU_MIN_UNIT_SIZE: Final = 32 << 10
_MAX_BPF_STACK: Final = 512
_SHTAB_BUCKET_SIZE: Final = 16
#: sysctl kernel.perf_event_max_stack
_MAX_STACK_DEPTH: Final = 127
_BUILD_ID_SIZE: Final = 32
#: How many CPUs a kernel is built for.
_NR_CPUS: Final = 256
_MAX_ARENA: Final = 1 << 32

_PERCPU_HASHES: Final = frozenset({MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH})
_LRU_HASHES: Final = frozenset({MapType.LRU_HASH, MapType.LRU_PERCPU_HASH})


def _require(good: bool, why: str, number: int = errno.EINVAL) -> None:
    if not good:
        raise OSError(number, why)


def _flags(params: MapParams, allowed: int) -> None:
    """The flags are among those allowed, and do not contradict each other."""
    flags = params.map_flags
    unknown = flags & ~allowed
    _require(not unknown, f"map flags {unknown:#x} are not for maps of this type")
    for pair in (USER_FLAGS, PROG_FLAGS):
        _require(flags & pair != pair, "read-only and write-only exclude each other")


def array(params: MapParams, flags: int = BPF_F_NUMA_NODE | USER_FLAGS | PROG_FLAGS) -> None:
    """array_map_alloc_check()"""
    _require(params.max_entries > 0, "an array needs max_entries")
    _require(params.key_size == 4, f"an array's key has 4 bytes, not {params.key_size}")
    _require(params.value_size > 0, "an array needs a value_size")
    _flags(params, flags)
    _require(params.value_size <= _INT_MAX, "value_size is too large", errno.E2BIG)


def percpu_array(params: MapParams) -> None:
    array(params)
    _no_numa(params)
    _percpu_value(params)


def fd_array(params: MapParams, more_flags: int = 0) -> None:
    """fd_array_map_alloc_check()"""
    _require(params.value_size == 4, f"a value is a descriptor of 4 bytes, not {params.value_size}")
    array(params, BPF_F_NUMA_NODE | USER_FLAGS | more_flags)


def reuseport_array(params: MapParams) -> None:
    """reuseport_array_alloc_check()"""
    _require(params.value_size in (4, 8), "a value is a descriptor of 4 bytes, or a cookie of 8")
    array(params)


def _percpu_value(params: MapParams) -> None:
    rounded = (params.value_size + 7) & ~7
    _require(rounded <= _PCPU_MIN_UNIT_SIZE, "a per-CPU value has at most 32 kB", errno.E2BIG)


def _no_numa(params: MapParams) -> None:
    _require(params.numa_node == _NUMA_NO_NODE, "what is per CPU has no NUMA node of its own")


def hash_table(params: MapParams) -> None:
    """htab_map_alloc_check()"""
    lru = params.map_type in _LRU_HASHES
    no_common = params.map_flags & BPF_F_NO_COMMON_LRU
    own = BPF_F_NO_PREALLOC | BPF_F_NO_COMMON_LRU | BPF_F_ZERO_SEED | BPF_F_NUMA_NODE
    _flags(params, own | USER_FLAGS | PROG_FLAGS)
    _require(lru or not no_common, "only an LRU hash has lists for each CPU")
    _require(
        not (lru and params.map_flags & BPF_F_NO_PREALLOC), "an LRU hash is always preallocated", ENOTSUPP
    )
    percpu = params.map_type in _PERCPU_HASHES
    if percpu or no_common:
        _no_numa(params)
    _require(params.max_entries > 0, "a hash map needs max_entries")
    _require(params.key_size > 0, "a hash map needs a key_size")
    _require(params.value_size > 0, "a hash map needs a value_size")
    too_large = params.key_size + params.value_size >= _KMALLOC_MAX_SIZE - _HTAB_ELEM_SIZE
    _require(not too_large, "key and value together are too large", errno.E2BIG)
    if percpu:
        _percpu_value(params)


def hash_entries(params: MapParams) -> None:
    """htab_map_alloc()"""
    buckets = 1 << (params.max_entries - 1).bit_length()
    _require(buckets <= _U32_MAX // _HTAB_BUCKET_SIZE, "max_entries is too large", errno.E2BIG)


def hash_of_maps(params: MapParams) -> None:
    """fd_htab_map_alloc_check()"""
    _require(params.value_size == 4, f"a value is a descriptor of 4 bytes, not {params.value_size}")
    hash_table(params)


def lpm_trie(params: MapParams) -> None:
    """trie_alloc()"""
    largest = _KMALLOC_MAX_SIZE - _LPM_DATA_MAX - _LPM_NODE_SIZE
    _require(params.max_entries > 0, "a trie needs max_entries")
    _require(bool(params.map_flags & BPF_F_NO_PREALLOC), "a trie needs BPF_F_NO_PREALLOC")
    _flags(params, BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | USER_FLAGS | PROG_FLAGS)
    _require(5 <= params.key_size <= 4 + _LPM_DATA_MAX, "a key has a length of 4 bytes, and 1 to 256 more")
    _require(0 < params.value_size <= largest, "value_size is zero, or too large")


def queue_stack(params: MapParams) -> None:
    """queue_stack_map_alloc_check()"""
    _require(params.max_entries > 0, "a queue or stack needs max_entries")
    _require(params.key_size == 0, "a queue or stack has no keys")
    _require(params.value_size > 0, "a queue or stack needs a value_size")
    _flags(params, BPF_F_NUMA_NODE | USER_FLAGS | PROG_FLAGS)
    _require(params.value_size <= _KMALLOC_MAX_SIZE, "value_size is too large", errno.E2BIG)


def bloom_filter_size(params: MapParams) -> None:
    """bloom_map_alloc_check()"""
    _require(params.value_size <= _KMALLOC_MAX_SIZE, "value_size is too large", errno.E2BIG)


def bloom_filter(params: MapParams) -> None:
    """bloom_map_alloc()"""
    _require(params.key_size == 0, "a bloom filter has no keys")
    _require(params.value_size > 0 and params.max_entries > 0, "it needs value_size and max_entries")
    _flags(params, BPF_F_NUMA_NODE | BPF_F_ZERO_SEED | USER_FLAGS | PROG_FLAGS)
    _require(params.map_extra <= 0xF, "map_extra is the number of hashes, at most 15")


def ringbuf(params: MapParams) -> None:
    """ringbuf_map_alloc()"""
    _flags(params, BPF_F_NUMA_NODE)
    _require(not params.key_size and not params.value_size, "a ring buffer has neither keys nor values")
    size = params.max_entries
    fits = size and not size & (size - 1) and size % PAGE_SIZE == 0
    _require(bool(fits), f"a ring buffer's size is a power of two and whole pages, not {size}")


def stack_trace(params: MapParams) -> None:
    """stack_map_alloc()"""
    _flags(params, BPF_F_NUMA_NODE | USER_FLAGS | BPF_F_STACK_BUILD_ID)
    _require(params.max_entries > 0 and params.key_size == 4, "stacks are numbered by 4 bytes")
    unit = _BUILD_ID_SIZE if params.map_flags & BPF_F_STACK_BUILD_ID else 8
    fits = params.value_size > 0 and params.value_size % unit == 0
    _require(fits, f"a stack is made of frames of {unit} bytes")
    _require(params.value_size // unit <= _MAX_STACK_DEPTH, f"a stack has {_MAX_STACK_DEPTH} frames at most")
    _require(params.max_entries <= 1 << 31, "max_entries is too large", errno.E2BIG)


def devmap(params: MapParams) -> None:
    """dev_map_alloc_check()"""
    _require(params.max_entries > 0 and params.key_size == 4, "a devmap needs entries and keys of 4 bytes")
    _require(params.value_size in (4, 8), "a value is an ifindex, or that and a program")
    _flags(params, BPF_F_NUMA_NODE | USER_FLAGS)
    if params.map_type == MapType.DEVMAP_HASH:
        _require(params.max_entries <= 1 << 31, "max_entries is too large")


def cpumap(params: MapParams) -> None:
    """cpu_map_alloc()"""
    _require(params.max_entries > 0 and params.key_size == 4, "a CPU map needs entries and keys of 4 bytes")
    _require(params.value_size in (4, 8), "a value is a queue size, or that and a program")
    _flags(params, BPF_F_NUMA_NODE)
    _require(params.max_entries <= _NR_CPUS, f"there can be {_NR_CPUS} CPUs at most", errno.E2BIG)


def xskmap(params: MapParams) -> None:
    """xsk_map_alloc()"""
    _require(params.max_entries > 0, "an AF_XDP map needs max_entries")
    _require(params.key_size == 4 and params.value_size == 4, "keys and values have 4 bytes")
    _flags(params, BPF_F_NUMA_NODE | USER_FLAGS)


def sockmap(params: MapParams) -> None:
    """sock_map_alloc()"""
    _require(params.max_entries > 0 and params.key_size == 4, "a sockmap needs entries and keys of 4 bytes")
    _socket_values(params)
    _require(params.max_entries <= _INT_MAX, "max_entries is too large", errno.ENOMEM)


def sockhash(params: MapParams) -> None:
    """sock_hash_alloc()"""
    _require(params.max_entries > 0 and params.key_size > 0, "a socket hash needs entries and keys")
    _socket_values(params)
    _require(params.key_size <= _MAX_BPF_STACK, "a key has 512 bytes at most", errno.E2BIG)
    buckets = 1 << (params.max_entries - 1).bit_length()
    _require(buckets <= _U32_MAX // _SHTAB_BUCKET_SIZE, "max_entries is too large")


def _socket_values(params: MapParams) -> None:
    _require(params.value_size in (4, 8), "a value is a descriptor of 4 bytes, or a cookie of 8")
    _flags(params, BPF_F_NUMA_NODE | USER_FLAGS)


def cgroup_storage(params: MapParams) -> None:
    """cgroup_storage_map_alloc()"""
    largest = _LOCAL_STORAGE_MAX
    if params.map_type == MapType.PERCPU_CGROUP_STORAGE:
        largest = min(largest, _PCPU_MIN_UNIT_SIZE)
    _require(params.key_size in (8, 16), "a key is a cgroup's id, or that and an attach type")
    _require(params.value_size > 0, "a storage needs a value_size")
    _require(params.value_size <= largest, "value_size is too large", errno.E2BIG)
    _flags(params, BPF_F_NUMA_NODE | USER_FLAGS | PROG_FLAGS)
    _require(params.max_entries == 0, "a storage has as many entries as it has owners: max_entries is 0")


def local_storage(params: MapParams) -> None:
    """bpf_local_storage_map_alloc_check()"""
    _flags(params, BPF_F_NO_PREALLOC | BPF_F_CLONE)
    _require(bool(params.map_flags & BPF_F_NO_PREALLOC), "a local storage needs BPF_F_NO_PREALLOC")
    _require(params.max_entries == 0, "a storage has as many entries as it has owners: max_entries is 0")
    _require(params.key_size == 4 and params.value_size > 0, "a key is a descriptor; values have a size")
    described = params.btf_key_type_id and params.btf_value_type_id
    _require(bool(described), "a local storage needs BTF of its keys and values")
    _require(params.value_size <= _LOCAL_STORAGE_MAX, "value_size is too large", errno.E2BIG)


def arena(params: MapParams) -> None:
    """arena_map_alloc()"""
    _require(not params.key_size and not params.value_size, "an arena has neither keys nor values")
    _require(params.max_entries > 0, "an arena needs max_entries, its pages")
    _require(bool(params.map_flags & BPF_F_MMAPABLE), "an arena needs BPF_F_MMAPABLE")
    _flags(params, BPF_F_MMAPABLE | BPF_F_SEGV_ON_FAULT | BPF_F_NO_USER_CONV)
    start, size = params.map_extra, params.max_entries * PAGE_SIZE
    _require(start % PAGE_SIZE == 0, "map_extra is the address of the arena, which begins a page")
    _require(size <= _MAX_ARENA, "an arena has 4 GB at most", errno.E2BIG)
    last = (start + size - 1) & ((1 << 64) - 1)
    _require(start >> 32 == last >> 32, "an arena does not cross a boundary of 4 GB", errno.ERANGE)


def struct_ops(params: MapParams) -> None:
    """bpf_struct_ops_map_alloc_check()"""
    _require(params.key_size == 4 and params.max_entries == 1, "a struct_ops map has one entry, numbered 0")
    _flags(params, BPF_F_LINK | BPF_F_VTYPE_BTF_OBJ_FD)
    _require(params.btf_vmlinux_value_type_id > 0, "a struct_ops map needs btf_vmlinux_value_type_id")
