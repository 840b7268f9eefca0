"""bpf_snprintf_btf writes values of kernel types as Linux does: random types, values and flags."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

import pytest

from helpers.conftest import Kernels
from skep.btf import Btf
from skep.btf import types as t
from skep.errors import BtfError
from skep.isa import build as b
from skep.isa import encode
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_W
from skep.kernel.helpers.btf_text import value_text
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from skep.syscall.prog_load import prog_load
from skep.uapi import FuncId, MapType, ProgType

_ROOM = 16000
_VALUE = 4096
_KINDS = (t.Struct, t.Union, t.Enum, t.Enum64, t.Int, t.Typedef)
_COMPACT, _NONAME, _PTR_RAW, _ZERO = 1, 2, 4, 8


class Snprintf:
    """The helper as a function: a program that takes type, flags and value from maps."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._out, self._value, self._what = (self._map(size) for size in (_ROOM, _VALUE, 24))
        insns = [*b.ld_map_value(6, self._what, 0), *b.ld_map_value(7, self._value, 0)]
        insns += [b.stx_mem(BPF_DW, 10, 7, -16), b.ldx_mem(BPF_W, 1, 6, 0), b.stx_mem(BPF_W, 10, 1, -8)]
        insns += [b.st_mem(BPF_W, 10, -4, 0), *b.ld_map_value(1, self._out, 0), b.mov64_imm(2, _ROOM)]
        insns += [b.mov64_reg(3, 10), b.alu64_imm(BPF_ADD, 3, -16), b.mov64_imm(4, 16)]
        insns += [b.ldx_mem(BPF_DW, 5, 6, 8), b.call_helper(FuncId.snprintf_btf), b.exit_()]
        self._fd = prog_load(backend, prog_type=ProgType.RAW_TRACEPOINT, insns=encode(insns)).fd

    def _map(self, size: int) -> int:
        return commands.map_create(
            self._backend, map_type=MapType.ARRAY, key_size=4, value_size=size, max_entries=1
        )

    def __call__(self, type_id: int, raw: bytes, flags: int) -> tuple[int, bytes]:
        commands.map_update_elem(self._backend, self._value, bytes(4), raw.ljust(_VALUE, b"\0"))
        commands.map_update_elem(
            self._backend, self._what, bytes(4), struct.pack("<IIQQ", type_id, 0, flags, 0)
        )
        (length,) = struct.unpack("<i", struct.pack("<I", self._run()))
        text = commands.map_lookup_elem(self._backend, self._out, bytes(4), _ROOM)
        return length, text[: max(min(length, _ROOM - 1), 0)]

    def _run(self) -> int:
        return commands.prog_test_run(self._backend, self._fd).retval

    def close(self) -> None:
        for fd in (self._fd, self._out, self._value, self._what):
            self._backend.close(fd)


@pytest.fixture
def on_linux(linux: Linux) -> Iterator[Snprintf]:
    function = Snprintf(linux)
    yield function
    function.close()


def _cases(btf: Btf, rng: random.Random, count: int) -> Iterator[tuple[int, bytes, int]]:
    """Pointers are shown raw, as Linux hides them behind a hash of its own."""
    while count:
        type_id = rng.randrange(1, len(btf.types))
        if not isinstance(btf.get(type_id), _KINDS):
            continue
        try:
            size = btf.size_of(type_id)
        except BtfError:
            continue
        if not 0 < size <= 1000:
            continue
        density = rng.choice([0.1, 0.5, 0.9])
        raw = bytes(rng.randrange(256) if rng.random() < density else 0 for _ in range(size))
        yield (
            type_id,
            raw,
            _PTR_RAW | rng.choice([0, _COMPACT, _NONAME, _COMPACT | _NONAME]) | rng.choice([0, 0, _ZERO]),
        )
        count -= 1


def test_text_of_random_values_is_what_linux_writes(on_linux: Snprintf) -> None:
    btf = Btf.vmlinux()
    for type_id, raw, flags in _cases(btf, random.Random(1), 400):
        text = value_text(btf, type_id, raw + bytes(4), flags)
        length, expected = on_linux(type_id, raw, flags)
        assert (len(text), text[: _ROOM - 1]) == (length, expected), (type_id, raw.hex(), flags)


def test_programs_get_the_text(kernels: Kernels) -> None:
    jit, interp, linux = (Snprintf(kernel) for kernel in (*kernels.skep, kernels.linux))
    btf = Btf.vmlinux()
    cases = [*_cases(btf, random.Random(2), 12), (1, bytes(8), 16), (1 << 30, bytes(8), 0), (0, bytes(8), 0)]
    for case in cases:
        expected = linux(*case)
        assert jit(*case) == expected, case
        assert interp(*case) == expected, case
    linux.close()


def test_pointers_are_not_shown_as_they_are() -> None:
    btf = Btf.vmlinux()
    list_head = btf.id_of("list_head")
    text = value_text(btf, list_head, (0x123456789ABC).to_bytes(8, "little") + bytes(8), _COMPACT)
    assert text.startswith(b"(struct list_head){.next = (struct list_head *)0x00000000")
    assert b"123456789abc" not in text
