"""The table of instructions: sound in itself, and what Linux says about each row."""

import re

import pytest

from skep.errors import VerifierError
from skep.isa import OPCODES, Insn, Opcode, build, encode
from skep.isa import opcodes as op
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.uapi import ProgType

#: Messages about an instruction's form, as opposed to what it does to the state.
MALFORMED = re.compile(
    r"unknown opcode|uses reserved fields|is not a valid opcode|R1[1-5] is invalid|invalid bpf_ld_imm64|"
    r"unrecognized bpf_ld_imm64|BPF_\w+ uses|invalid atomic operand|invalid shift|div by zero|"
    r"frame pointer is read only|invalid may_goto"
)


def accepted_form(linux: Linux, program: tuple[Insn, ...]) -> bool:
    """Whether Linux finds nothing wrong with how the instructions are written."""
    try:
        loaded = commands.prog_load(
            linux, prog_type=ProgType.SOCKET_FILTER, insns=encode(program), log_level=1
        )
    except VerifierError as error:
        return MALFORMED.search(error.log) is None
    linux.close(loaded.fd)
    return True


def sample(legal: op.Field) -> int:
    return next(value for value in (0, 1, 8, 16, *range(-1, 512)) if value in legal)


def around(insn: tuple[Insn, ...]) -> tuple[Insn, ...]:
    """A program that has the instruction, with every register readable and the rest reachable."""
    ready = tuple(build.mov64_imm(register, 0) for register in (0, 2, 3, 4, 5))
    rest = () if insn[0].code == build.exit_().code else (build.mov64_imm(0, 0), build.exit_())
    return (*ready, *insn, *rest)


def one_of(row: Opcode, **fields: int) -> tuple[Insn, ...]:
    given = {name: fields.get(name, sample(getattr(row, name))) for name in ("dst", "src", "off", "imm")}
    first = Insn(row.code, **given)
    return (first,) if row.next_imm is None else (first, Insn(0))


def test_each_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in OPCODES}) == len(OPCODES)


@pytest.mark.parametrize("row", OPCODES, ids=lambda row: row.name)
def test_a_row_finds_itself_and_no_other_matches(row: Opcode) -> None:
    insn = one_of(row)[0]
    assert row.misfit(insn) is None
    assert [other.name for other in OPCODES if other.code == row.code and other.matches(insn)] == [row.name]
    assert op.find(insn) is row


# These refer to something outside of the program, so that Linux complains about that, not about the form.
REFERRING = {"ld_map_fd", "ld_map_value", "ld_btf_id", "ld_func", "ld_map_idx", "ld_map_idx_value"}
REFERRING |= {"call_subprog", "call_kfunc"}


@pytest.mark.parametrize("row", [r for r in OPCODES if r.name not in REFERRING], ids=lambda row: row.name)
def test_linux_finds_each_row_well_formed(linux: Linux, row: Opcode) -> None:
    assert accepted_form(linux, around(one_of(row))) == (row.since is not None)


STRAY = [
    (row, field)
    for row in OPCODES
    for field in ("dst", "src", "off", "imm")
    if getattr(row, field) == op.NONE and row.since and row.name not in REFERRING
]


@pytest.mark.parametrize(("row", "field"), STRAY, ids=[f"{row.name}-{field}" for row, field in STRAY])
def test_linux_refuses_stray_values_in_unused_fields(linux: Linux, row: Opcode, field: str) -> None:
    stray = next(v for v in (3, 5, 7) if op.find(one_of(row, **{field: v})[0]) is None)
    assert not accepted_form(linux, around(one_of(row, **{field: stray})))


KNOWN = {row.code for row in OPCODES if row.since}


@pytest.mark.parametrize("code", sorted(set(range(256)) - KNOWN))
def test_linux_refuses_opcodes_that_have_no_row(linux: Linux, code: int) -> None:
    assert not accepted_form(linux, around((Insn(code),)))
