"""One instruction slot of eBPF (RFC 9669, section 3).

A program is a sequence of 8-byte slots, and every index in the BPF world (jump offsets, verifier logs, line
info) counts slots. So a slot is the unit here too: `ld_imm64` is two `Insn`, the second with code 0 and the
upper half of the constant in `imm`.

::

     opcode   dst:4 src:4   off:16 signed   imm:32 signed
    +--------+------------+---------------+---------------+
     byte 0    byte 1       bytes 2-3       bytes 4-7
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Insn:
    """One slot. `off` and `imm` are signed; `dst` and `src` are register numbers (0 to 15 as encoded)."""

    code: int
    dst: int = 0
    src: int = 0
    off: int = 0
    imm: int = 0
