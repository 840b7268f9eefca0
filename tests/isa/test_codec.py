"""Bytes to slots and back, and the check against the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.strategies import instructions, slots
from skep.errors import DecodeError
from skep.isa import OPCODES, Insn, build, decode, encode, validate
from skep.isa.codec import starts


def test_little_endian_puts_dst_into_the_lower_nibble() -> None:
    assert encode((Insn(0xBF, 1, 2, -2, 0x11223344),)) == bytes.fromhex("bf21feff44332211")


def test_big_endian_swaps_the_nibbles_too() -> None:
    assert encode((Insn(0xBF, 1, 2, -2, 0x11223344),), "big") == bytes.fromhex("bf12fffe11223344")


@pytest.mark.parametrize("byteorder", ["little", "big"])
@given(program=st.lists(slots))
def test_any_slots_survive_encoding(byteorder: str, program: list[Insn]) -> None:
    assert decode(encode(program, byteorder), byteorder) == tuple(program)


@pytest.mark.parametrize("byteorder", ["little", "big"])
@given(data=st.binary())
def test_any_bytes_decode_or_say_where_they_are_cut(byteorder: str, data: bytes) -> None:
    try:
        program = decode(data, byteorder)
    except DecodeError as error:
        where = f"instruction {len(data) // 8} "
        expected = len(data) % 8 != 0 and where in str(error)
    else:
        expected = encode(program, byteorder) == data
    assert expected


@given(program=st.lists(slots))
def test_validation_accepts_or_names_an_index(program: list[Insn]) -> None:
    message = "instruction 0"
    try:
        validate(program)
    except DecodeError as error:
        message = str(error)
    assert message.startswith("instruction ")


@given(program=st.lists(instructions(tuple(row for row in OPCODES if row.since)).map(list)))
def test_all_that_the_table_allows_is_valid(program: list[list[Insn]]) -> None:
    validate([slot for insn in program for slot in insn])


def test_starts_skips_second_slots() -> None:
    program = (build.exit_(), *build.ld_imm64(1, 2), build.exit_())
    assert list(starts(program)) == [0, 1, 3]


BAD = {
    "an unknown opcode": ([Insn(0xFF)], "instruction 0: code 0xff is no instruction"),
    "a missing second slot": (
        [build.exit_(), build.ld_imm64(1, 1)[0]],
        "instruction 1: ld_imm64 takes two slots, and the program ends after the first",
    ),
    "a second slot with a register": (
        [Insn(0x18, 1), Insn(0, 3)],
        "instruction 1: dst 3 must be 0 in the second slot of ld_imm64",
    ),
    "a map descriptor with an upper half": (
        [Insn(0x18, 1, 1), Insn(0, imm=7)],
        "instruction 1: imm 7 must be 0 in the second slot of ld_map_fd",
    ),
    "an offset that is no variant": (
        [build.exit_(), Insn(0x3F, 1, 2, 3)],
        "instruction 1: off 3 is not allowed in div64_reg, sdiv64_reg (0x3f)",
    ),
    "a shift that is too far": (
        [build.alu32_imm(0x60, 1, 32)],
        "instruction 0: imm 32 is not allowed in lsh32_imm (0x64)",
    ),
    "a write to the frame pointer": (
        [build.mov64_imm(10, 0)],
        "instruction 0: dst 10 is not allowed in mov64_imm (0xb7)",
    ),
    "a register beyond the last": (
        [build.mov64_reg(0, 11)],
        "instruction 0: src 11 is not allowed in mov64_reg",
    ),
    "a call through a register": ([build.callx(3)], "instruction 0: callx (0x8d) is not accepted by Linux"),
}


@pytest.mark.parametrize(("program", "message"), BAD.values(), ids=BAD)
def test_validation_names_index_and_field_of(program: list[Insn], message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        validate(program)
    assert message in str(caught.value)


TOO_LARGE = {
    "dst": Insn(0xB7, 16),
    "src": Insn(0xB7, 0, -1),
    "off": Insn(0xB7, 0, 0, 0x8000),
    "imm": Insn(0xB7, 0, 0, 0, 1 << 31),
    "code": Insn(0x100),
}


@pytest.mark.parametrize("field", TOO_LARGE)
def test_encoding_names_the_field_that_is_too_large(field: str) -> None:
    with pytest.raises(DecodeError, match=f"instruction 1: {field} .* does not fit"):
        encode((build.exit_(), TOO_LARGE[field]))
