"""Reading and writing by address: bad addresses are EFAULT."""

from __future__ import annotations

import ctypes
import errno
import mmap
import re
from pathlib import Path

import pytest

import skep.uapi
from skep import _runtime
from skep._runtime import LAYOUTS, SYMBOLS, call, peek, poke, read_memory, write_memory
from skep.uapi import MapType, ProgType


def test_memory_is_read_and_written() -> None:
    memory = ctypes.create_string_buffer(b"abcdefgh")
    address = ctypes.addressof(memory)
    assert read_memory(address, 3) == b"abc"
    write_memory(address + 1, b"XY")
    assert memory.raw[:4] == b"aXYd"
    assert read_memory(address, 0) == b""


@pytest.mark.parametrize("address", [0, 8, 1 << 63, (1 << 64) - 8])
def test_an_address_without_memory_is_efault(address: int) -> None:
    for attempt in (lambda: read_memory(address, 4), lambda: write_memory(address, b"abcd")):
        with pytest.raises(OSError) as refused:
            attempt()
        assert refused.value.errno == errno.EFAULT


def test_memory_that_ends_too_early_is_efault() -> None:
    with mmap.mmap(-1, 2 * mmap.PAGESIZE) as pages:
        view = (ctypes.c_char * len(pages)).from_buffer(pages)
        libc = ctypes.CDLL(None)
        end = ctypes.addressof(view) + mmap.PAGESIZE
        assert libc.mprotect(ctypes.c_void_p(end), mmap.PAGESIZE, 0) == 0
        assert read_memory(end - 4, 4) == bytes(4)
        with pytest.raises(OSError):
            read_memory(end - 4, 5)
        libc.mprotect(ctypes.c_void_p(end), mmap.PAGESIZE, mmap.PROT_READ)
        with pytest.raises(OSError):
            write_memory(end - 4, bytes(5))
        libc.mprotect(ctypes.c_void_p(end), mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE)
        del view


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_words_are_little_endian(size: int) -> None:
    memory = ctypes.create_string_buffer(16)
    poke(ctypes.addressof(memory), size, 0x1122334455667788)
    assert memory.raw[:size] == 0x1122334455667788.to_bytes(8, "little")[:size]
    assert peek(ctypes.addressof(memory), size) == 0x1122334455667788 & ((1 << size * 8) - 1)


def test_a_word_of_an_odd_size_is_refused() -> None:
    with pytest.raises(ValueError, match="1, 2, 4 or 8"):
        peek(0, 3)


def test_layouts_are_in_order_and_do_not_overlap() -> None:
    for structure, fields in LAYOUTS.items():
        end = 0
        for name, (offset, size) in fields.items():
            assert offset >= end, f"{structure}.{name}"
            assert size > 0, f"{structure}.{name}"
            end = offset + size


def test_native_functions_can_be_called_by_address() -> None:
    memory = ctypes.create_string_buffer(b"\1\0\2\0", 4)
    assert call(SYMBOLS["bpf_csum_diff"], 0, 0, ctypes.addressof(memory), 4, 0) == 3


def test_numbers_in_c_are_those_of_the_uapi() -> None:
    """runtime's uapi.h restates a few numbers, because a build machine's headers may be old."""
    text = (Path(_runtime.__file__).parent / "uapi.h").read_text()
    numbers = re.findall(r"\b(BPF_\w+) = (\w+)", text)
    assert len(numbers) > 20
    for name, value in numbers:
        if name.startswith("BPF_MAP_TYPE_"):
            expected = int(MapType[name.removeprefix("BPF_MAP_TYPE_")])
        elif name.startswith("BPF_PROG_TYPE_"):
            expected = int(ProgType[name.removeprefix("BPF_PROG_TYPE_")])
        else:
            expected = getattr(skep.uapi, name)
        assert int(value, 0) == expected, name
