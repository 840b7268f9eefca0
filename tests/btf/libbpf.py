"""This machine's libbpf, called directly: what it makes of the same types."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
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


class OpenOpts(ctypes.Structure):
    """struct bpf_object_open_opts, as far as it is used here."""

    _fields_ = [
        ("sz", ctypes.c_size_t),
        ("object_name", ctypes.c_char_p),
        ("relaxed_maps", ctypes.c_bool),
        ("pin_root_path", ctypes.c_char_p),
        ("unused", ctypes.c_uint32),
        ("kconfig", ctypes.c_char_p),
        ("btf_custom_path", ctypes.c_char_p),
    ]


_PRINT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
_messages: list[str] = []


def _note(level: int, text: bytes, args: int) -> int:
    buffer = ctypes.create_string_buffer(1024)
    ctypes.CDLL(None).vsnprintf(buffer, len(buffer), text, ctypes.c_void_p(args))
    _messages.append(buffer.value.decode("utf-8", "replace"))
    return 0


_listener = _PRINT(_note)


def relocated(path: Path, target: Path) -> dict[str, bytes] | None:
    """Each program's instructions after its CO-RE relocations; None where libbpf refuses the object."""
    lib = library()
    if lib is None:
        pytest.skip("no libbpf on this machine")
    for name in ("bpf_object__open_file", "bpf_object__next_program", "bpf_program__insns"):
        getattr(lib, name).restype = ctypes.c_void_p
    lib.bpf_program__name.restype = ctypes.c_char_p
    lib.bpf_program__insn_cnt.restype = ctypes.c_size_t
    _messages.clear()
    lib.libbpf_set_print(_listener)
    opts = OpenOpts(sz=ctypes.sizeof(OpenOpts), btf_custom_path=bytes(target))
    obj = ctypes.c_void_p(lib.bpf_object__open_file(bytes(path), ctypes.byref(opts)))
    lib.bpf_object__load(obj)
    after = dict(_programs(lib, obj))
    lib.bpf_object__close(obj)
    return None if any("failed to perform CO-RE" in message for message in _messages) else after


def _programs(lib: ctypes.CDLL, obj: ctypes.c_void_p) -> Iterator[tuple[str, bytes]]:
    program = lib.bpf_object__next_program(obj, None)
    while program:
        pointer = ctypes.c_void_p(program)
        size = 8 * lib.bpf_program__insn_cnt(pointer)
        name = lib.bpf_program__name(pointer).decode()
        yield name, ctypes.string_at(lib.bpf_program__insns(pointer), size)
        program = lib.bpf_object__next_program(obj, pointer)
