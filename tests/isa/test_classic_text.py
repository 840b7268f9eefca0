"""Classic BPF as bytes and as text."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.filters import TCPDUMP, random_program
from skep.errors import AsmError, DecodeError
from skep.isa import classic
from skep.isa import opcodes as op
from skep.isa.classic import ClassicInsn
from skep.isa.classic import opcodes as cop

ARP = """
        ldh [12]
        jne #0x806, drop
        ret #-1
drop:   ret #0
"""

U8, U16, U32 = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)


@pytest.mark.parametrize("byteorder", ["little", "big"])
@given(program=st.lists(st.builds(ClassicInsn, U16, U8, U8, U32)))
def test_instructions_survive_encoding(byteorder: str, program: list[ClassicInsn]) -> None:
    assert classic.decode(classic.encode(program, byteorder), byteorder) == tuple(program)


def test_a_cut_program_is_refused() -> None:
    with pytest.raises(DecodeError, match="instruction 1 is cut off: 4 of 8 bytes"):
        classic.decode(bytes(12))


def test_a_field_that_is_too_large_is_named() -> None:
    with pytest.raises(DecodeError, match="instruction 0: jt 256 does not fit into 8 bits"):
        classic.encode([ClassicInsn(0x15, 256)])


def test_tcpdump_output_is_read_and_written() -> None:
    program = classic.read_decimal(TCPDUMP)
    assert len(program) == 18
    assert classic.format_decimal(program) == TCPDUMP
    assert classic.read_decimal(classic.format_decimal(program, ",")) == program


BAD_DECIMAL = {
    "no count": ("40 0 0 12\n", "begins with the number"),
    "nothing": ("", "begins with the number"),
    "a wrong count": ("2\n6 0 0 0\n", "2 instructions are announced and 1 are there"),
    "a short line": ("1\n6 0 0\n", "instruction 0: '6 0 0' is not"),
    "a count without end": ("9" * 5000, "begins with the number"),
    "a word": ("1\n6 0 0 x\n", "instruction 0: '6 0 0 x' is not"),
    "a large jump": ("1\n5 256 0 0\n", "instruction 0: jt 256 does not fit"),
}


@pytest.mark.parametrize(("text", "message"), BAD_DECIMAL.values(), ids=BAD_DECIMAL)
def test_decimal_text_is_refused_with(text: str, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        classic.read_decimal(text)


@given(st.one_of(st.text(), st.text(alphabet="0123456789 ,\n\u00b2\u0663")))
def test_any_decimal_text_is_read_or_refused(text: str) -> None:
    try:
        program = classic.read_decimal(text)
    except DecodeError:
        return
    assert classic.read_decimal(classic.format_decimal(program)) == program


ASSEMBLY = {
    "ld #5": ClassicInsn(op.BPF_LD | op.BPF_IMM, k=5),
    "ldi 5": ClassicInsn(op.BPF_LD | op.BPF_IMM, k=5),
    "ldxi #0x10": ClassicInsn(op.BPF_LDX | op.BPF_IMM, k=16),
    "ld #len": ClassicInsn(op.BPF_LD | op.BPF_LEN),
    "ld len": ClassicInsn(op.BPF_LD | op.BPF_LEN),
    "ld M[3]": ClassicInsn(op.BPF_LD | op.BPF_MEM, k=3),
    "LDX m[3]": ClassicInsn(op.BPF_LDX | op.BPF_MEM, k=3),
    "stx M[15]": ClassicInsn(op.BPF_STX, k=15),
    "ldh [12]": ClassicInsn(op.BPF_LD | op.BPF_H | op.BPF_ABS, k=12),
    "ldb [x + 2]": ClassicInsn(op.BPF_LD | op.BPF_B | op.BPF_IND, k=2),
    "ld [%x + 2]": ClassicInsn(op.BPF_LD | op.BPF_W | op.BPF_IND, k=2),
    "ldxb 4*([14]&0xf)": ClassicInsn(op.BPF_LDX | op.BPF_B | op.BPF_MSH, k=14),
    "ldx 4 * ([14] & 0xf)": ClassicInsn(op.BPF_LDX | op.BPF_B | op.BPF_MSH, k=14),
    "ld #proto": ClassicInsn(op.BPF_LD | op.BPF_W | op.BPF_ABS, k=0xFFFFF000),
    "ld vlan_avail": ClassicInsn(op.BPF_LD | op.BPF_W | op.BPF_ABS, k=0xFFFFF030),
    "add x": ClassicInsn(op.BPF_ALU | op.BPF_ADD | op.BPF_X),
    "lsh #010": ClassicInsn(op.BPF_ALU | op.BPF_LSH, k=8),
    "neg": ClassicInsn(op.BPF_ALU | op.BPF_NEG),
    "tax": ClassicInsn(op.BPF_MISC),
    "ret a": ClassicInsn(op.BPF_RET | cop.BPF_A),
    "ret #-1": ClassicInsn(op.BPF_RET, k=0xFFFF_FFFF),
}


@pytest.mark.parametrize(("text", "insn"), ASSEMBLY.items())
def test_assembling(text: str, insn: ClassicInsn) -> None:
    assert classic.assemble(text) == (insn,)


def test_labels_become_distances() -> None:
    assert classic.assemble(ARP) == (
        ClassicInsn(0x28, k=12),
        ClassicInsn(0x15, 0, 1, 0x806),
        ClassicInsn(0x06, k=0xFFFF_FFFF),
        ClassicInsn(0x06),
    )


def test_conditions_that_the_machine_lacks_swap_the_labels() -> None:
    text = "jlt #5, out\n jle x, out\n jneq #1, out\n jgt #1, out, next\nnext: jmp out\nout: ret a"
    assert classic.assemble(text)[:5] == (
        ClassicInsn(0x35, 0, 4, 5),
        ClassicInsn(0x2D, 0, 3, 0),
        ClassicInsn(0x15, 0, 2, 1),
        ClassicInsn(0x25, 1, 0, 1),
        ClassicInsn(0x05, 0, 0, 0),
    )


def test_comments_are_not_instructions() -> None:
    assert len(classic.assemble("# one\n/* two\n three */ tax ; four\nret a")) == 2


BAD_ASSEMBLY = {
    "an unknown instruction": ("ret a\nfoo #1", "line 2: 'foo' is no instruction"),
    "a wrong operand": ("st #1", "line 1: st does not take '#1'"),
    "no operand": ("add", "line 1: add needs an operand"),
    "an unknown label": ("jmp nowhere", "line 1: there is no label 'nowhere'"),
    "a jump back": ("top: ret a\njmp top", "line 2: label 'top' lies behind"),
    "a label twice": ("aa: tax\naa: ret a", "line 2: label 'aa' is defined twice"),
    "a condition without label": ("jeq #1", "line 1: jeq takes one or two labels"),
    "a constant that is too large": ("ld #0x100000000", "line 1: 0x100000000 does not fit into 32 bits"),
    "a far condition": (
        "jeq #1, end\n" + "tax\n" * 300 + "end: ret a",
        "line 1: label 'end' is 300 instructions away",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD_ASSEMBLY.values(), ids=BAD_ASSEMBLY)
def test_the_line_is_named_of(text: str, message: str) -> None:
    with pytest.raises(AsmError) as caught:
        classic.assemble(text)
    assert message in str(caught.value)


WORDS = st.sampled_from(["ld", "ldx", "st", "jeq", "jlt", "ret", "add", "#", "[", "]", "x", "M", "a:", "09"])


@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, st.sampled_from("+,:;*&-\n"))).map(" ".join)))
def test_any_text_assembles_or_names_a_line(text: str) -> None:
    message = "line 0"
    try:
        classic.assemble(text)
    except AsmError as error:
        message = str(error)
    assert message.startswith("line ")


def test_any_filter_survives_its_text() -> None:
    rng = random.Random(1)
    for _ in range(200):
        program = random_program(rng)
        # Text has no place for a constant that means nothing.
        idle = [classic.OPCODES[insn.code].operand in ("", "x", "a", "len") for insn in program]
        used = tuple(replace(i, k=0) if nothing else i for i, nothing in zip(program, idle, strict=True))
        assert classic.assemble(classic.format_program(used)) == used


def test_what_is_no_instruction_has_no_text() -> None:
    with pytest.raises(DecodeError, match="instruction 0: code 0x00ff is no instruction"):
        classic.format_program([ClassicInsn(0xFF)])
