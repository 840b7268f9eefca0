"""What programs read arguments with: registers by machine, typed signatures, USDT; byte order."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import skep
from skep.cc import Options, compile
from skep.isa import opcodes as op
from skep.loader import from_elf

#: Where a program finds PARM1, PARM2, PARM4, RC and IP among the registers that its machine gives to users.
REGISTERS: Final = {
    "x86": (112, 104, 88, 80, 128),
    "arm64": (0, 8, 24, 0, 256),
    "s390": (40, 48, 64, 40, 16),
    "riscv": (80, 88, 104, 80, 0),
    "powerpc": (24, 32, 48, 24, 256),
    "loongarch": (32, 40, 56, 32, 264),
    "arm": (0, 8, 24, 0, 120),
}
REGISTERS_X86: Final = "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss"
PLACES = """
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_tracing.h>
char LICENSE[] SEC("license") = "GPL";
SEC("kprobe") int p(bpf_user_pt_regs_t *ctx)
{
	volatile unsigned long out[5];
	out[0] = PT_REGS_PARM1(ctx);
	out[1] = PT_REGS_PARM2(ctx);
	out[2] = PT_REGS_PARM4(ctx);
	out[3] = PT_REGS_RC(ctx);
	out[4] = PT_REGS_IP(ctx);
	return out[0] + out[1];
}
"""


def built(tmp_path: Path, text: str, **defines: str | None) -> bytes:
    path = tmp_path / "test.bpf.c"
    path.write_text(text)
    return compile(path, Options(defines=defines))


@pytest.mark.parametrize("machine", REGISTERS)
def test_registers_are_where_each_machine_has_them(tmp_path: Path, machine: str) -> None:
    spec = from_elf(built(tmp_path, PLACES, **{f"__TARGET_ARCH_{machine}": None}), name="test.o")
    loads = [insn.off for insn in spec.programs["p"].insns if insn.code & 7 == op.BPF_LDX and insn.src == 1]
    assert [*dict.fromkeys(loads)] == [*dict.fromkeys(REGISTERS[machine])]  # each register is read once


SIGNATURES = """
#include "vmlinux.h"
#include <bpf/bpf_tracing.h>
char LICENSE[] SEC("license") = "GPL";
unsigned long seen[8];
struct wide { long a; long b; };
SEC("kprobe/f") int BPF_KPROBE(registers, int first, void *second, u64 third)
{
	seen[0] = first; seen[1] = (long)second; seen[2] = third;
	return 0;
}
SEC("kretprobe/f") int BPF_KRETPROBE(result, int rc) { seen[0] = rc; return 0; }
"""


@pytest.fixture
def kernel() -> Iterator[skep.Kernel]:
    with skep.Kernel(test_run_all=True, engine="interp") as kernel:
        yield kernel


def registers(**values: int) -> bytes:
    """struct pt_regs of x86-64."""
    return struct.pack("<21Q", *(values.get(name, 0) & (1 << 64) - 1 for name in REGISTERS_X86.split()))


def test_kprobe_arguments_have_their_types(tmp_path: Path, kernel: skep.Kernel) -> None:
    (tmp_path / "o").write_bytes(built(tmp_path, SIGNATURES, __TARGET_ARCH_x86=None))
    with skep.open(tmp_path / "o").load(kernel) as obj:
        obj.programs["registers"].run(ctx=registers(di=-3, si=0x1234, dx=7))
        assert [*obj.globals["seen"]][:3] == [(1 << 64) - 3, 0x1234, 7]
        obj.programs["result"].run(ctx=registers(ax=0xFFFFFFFF))
        assert obj.globals["seen"][0] == (1 << 64) - 1


USDT = """
#include "vmlinux.h"
#include <bpf/usdt.bpf.h>
char LICENSE[] SEC("license") = "GPL";
long values[6]; int errors[6]; int sizes[6]; int count; long cookie;
int wide; short narrow;
SEC("usdt") int all(struct pt_regs *ctx)
{
	count = bpf_usdt_arg_cnt(ctx);
	cookie = bpf_usdt_cookie(ctx);
#define ONE(n) errors[n] = bpf_usdt_arg(ctx, n, &values[n]); sizes[n] = bpf_usdt_arg_size(ctx, n);
	ONE(0) ONE(1) ONE(2) ONE(3) ONE(4)
	errors[5] = bpf_usdt_arg(ctx, 12, &values[5]);
	return 0;
}
SEC("usdt") int BPF_USDT(typed, int a, short b) { wide = a; narrow = b; return 0; }
"""
_CONST, _REG = 0, 1
_AX, _DX = 80, 96


def argument(value: int, kind: int, register: int, signed: bool, size: int) -> bytes:
    return struct.pack("<QIh?b", value & (1 << 64) - 1, kind, register, signed, 64 - 8 * size)


def test_usdt_arguments_come_from_the_places_that_the_specification_names(
    tmp_path: Path, kernel: skep.Kernel
) -> None:
    (tmp_path / "o").write_bytes(built(tmp_path, USDT, __TARGET_ARCH_x86=None))
    rows = [
        argument(-5, _CONST, 0, True, 4),
        argument(0, _REG, _AX, True, 2),
        argument(0, _REG, _AX, False, 2),
        argument(0, _REG, _DX, False, 8),
        argument(0, 9, _AX, False, 4),
    ]
    spec = b"".join(rows).ljust(12 * 16, b"\0") + struct.pack("<QhHI", 77, 5, 0, 0)
    with skep.open(tmp_path / "o").load(kernel) as obj:
        specs = obj.maps["__bpf_usdt_specs"]
        specs.update_bytes(struct.pack("<I", 0), spec)  # the cookie of a test run is 0
        obj.programs["all"].run(ctx=registers(ax=0x1FFFE, dx=1 << 63))
        assert (obj.globals["count"], obj.globals["cookie"]) == (5, 77)
        assert [*obj.globals["values"]][:4] == [-5, -2, 0xFFFE, -(1 << 63)]
        assert [*obj.globals["errors"]] == [0, 0, 0, 0, -22, -2]
        assert [*obj.globals["sizes"]][:5] == [4, 2, 2, 8, 4]
        obj.programs["typed"].run(ctx=registers(ax=0x1FFFE))
        assert (obj.globals["wide"], obj.globals["narrow"]) == (-5, -2)


def test_byte_order_macros_fold_to_constants(tmp_path: Path) -> None:
    text = """
    #include <linux/bpf.h>
    #include <bpf/bpf_endian.h>
    _Static_assert(__bpf_constant_htons(1) == 256 && __bpf_htons(1) == bpf_htons(1), "");
    _Static_assert(bpf_ntohl(0x01020304) == 0x04030201 && ___bpf_swab16(1) == 256, "");
    _Static_assert(bpf_cpu_to_be64(1) == 1ULL << 56 && __bpf_constant_be64_to_cpu(1) == 1ULL << 56, "");
    """
    built(tmp_path, text)


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_narrow_arguments_are_the_low_ends_of_their_words(tmp_path: Path, byteorder: str) -> None:
    """BPF_PROG2 reads whole words and cuts them, so that it does not matter which end comes first."""
    path = tmp_path / "test.bpf.c"
    path.write_text("""
    #include "vmlinux.h"
    #include <bpf/bpf_tracing.h>
    struct pair { int a; int b; };
    volatile long out;
    SEC("fentry/f") int BPF_PROG2(p, int, a, short, b, struct pair, c) { out = a; out = b; return c.b; }
    """)
    spec = from_elf(compile(path, Options(byteorder=byteorder)), name="test.o")  # type: ignore[arg-type]
    insns = spec.programs["p"].insns
    loads = {(insn.off, insn.code) for insn in insns if insn.code & 7 == op.BPF_LDX and insn.src == 1}
    whole = op.BPF_LDX | op.BPF_MEM | op.BPF_DW
    assert loads == {(0, whole), (8, whole), (16, whole)}
    cuts = {(insn.imm, insn.code & op.OP_MASK) for insn in insns if insn.code & 7 == op.BPF_ALU64}
    assert {(32, op.BPF_LSH), (32, op.BPF_ARSH), (48, op.BPF_LSH), (48, op.BPF_ARSH)} <= cuts
