"""The kernel's printf: the same text and the same refusals as Linux's bpf_snprintf."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from skep.errors import KernelError
from skep.isa import build as b
from skep.isa import encode
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_W
from skep.kernel.helpers.bprintf import Memory, parse, render
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.syscall.prog_load import prog_load
from skep.uapi import BPF_F_RDONLY_PROG, FuncId, MapType, ProgType

_U64 = (1 << 64) - 1
_NO_MEMORY = Memory(lambda address, limit: b"", lambda address, size: bytes(size))

TEXTS: list[tuple[bytes, tuple[int, ...]]] = [
    (b"plain", ()),
    (b"100%%", ()),
    (b"%d %i %u", (-1 & _U64, 7, 0xFFFFFFFF)),
    (b"%x %X", (0xDEADBEEF, 0xDEADBEEF)),
    (b"%ld %lu", (-(1 << 40) & _U64, 1 << 40)),
    (b"%lld %llu %llx", (-(1 << 63) & _U64, _U64, _U64)),
    (b"[%5d] [%-5d] [%05d]", (42, 42, 42)),
    (b"[%5d] [%-5d] [%05d]", (-42 & _U64, -42 & _U64, -42 & _U64)),
    (b"[%+d] [% d] [%+5d] [%-+5d]", (3, 3, 3, 3)),
    (b"[%08x] [%-8x] [%8X]", (0xABC, 0xABC, 0xABC)),
    (b"[%0-8d]", (5,)),
    (b"%c%c%c", (65, 66, 0x143)),
    (b"%px", (0x1234,)),
    (b"%px %px", (_U64, 0)),
    (b"[%20px]", (0x1234,)),
    (b"%ps", (0x10,)),
    (b"%pB", (0x10,)),
    (b"%pI4 %pi4", (0, 0)),
    (b"%pI6 %pi6", (0, 0)),
    (b"%d,%d", (1, 2)),
    (b"tab\there\nline", ()),
]
REFUSED: list[tuple[bytes, int]] = [
    (b"%", 1),
    (b"%q", 1),
    (b"%d %d", 1),
    (b"%sx", 1),
    (b"%px %l", 2),
    (b"%pz", 1),
    (b"%pI5", 1),
    (b"%hd", 1),
    (b"%.3d", 1),
    (b"%#x", 1),
    (b"%lc", 1),
    (b"%f", 1),
    (b"a\x01b", 0),
    (b"%\xff", 1),
]


class Snprintf:
    """Linux's bpf_snprintf as a function."""

    def __init__(self, linux: Linux) -> None:
        self.linux = linux
        self.out = self._map(128)

    def _map(self, size: int, flags: int = 0) -> int:
        return commands.map_create(
            self.linux, map_type=MapType.ARRAY, key_size=4, value_size=size, max_entries=1, map_flags=flags
        )

    def __call__(self, text: bytes, args: tuple[int, ...]) -> bytes:
        constant = self._map(64, BPF_F_RDONLY_PROG)
        commands.map_update_elem(self.linux, constant, bytes(4), text.ljust(64, b"\0"))
        commands.map_freeze(self.linux, constant)
        insns = []
        place = -8 * max(len(args), 1)
        for at, word in enumerate(args):
            low, high = struct.unpack("<ii", struct.pack("<Q", word))
            insns += [b.st_mem(BPF_W, 10, place + 8 * at, low), b.st_mem(BPF_W, 10, place + 8 * at + 4, high)]
        insns += [*b.ld_map_value(1, self.out, 0), b.mov64_imm(2, 128), *b.ld_map_value(3, constant, 0)]
        insns += [b.mov64_reg(4, 10), b.alu64_imm(BPF_ADD, 4, place), b.mov64_imm(5, 8 * len(args))]
        if not args:
            insns.append(b.st_mem(BPF_DW, 10, place, 0))
        insns += [b.call_helper(FuncId.snprintf), b.exit_()]
        try:
            fd = prog_load(self.linux, prog_type=ProgType.SCHED_CLS, insns=encode(insns), license="GPL").fd
        finally:
            self.linux.close(constant)
        length = commands.prog_test_run(self.linux, fd, data=bytes(64)).retval
        self.linux.close(fd)
        return commands.map_lookup_elem(self.linux, self.out, bytes(4), 128)[: length - 1]


@pytest.fixture
def snprintf(linux: Linux) -> Iterator[Snprintf]:
    function = Snprintf(linux)
    yield function
    linux.close(function.out)


@pytest.mark.parametrize(("text", "args"), TEXTS, ids=lambda value: repr(value))
def test_text_is_what_linux_writes(snprintf: Snprintf, text: bytes, args: tuple[int, ...]) -> None:
    assert render(parse(text, len(args)), args, _NO_MEMORY) == snprintf(text, args)


@pytest.mark.parametrize(("text", "count"), REFUSED, ids=lambda value: repr(value))
def test_formats_that_linux_refuses_are_refused(snprintf: Snprintf, text: bytes, count: int) -> None:
    with pytest.raises(OSError, match=r"format|argument"):
        parse(text, count)
    with pytest.raises(KernelError):
        snprintf(text, (0,) * count)


def test_strings_and_addresses_follow_pointers() -> None:
    memory = Memory(lambda address, limit: b"name", lambda address, size: bytes(range(1, size + 1)))
    assert render(parse(b"[%6s|%-6s]", 2), (1, 1), memory) == b"[  name|name  ]"
    assert render(parse(b"%pI4 %pi4", 2), (1, 1), memory) == b"1.2.3.4 001.002.003.004"
    assert render(parse(b"%pI6", 1), (1,), memory) == b"0102:0304:0506:0708:090a:0b0c:0d0e:0f10"
