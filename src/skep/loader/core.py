"""CO-RE, the last step: numbers found in the kernel's types go into instructions.

Five forms of instruction can take one: an immediate of arithmetic, the offset of a load or store (whose
width follows the target's), and a 64-bit constant. Where no number was found, the instruction becomes a call
of a helper that does not exist: harmless when it cannot be reached, and otherwise what the verifier stops at.

Rule: libbpf's CO-RE.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..btf import Btf
from ..btf.core_relo import CoreResolver, CoreResult, FieldValue
from ..errors import BtfError, LoaderError
from ..isa import Insn
from ..isa.opcodes import (
    BPF_ALU,
    BPF_ALU64,
    BPF_CALL,
    BPF_DW,
    BPF_IMM,
    BPF_JMP,
    BPF_K,
    BPF_LD,
    BPF_LDX,
    BPF_ST,
    BPF_STX,
)
from .specs import ProgramSpec

#: 0xbad2310: the helper that no kernel has.
POISON: Final = 195896080

_POISONED = Insn(BPF_JMP | BPF_CALL, imm=POISON)
_LD_IMM64 = BPF_LD | BPF_IMM | BPF_DW
_CLASS, _SOURCE, _SIZE = 0x07, 0x08, 0x18
_WIDTHS = {0x00: 4, 0x08: 2, 0x10: 1, 0x18: 8}
_SIZE_BITS = {width: bits for bits, width in _WIDTHS.items()}


class CoreLinker:
    """Relocates the programs of one object to one kernel's types."""

    def __init__(self, local: Btf, target: Btf | None) -> None:
        self._resolver = CoreResolver(local, target)

    def apply(self, insns: list[Insn], program: ProgramSpec, where: str) -> dict[int, CoreResult]:
        """Patch a program's instructions. Gives what became of the relocation at each slot."""
        results = {}
        for reference in program.core:
            try:
                result = self._resolver.resolve(reference.relo)
                patch(insns, reference.slot, result)
            except (BtfError, LoaderError) as error:
                raise LoaderError(f"{where}: slot {reference.slot}: {error}") from None
            results[reference.slot] = result
        return results


def patch(insns: list[Insn], slot: int, result: CoreResult) -> None:
    """Put a result into the instruction at a slot; LoaderError if it cannot hold it."""
    if slot >= len(insns):
        raise LoaderError(f"CO-RE relocation {result.local_spec}: the program ends before it")
    insn = insns[slot]
    kind = insn.code & _CLASS
    if insn.code == _LD_IMM64 and slot + 1 < len(insns) and not insn.src:
        _patch_constant(insns, slot, result)
    elif kind in (BPF_ALU, BPF_ALU64) and insn.code & _SOURCE == BPF_K:
        if result.local is None or result.target is None:
            insns[slot] = _POISONED
        else:
            _check(insn.imm & 0xFFFFFFFF, result.local.number & 0xFFFFFFFF, result)
            insns[slot] = replace(insn, imm=_signed32(result.target.number))
    elif kind in (BPF_LDX, BPF_ST, BPF_STX):
        if result.local is None or result.target is None or not result.safe_to_resize:
            insns[slot] = _POISONED
        else:
            insns[slot] = _patch_access(insn, result.local, result.target, result)
    else:
        raise LoaderError(
            f"CO-RE relocation {result.local_spec}: opcode {insn.code:#04x} has no place for a number"
        )


def _patch_constant(insns: list[Insn], slot: int, result: CoreResult) -> None:
    first, second = insns[slot], insns[slot + 1]
    if result.local is None or result.target is None:
        insns[slot] = insns[slot + 1] = _POISONED
        return
    has = (second.imm & 0xFFFFFFFF) << 32 | first.imm & 0xFFFFFFFF
    _check(has, result.local.number & 0xFFFFFFFFFFFFFFFF, result)
    insns[slot] = replace(first, imm=_signed32(result.target.number))
    insns[slot + 1] = replace(second, imm=_signed32(result.target.number >> 32))


def _patch_access(insn: Insn, local: FieldValue, target: FieldValue, result: CoreResult) -> Insn:
    _check(insn.off, local.number, result)
    if target.number > 0x7FFF:
        raise LoaderError(f"CO-RE relocation {result}: the offset does not fit into 16 bits")
    code = insn.code
    if local.size != target.size:
        if _WIDTHS[code & _SIZE] != local.size or target.size not in _SIZE_BITS:
            raise LoaderError(
                f"CO-RE relocation {result}: an access of {_WIDTHS[code & _SIZE]} bytes to a member of "
                f"{local.size} cannot become one to {target.size}"
            )
        code = code & ~_SIZE | _SIZE_BITS[target.size]
    return replace(insn, code=code, off=target.number)


def _check(has: int, expected: int, result: CoreResult) -> None:
    """The compiler must have put there what its own types say, where that can be said exactly."""
    assert result.local is not None
    if result.local.is_exact and has != expected:
        raise LoaderError(
            f"CO-RE relocation {result.local_spec}: the instruction has {has}, {expected} was expected"
        )


def _signed32(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number
