"""CO-RE relocations that the loader left to the kernel: what is said of them and what becomes of them.

Every case runs on Linux too where it can be asked, against its own types, and has to give the same log.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any

import pytest

import skep
from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.btf.core_spec import CoreKind as K
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details
from skep.syscall.linux import Linux
from skep.uapi import ProgType
from verifier.attempt import Outcome, attempt, functions

_TOO_LONG = "0:" * 70 + "0"
_PATHS = ("0", "1", "0:0", "0:1", "0:2", "0:3", "0:9", "0:0:0", "0:0:1", "0:0:99", "2:0", "x:y", _TOO_LONG)
WIDE, OTHER = "task_struct___wide", "task_struct___other"


class Types:
    """A program's types, which it believes of the kernel; their ids by name, offsets of strings."""

    def __init__(self) -> None:
        builder = BtfBuilder()
        number = builder.add_int("int", 4, encoding=1)
        wide, short, bits = (builder.add_int(f"u{8 * size}", size) for size in (8, 2, 4))
        pointer, array = builder.add(t.Ptr(number)), builder.add(t.Array(number, number, 4))
        proto = builder.add(t.FuncProto(number, ()))
        self.ids = {"int": number, "entry": builder.add(t.Func("entry", proto, 1))}
        for name, members in {
            "task_struct": (("pid", number, 0, 0), ("tgid", number, 32, 0)),
            "task_struct___lost": (("no_member", number, 0, 0),),
            OTHER: (("comm", array, 0, 0), ("se", number, 128, 0)),
            WIDE: (
                ("flags", wide, 0, 0),
                ("mm", pointer, 64, 0),
                ("pid", short, 128, 0),
                ("sched_reset_on_fork", bits, 160, 1),
            ),
            "no_such_struct": (("x", number, 0, 0),),
            "": (("x", number, 0, 0),),
        }.items():
            self.ids[name] = builder.add(t.Struct(name, 24, tuple(t.Member(*row) for row in members), True))
        values = (t.Enumerator("BPF_PROG_LOAD", 77), t.Enumerator("NOT_THERE", 3))
        self.ids["bpf_cmd"] = builder.add(t.Enum("bpf_cmd", 4, values))
        self.ids["bpf_cmd64"] = builder.add(t.Enum64("bpf_cmd", 8, values))
        self.strings = {path: builder.strings.add(path) for path in _PATHS} | {"beyond": 99999, "none": 0}
        self.raw = builder.encode()

    def relo(self, slot: int, type_name: str | int, path: str, kind: int) -> bytes:
        type_id = self.ids[type_name] if isinstance(type_name, str) else type_name
        return struct.pack("=IIII", 8 * slot, type_id, self.strings[path], kind)


TYPES = Types()
OFFSET = K.FIELD_BYTE_OFFSET

#: Name, program, relocation (slot, type, path, kind), verdict, last message ("": has a kernel's numbers).
CASES: tuple[tuple[str, str, tuple[int, str | int, str, int], str, str], ...] = (
    ("an offset", "r0 = 4", (0, "task_struct", "0:1", OFFSET), "ok", ""),
    ("an offset of a pointer to several", "r0 = 48", (0, WIDE, "2:0", OFFSET), "ok", ""),
    ("a member that is there", "r0 = 1", (0, "task_struct", "0:1", K.FIELD_EXISTS), "ok", ""),
    ("a member that is not", "r0 = 1", (0, "task_struct___lost", "0:0", K.FIELD_EXISTS), "ok", ""),
    ("an element's offset", "r0 = 4", (0, OTHER, "0:0:1", OFFSET), "ok", ""),
    ("an element's size", "r0 = 4", (0, OTHER, "0:0:1", K.FIELD_BYTE_SIZE), "ok", ""),
    ("a bitfield's shift", "r0 = 63", (0, WIDE, "0:3", K.FIELD_LSHIFT_U64), "ok", ""),
    ("a bitfield's other shift", "r0 = 63", (0, WIDE, "0:3", K.FIELD_RSHIFT_U64), "ok", ""),
    ("an id of its own", "r0 = 5", (0, "task_struct", "0", K.TYPE_ID_LOCAL), "ok", ""),
    ("an id of the kernel's", "r0 = 5", (0, "task_struct", "0", K.TYPE_ID_TARGET), "ok", ""),
    ("an id in a wide constant", "r0 = 5 ll", (0, "task_struct", "0", K.TYPE_ID_TARGET), "ok", ""),
    ("a size", "r0 = 24", (0, "task_struct", "0", K.TYPE_SIZE), "ok", ""),
    ("a type that is there", "r0 = 1", (0, "task_struct", "0", K.TYPE_EXISTS), "ok", ""),
    ("a type that is not", "r0 = 1", (0, "no_such_struct", "0", K.TYPE_EXISTS), "ok", ""),
    ("a type that matches", "r0 = 1", (0, "task_struct", "0", K.TYPE_MATCHES), "ok", ""),
    ("an enumerator", "r0 = 77", (0, "bpf_cmd", "0", K.ENUMVAL_VALUE), "ok", ""),
    ("an enumerator that is there", "r0 = 1", (0, "bpf_cmd", "0", K.ENUMVAL_EXISTS), "ok", ""),
    ("an enumerator that is not", "r0 = 1", (0, "bpf_cmd", "1", K.ENUMVAL_EXISTS), "ok", ""),
    (
        "a member that is not, but is used",
        "r0 = 0",
        (0, "task_struct___lost", "0:0", OFFSET),
        "EINVAL",
        "invalid func unknown#195896080",
    ),
    (
        "a member of a type that is not",
        "r0 = 0 ll",
        (0, "no_such_struct", "0:0", OFFSET),
        "EINVAL",
        "invalid func unknown#195896080",
    ),
    (
        "a member that became something else",
        "r0 = 16",
        (0, OTHER, "0:1", OFFSET),
        "EINVAL",
        "invalid func unknown#195896080",
    ),
    (
        "an enumerator's number that is not",
        "r0 = 3",
        (0, "bpf_cmd", "1", K.ENUMVAL_VALUE),
        "EINVAL",
        "invalid func unknown#195896080",
    ),
    ("another number than the compiler's", "r0 = 7", (0, "task_struct", "0:1", OFFSET), "EINVAL", ""),
    ("another number in a wide constant", "r0 = 7 ll", (0, "task_struct", "0:1", OFFSET), "EINVAL", ""),
    ("a load of another offset", "r0 = *(u32 *)(r1 - 4)", (0, "task_struct", "0:1", OFFSET), "EINVAL", ""),
    ("a load that becomes narrow", "r0 = *(u64 *)(r1 + 0)", (0, WIDE, "0:0", OFFSET), "ok", ""),
    (
        "a load of a signed number that grew",
        "r0 = *(u16 *)(r1 + 16)",
        (0, WIDE, "0:2", OFFSET),
        "EINVAL",
        "invalid func unknown#195896080",
    ),
    ("a load of a pointer", "r0 = *(u64 *)(r1 + 8)", (0, WIDE, "0:1", OFFSET), "EACCES", ""),
    ("a load of another width", "r0 = *(u8 *)(r1 + 0)", (0, WIDE, "0:0", OFFSET), "EINVAL", ""),
    ("a store", "*(u32 *)(r10 + 4) = r1", (0, "task_struct", "0:1", OFFSET), "EACCES", ""),
    (
        "a type that its BTF has not",
        "r0 = 7",
        (0, 9999, "0", OFFSET),
        "EINVAL",
        "relo #0: bad type id 9999",
    ),
    ("void", "r0 = 7", (0, 0, "0", OFFSET), "EINVAL", "target candidate search failed for 0"),
    ("a type without a name", "r0 = 7", (0, "", "0", K.TYPE_EXISTS), "EINVAL", ""),
    ("a kind that is none", "r0 = 7", (0, "task_struct", "0", 13), "EINVAL", ""),
    ("the largest kind", "r0 = 7", (0, "task_struct", "0", 0xFFFFFFFF), "EINVAL", ""),
    ("an enumerator of a struct", "r0 = 7", (0, "task_struct", "1", K.ENUMVAL_VALUE), "EINVAL", ""),
    ("a path beyond the strings", "r0 = 7", (0, "task_struct", "beyond", OFFSET), "EINVAL", ""),
    ("a path of letters", "r0 = 7", (0, "task_struct", "x:y", OFFSET), "EINVAL", ""),
    ("no path", "r0 = 7", (0, "task_struct", "none", OFFSET), "EINVAL", ""),
    ("a member beyond the type", "r0 = 7", (0, "task_struct", "0:9", OFFSET), "EINVAL", ""),
    ("an element beyond the array", "r0 = 7", (0, OTHER, "0:0:99", OFFSET), "EINVAL", ""),
    ("a path into a number", "r0 = 7", (0, "task_struct", "0:0:0", OFFSET), "EINVAL", ""),
    ("a path of seventy steps", "r0 = 7", (0, "task_struct", _TOO_LONG, OFFSET), "EINVAL", ""),
    ("a member of a whole type", "r0 = 7", (0, "task_struct", "0:1", K.TYPE_EXISTS), "EINVAL", ""),
    ("whether an element is signed", "r0 = 7", (0, OTHER, "0:0:1", K.FIELD_SIGNED), "EINVAL", ""),
    (
        "an instruction beyond the program",
        "r0 = 4",
        (10, "task_struct", "0:1", OFFSET),
        "EINVAL",
        "Invalid core_relo[0].insn_off:80 prog->len:3",
    ),
    ("a register where a number should be", "r0 = r1", (0, "task_struct", "0:1", OFFSET), "EINVAL", ""),
    ("a jump", "if r1 == 4 goto +0", (0, "task_struct", "0:1", OFFSET), "EINVAL", ""),
    ("the second half of a constant", "r0 = 0 ll", (1, "task_struct", "0:1", OFFSET), "EINVAL", ""),
)  # fmt: skip


def apply(backend: Backend, line: str, relo: bytes, **members: Any) -> Outcome:
    """A program with one relocated instruction, which returns 0."""
    types = commands.btf_load(backend, TYPES.raw).fd
    insns = encode(assemble(f"{line}\nr0 = 0\nexit"))
    tables = {"func_info": functions((0, TYPES.ids["entry"])), "core_relos": relo}
    found = attempt(backend, insns, **({"prog_btf_fd": types} | tables | members))
    backend.close(types)
    return found


@pytest.fixture(scope="module")
def kernel_types() -> Btf:
    """The running kernel's, or such as skep's tests need of it."""
    if os.path.exists("/sys/kernel/btf/vmlinux"):
        return Btf.vmlinux()
    builder = BtfBuilder()
    number, wide = builder.add_int("int", 4, encoding=1), builder.add_int("unsigned int", 4)
    letter = builder.add_int("char", 1, encoding=1)
    comm, entity = builder.add(t.Array(letter, number, 16)), builder.add(t.Struct("sched_entity", 8, ()))
    memory = builder.add(t.Ptr(builder.add(t.Struct("mm_struct", 8, ()))))
    members = (
        t.Member("flags", wide, 32, 0),
        t.Member("sched_reset_on_fork", wide, 64, 1),
        t.Member("pid", number, 96, 0),
        t.Member("tgid", number, 4096, 0),
        t.Member("comm", comm, 4128, 0),
        t.Member("se", entity, 4288, 0),
        t.Member("mm", memory, 4352, 0),
    )
    builder.add(t.Struct("task_struct", 552, members, True))
    builder.add(t.Enum("bpf_cmd", 4, (t.Enumerator("BPF_MAP_CREATE", 0), t.Enumerator("BPF_PROG_LOAD", 5))))
    return builder.build()


@pytest.fixture
def kernel(kernel_types: Btf) -> Iterator[Backend]:
    with skep.Kernel(btf=kernel_types) as kernel:
        yield kernel


_ROWS = [pytest.param(line, relo, verdict, message, id=name) for name, line, relo, verdict, message in CASES]


@pytest.mark.parametrize(("line", "relo", "verdict", "message"), _ROWS)
def test_relocations_end_as_they_should(
    line: str, relo: tuple[int, str, str, int], verdict: str, message: str, kernel: Backend
) -> None:
    found = apply(kernel, line, TYPES.relo(*relo))
    assert (found.verdict, found.message if message else "") == (verdict, message)


@pytest.mark.parametrize(("line", "relo", "verdict", "message"), _ROWS)
def test_logs_of_relocations_are_linuxs(
    line: str, relo: tuple[int, str, str, int], verdict: str, message: str, kernel: Backend, linux: Linux
) -> None:
    ours, theirs = (apply(one, line, TYPES.relo(*relo)) for one in (kernel, linux))
    assert (ours.verdict, ours.log) == (theirs.verdict, theirs.log)
    assert theirs.verdict == verdict


TABLES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("records that are too small", {"core_relo_rec_size": 12}, "EINVAL"),
    ("records of a size that is no multiple of 4", {"core_relo_rec_size": 18, "core_relo_cnt": 1}, "EINVAL"),
    ("records that are too large", {"core_relo_rec_size": 256, "core_relo_cnt": 1}, "EINVAL"),
    ("more than bytes can be counted", {"core_relo_cnt": 0xFFFFFFFF}, "EINVAL"),
    ("a million, the second at no address", {"core_relo_cnt": 1 << 20}, "EINVAL"),
    ("at no address", {"core_relos": 0x1000, "core_relo_cnt": 1, "core_relo_rec_size": 16}, "EFAULT"),
    ("without types they are not looked at", {"func_info": 0, "func_info_cnt": 0}, "ok"),
)


@pytest.mark.parametrize("members", [pytest.param(row[1], id=row[0]) for row in TABLES])
def test_tables_of_relocations_are_judged_as_linux_judges_them(
    members: dict[str, Any], kernel: Backend, linux: Linux
) -> None:
    relo = TYPES.relo(0, "task_struct", "0:1", OFFSET)
    ours, theirs = (apply(one, "r0 = 4", relo, **members) for one in (kernel, linux))
    assert (ours.verdict, ours.message) == (theirs.verdict, theirs.message)
    assert theirs.verdict == next(row[2] for row in TABLES if row[1] is members)


def test_the_program_is_the_one_with_the_numbers(kernel: Backend, kernel_types: Btf) -> None:
    """What can be read back, and the tag."""
    types = commands.btf_load(kernel, TYPES.raw).fd
    size = kernel_types.size_of(kernel_types.id_of("task_struct"))
    loaded = commands.prog_load(
        kernel,
        prog_type=ProgType.XDP,
        insns=encode(assemble("r0 = 24\nexit")),
        btf_fd=types,
        func_info=functions((0, TYPES.ids["entry"])),
        core_relos=TYPES.relo(0, "task_struct", "0", K.TYPE_SIZE),
    )
    plain = commands.prog_load(kernel, prog_type=ProgType.XDP, insns=encode(assemble(f"r0 = {size}\nexit")))
    first, second = (prog_details(kernel, one.fd) for one in (loaded, plain))
    assert first.xlated == second.xlated
    assert first.info.tag == second.info.tag


def test_a_kernel_without_types_says_that_it_finds_none() -> None:
    with skep.Kernel(btf=False) as kernel:
        found = apply(kernel, "r0 = 4", TYPES.relo(0, "task_struct", "0:1", OFFSET))
    assert found.verdict == "EINVAL"
    assert found.message == f"target candidate search failed for {TYPES.ids['task_struct']}"
