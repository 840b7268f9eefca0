"""Keeps clear of a mistake in LLVM's x86-64 instruction selection (18 to 22; llvm-project issue 205291).

A 32-bit value with a byte or half word from memory in its lowest bits, `(x & -256) | *(u8 *)p`, becomes
`movb` into the register of x, and its zero-extension to 64 bits becomes nothing, because 32-bit results are
taken to have a clear upper half. But the upper half is that of x's register, which may be the lower part of a
64-bit value. eBPF is full of such values. So in the finished IR, x is first moved by an instruction that LLVM
cannot look into and that does clear the upper half.
"""

from __future__ import annotations

import re

_MASKED = re.compile(r"^  %(\S+) = and i32 (%\S+), (-256|-65536)$", re.MULTILINE)
_MOVED = r"""  %moved.\1 = call i32 asm "movl ${1:k}, ${0:k}", "=r,r"(i32 \2)
  %\1 = and i32 %moved.\1, \3"""


def protect_masked_inserts(text: str) -> str | None:
    """The IR with the moves added; None if it needs none."""
    protected, count = _MASKED.subn(_MOVED, text)
    return protected if count else None
