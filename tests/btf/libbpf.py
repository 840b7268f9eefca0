"""This machine's libbpf, called directly: what it makes of the same types."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import cache
from pathlib import Path

import pytest


@cache
def library() -> ctypes.CDLL | None:
    try:
        lib = ctypes.CDLL(find_library("bpf") or "libbpf.so.1")
    except OSError:
        return None
    for name in ("btf__new", "btf__raw_data", "btf__parse_raw", "btf__parse_raw_split"):
        getattr(lib, name).restype = ctypes.c_void_p
    return lib


def dedup(data: bytes, folder: Path, base: bytes = b"") -> bytes | int:
    """btf__dedup(): the section, or a negative errno."""
    lib = library()
    if lib is None:
        pytest.skip("no libbpf on this machine")
    path = folder / "types"
    path.write_bytes(data)
    if base:
        base_path = folder / "base"
        base_path.write_bytes(base)
        below = ctypes.c_void_p(lib.btf__parse_raw(bytes(base_path)))
        btf = ctypes.c_void_p(lib.btf__parse_raw_split(bytes(path), below))
    else:
        btf = ctypes.c_void_p(lib.btf__new(data, len(data)))
    error: int = lib.btf__dedup(btf, None)
    if error:
        return error
    size = ctypes.c_uint32()
    address = lib.btf__raw_data(btf, ctypes.byref(size))
    return ctypes.string_at(address, size.value)
