"""CO-RE, the last step: numbers found in the kernel's types go into instructions.

Five forms of instruction can take one: an immediate of arithmetic, the offset of a load or store (whose
width follows the target's), and a 64-bit constant. Where no number was found, the instruction becomes a call
of a helper that does not exist: harmless when it cannot be reached, and otherwise what the verifier stops at.

Rule: libbpf's CO-RE.
"""

from __future__ import annotations

from ..btf import Btf
from ..btf.core_relo import CoreResolver, CoreResult, FieldValue
from ..errors import BtfError, LoaderError
from ..isa import Insn
from ..isa.operand import POISON, Form, form_at, number_at, poison, put_number, width_of, with_width
from .specs import ProgramSpec

__all__ = ["POISON", "CoreLinker", "patch"]


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
    form = form_at(insns, slot)
    if form is None:
        raise LoaderError(
            f"CO-RE relocation {result.local_spec}: opcode {insns[slot].code:#04x} has no place for a number"
        )
    if result.local is None or result.target is None or (form is Form.MEMORY and not result.safe_to_resize):
        poison(insns, slot)
        return
    _check(number_at(insns, slot, form), form, result.local, result)
    if form is Form.MEMORY:
        insns[slot] = _resized(insns[slot], result.local, result.target, result)
    put_number(insns, slot, form, result.target.number)


def _resized(insn: Insn, local: FieldValue, target: FieldValue, result: CoreResult) -> Insn:
    """The load or store as wide as the target's member."""
    if target.number > 0x7FFF:
        raise LoaderError(f"CO-RE relocation {result}: the offset does not fit into 16 bits")
    if local.size == target.size:
        return insn
    resized = with_width(insn, target.size)
    if width_of(insn) != local.size or resized is None:
        raise LoaderError(
            f"CO-RE relocation {result}: an access of {width_of(insn)} bytes to a member of "
            f"{local.size} cannot become one to {target.size}"
        )
    return resized


def _check(has: int, form: Form, local: FieldValue, result: CoreResult) -> None:
    """The compiler must have put there what its own types say, where that can be said exactly."""
    bits = 64 if form is Form.CONSTANT else 32
    if local.is_exact and (has - local.number) % (1 << bits):
        raise LoaderError(
            f"CO-RE relocation {result.local_spec}: the instruction has {has}, {local.number} was expected"
        )
