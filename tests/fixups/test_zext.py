"""Upper halves of 32-bit results: which of them are cleared, and which become random to test that list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise

import pytest
from fuzz.xlated import Reader, differing
from tools.parity.xlated import comparable

import skep
from skep.isa import decode, encode
from skep.isa.asm import assemble
from skep.isa.disasm import format_insn
from skep.kernel.fixups.xlated.pipeline import xlate
from skep.kernel.fixups.xlated.rewriter import Arch
from skep.kernel.verifier.check import bpf_check
from skep.kernel.verifier.request import VerifyRequest
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details
from skep.uapi import BPF_F_TEST_RND_HI32, ProgType

RANDOM = "random"  # three instructions
PACKET = "r6 = *(u32 *)(r1 + 12)\nr7 = *(u32 *)(r1 + 16)\n"

#: Instructions, and those of them (from the end) behind which the upper half becomes random.
CASES = [
    ("nobody looks", "w2 = 5\nr0 = 0\nexit", ["w2 = 5"]),
    ("a copy looks", "w2 = 5\nr0 = r2\nexit", []),
    ("a copy of the lower half does not", "w2 = 5\nw0 = w2\nexit", ["w2 = 5"]),
    ("a program's caller looks at its result", "w0 = 3\nexit", []),
    ("a store looks at what it stores", "w2 = 5\n*(u64 *)(r10 - 8) = r2\nw3 = 4\n*(u32 *)(r10 - 16) = r3\n"
     "r0 = 0\nexit", ["w3 = 4"]),
    ("a helper looks at its arguments", "w1 = 5\nw2 = 6\nr1 = r10\nr1 += -16\nw2 = 16\ncall 16\nr0 = 0\nexit",
     ["w1 = 5", "w2 = 6"]),
    ("a comparison looks at both sides", "w2 = 5\nw3 = 6\nif r2 > r3 goto +0\nr0 = 0\nexit", []),
    ("one of 32 bits does not", "w2 = 5\nw3 = 6\nif w2 > w3 goto +0\nr0 = 0\nexit", ["w2 = 5", "w3 = 6"]),
    ("an argument is looked at in the function", "w1 = 5\ncall f\nr0 = 0\nexit\nf:\nr0 = r1\nexit", []),
    ("or is not", "w1 = 5\nw2 = 6\ncall f\nr0 = 0\nexit\nf:\nw0 = w2\nexit", ["w1 = 5", "w2 = 6", "w0 = w2"]),
    ("a function's result is looked at by its caller", "call f\nr0 += 1\nexit\nf:\nw0 = 2\nexit", []),
    ("what a covered path looks at does not count", PACKET + "w2 = w6\nif r6 > 7 goto +1\nw2 = w7\n"
     "if r7 > 8 goto +1\nr7 = 5\nr0 = r2\nr0 &= 1\nexit", ["w2 = w6"]),
    ("loads of 32 bits are such results, too", "*(u64 *)(r10 - 8) = 0\nr2 = *(u32 *)(r10 - 8)\nr0 = 0\nexit",
     ["r2 = *(u32 *)(r10 -8)"]),
    ("loads from the context are left alone", "r2 = *(u32 *)(r1 + 12)\nr0 = 0\nexit", []),
    ("so is what a rewrite has written", PACKET + "w6 /= w7\nr0 = 0\nexit", []),
    ("an exchange that fails writes the lower half alone",
     "*(u64 *)(r10 - 8) = 1\nr0 = 1\nr3 = 2\nw0 = cmpxchg32_32(r10 - 8, w0, w3)\nr6 = r0\nr0 = 0\n"
     "exit", []),
]  # fmt: skip


def shown(insns: tuple[skep.isa.Insn, ...]) -> list[str]:
    made = tuple(comparable(insns))
    return [format_insn(made, i).split(") ", 1)[1] for i, insn in enumerate(made) if insn.code]


def read_back(backend: Backend, text: str, flags: int) -> list[str]:
    code = encode(assemble(text))
    fd = commands.prog_load(backend, prog_type=ProgType.XDP, insns=code, prog_flags=flags).fd
    try:
        return shown(decode(prog_details(backend, fd).xlated))
    finally:
        backend.close(fd)


def made_random(lines: list[str]) -> list[str]:
    """The instructions that random numbers follow."""
    return [line for line, after in pairwise(lines) if after.startswith("r11 = ")]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_nobody_looks_at_becomes_random(backend: Backend, text: str, expected: list[str]) -> None:
    assert made_random(read_back(backend, text, BPF_F_TEST_RND_HI32)) == expected
    assert made_random(read_back(backend, text, 0)) == []


def test_a_failed_exchange_is_extended_if_somebody_looks(backend: Backend) -> None:
    before = "*(u64 *)(r10 - 8) = 1\nr0 = 1\nr3 = 2\nw0 = cmpxchg32_32(r10 - 8, w0, w3)\n"
    looked_at = read_back(backend, before + "r6 = r0\nr0 = 0\nexit", 0)
    assert looked_at[3:5] == ["r0 = atomic_cmpxchg((u32 *)(r10 -8), r0, r3)", "w0 = w0"]
    assert "w0 = w0" not in read_back(backend, before + "w6 = w0\nr0 = 0\nexit", 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w2 = 5\nr0 = r2\nexit", ["w2 = 5", "w2 = w2", "r0 = r2", "exit"]),
        ("w2 = 5\nr0 = 0\nexit", ["w2 = 5", "r0 = 0", "exit"]),
        ("w2 = 5\nw3 = 6\nw2 *= w3\nr0 = r2\nexit",
         ["w2 = 5", "w3 = 6", "w2 *= w3", "w2 = w2", "r0 = r2", "exit"]),
        ("*(u64 *)(r10 - 8) = 0\nr0 = *(u16 *)(r10 - 8)\nexit",
         ["*(u64 *)(r10 -8) = 0", "r0 = *(u16 *)(r10 -8)", "w0 = w0", "exit"]),
    ],
)  # fmt: skip
def test_machines_that_do_not_clear_get_it_done(text: str, expected: list[str]) -> None:
    """By rule: the machine that these tests know clears upper halves."""
    request = VerifyRequest(insns=assemble(text), prog_type=ProgType.XDP, needs_zext=True)
    made = xlate(request, bpf_check(request), Arch(needs_zext=True))
    assert shown(made.insns) == expected


@pytest.fixture
def readers(linux: Backend) -> Iterator[tuple[Reader, Reader]]:
    with skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp") as own:
        yield Reader(own), Reader(linux)


def test_random_programs_are_read_back_as_from_linux(readers: tuple[Reader, Reader]) -> None:
    found = [text for _, text in differing(20, 150, *readers)]
    assert len(found) > 30
    assert not any(found), next(text for text in found if text)
