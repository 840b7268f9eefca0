"""Kernel symbols: an object's __ksym externs become numbers in its instructions.

Functions and typed variables are found in the kernel's BTF or in that of a module, which must agree about
their type; a symbol declared as void is an address out of /proc/kallsyms. A weak symbol that the kernel lacks
is address 0, and a call of it becomes one that no verifier accepts if it can be reached.

Rule: libbpf's __ksym.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..btf import Btf, Kind
from ..btf import types as t
from ..btf.core_match import types_are_compatible
from ..btf.core_spec import essential_name
from ..errors import BtfError, LoaderError
from ..isa import Insn
from ..isa.opcodes import BPF_CALL, BPF_JMP, BPF_PSEUDO_BTF_ID
from .kernel_view import KernelView
from .specs import ExternReference, ExternSpec, ObjectSpec

#: A call to this number plus the extern's index is one of a kernel function that is not there.
POISON_KFUNC: Final = 2002000000

_CALL = BPF_JMP | BPF_CALL


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a kernel has under a name: a BTF id of its types, or an address, or neither. `module` is whose
    types it is one of, by its place among the kernel's modules counted from 1; 0 for the kernel itself.
    """

    btf_id: int = 0
    address: int = 0
    module: int = 0


class KsymResolver:
    """Finds the externs of one object in one kernel, each once."""

    def __init__(self, spec: ObjectSpec, kernel: KernelView) -> None:
        self._spec = spec
        self._kernel = kernel
        self._order = {name: index for index, name in enumerate(spec.externs)}
        self._found: dict[str, Symbol] = {}

    @property
    def fd_array(self) -> Sequence[int]:
        """What calls of modules' functions refer to by index."""
        uses_modules = any(symbol.module for symbol in self._found.values())
        return (0, *(module.fd for module in self._kernel.modules)) if uses_modules else (0,)

    def apply(self, insns: list[Insn], references: Iterable[ExternReference], where: str) -> None:
        """Write the symbols into a program's instructions; `where` names it in errors."""
        for reference in references:
            symbol, slot = self._resolve(reference.name, where), reference.slot
            if insns[slot].code == _CALL:
                insns[slot] = self._call(insns[slot], symbol, reference.name)
            elif symbol.btf_id:
                insns[slot] = replace(insns[slot], src=BPF_PSEUDO_BTF_ID, imm=symbol.btf_id)
                insns[slot + 1] = replace(insns[slot + 1], imm=self.fd_array[symbol.module])
            else:
                insns[slot] = replace(insns[slot], imm=_signed(symbol.address))
                insns[slot + 1] = replace(insns[slot + 1], imm=_signed(symbol.address >> 32))

    def _call(self, insn: Insn, symbol: Symbol, name: str) -> Insn:
        if symbol.btf_id:
            return replace(insn, imm=symbol.btf_id, off=symbol.module)
        return Insn(_CALL, imm=POISON_KFUNC + self._order[name])

    def _resolve(self, name: str, where: str) -> Symbol:
        if name not in self._found:
            extern = self._spec.externs[name]
            where = f"{where}: kernel symbol '{name}'"
            self._found[name] = (
                self._by_type(extern, where) if extern.type_id else self._by_address(extern, where)
            )
        return self._found[name]

    def _by_address(self, extern: ExternSpec, where: str) -> Symbol:
        address = self._kernel.address_of(extern.name)
        if address is None and not extern.is_weak:
            raise LoaderError(f"{where}: is not in /proc/kallsyms; declare it __weak if it may be missing")
        return Symbol(address=address or 0)

    def _by_type(self, extern: ExternSpec, where: str) -> Symbol:
        local = self._spec.btf
        assert local is not None
        is_function = isinstance(local.get(extern.type_id), t.FuncProto)
        kind = Kind.FUNC if is_function else Kind.VAR
        name = essential_name(extern.name)
        module, types, btf_id = self._find(name, kind, where)
        if btf_id is not None and _fits(local, extern.type_id, types, btf_id):
            return Symbol(btf_id, module=module)
        if extern.is_weak:
            return Symbol()
        what = "function" if is_function else "variable"
        if btf_id is None:
            raise LoaderError(f"{where}: the kernel's types have no {what} of that name")
        raise LoaderError(f"{where}: the kernel's {what} has another type")

    def _find(self, name: str, kind: Kind, where: str) -> tuple[int, Btf, int | None]:
        """In the kernel's types, then in the modules': which of these, its types, the id."""
        types = self._kernel.require_types(where)
        btf_id = types.find(name, kind)
        if btf_id is None:
            for number, module in enumerate(self._kernel.modules, 1):
                found = module.types.find(name, kind)
                if found is not None:
                    return number, module.types, found
        return 0, types, btf_id


def _fits(local: Btf, type_id: int, types: Btf, btf_id: int) -> bool:
    declared = types.get(btf_id)
    assert isinstance(declared, t.Func | t.Var)
    try:
        return types_are_compatible(local, type_id, types, types.skip(declared.type))
    except BtfError:
        return False


def _signed(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number
