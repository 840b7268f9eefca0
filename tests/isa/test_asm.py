"""The assembler: statements, labels, symbols, errors, and LLVM's own assembler as the judge."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isa.strategies import instructions
from skep.errors import AsmError
from skep.isa import OPCODES, Insn, build, decode
from skep.isa import opcodes as op
from skep.isa.asm import assemble
from skep.isa.disasm import format_program

STATEMENTS = {
    "r0 = 1": build.mov64_imm(0, 1),
    "w0=-1": build.mov32_imm(0, -1),
    "r0 = 0xffffffff": build.mov64_imm(0, -1),
    "r0 = 'a'": build.mov64_imm(0, 97),
    "r0 = 5 * (2 + 1) - ~1": build.mov64_imm(0, 17),
    "r1 += r2": build.alu64_reg(op.BPF_ADD, 1, 2),
    "w1 s>>= 3": build.alu32_imm(op.BPF_ARSH, 1, 3),
    "r1 s/= r2": build.alu64_reg(op.BPF_DIV, 1, 2, 1),
    "r1 s%= 7": build.alu64_imm(op.BPF_MOD, 1, 7, 1),
    "w1 = -w1": build.neg32(1),
    "r1 = (s8)r2": build.movsx64_reg(1, 2, 8),
    "w1 = (s16) w2": build.movsx32_reg(1, 2, 16),
    "r1 = be32 r1": build.to_be(1, 32),
    "r1 = bswap16 r1": build.bswap(1, 16),
    "r1 = addr_space_cast(r2, 1, 0)": build.addr_space_cast(1, 2, 1, 0),
    "r1 = *(u8 *)(r2 + 4)": build.ldx_mem(op.BPF_B, 1, 2, 4),
    "w1=*(u32*)(r10-8)": build.ldx_mem(op.BPF_W, 1, 10, -8),
    "r1 = *(s16 *)(r2 + 4)": build.ldx_memsx(op.BPF_H, 1, 2, 4),
    "*(u64 *)(r10 - 8) = r1": build.stx_mem(op.BPF_DW, 10, 1, -8),
    "*(u16 *)(r10 - 8) = -1": build.st_mem(op.BPF_H, 10, -8, -1),
    "lock *(u32 *)(r1 + 0) ^= w2": build.atomic_op(op.BPF_W, op.BPF_XOR, 1, 2),
    "r2 = atomic_fetch_and((u64 *)(r1 + 8), r2)": build.atomic_op(
        op.BPF_DW, op.BPF_AND | op.BPF_FETCH, 1, 2, 8
    ),
    "w2 = xchg32_32(r1 + 8, w2)": build.atomic_op(op.BPF_W, op.BPF_XCHG, 1, 2, 8),
    "r0 = cmpxchg_64(r1 + 8, r0, r2)": build.atomic_op(op.BPF_DW, op.BPF_CMPXCHG, 1, 2, 8),
    "w1 = load_acquire((u16 *)(r2 + 0))": build.load_acquire(op.BPF_H, 1, 2),
    "store_release((u8 *)(r1 - 1), w2)": build.store_release(op.BPF_B, 1, 2, -1),
    "r0 = *(u32 *)skb[23]": build.ld_abs(op.BPF_W, 23),
    "r0 = *(u8 *)skb[r7]": build.ld_ind(op.BPF_B, 7, 0),
    "goto +5": build.ja(5),
    "gotol -7000": build.gotol(-7000),
    "may_goto +1": build.may_goto(1),
    "if r1 s<= -5 goto -1": build.jmp_imm(op.BPF_JSLE, 1, -5, -1),
    "if w1 & w2 goto +1": build.jmp32_reg(op.BPF_JSET, 1, 2, 1),
    "call 1": build.call_helper(1),
    "callx r3": build.callx(3),
    "exit": build.exit_(),
}


@pytest.mark.parametrize(("text", "insn"), STATEMENTS.items())
def test_assembling(text: str, insn: Insn) -> None:
    assert assemble(text) == (insn,)


WIDE = {
    "r1 = 0x1122334455667788 ll": build.ld_imm64(1, 0x1122334455667788),
    "r1 = -1 ll": build.ld_imm64(1, -1),
    "ld_pseudo r1, 1, 7": build.ld_map_fd(1, 7),
    "ld_pseudo r1, 2, 0x500000001": build.ld_map_value(1, 1, 5),
    "ld_pseudo r1, 2, -1": build.ld_map_value(1, -1, 0),
}


@pytest.mark.parametrize(("text", "slots"), WIDE.items())
def test_assembling_two_slots(text: str, slots: tuple[Insn, Insn]) -> None:
    assert assemble(text) == slots


def test_labels_count_slots() -> None:
    text = "start: r1 = 1 ll\nif r1 == 0 goto end\ngoto start; end:\nexit"
    program = assemble(text)
    assert [insn.off for insn in program] == [0, 0, 1, -4, 0]


def test_numeric_labels_are_the_nearest_before_and_after() -> None:
    assert [insn.off for insn in assemble("1: goto 1f\n goto 1b\n1: goto 1b\n goto 1f\n1: exit")] == [
        1,
        -2,
        -1,
        0,
        0,
    ]


def test_a_call_of_a_label_is_a_call_of_a_subprogram() -> None:
    assert assemble("call f\nexit\nf: exit")[0] == build.call_subprog(1)


def test_the_address_of_a_label_is_a_callback() -> None:
    assert assemble("r2 = f ll\nexit\nf: exit")[:2] == build.ld_func(2, 2)


def test_symbols_are_numbers_that_the_caller_gives() -> None:
    program = assemble("call lookup\nr0 = SIZE + 4\nexit", {"lookup": 1, "SIZE": 8})
    assert program[:2] == (build.call_helper(1), build.mov64_imm(0, 12))


def test_set_defines_a_symbol() -> None:
    assert assemble(".set N, 3 << 2\nr0 = N") == (build.mov64_imm(0, 12),)


def test_comments_and_separators() -> None:
    text = "# one\nr0 = 1 // two\n/* three\n */ r1 = 2 ; exit # four"
    assert len(assemble(text)) == 3


def test_raw_slots() -> None:
    assert assemble(".8byte 0x95, 0x0000000100000085") == (build.exit_(), build.call_helper(1))


ERRORS = {
    "an unknown word": ("exit\nfoo r1", "line 2: 'foo' begins no instruction"),
    "a register that does not exist": ("r0 = r11", "line 1: there is no register r11; the last one is r10"),
    "mixed widths": ("r0 = w1", "line 1: w1 has the wrong width here; use r1"),
    "a constant that is too large": (
        "r0 = 0x100000000",
        "line 1: constant 4294967296 does not fit into 32 bits; a 64-bit constant is written with `ll`",
    ),
    "an offset that is too large": ("r0 = *(u8 *)(r1 + 32768)", "line 1: offset 32768 does not fit"),
    "an unknown label": ("\n\ngoto nowhere", "line 3: 'nowhere' is neither a label nor a given symbol"),
    "an unknown symbol": ("r0 = SIZE", "line 1"),
    "a label twice": ("a: exit\na: exit", "line 2: 'a' is defined twice"),
    "an unfinished statement": ("if r1 == 5", "line 1: expected 'goto' at the end of 'if r1 == 5'"),
    "something after the end": ("exit 5", "line 1: unexpected '5' in 'exit 5'"),
    "a strange character": ("exit\nr0 = \\", "line 2: cannot read '\\\\'"),
    "different registers in a negation": ("r0 = -r1", "line 1: the register must be the same on both sides"),
    "a size that does not exist": ("r0 = *(u24 *)(r1 + 0)", "line 1: 'u24' is no size"),
    "a 64-bit load into half a register": ("w0 = *(u64 *)(r1 + 0)", "line 1: this needs a 64-bit register"),
    "data": (".section .rodata\n.byte 1", "line 1: section .rodata holds no code"),
    "an unknown directive": (".fill 3", "line 1: directive .fill is not supported"),
    "division by zero in an expression": ("r0 = 1 / 0", "line 1: division by zero"),
    "a deep expression": ("r0 = " + "(" * 5000 + "1" + ")" * 5000, "line 1: the expression nests too deep"),
    "a number without end": ("r0 = " + "9" * 5000, "line 1: the number 9999999999999999... is too long"),
    "a condition that is none": ("if r1 = 5 goto +1", "line 1: '=' is no condition"),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_the_line_is_named_of(text: str, message: str) -> None:
    with pytest.raises(AsmError) as caught:
        assemble(text)
    assert message in str(caught.value)


def test_a_jump_too_far_is_refused() -> None:
    text = "goto end\n" + "exit\n" * 40000 + "end: exit"
    with pytest.raises(AsmError, match="line 1: end is 40000 slots away"):
        assemble(text)
    assert assemble(text.replace("goto", "gotol"))[0] == build.gotol(40000)


WORDS = st.one_of(
    st.sampled_from(
        ["r0", "w1", "r11", "1", "0x10", "08", "1f", "1b", "foo", "u8", "u64", "s8", "ll", "skb"]
    ),
    st.sampled_from(["=", "+=", "s>>=", "==", "s>", "(", ")", "*", "[", "]", ",", ":", ";", "~", "-", "\n"]),
    st.sampled_from(
        ["if", "goto", "gotol", "call", "exit", "lock", "be16", "atomic_fetch_add", "cmpxchg_64"]
    ),
    st.sampled_from(["load_acquire", "store_release", "addr_space_cast", "ld_pseudo", ".set", ".8byte"]),
)


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
@example("/*")
@example("1f:")
@example("'")
def test_any_text_assembles_or_names_a_line(text: str) -> None:
    message = "line 0"
    try:
        assemble(text)
    except AsmError as error:
        message = str(error)
    assert message.startswith("line ")


@given(st.lists(instructions()).map(lambda program: tuple(slot for insn in program for slot in insn)))
def test_text_comes_back_as_the_same_instructions(program: tuple[Insn, ...]) -> None:
    assert assemble(format_program(program, "llvm")) == program


def llvm_bytes(tmp_path: Path, text: str) -> bytes:
    """What LLVM's assembler makes of a text: the bytes of .text."""
    tools = [shutil.which(name) for name in ("llvm-mc-19", "llvm-objcopy-19")]
    if not all(tools):
        pytest.skip("llvm-mc-19 and llvm-objcopy-19 are not installed")
    source, obj, out = tmp_path / "a.s", tmp_path / "a.o", tmp_path / "a.bin"
    source.write_text(text)
    subprocess.run([tools[0], "--triple=bpfel", "-mcpu=v4", "-filetype=obj", "-o", obj, source], check=True)
    subprocess.run([tools[1], "-O", "binary", "--only-section=.text", obj, out], check=True)
    return out.read_bytes()


# What LLVM 19 does not know, and what its syntax cannot say.
UNKNOWN_TO_LLVM = ("load_acquire", "store_release", "ld_func", "ld_map", "ld_btf", "call_kfunc", "ld_ind")


def test_llvm_mc_agrees(tmp_path: Path) -> None:
    rng = random.Random(6_18)
    program: list[Insn] = []
    for row in [row for row in OPCODES if not row.name.startswith(UNKNOWN_TO_LLVM)] * 8:
        fields = {
            name: rng.choice(legal) if isinstance(legal, (range, tuple)) else rng.choice([1, 1 << 16])
            for name, legal in ((name, getattr(row, name)) for name in ("dst", "src", "off", "imm"))
        }
        if row.name == "exit":
            fields["off"] = 0
        # A call must lead to a label; LLVM 19 takes no long distances for gotol.
        if row.name in ("call_subprog", "gotol"):
            fields["imm"] = -1
        second = () if row.slots == 1 else (Insn(0, imm=rng.randrange(-(1 << 31), 1 << 31)),)
        program += [Insn(row.code, **fields), *second]
    text = format_program(program, "llvm")
    assert decode(llvm_bytes(tmp_path, text)) == tuple(program) == assemble(text)


def test_statements_mean_the_same_to_llvm(tmp_path: Path) -> None:
    texts = [text for text in STATEMENTS if "load_acquire" not in text and "store_release" not in text]
    assert decode(llvm_bytes(tmp_path, "\n".join(texts))) == assemble("\n".join(texts))


def test_compiler_output_assembles_as_the_compiler_would(tmp_path: Path) -> None:
    clang = shutil.which("clang-19")
    if clang is None:
        pytest.skip("clang-19 is not installed")
    source = tmp_path / "a.c"
    source.write_text(
        "static __attribute__((noinline)) int f(int x, int y) { return x > y ? x * 3 : y / 5; }\n"
        "int prog(int *p) { int s = 0; for (int i = 0; i < 100; i++) s += f(p[i], i); return s ^ 0x7f; }\n"
    )
    output = subprocess.run(
        [clang, "--target=bpf", "-mcpu=v4", "-O2", "-S", "-o", "-", source],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert decode(llvm_bytes(tmp_path, output.stdout)) == assemble(output.stdout)
