"""Instructions as text, against the verifier log of Linux and against llvm-objdump."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.strategies import slots
from skep.errors import VerifierError
from skep.isa import OPCODES, Insn, Opcode, build, encode
from skep.isa import opcodes as op
from skep.isa.asm import assemble
from skep.isa.disasm import format_insn, format_llvm, format_program
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.uapi import FuncId, ProgType

KERNEL = {
    "a move": (build.mov64_imm(0, -1), "(b7) r0 = -1"),
    "a 32-bit move": (build.mov32_reg(1, 2), "(bc) w1 = w2"),
    "a sign-extending move": (build.movsx64_reg(1, 2, 16), "(bf) r1 = (s16)r2"),
    "signed division": (build.alu64_reg(op.BPF_DIV, 1, 2, 1), "(3f) r1 s/= r2"),
    "signed modulo": (build.alu32_imm(op.BPF_MOD, 1, 5, 1), "(94) w1 s%= 5"),
    "an arithmetic shift": (build.alu64_imm(op.BPF_ARSH, 1, 5), "(c7) r1 s>>= 5"),
    "negation": (build.neg32(3), "(84) w3 = -w3"),
    "a byte order": (build.to_be(3, 16), "(dc) r3 = be16 r3"),
    "a byte swap": (build.bswap(3, 64), "(d7) r3 = bswap64 r3"),
    "a change of address space": (build.addr_space_cast(1, 2, 0, 1), "(bf) r1 = addr_space_cast(r2, 0, 1)"),
    "a per-CPU address": (build.alu64_reg(op.BPF_MOV, 1, 2, -1), "(bf) r1 = &(void __percpu *)(r2)"),
    "a load": (build.ldx_mem(op.BPF_H, 1, 2, -4), "(69) r1 = *(u16 *)(r2 -4)"),
    "a load with sign": (build.ldx_memsx(op.BPF_W, 1, 2, 4), "(81) r1 = *(s32 *)(r2 +4)"),
    "a store": (build.stx_mem(op.BPF_DW, 10, 2, -8), "(7b) *(u64 *)(r10 -8) = r2"),
    "a store of a constant": (build.st_mem(op.BPF_B, 10, -8, -5), "(72) *(u8 *)(r10 -8) = -5"),
    "an atomic addition": (build.atomic_op(op.BPF_DW, op.BPF_ADD, 1, 2), "(db) lock *(u64 *)(r1 +0) += r2"),
    "a fetch": (
        build.atomic_op(op.BPF_W, op.BPF_OR | op.BPF_FETCH, 1, 2, 4),
        "(c3) r2 = atomic_fetch_or((u32 *)(r1 +4), r2)",
    ),
    "an exchange": (
        build.atomic_op(op.BPF_DW, op.BPF_XCHG, 1, 2),
        "(db) r2 = atomic64_xchg((u64 *)(r1 +0), r2)",
    ),
    "a compare and exchange": (
        build.atomic_op(op.BPF_W, op.BPF_CMPXCHG, 1, 2),
        "(c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)",
    ),
    "a load-acquire": (build.load_acquire(op.BPF_B, 1, 2, 3), "(d3) r1 = load_acquire((u8 *)(r2 +3))"),
    "a store-release": (build.store_release(op.BPF_W, 1, 2, -4), "(c3) store_release((u32 *)(r1 -4), r2)"),
    "a packet load": (build.ld_abs(op.BPF_H, 12), "(28) r0 = *(u16 *)skb[12]"),
    "an indirect packet load": (build.ld_ind(op.BPF_B, 7, -1), "(50) r0 = *(u8 *)skb[r7 + -1]"),
    "a jump": (build.ja(-3), "(05) goto pc-3"),
    "a long jump": (build.gotol(70000), "(06) gotol pc+70000"),
    "a jump that gives up": (build.may_goto(2), "(e5) may_goto pc+2"),
    "a condition": (build.jmp_imm(op.BPF_JSGT, 1, -1, 4), "(65) if r1 s> 0xffffffff goto pc+4"),
    "a 32-bit condition": (build.jmp32_reg(op.BPF_JSET, 1, 2, 0), "(4e) if w1 & w2 goto pc+0"),
    "a helper call": (build.call_helper(1), "(85) call bpf_map_lookup_elem#1"),
    "a call of no helper": (build.call_helper(1 << 20), "(85) call unknown#1048576"),
    "a call of a subprogram": (build.call_subprog(5), "(85) call pc+5"),
    "a call of a kernel function": (build.call_kfunc(7), "(85) call kernel-function#7"),
    "the end": (build.exit_(), "(95) exit"),
    "a malformed atomic": (build.atomic_op(op.BPF_DW, 5, 1, 2), "BUG_db"),
    "a malformed jump": (Insn(0xE5, 0, 1), "(e5) if r0 (null) 0x0 goto pc+0"),
}


def helper_name(insn: Insn) -> str | None:
    known = {int(member): f"bpf_{member.name}" for member in FuncId}
    return known.get(insn.imm) if insn.src == 0 else None


@pytest.mark.parametrize(("insn", "text"), KERNEL.values(), ids=KERNEL)
def test_the_kernel_syntax_of(insn: Insn, text: str) -> None:
    assert format_insn([insn], 0, call_name=helper_name) == text


def test_a_constant_has_both_halves() -> None:
    assert format_insn(build.ld_imm64(1, 1 << 63 | 5), 0) == "(18) r1 = 0x8000000000000005"


def test_addresses_are_hidden_from_the_unprivileged() -> None:
    assert format_insn(build.ld_map_fd(1, 7), 0, allow_ptr_leaks=False) == "(18) r1 = 0x0"
    assert format_insn(build.ld_imm64(1, 7), 0, allow_ptr_leaks=False) == "(18) r1 = 0x7"


def test_constants_can_be_named() -> None:
    named = format_insn(build.ld_map_fd(1, 7), 0, imm_name=lambda insn, value: f"map[fd:{value}]")
    assert named == "(18) r1 = map[fd:7]"


def test_a_program_is_numbered_by_slot() -> None:
    program = (*build.ld_imm64(1, 2), build.exit_())
    assert format_program(program) == "0: (18) r1 = 0x2\n2: (95) exit\n"


def log_lines(linux: Linux, program: tuple[Insn, ...]) -> list[str]:
    """How Linux prints the first instruction: in its table of live registers, and where it verifies."""
    try:
        loaded = commands.prog_load(
            linux, prog_type=ProgType.SOCKET_FILTER, insns=encode(program), log_level=2
        )
        linux.close(loaded.fd)
        log = loaded.log
    except VerifierError as error:
        log = error.log
    lines = (re.fullmatch(r" *0: (?:[.0-9]{10} )?([(B].*?)(?: +;.*)?", line) for line in log.splitlines())
    return [match[1] for match in lines if match]


# Linux replaces these before it prints anything, or prints nothing because what they refer to is missing.
REPLACED = {"ld_map_fd", "ld_map_value", "ld_btf_id", "ld_func", "ld_map_idx", "ld_map_idx_value"}
REPLACED |= {"call_subprog", "call_kfunc", "callx"}


def far_values(legal: op.Field) -> list[int]:
    if isinstance(legal, range):
        return [legal[0], legal[-1], legal[len(legal) // 2]]
    return sorted(legal) if isinstance(legal, (tuple, frozenset)) else [-7, 1]


@pytest.mark.parametrize("row", [r for r in OPCODES if r.name not in REPLACED], ids=lambda row: row.name)
def test_linux_prints_the_same(linux: Linux, row: Opcode) -> None:
    is_jump = row.code & op.CLASS_MASK in (op.BPF_JMP, op.BPF_JMP32) and row.code & op.OP_MASK < op.BPF_CALL
    seen = 0
    for which in range(3):
        fields = {name: far_values(getattr(row, name)) for name in ("dst", "src", "off", "imm")}
        if is_jump or row.name == "may_goto" or row.code & op.OP_MASK >= op.BPF_JLT:
            fields["off"] = [value for value in fields["off"] if value == 0] or [0]
        if row.name == "gotol":
            fields["imm"] = [0]
        insn = Insn(row.code, **{name: choice[which % len(choice)] for name, choice in fields.items()})
        rest = () if row.slots == 1 else (Insn(0, imm=-which),)
        program = (insn, *rest, *(() if row.name == "exit" else (build.mov64_imm(0, 0), build.exit_())))
        lines = log_lines(linux, program)
        seen += len(lines)
        assert set(lines) <= {format_insn(program, 0, call_name=helper_name)}
    assert seen


@given(program=st.lists(slots, min_size=1))
def test_any_slots_can_be_printed(program: list[Insn]) -> None:
    assert format_program(program).count("\n") <= len(program)


@given(program=st.lists(slots))
def test_any_slots_survive_the_llvm_syntax(program: list[Insn]) -> None:
    assert assemble(format_program(program, "llvm")) == tuple(program)


LLVM = {
    "a move": (build.mov64_imm(0, -1), "r0 = -0x1"),
    "a load": (build.ldx_mem(op.BPF_H, 1, 2, -4), "w1 = *(u16 *)(r2 - 0x4)"),
    "a wide load": (build.ldx_mem(op.BPF_DW, 1, 2, 4), "r1 = *(u64 *)(r2 + 0x4)"),
    "a jump": (build.ja(-3), "goto -0x3"),
    "a condition": (build.jmp32_imm(op.BPF_JNE, 1, 5, 3), "if w1 != 0x5 goto +0x3"),
    "a fetch": (
        build.atomic_op(op.BPF_W, op.BPF_ADD | op.BPF_FETCH, 1, 2, 4),
        "w2 = atomic_fetch_add((u32 *)(r1 + 0x4), w2)",
    ),
    "a load-acquire": (build.load_acquire(op.BPF_B, 1, 2, 3), "w1 = load_acquire((u8 *)(r2 + 0x3))"),
    "a call of a kernel function": (build.call_kfunc(5), "<unknown>"),
    "no instruction": (Insn(0xFF), "<unknown>"),
}


@pytest.mark.parametrize(("insn", "text"), LLVM.values(), ids=LLVM)
def test_the_llvm_syntax_of(insn: Insn, text: str) -> None:
    assert format_llvm([insn], 0) == text


def test_a_program_in_llvm_syntax_has_labels() -> None:
    program = (build.jmp_imm(op.BPF_JEQ, 1, 0, 2), *build.ld_imm64(1, 2), build.exit_())
    assert format_program(program, "llvm") == "\tif r1 == 0x0 goto L3\n\tr1 = 0x2 ll\nL3:\n\texit\n"


def test_llvm_objdump_prints_the_same(tmp_path: Path) -> None:
    """All rows that LLVM knows, by way of an object file that llvm-mc makes from raw bytes."""
    tools = [shutil.which(name) for name in ("llvm-mc-19", "llvm-objdump-19")]
    if not all(tools):
        pytest.skip("llvm-mc-19 and llvm-objdump-19 are not installed")
    # LLVM 19 does not know load-acquire and store-release, and prints nothing of `src` in calls.
    later = ("load_acquire", "store_release", "call_subprog", "call_kfunc", "ld_func")
    program: list[Insn] = []
    for row in (row for row in OPCODES if not row.name.startswith(later)):
        values = {name: far_values(getattr(row, name))[-1] for name in ("dst", "src", "off", "imm")}
        if row.name.startswith("ld_ind"):
            values["imm"] = 0
        program += [Insn(row.code, **values), *(() if row.slots == 1 else (Insn(0),))]
    source, obj = tmp_path / "all.s", tmp_path / "all.o"
    words = "".join(f".8byte {int.from_bytes(encode((slot,)), 'little')}\n" for slot in program)
    source.write_text(words)
    subprocess.run([tools[0], "--triple=bpfel", "-filetype=obj", "-o", obj, source], check=True)
    dump = subprocess.run([tools[1], "-d", "--mcpu=v4", obj], check=True, capture_output=True, text=True)
    theirs = {
        int(match[1]): re.sub(r" <[.\w+]*>$", "", match[2])
        for match in re.finditer(r"^ +(\d+):\t[0-9a-f ]+\t(.*)$", dump.stdout, re.MULTILINE)
    }
    ours = {index: format_llvm(program, index) for index in theirs}
    assert len(theirs) > 150
    assert ours == theirs
