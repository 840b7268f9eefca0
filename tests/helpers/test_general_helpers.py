"""Helpers that are not about packets give what Linux gives, on both engines."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import pytest

from helpers.calls import Call, In, OnKernel, Out, Result
from skep.uapi import ProgType

_TASK = ProgType.RAW_TRACEPOINT
_SYSCALL = ProgType.SYSCALL


@dataclass(frozen=True)
class Case:
    """Calls whose results are the same everywhere."""

    name: str
    calls: list[Call]
    prog_type: ProgType = _TASK
    ctx: bytes = b""


def _name(text: bytes, size: int | None = None) -> tuple[In, int]:
    return In(text), len(text) if size is None else size


def _sys_bpf(cmd: int, attr: bytes) -> Call:
    return Call("sys_bpf", (cmd, In(attr), len(attr)), context=False)


def _find_type(text: bytes, kind: int, flags: int = 0) -> Call:
    return Call("btf_find_by_name_kind", (*_name(text), kind, flags), context=False)


def _symbol(text: bytes, flags: int = 0) -> Call:
    return Call("kallsyms_lookup_name", (*_name(text), flags, Out(8)), context=False)


def _stack(helper: str, size: int, flags: int) -> Call:
    return Call(helper, (Out(64), size, flags))


def _number(helper: str, text: bytes, flags: int) -> Call:
    return Call(helper, (*_name(text), flags, Out(8)), context=False)


#: Attributes whose first word is no descriptor.
_NO_FD = b"\xff" * 4 + bytes(44)
_NUMBERS = [b"0", b"12", b" \t7", b"-7", b"+7", b"0x1F", b"0x", b"0xg", b"017", b"08", b"9" * 25, b"", b"-",
            b"18446744073709551615", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808",
            b"-9223372036854775809", b"ff", b"1\0002", b"5 6", b"- 5", b"--5", b"0X10", b"\0"]  # fmt: skip

CASES = [
    *(Case(f"{helper} base {base} of {text!r}", [_number(helper, text or b"\0", base)], ProgType.CGROUP_SKB)
      for helper in ("strtol", "strtoul") for base in (0, 8, 10, 16) for text in _NUMBERS),
    Case("numbers in other bases", [_number("strtol", b"12", base) for base in (2, 7, 9, 32, 33, 64)]),
    # BTF_LOAD without data is EFAULT only here; there are no links yet.
    *(Case(f"bpf(2) command {cmd} from a program", [_sys_bpf(cmd, _NO_FD)], _SYSCALL)
      for cmd in range(37) if cmd not in (18, 28)),
    Case(
        "maps that cannot be made",
        [
            _sys_bpf(0, struct.pack("<6I", 2, 3, 8, 1, 0, 0)),
            _sys_bpf(0, struct.pack("<6I", 77, 4, 8, 1, 0, 0)),
        ],
        _SYSCALL,
    ),
    Case("no such descriptors", [Call("sys_close", (fd,), context=False) for fd in (-1, 9999)], _SYSCALL),
    Case(
        "types by name",
        [
            _find_type(b"task_struct\0", 4), _find_type(b"task_struct\0", 5), _find_type(b"nothing\0", 4),
            _find_type(b"task_struct", 4), _find_type(b"\0", 4), _find_type(b"int\0", 1),
            _find_type(b"int\0", 77), _find_type(b"int\0", 1, 1), _find_type(b"bpf_prog_type\0", 6),
            _find_type(b"int\0x\0", 1),
        ],
        _SYSCALL,
    ),
    Case(
        "symbols by name",
        [_symbol(b"nothing_of_this_name\0"), _symbol(b"schedule"), _symbol(b"\0"), _symbol(b"schedule\0", 1)],
        _SYSCALL,
    ),
    Case(
        "bad questions for call chains",
        [_stack("get_stack", 64, 1 << 12), _stack("get_stack", 60, 0), _stack("get_stack", 64, 1 << 11),
         _stack("get_stack", 64, 1 << 8 | 1 << 9), _stack("get_stack", 24, 1 << 11 | 1 << 8)],
    ),
    Case(
        "signals",
        [Call(helper, (number,), context=False)
         for helper in ("send_signal", "send_signal_thread") for number in (0, 28, 65, -1, 1000)],
    ),
    Case(
        "PID namespaces",
        [Call("get_ns_current_pid_tgid", (4, inode, Out(8), size), context=False)
         for inode in (1, 2) for size in (8, 4)],
    ),
    Case(
        "reading where nothing is",
        [Call(helper, (Out(16), 16, address), context=False)
         for address in (0, 8, 1 << 63, (1 << 64) - 16)
         for helper in ("probe_read_kernel", "probe_read_kernel_str")],
    ),
    Case(
        "reading user memory where nothing is",
        [Call(helper, (Out(16), 16, address), context=False)
         for address in (0, 8, 4096) for helper in ("probe_read_user", "probe_read_user_str")],
    ),
    Case("copying from nowhere", [Call("copy_from_user", (Out(16), 16, 8), context=False)], _SYSCALL),
    Case("branches", [Call("get_branch_snapshot", (Out(24), 24), context=False)]),
    Case("no cookie", [Call("get_attach_cookie")]),
    Case("cgroups", [Call("get_current_ancestor_cgroup_id", (at,), context=False) for at in (0, -1, 99)]),
]  # fmt: skip


def _run(runner: OnKernel, case: Case) -> list[Result]:
    frame = bytes(64) if case.prog_type == ProgType.CGROUP_SKB else b""
    return runner.run(case.prog_type, case.calls, frame, ctx=case.ctx)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_results_are_those_of_linux(runners: list[OnKernel], case: Case) -> None:
    jit, interp, linux = (_run(runner, case) for runner in runners)
    assert jit == linux
    assert interp == linux
