"""Widths of memory accesses: bytes by size code, and the other way round."""

from __future__ import annotations

from typing import Final

from skep.isa.opcodes import BPF_B, BPF_DW, BPF_H, BPF_W

BYTES: Final = {BPF_B: 1, BPF_H: 2, BPF_W: 4, BPF_DW: 8}
SIZES: Final = {size: code for code, size in BYTES.items()}
