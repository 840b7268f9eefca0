"""func_info and line_info that cannot be: errno and text on skep and on Linux."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

import skep
from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from syscall.helpers import GuardedPage
from verifier.attempt import RETURN, attempt, functions, lines

INT, PROTO, GLOBAL, STATIC = 1, 2, 3, 4
TWO = encode(assemble("r0 = 2\ncall f\nexit\nf:\nr0 = 3\nexit"))
WIDE = encode(assemble("r0 = 2 ll\nexit"))
LD_ABS = encode(assemble("r6 = r1\ncall f\nr0 = 0\nexit\nf:\nr6 = r1\nr0 = *(u8 *)skb[0]\nexit"))
NOWHERE = 0x1000
BOTH = functions((0, GLOBAL), (3, STATIC))


def _types() -> BtfBuilder:
    """A global and a static function of one int."""
    builder = BtfBuilder()
    number = builder.add_int("int", 4, encoding=1)
    proto = builder.add(t.FuncProto(number, (t.Param("n", number),)))
    builder.add(t.Func("entry", proto, 1))
    builder.add(t.Func("double", proto, 0))
    return builder


@pytest.fixture
def types(backend: Backend) -> Iterator[int]:
    """A descriptor of them."""
    fd = commands.btf_load(backend, _types().encode()).fd
    yield fd
    backend.close(fd)


def _line(text: str, index: int = 0) -> str:
    return f"Invalid line_info[{index}].{text}"


#: Name, program, attributes, verdict, last message.
FUNCTIONS: tuple[tuple[str, bytes, dict[str, Any], str, str], ...] = (
    ("one function", RETURN, {"func_info": functions((0, GLOBAL))}, "ok", "1: (95) exit"),
    ("two functions", TWO, {"func_info": BOTH}, "ok", "2: (95) exit"),
    (
        "records of no size",
        RETURN,
        {"func_info": functions((0, GLOBAL)), "func_info_rec_size": 0, "func_info_cnt": 1},
        "EINVAL",
        "invalid func info rec size 0",
    ),
    (
        "records that are too small",
        RETURN,
        {"func_info": functions((0, GLOBAL)), "func_info_rec_size": 4},
        "EINVAL",
        "invalid func info rec size 4",
    ),
    (
        "records of a size that is no multiple of 4",
        RETURN,
        {"func_info": functions((0, GLOBAL)) + bytes(2), "func_info_rec_size": 10},
        "EINVAL",
        "invalid func info rec size 10",
    ),
    (
        "the largest records",
        RETURN,
        {"func_info": functions((0, GLOBAL)) + bytes(244), "func_info_rec_size": 252},
        "ok",
        "1: (95) exit",
    ),
    (
        "records that are too large",
        RETURN,
        {"func_info": functions((0, GLOBAL)) + bytes(248), "func_info_rec_size": 256},
        "EINVAL",
        "invalid func info rec size 256",
    ),
    (
        "records with something unknown at their end",
        RETURN,
        {"func_info": functions((0, GLOBAL)) + b"\1\0\0\0", "func_info_rec_size": 12},
        "E2BIG",
        "nonzero tailing record in func info",
    ),
    (
        "a first function that is not the first",
        RETURN,
        {"func_info": functions((1, GLOBAL))},
        "EINVAL",
        "nonzero insn_off 1 for the first func info record",
    ),
    (
        "two functions at one place",
        TWO,
        {"func_info": functions((0, GLOBAL), (0, STATIC))},
        "EINVAL",
        "same or smaller insn offset (0) than previous func info record (0)",
    ),
    (
        "a type that is no function",
        RETURN,
        {"func_info": functions((0, INT))},
        "EINVAL",
        "invalid type id 1 in func info",
    ),
    (
        "a type that is not there",
        RETURN,
        {"func_info": functions((0, 99))},
        "EINVAL",
        "invalid type id 99 in func info",
    ),
    (
        "the largest type",
        RETURN,
        {"func_info": functions((0, 0xFFFFFFFF))},
        "EINVAL",
        "invalid type id -1 in func info",
    ),
    (
        "more functions than a program can have",
        RETURN,
        {"func_info": functions((0, GLOBAL)), "func_info_cnt": 0xFFFFFFFF},
        "ENOMEM",
        "",
    ),
    (
        "a million functions, the second of which is wrong",
        RETURN,
        {"func_info": functions((0, GLOBAL), (0, GLOBAL)), "func_info_cnt": 1 << 20},
        "EINVAL",
        "same or smaller insn offset (0) than previous func info record (0)",
    ),
    (
        "functions at no address",
        RETURN,
        {"func_info": NOWHERE, "func_info_cnt": 1, "func_info_rec_size": 8},
        "EFAULT",
        "",
    ),
    (
        "fewer records than functions",
        TWO,
        {"func_info": functions((0, GLOBAL))},
        "EINVAL",
        "number of funcs in func_info doesn't match number of subprogs",
    ),
    (
        "a function that begins elsewhere",
        TWO,
        {"func_info": functions((0, GLOBAL), (4, STATIC))},
        "EINVAL",
        "func_info BTF section doesn't match subprog layout in BPF program",
    ),
    ("no types", RETURN, {"func_info": functions((0, GLOBAL)), "prog_btf_fd": 100_000}, "EBADF", ""),
    (
        "LD_ABS in a function without a type",
        LD_ABS,
        {},
        "EINVAL",
        "LD_ABS is not allowed in subprogs without BTF",
    ),
    (
        "LD_ABS in a function that returns int",
        LD_ABS,
        {"func_info": functions((0, GLOBAL), (4, STATIC))},
        "ok",
        "3: (95) exit",
    ),
)

LINES: tuple[tuple[str, bytes, dict[str, Any], str, str], ...] = (
    (
        "lines alone",
        RETURN,
        {"func_info": 0, "func_info_cnt": 0, "line_info": lines((0, 1, 1))},
        "ok",
        "1: (95) exit",
    ),
    (
        "lines of too small a size",
        RETURN,
        {"line_info": lines((0, 1, 1)), "line_info_rec_size": 8},
        "EINVAL",
        "func#0 @0",
    ),
    (
        "lines of no size",
        RETURN,
        {"line_info": lines((0, 1, 1)), "line_info_rec_size": 0, "line_info_cnt": 1},
        "EINVAL",
        "func#0 @0",
    ),
    (
        "lines with something unknown at their end",
        RETURN,
        {"line_info": lines((0, 1, 1)) + b"\1\0\0\0", "line_info_rec_size": 20},
        "E2BIG",
        "nonzero tailing record in line_info",
    ),
    (
        "more lines than bytes can be counted",
        RETURN,
        {"line_info": lines((0, 1, 1)), "line_info_cnt": 0xFFFFFFFF},
        "EINVAL",
        "func#0 @0",
    ),
    (
        "a million lines, the first of which is wrong",
        RETURN,
        {"line_info": lines((1, 1, 1)), "line_info_cnt": 1 << 20},
        "EINVAL",
        "missing bpf_line_info for func#0",
    ),
    (
        "lines at no address",
        RETURN,
        {"line_info": NOWHERE, "line_info_cnt": 1, "line_info_rec_size": 16},
        "EFAULT",
        "func#0 @0",
    ),
    (
        "a line beyond the program",
        RETURN,
        {"line_info": lines((0, 1, 1), (9, 1, 1))},
        "EINVAL",
        _line("insn_off:9 (prev_offset:0 prog->len:2)", 1),
    ),
    (
        "two lines for one instruction",
        RETURN,
        {"line_info": lines((0, 1, 1), (0, 1, 1))},
        "EINVAL",
        _line("insn_off:0 (prev_offset:0 prog->len:2)", 1),
    ),
    (
        "a line in the middle of an instruction",
        WIDE,
        {"line_info": lines((0, 1, 1), (1, 1, 1))},
        "EINVAL",
        "Invalid insn code at line_info[1].insn_off",
    ),
    (
        "a file name beyond the strings",
        RETURN,
        {"line_info": lines((0, 99999, 1))},
        "EINVAL",
        _line("line_off or .file_name_off"),
    ),
    (
        "a text beyond the strings",
        RETURN,
        {"line_info": lines((0, 1, 99999))},
        "EINVAL",
        _line("line_off or .file_name_off"),
    ),
    (
        "no line for the first function",
        RETURN,
        {"line_info": lines((1, 1, 1))},
        "EINVAL",
        "missing bpf_line_info for func#0",
    ),
    (
        "no line for the last function",
        TWO,
        {"func_info": BOTH, "line_info": lines((0, 1, 1))},
        "EINVAL",
        "missing bpf_line_info for 1 funcs starting from func#1",
    ),
    (
        "no line for a function's beginning",
        TWO,
        {"func_info": BOTH, "line_info": lines((0, 1, 1), (4, 1, 1))},
        "EINVAL",
        "missing bpf_line_info for func#1",
    ),
)


@pytest.mark.parametrize(
    ("insns", "members", "verdict", "message"),
    [pytest.param(*row[1:], id=row[0]) for row in (*FUNCTIONS, *LINES)],
)
def test_records_are_judged_as_linux_judges_them(
    insns: bytes, members: dict[str, Any], verdict: str, message: str, types: int, backend: Backend
) -> None:
    with_func = {"func_info": functions((0, GLOBAL))} if "line_info" in members else {}
    found = attempt(backend, insns, **({"prog_btf_fd": types} | with_func | members))
    assert (found.verdict, found.message) == (verdict, message)


@pytest.mark.parametrize(("table", "size"), [("func_info", 8), ("line_info", 16)])
def test_a_caller_with_longer_records_is_told_the_size_that_is_known(
    table: str, size: int, types: int, backend: Backend
) -> None:
    members = {"func_info": functions((0, GLOBAL)), "line_info": lines((0, 1, 1))}
    members[table] += b"\1\0\0\0"
    found = attempt(backend, prog_btf_fd=types, **{f"{table}_rec_size": size + 4}, **members)
    assert found.verdict == "E2BIG"
    assert getattr(found.attr, f"{table}_rec_size") == size


def test_the_kernels_own_types_are_no_programs_types(backend: Backend) -> None:
    with contextlib.ExitStack() as stack:
        kernel = stack.enter_context(skep.Kernel(btf=_types().build())) if backend.name == "skep" else backend
        fd = commands.btf_get_fd_by_id(kernel, commands.btf_get_next_id(kernel) or 0)
        found = attempt(kernel, prog_btf_fd=fd, func_info=functions((0, GLOBAL)))
        kernel.close(fd)
    assert (found.verdict, found.message) == ("EACCES", "")


def test_unknown_ends_of_records_are_read_up_to_what_is_wrong(backend: Backend, types: int) -> None:
    page = GuardedPage()
    record = functions((0, GLOBAL))
    for tail, verdict in ((b"\1", "E2BIG"), (b"\0", "EFAULT")):
        found = attempt(
            backend,
            prog_btf_fd=types,
            func_info=page.put_at_end(record + tail),
            func_info_cnt=1,
            func_info_rec_size=64,
        )
        assert found.verdict == verdict
