"""What a classic filter must be, for sockets and for seccomp, with Linux as the judge."""

import ctypes
import os
import random
import signal
import socket
from collections.abc import Iterator

import pytest

from isa.filters import Fprog, attach, damaged, is_accepted, random_program
from skep.errors import DecodeError
from skep.isa import classic
from skep.isa.classic import ClassicInsn
from skep.syscall.linux import Linux

REFUSED = {
    "nothing": ([], "a filter needs at least one instruction"),
    "too much": ([ClassicInsn(6)] * 4097, "a filter has at most 4096 instructions"),
    "no ret at the end": ([ClassicInsn(6), ClassicInsn(7)], "1: the last instruction must be a ret"),
    "an unknown code": ([ClassicInsn(0xFF), ClassicInsn(6)], "instruction 0: code 0x00ff is no instruction"),
    "ret x": ([ClassicInsn(0x0E)], "instruction 0: code 0x000e is no instruction"),
    "division by zero": ([ClassicInsn(0x34), ClassicInsn(6)], "instruction 0: division by zero"),
    "a far shift": ([ClassicInsn(0x64, k=32), ClassicInsn(6)], "instruction 0: a shift by 32 is too far"),
    "a memory word too many": ([ClassicInsn(2, k=16), ClassicInsn(6)], "instruction 0: M[16] does not exist"),
    "memory not written": ([ClassicInsn(0x60, k=1), ClassicInsn(6)], "M[1] is read before it is written"),
    "memory written on one way only": (
        classic.assemble("jeq #1, skip\nst M[2]\nskip: ld M[2]\nret a"),
        "instruction 2: M[2] is read before it is written",
    ),
    "a jump out": ([ClassicInsn(5, k=1), ClassicInsn(6)], "instruction 0: the jump by 1 leaves the program"),
    "a condition out": ([ClassicInsn(0x15, 0, 1), ClassicInsn(6)], "the jump by 1 leaves the program"),
    "an unknown ancillary load": (
        [ClassicInsn(0x20, k=0xFFFFF040), ClassicInsn(6)],
        "instruction 0: there is no ancillary load 64",
    ),
}


@pytest.mark.parametrize(("program", "message"), REFUSED.values(), ids=REFUSED)
def test_the_check_refuses(program: list[ClassicInsn], message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        classic.check_classic(program)
    assert message in str(caught.value)


@pytest.fixture
def sock(linux: Linux) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        yield one


@pytest.mark.parametrize(("program", "message"), REFUSED.values(), ids=REFUSED)
def test_linux_refuses_the_same(sock: socket.socket, program: list[ClassicInsn], message: str) -> None:
    assert not attach(sock, tuple(program))


def test_linux_decides_like_the_check(sock: socket.socket) -> None:
    rng = random.Random(2)
    programs = [random_program(rng) for _ in range(2000)]
    programs = [damaged(rng, program) if rng.random() < 0.7 else program for program in programs]
    verdicts = [is_accepted(program) for program in programs]
    assert verdicts == [attach(sock, program) for program in programs]
    assert 200 < sum(verdicts) < 1800


@pytest.mark.parametrize("code", [c for c in range(0x100) if c not in classic.OPCODES or c == 0x0E])
def test_linux_has_no_other_instructions(sock: socket.socket, code: int) -> None:
    assert not attach(sock, (ClassicInsn(code, k=1), ClassicInsn(6)))


PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW = "ret #0x7fff0000"


def seccomp_accepts(program: tuple[ClassicInsn, ...]) -> bool:
    """Whether Linux takes a seccomp filter, asked by a child that may die of it."""
    libc = ctypes.CDLL(None)
    fprog = Fprog(len(program), classic.encode(program))
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        os._exit(0 if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(fprog)) == 0 else 1)
    _, status = os.waitpid(child, 0)
    return status == 0 or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS)


SECCOMP = {
    "the syscall number": ("ld [0]", True),
    "an argument": ("ld [56]", True),
    "half a word": ("ldh [0]", False),
    "an unaligned word": ("ld [2]", False),
    "beyond the data": ("ld [64]", False),
    "an indirect load": ("ld [x + 0]", False),
    "the length": ("ld #len", True),
    "the length in X": ("ldx #len", True),
    "a header length": ("ldxb 4*([0]&0xf)", False),
    "an ancillary load": ("ld #cpu", False),
    "a modulo": ("mod #3", False),
    "a division": ("div #3", True),
    "memory": ("st M[1]\nldx M[1]", True),
    "a condition": ("jset #1, next\nnext: neg", True),
    "exclusive or": ("xor x", True),
}


def seccomp_check_accepts(program: tuple[ClassicInsn, ...]) -> bool:
    try:
        classic.check_seccomp(program)
    except DecodeError:
        return False
    return True


@pytest.mark.parametrize(("text", "allowed"), SECCOMP.values(), ids=SECCOMP)
def test_in_seccomp_filters(text: str, allowed: bool) -> None:
    assert seccomp_check_accepts(classic.assemble(f"{text}\n{ALLOW}")) == allowed


@pytest.mark.parametrize(("text", "allowed"), SECCOMP.values(), ids=SECCOMP)
def test_linux_says_the_same_of_seccomp_filters(linux: Linux, text: str, allowed: bool) -> None:
    assert seccomp_accepts(classic.assemble(f"{text}\n{ALLOW}")) == allowed
