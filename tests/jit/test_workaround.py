"""LLVM's mistake with bytes that are put into the lower half of a register (see jit/workaround.py)."""

from __future__ import annotations

import pytest

from skep.isa.asm import assemble
from skep.kernel import vm

# r2 = a 64-bit value that lives on in memory, r3 = what goes into its lowest bits.
SETUP = "r2 = *(u64 *)(r1 + 0)\nr2 += 3\n*(u64 *)(r1 + 0) = r2\nr3 = *(u{bits} *)(r1 + 8)\n"
MEMORY = bytes.fromhex("1122334455667788 aabbccddeeff0011")

INSERTS = {
    "or after a mask of 8 bits": (8, "w2 &= 0xffffff00\nw2 |= w3", 0x443322AA),
    "or after a mask of 16 bits": (16, "w2 &= 0xffff0000\nw2 |= w3", 0x4433BBAA),
    "or after shifts": (8, "w2 >>= 8\nw2 <<= 8\nw2 |= w3", 0x443322AA),
    "addition after a mask": (8, "w2 &= 0xffffff00\nw2 += w3", 0x443322AA),
    "exclusive or after a mask": (8, "w2 &= 0xffffff00\nw2 ^= w3", 0x443322AA),
    "subtraction of what was there": (8, "r4 = r2\nw4 &= 255\nw2 -= w4\nw2 += w3", 0x443322AA),
    "through the stack": (
        16,
        "*(u64 *)(r10 - 8) = r2\n*(u16 *)(r10 - 8) = r3\nr2 = *(u32 *)(r10 - 8)",
        0x4433BBAA,
    ),
}


@pytest.mark.parametrize("name", INSERTS)
@pytest.mark.parametrize("engine", ["jit", "interp"])
def test_the_upper_half_is_clear(name: str, engine: vm.Engine) -> None:
    bits, insert, expected = INSERTS[name]
    insns = assemble(SETUP.format(bits=bits) + insert + "\nr0 = r2\nexit")
    assert vm.run(insns, MEMORY, engine) == expected
