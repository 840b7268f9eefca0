"""Frames that tests run programs on, and programs as text."""

from __future__ import annotations

from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall.backend import Backend
from skep.syscall.prog_load import prog_load
from skep.uapi import ProgType

IPV4 = bytes(6) + bytes(range(6)) + b"\x08\x00\x45" + bytes(range(1, 60))
IPV6 = b"\xff" * 6 + bytes(range(6)) + b"\x86\xdd\x60" + bytes(range(1, 80))
ARP = b"\x01" + bytes(5) + bytes(range(6)) + b"\x08\x06" + bytes(range(1, 80))
LARGE = bytes(range(256)) * 400


def load(backend: Backend, prog_type: ProgType, text: str, *, attach_type: int = 0, flags: int = 0) -> int:
    """A descriptor of the program."""
    insns = encode(assemble(text))
    return prog_load(
        backend,
        prog_type=prog_type,
        insns=insns,
        expected_attach_type=attach_type,
        prog_flags=flags,
        license="GPL",
    ).fd
