"""What is read back of an accepted program: the same instructions on skep and on Linux."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.parity.xlated import comparable

import skep
from skep.isa import decode, encode
from skep.isa.asm import assemble
from skep.isa.build import ld_abs, ld_ind, ld_map_fd, may_goto
from skep.isa.disasm import format_insn
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_B, BPF_W
from skep.kernel.fixups.ctx_rows import converted
from skep.kernel.fixups.probed.ctx_access import CTX_ROWS
from skep.kernel.fixups.xlated.ctx import _row
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details
from skep.uapi import MapType, ProgType

ROOT = Path(__file__).resolve().parents[2]

END = "\nr0 = 0\nexit"
TWO = "r0 = *(u32 *)(r1 + 12)\nr2 = *(u32 *)(r1 + 16)\n"
#: What stands for a map in assembly: two slots, of which the second is this.
MAP = 0x7ABCDEF8
LOOKUP = f"*(u64 *)(r10 - 8) = 0\nr2 = r10\nr2 += -8\nr1 = {MAP << 32:#x} ll\ncall 1"
SKB = "r6 = r1\n"


def lines(insns: tuple[Insn, ...]) -> list[str]:
    """One line per instruction; what differs between two kernels is 0."""
    shown = tuple(comparable(insns))
    return [format_insn(shown, i) for i, insn in enumerate(shown) if insn.code]


def read_back(backend: Backend, insns: tuple[Insn, ...], prog_type: int, flags: int = 0) -> list[str]:
    loaded = commands.prog_load(backend, prog_type=prog_type, insns=encode(insns), prog_flags=flags)
    try:
        return lines(decode(prog_details(backend, loaded.fd).xlated))
    finally:
        backend.close(loaded.fd)


PLAIN = [
    ("a 64-bit division by zero gives zero", TWO + "r0 /= r2",
     ["(55) if r2 != 0x0 goto pc+2", "(ac) w0 ^= w0", "(05) goto pc+1", "(3f) r0 /= r2"]),
    ("a 32-bit modulo by zero keeps the lower half", TWO + "w0 %= w2",
     ["(16) if w2 == 0x0 goto pc+2", "(9c) w0 %= w2", "(05) goto pc+1", "(bc) w0 = w0"]),
    ("a signed division by minus one negates", TWO + "r0 s/= r2",
     ["(bf) r11 = r2", "(07) r11 += 1", "(25) if r11 > 0x1 goto pc+4", "(15) if r11 == 0x0 goto pc+1",
      "(b7) r0 = 0", "(87) r0 = -r0", "(05) goto pc+1", "(3f) r0 s/= r2"]),
    ("a signed modulo of 32 bits by minus one is zero", TWO + "w0 s%= w2",
     ["(bf) r11 = r2", "(04) w11 += 1", "(26) if w11 > 0x1 goto pc+3", "(16) if w11 == 0x1 goto pc+4",
      "(b4) w0 = 0", "(05) goto pc+1", "(9c) w0 s%= w2", "(05) goto pc+1", "(bc) w0 = w0"]),
    ("a signed division by the constant minus one is a negation", TWO + "w0 s/= -1", ["(84) w0 = -w0"]),
    ("a signed modulo by the constant minus one is zero", TWO + "r0 s%= -1", ["(b4) w0 = 0"]),
    ("a division by another constant stays", TWO + "r0 /= 3", ["(37) r0 /= 3"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in PLAIN], ids=[c[0] for c in PLAIN])
def test_arithmetic(backend: Backend, text: str, expected: list[str]) -> None:
    found = read_back(backend, assemble(text + END), ProgType.XDP)
    assert found[-2 - len(expected) : -2] == expected


CALLS = [
    ("the number of the CPU is a per-CPU variable", assemble("call 8" + END), ProgType.XDP,
     ["(b7) r0 = 0", "(bf) r0 = &(void __percpu *)(r0)", "(61) r0 = *(u32 *)(r0 +0)"]),
    ("jiffies are a variable", assemble("call 118" + END), ProgType.XDP,
     ["(18) r0 = 0x0", "(79) r0 = *(u64 *)(r0 +0)"]),
    ("a packet load of classic BPF is a call", (*assemble(SKB), ld_abs(BPF_W, 5), *assemble(END)),
     ProgType.SOCKET_FILTER,
     ["(bf) r6 = r1", "(b7) r2 = 5", "(bf) r1 = r6", "(85) call unknown#0", "(75) if r0 s>= 0x0 goto pc+2",
      "(ac) w0 ^= w0", "(95) exit"]),
    ("an indirect one adds the register", (*assemble(SKB + "r7 = 1"), ld_ind(BPF_B, 7, 2), *assemble(END)),
     ProgType.SOCKET_FILTER,
     ["(bf) r6 = r1", "(b7) r7 = 1", "(bf) r2 = r7", "(07) r2 += 2", "(bf) r1 = r6", "(85) call unknown#0",
      "(75) if r0 s>= 0x0 goto pc+2", "(ac) w0 ^= w0", "(95) exit"]),
    ("may_goto counts on the stack and measures time",
     (*assemble("r0 = 0"), may_goto(1), *assemble("goto -2" + END)), ProgType.XDP,
     ["(7a) *(u64 *)(r10 -16) = 65535", "(7a) *(u64 *)(r10 -8) = 0", "(b7) r0 = 0",
      "(79) r11 = *(u64 *)(r10 -16)", "(15) if r11 == 0x0 goto pc+6", "(17) r11 -= 1",
      "(55) if r11 != 0x0 goto pc+2", "(b7) r11 = -16", "(85) call unknown#0",
      "(7b) *(u64 *)(r10 -16) = r11", "(05) goto pc-8"]),
    ("a loop back to the first instruction does not set the counter again",
     (may_goto(1), *assemble("goto -2" + END)), ProgType.XDP,
     ["(7a) *(u64 *)(r10 -16) = 65535", "(7a) *(u64 *)(r10 -8) = 0", "(79) r11 = *(u64 *)(r10 -16)",
      "(15) if r11 == 0x0 goto pc+6", "(17) r11 -= 1", "(55) if r11 != 0x0 goto pc+2", "(b7) r11 = -16",
      "(85) call unknown#0", "(7b) *(u64 *)(r10 -16) = r11", "(05) goto pc-8"]),
    ("a program that writes to the packet gets it to itself first", assemble(
        "r2 = *(u32 *)(r1 + 76)\nr3 = *(u32 *)(r1 + 80)\nr4 = r2\nr4 += 1\nif r4 > r3 goto +1\n"
        "*(u8 *)(r2 + 0) = r4" + END), ProgType.SCHED_CLS,
     ["(71) r6 = *(u8 *)(r1 +0)", "(54) w6 &= 1", "(15) if r6 == 0x0 goto pc+7", "(bf) r6 = r1",
      "(af) r2 ^= r2", "(85) call unknown#0", "(15) if r0 == 0x0 goto pc+2", "(b4) w0 = 2", "(95) exit",
      "(bf) r1 = r6", "(79) r2 = *(u64 *)(r1 +0)", "(79) r3 = *(u64 *)(r1 +0)", "(bf) r4 = r2",
      "(07) r4 += 1", "(2d) if r4 > r3 goto pc+1", "(73) *(u8 *)(r2 +0) = r4"]),
    ("spills around a call that is inlined go",
     assemble("r1 = 1\n*(u64 *)(r10 - 8) = r1\ncall 8\nr1 = *(u64 *)(r10 - 8)" + END), ProgType.XDP,
     ["(b7) r1 = 1", "(b7) r0 = 0", "(bf) r0 = &(void __percpu *)(r0)", "(61) r0 = *(u32 *)(r0 +0)"]),
    ("a jump that comes to the next instruction by removals stays",
     assemble("if r10 != 7 goto A\ngoto A\nA:\ngoto B\nB:" + END),
     ProgType.XDP, ["(55) if r10 != 0x7 goto pc+0"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("insns", "prog_type", "expected"), [c[1:] for c in CALLS], ids=[c[0] for c in CALLS]
)
def test_programs(
    backend: Backend, insns: tuple[Insn, ...], prog_type: ProgType, expected: list[str]
) -> None:
    found = read_back(backend, insns, prog_type)
    assert found == [*expected, "(b7) r0 = 0", "(95) exit"]


ARRAY = ["(07) r1 += 312", "(61) r0 = *(u32 *)(r2 +0)"]
LOOKUPS = [
    ("an array of powers of two is shifted into", MapType.ARRAY, 4, 8,
     [*ARRAY, "(35) if r0 >= 0x5 goto pc+3", "(67) r0 <<= 3", "(0f) r0 += r1", "(05) goto pc+1",
      "(b7) r0 = 0"]),
    ("other elements are multiplied by their size", MapType.ARRAY, 4, 20,
     [*ARRAY, "(35) if r0 >= 0x5 goto pc+3", "(27) r0 *= 24", "(0f) r0 += r1", "(05) goto pc+1",
      "(b7) r0 = 0"]),
    ("a per-CPU array's element is a per-CPU pointer", MapType.PERCPU_ARRAY, 4, 8,
     [*ARRAY, "(35) if r0 >= 0x5 goto pc+5", "(67) r0 <<= 3", "(0f) r0 += r1", "(79) r0 = *(u64 *)(r0 +0)",
      "(bf) r0 = &(void __percpu *)(r0)", "(05) goto pc+1", "(b7) r0 = 0"]),
    ("a hash table's value lies behind its key", MapType.HASH, 8, 8,
     ["(85) call unknown#0", "(15) if r0 == 0x0 goto pc+1", "(07) r0 += 56"]),
    ("an LRU element is marked as used", MapType.LRU_HASH, 8, 8,
     ["(85) call unknown#0", "(15) if r0 == 0x0 goto pc+4", "(71) r1 = *(u8 *)(r0 +0)",
      "(55) if r1 != 0x0 goto pc+1", "(72) *(u8 *)(r0 +0) = 1", "(07) r0 += 56"]),
    ("a per-CPU hash table has pointers", MapType.PERCPU_HASH, 8, 8,
     ["(85) call unknown#0", "(15) if r0 == 0x0 goto pc+3", "(07) r0 += 56", "(79) r0 = *(u64 *)(r0 +0)",
      "(bf) r0 = &(void __percpu *)(r0)"]),
    ("other maps are called", MapType.LRU_PERCPU_HASH, 8, 8, ["(85) call unknown#0"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("map_type", "key", "value", "expected"), [c[1:] for c in LOOKUPS], ids=[c[0] for c in LOOKUPS]
)
def test_lookups(backend: Backend, map_type: MapType, key: int, value: int, expected: list[str]) -> None:
    fd = commands.map_create(backend, map_type=map_type, key_size=key, value_size=value, max_entries=5)
    insns = list(assemble(LOOKUP + END))
    place = next(i for i, insn in enumerate(insns) if insn.imm == MAP) - 1
    insns[place : place + 2] = ld_map_fd(1, fd)
    found = read_back(backend, tuple(insns), ProgType.XDP)
    backend.close(fd)
    assert found[4:-2] == expected


EXAMPLES = sorted((ROOT / "examples").glob("*.bpf.c"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_examples_are_read_back_as_from_linux(path: Path, linux: Backend) -> None:
    from tools.parity.xlated import compare_xlated

    with skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp") as kernel:
        rows = list(compare_xlated(skep.open(path).spec, path.name, kernel, linux))
    assert rows
    assert [(row.program, row.judged, row.difference) for row in rows] == [
        (row.program, True, "") for row in rows
    ]


CONVERTED = [
    (int(row.id), variant, field)
    for row in PROG_TYPES.values()
    if row.name in CTX_ROWS
    for variant in row.variants
    for field in variant.fields
    if not field.btf
]


def test_every_access_that_is_permitted_has_a_row() -> None:
    for prog_type, _, field in CONVERTED:
        name = PROG_TYPES[prog_type].name
        for off in range(field.offset, field.offset + field.size):
            for size, code in ((1, 0x71), (2, 0x69), (4, 0x61), (8, 0x79)):
                if not field.allows(off, size, False):
                    continue
                insn = Insn(code, 2, 1, off)
                row = _row(name, insn)
                assert row is not None, (name, field.name, off, size)
                assert converted(insn, row), (name, field.name, off, size)


@pytest.mark.slow
@pytest.mark.linux
@pytest.mark.usefixtures("linux")
def test_the_probed_rewrites_are_what_this_linux_does() -> None:
    tool = ROOT / "tools/probe_ctx_access.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
