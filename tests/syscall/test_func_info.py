"""func_info and line_info on their way through PROG_LOAD, on both kernels."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details
from skep.uapi import ProgType
from syscall.helpers import BAD_FD, errno_of, return_two

TWO_FUNCTIONS = encode(
    assemble("""
        r1 = 20
        call double
        if r0 > 100 goto dead
        exit
    dead:
        r0 = 1
        r0 += 1
        exit
    double:
        r0 = 3
        exit
    """)
)


def function_types(backend: Backend) -> tuple[int, list[int]]:
    """BTF of two functions of one int; their ids. Line texts and the file's name are strings in it."""
    builder = BtfBuilder()
    number = builder.add_int("int", 4, encoding=1)
    proto = builder.add(t.FuncProto(number, (t.Param("n", number),)))
    ids = [builder.add(t.Func("entry", proto, 1)), builder.add(t.Func("double", proto, 0))]
    builder.add(t.TypeTag("file.c", number))
    builder.add(t.TypeTag("return 2;", number))
    return commands.btf_load(backend, builder.encode()).fd, ids


def load(backend: Backend, insns: bytes, **changes: Any) -> int:
    return commands.prog_load(backend, prog_type=ProgType.SOCKET_FILTER, insns=insns, **changes).fd


def functions(*records: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("=II", *record) for record in records)


def lines(*offsets: int) -> bytes:
    return b"".join(struct.pack("=IIII", offset, 1, 1, offset << 10) for offset in offsets)


def test_functions_come_back(backend: Backend) -> None:
    btf_fd, (entry, _) = function_types(backend)
    fd = load(backend, return_two(), btf_fd=btf_fd, func_info=functions((0, entry)))
    details = prog_details(backend, fd)
    assert details.func_info == functions((0, entry))
    assert details.info.btf_id > 0
    backend.close(fd)
    backend.close(btf_fd)


def test_lines_of_dead_code_go_with_it(backend: Backend) -> None:
    btf_fd, (entry, double) = function_types(backend)
    fd = load(
        backend,
        TWO_FUNCTIONS,
        btf_fd=btf_fd,
        func_info=functions((0, entry), (7, double)),
        line_info=lines(0, 2, 4, 5, 7),
    )
    details = prog_details(backend, fd)
    found = [(place, column >> 10) for place, _, _, column in struct.iter_unpack("=IIII", details.line_info)]
    assert found == [(0, 0), (2, 2), (3, 7)]
    assert details.func_info == functions((0, entry), (3, double))
    backend.close(fd)
    backend.close(btf_fd)


ERRORS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("as it should be", {}, "ok"),
    ("BTF that is none", {"btf_fd": BAD_FD}, "EBADF"),
    ("records too small", {"func_info_rec_size": 4}, "EINVAL"),
    ("records of an odd size", {"func_info": bytes(10), "func_info_rec_size": 10}, "EINVAL"),
    ("records far too large", {"func_info": bytes(256), "func_info_rec_size": 256}, "EINVAL"),
    ("a function at another instruction", {"func_info": functions((1, 4))}, "EINVAL"),
    ("a type that is no function", {"func_info": functions((0, 1))}, "EINVAL"),
    ("a type that is not there", {"func_info": functions((0, 99))}, "EINVAL"),
    ("a function too many", {"func_info": functions((0, 3), (1, 4))}, "EINVAL"),
    ("a line beyond the program", {"line_info": lines(0, 9)}, "EINVAL"),
    ("lines in disorder", {"line_info": lines(1, 0)}, "EINVAL"),
    ("no line for the first instruction", {"line_info": lines(1)}, "EINVAL"),
)


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(c, e, id=n) for n, c, e in ERRORS])
def test_what_is_refused(backend: Backend, changes: dict[str, Any], expected: str) -> None:
    btf_fd, (entry, _) = function_types(backend)
    good = {"btf_fd": btf_fd, "func_info": functions((0, entry)), "line_info": lines(0, 1)}
    assert errno_of(load, backend, return_two(), **(good | changes)) == expected
    backend.close(btf_fd)


def test_larger_records_with_zeros_are_cut(backend: Backend) -> None:
    btf_fd, (entry, _) = function_types(backend)
    for tail, expected in ((bytes(4), "ok"), (b"\1\0\0\0", "E2BIG")):
        table = functions((0, entry)) + tail
        found = errno_of(load, backend, return_two(), btf_fd=btf_fd, func_info=table, func_info_rec_size=12)
        assert found == expected
    backend.close(btf_fd)
