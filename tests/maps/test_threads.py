"""Hash maps under several threads: no lookup misses a key that is always there, nothing crashes, nothing
is lost.

The operations are native calls that release the interpreter lock, so the threads really run at once.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

import pytest

from skep._runtime import SYMBOLS, NativeKernel, NativeMap, call, peek
from skep.kernel.model.record import Record
from skep.uapi import BPF_F_NO_COMMON_LRU, BPF_F_NO_PREALLOC, MapType

LOOKUP, UPDATE, DELETE = (SYMBOLS[f"bpf_map_{name}_elem"] for name in ("lookup", "update", "delete"))
ROUNDS = 3000


class OnCpu:
    """Element operations as a program on one CPU makes them."""

    def __init__(self, kernel: NativeKernel, native: NativeMap, cpu: int) -> None:
        self._map = native
        self._run = Record("skep_run")
        self._run["kernel"] = kernel.address
        self._run["cpu"] = cpu
        self._words = (ctypes.c_uint64 * 4)()

    def lookup(self, key: int) -> int:
        self._words[0] = key
        return call(LOOKUP, self._map.address, ctypes.addressof(self._words), 0, 0, 0, self._run.address)

    def update(self, key: int, value: int) -> int:
        self._words[0], self._words[1] = key, value
        address = ctypes.addressof(self._words)
        return call(UPDATE, self._map.address, address, address + 8, 0, 0, self._run.address)

    def delete(self, key: int) -> int:
        self._words[0] = key
        return call(DELETE, self._map.address, ctypes.addressof(self._words), 0, 0, 0, self._run.address)


def listed(native: NativeMap) -> list[bytes]:
    keys: list[bytes] = []
    while True:
        try:
            keys.append(native.next_key(keys[-1] if keys else None))
        except OSError:
            return keys


def together(*bodies: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(body: Callable[[], None]) -> None:
        try:
            body()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_a_key_that_is_replaced_again_and_again_is_always_found() -> None:
    kernel = NativeKernel(3)
    native = NativeMap(kernel, MapType.HASH, 8, 8, 4)
    writers = [OnCpu(kernel, native, cpu) for cpu in (0, 1)]
    reader = OnCpu(kernel, native, 2)
    writers[0].update(1, 100)

    def write(own: OnCpu) -> None:
        for round in range(ROUNDS):
            assert own.update(1, 100 + round) == 0

    def read() -> None:
        for _ in range(ROUNDS):
            value = reader.lookup(1)
            assert value
            assert 100 <= peek(value, 8) < 100 + ROUNDS

    together(*(lambda own=own: write(own) for own in writers), read)


@pytest.mark.parametrize("entries", [64, 5], ids=["room for all", "a full map"])
def test_values_never_belong_to_another_key_for_long(entries: int) -> None:
    """Keys come and go; a value that was looked up is readable whatever happens to its element."""
    kernel = NativeKernel(3)
    native = NativeMap(kernel, MapType.HASH, 8, 8, entries)

    def churn(cpu: int) -> None:
        own = OnCpu(kernel, native, cpu)
        for round in range(ROUNDS):
            key = round % 8
            own.update(key, key << 32 | round)
            own.delete((round + 3) % 8)

    def read() -> None:
        own = OnCpu(kernel, native, 2)
        for round in range(ROUNDS):
            value = own.lookup(round % 8)
            if value:
                assert peek(value, 8) >> 32 < 8

    together(lambda: churn(0), lambda: churn(1), read)
    present = sum(OnCpu(kernel, native, 0).lookup(key) != 0 for key in range(8))
    assert sum(OnCpu(kernel, native, 0).delete(key) == 0 for key in range(8)) == present
    filled = sum(OnCpu(kernel, native, 0).update(key, 0) == 0 for key in range(100))
    assert filled == entries


def test_threads_on_several_cpus_share_the_elements_of_a_map() -> None:
    """Four CPUs fill a map to the last element between them, and no more than that."""
    kernel = NativeKernel(4)
    native = NativeMap(kernel, MapType.HASH, 8, 8, 1000)
    stored = [0] * 4

    def fill(cpu: int) -> None:
        own = OnCpu(kernel, native, cpu)
        stored[cpu] = sum(own.update(cpu << 32 | number, number) == 0 for number in range(400))

    together(*(lambda cpu=cpu: fill(cpu) for cpu in range(4)))
    assert sum(stored) == 1000


def test_each_cpu_has_a_value_of_its_own() -> None:
    kernel = NativeKernel(4)
    native = NativeMap(kernel, MapType.PERCPU_HASH, 8, 8, 10)

    def count(cpu: int) -> None:
        own = OnCpu(kernel, native, cpu)
        own.update(7, cpu)
        for _ in range(100):
            value = ctypes.c_uint64.from_address(own.lookup(7))
            value.value += 1

    count(0)
    together(*(lambda cpu=cpu: count(cpu) for cpu in range(1, 4)))
    values = native.lookup((7).to_bytes(8, "little"))
    assert [int.from_bytes(values[at : at + 8], "little") for at in range(0, 32, 8)] == [100, 101, 102, 103]


@pytest.mark.parametrize("flags", [0, BPF_F_NO_COMMON_LRU], ids=["shared lists", "lists for each CPU"])
def test_an_lru_map_takes_every_key_from_every_cpu(flags: int) -> None:
    """A full LRU map never refuses, loses no element, and has no key twice."""
    kernel = NativeKernel(4)
    native = NativeMap(kernel, MapType.LRU_HASH, 8, 8, 64, flags)

    def churn(cpu: int) -> None:
        own = OnCpu(kernel, native, cpu)
        for round in range(ROUNDS):
            key = (round * 7 + cpu) % 200
            assert own.update(key, key << 32 | round) == 0
            own.lookup(key + 1)
            if round % 5 == 0:
                own.delete((key + 50) % 200)

    together(*(lambda cpu=cpu: churn(cpu) for cpu in range(4)))
    keys = listed(native)
    assert len(set(keys)) == len(keys) <= 64
    for key in keys:
        assert native.lookup(key)[4:] == key[:4]


def test_a_trie_finds_its_prefixes_while_others_come_and_go() -> None:
    kernel = NativeKernel(3)
    native = NativeMap(kernel, MapType.LPM_TRIE, 8, 8, 1000, BPF_F_NO_PREALLOC)

    def key(address: int, length: int) -> int:
        return int.from_bytes(length.to_bytes(4, "little") + address.to_bytes(4, "big"), "little")

    OnCpu(kernel, native, 0).update(key(0x0A000000, 8), 8)

    def churn(cpu: int) -> None:
        assert kernel.enter(cpu) == cpu
        own = OnCpu(kernel, native, cpu)
        for round in range(ROUNDS):
            prefix = key(0x0A000000 | (round % 16) << 20, 12 + round % 3)
            own.update(prefix, 12)
            own.delete(key(0x0A000000 | ((round + 5) % 16) << 20, 12 + round % 3))
        kernel.leave(cpu)

    def read() -> None:
        assert kernel.enter(2) == 2
        own = OnCpu(kernel, native, 2)
        for round in range(ROUNDS):
            value = own.lookup(key(0x0A000000 | round % 16 << 20 | 1, 32))
            assert value
            assert peek(value, 8) in (8, 12)
        kernel.leave(2)

    together(lambda: churn(0), lambda: churn(1), read)


def test_a_queue_loses_nothing_between_threads() -> None:
    kernel = NativeKernel(1)
    native = NativeMap(kernel, MapType.QUEUE, 0, 8, 4 * ROUNDS)

    def push(first: int) -> None:
        for number in range(first, first + ROUNDS):
            native.update(b"", number.to_bytes(8, "little"), 0)

    together(*(lambda part=part: push(part * ROUNDS) for part in range(4)))
    taken = [int.from_bytes(native.pop(b""), "little") for _ in range(4 * ROUNDS)]
    assert sorted(taken) == list(range(4 * ROUNDS))
    for part in range(4):
        own = [number for number in taken if number // ROUNDS == part]
        assert own == sorted(own)
