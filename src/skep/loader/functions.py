"""Functions of an object and how one program is put together out of them.

The kernel loads one program at a time, with every function that it calls behind it. So for each program
the functions are appended in the order in which calls reach them first (depth first, as libbpf does, so
that the verifier's log counts the same instructions), calls are made relative to the whole, and records of
lines and types move along.

Rule: Documentation/bpf/llvm_reloc.rst for what a relocation of a call or a ld_imm64 means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from ..btf import Btf, BtfExt
from ..btf import types as t
from ..btf.ext import CoreRelo, FuncInfo, LineInfo
from ..elf import ElfFile, Relocation, Section, Symbol
from ..elf.reader import STB_LOCAL, STT_FUNC
from ..errors import InputError, LoaderError
from ..isa import Insn, decode
from ..isa.opcodes import (
    BPF_CALL,
    BPF_DW,
    BPF_IMM,
    BPF_JMP,
    BPF_LD,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_FUNC,
    BPF_PSEUDO_KFUNC_CALL,
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_VALUE,
)
from .specs import CoreReference, ExternReference, ExternSpec, FuncStart, MapReference, SourceLine

R_BPF_64_64: Final = 1
R_BPF_64_32: Final = 10

_CALL = BPF_JMP | BPF_CALL
_LD_IMM64 = BPF_LD | BPF_IMM | BPF_DW

_CALLBACK_TAG = "exception_callback:"

Record = TypeVar("Record", bound=FuncInfo | LineInfo | CoreRelo)


@dataclass(frozen=True, slots=True)
class Target:
    """What a map symbol or section stands for: the map's name, and whether its value is meant, from
    `offset`.
    """

    map: str
    is_value: bool = False


@dataclass(slots=True)
class Function:
    """A function of a code section: `start` is its first slot there."""

    name: str
    section: Section
    start: int
    insns: tuple[Insn, ...]
    relocations: dict[int, Relocation]
    is_local: bool
    func_info: FuncStart | None
    line_info: tuple[SourceLine, ...]
    core: tuple[CoreReference, ...]
    #: What handles exceptions of this program, without an instruction that calls it. More than one is for the
    #: verifier to refuse.
    exception_callbacks: Sequence[str] = ()


class _Records(Generic[Record]):
    """The records of one section of .BTF.ext, by the bytes of code that they belong to."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = sorted(records, key=lambda record: record.offset)
        self._offsets = [record.offset for record in self._records]

    def between(self, start: int, end: int) -> Sequence[Record]:
        return self._records[bisect_left(self._offsets, start) : bisect_left(self._offsets, end)]


class Code:
    """All functions of an object, found by where they are."""

    def __init__(
        self, elf: ElfFile, ext: BtfExt | None, exception_callbacks: Mapping[int, Sequence[str]]
    ) -> None:
        """`exception_callbacks` names them by the type id of the function that has one."""
        self.elf = elf
        self._exception_callbacks = exception_callbacks
        self.functions: dict[tuple[int, int], Function] = {}
        for section in elf.sections:
            if section.is_code and section.size:
                self._add_section(section, ext)

    def _add_section(self, section: Section, ext: BtfExt | None) -> None:
        try:
            insns = decode(section.data, self.elf.byteorder)
        except InputError as error:
            raise self.elf.error(f"section '{section.name}': {error}") from None
        relocations = self.elf.relocations(section)
        funcs = _Records(ext.func_info.get(section.name, ()) if ext else ())
        lines = _Records(ext.line_info.get(section.name, ()) if ext else ())
        core = _Records(ext.core_relos.get(section.name, ()) if ext else ())
        places = [relocation.offset for relocation in relocations]
        for symbol in self.elf.symbols:
            if symbol.type != STT_FUNC or symbol.section != section.index:
                continue
            start, end = self._extent(symbol, section)
            inside = relocations[bisect_left(places, start) : bisect_left(places, end)]
            func_info = next((FuncStart(0, f.type_id) for f in funcs.between(start, start + 1)), None)
            self.functions[section.index, start // 8] = Function(
                name=symbol.name,
                section=section,
                start=start // 8,
                insns=insns[start // 8 : end // 8],
                relocations={(relocation.offset - start) // 8: relocation for relocation in inside},
                is_local=symbol.bind == STB_LOCAL,
                func_info=func_info,
                line_info=tuple(
                    SourceLine((line.offset - start) // 8, line.file_off, line.line_off, line.line_col)
                    for line in lines.between(start, end)
                ),
                core=tuple(
                    CoreReference((relo.offset - start) // 8, relo) for relo in core.between(start, end)
                ),
                exception_callbacks=self._exception_callbacks.get(func_info.type_id, ()) if func_info else (),
            )

    def _extent(self, symbol: Symbol, section: Section) -> tuple[int, int]:
        start, end = symbol.value, symbol.value + symbol.size
        if start % 8 or end % 8 or end > section.size or not symbol.size:
            raise self.elf.error(
                f"function '{symbol.name}' is bytes {start:#x} to {end:#x} of section '{section.name}', "
                f"which has {section.size:#x}"
            )
        return start, end

    def subprogram(self, name: str) -> Function | None:
        """The global function of that name in .text."""
        for function in self.functions.values():
            if (function.name, function.section.name, function.is_local) == (name, ".text", False):
                return function
        return None

    def at(self, section: int, slot: int, what: str) -> Function:
        function = self.functions.get((section, slot))
        if function is None:
            name = self.elf.section_at(section, what).name
            raise self.elf.error(f"{what}: no function starts at slot {slot} of section '{name}'")
        return function


def exception_callbacks(btf: Btf | None) -> dict[int, list[str]]:
    """Names of exception callbacks by the type id of the function that a tag says it of."""
    if btf is None or _CALLBACK_TAG.encode() not in btf.strings:
        return {}
    callbacks: dict[int, list[str]] = {}
    for tag in btf.types:
        if isinstance(tag, t.DeclTag) and tag.component < 0 and tag.name.startswith(_CALLBACK_TAG):
            callbacks.setdefault(tag.type, []).append(tag.name.removeprefix(_CALLBACK_TAG))
    return callbacks


@dataclass(slots=True)
class Linked:
    """One program complete, as `ProgramSpec` has it. `unsupported` is empty, or why it cannot be loaded."""

    insns: list[Insn] = field(default_factory=list)
    maps: list[MapReference] = field(default_factory=list)
    externs: list[ExternReference] = field(default_factory=list)
    core: list[CoreReference] = field(default_factory=list)
    functions: list[tuple[int, Function]] = field(default_factory=list)
    unsupported: str = ""

    def func_info(self) -> tuple[FuncStart, ...]:
        """One record for each function; Linux wants all or none, and functions in assembly may have none."""
        infos = [replace(f.func_info, slot=start) for start, f in self.functions if f.func_info]
        return tuple(infos) if len(infos) == len(self.functions) else ()

    def line_info(self) -> tuple[SourceLine, ...]:
        """All lines; Linux wants one at the start of every function, or none at all."""
        if not all(f.line_info and f.line_info[0].slot == 0 for _, f in self.functions):
            return ()
        return tuple(
            SourceLine(start + line.slot, line.file_off, line.line_off, line.line_col)
            for start, f in self.functions
            for line in f.line_info
        )


class Linker:
    """Puts programs together. `targets` says what relocations other than those of code refer to."""

    def __init__(self, code: Code, targets: Targets) -> None:
        self._code = code
        self._targets = targets

    def link(self, main: Function) -> Linked:
        linked = Linked()
        starts: dict[tuple[int, int], int] = {}
        self._append(main, linked, starts)
        if len(main.exception_callbacks) == 1:  # of several the verifier says what is wrong
            self._append_callback(main, linked, starts)
        return linked

    def _append_callback(self, main: Function, linked: Linked, starts: dict[tuple[int, int], int]) -> None:
        name = main.exception_callbacks[0]
        callback = self._code.subprogram(name)
        if callback is None:
            linked.unsupported = linked.unsupported or (
                f"its exception callback '{name}' is no global function of the object"
            )
        elif (callback.section.index, callback.start) not in starts:
            self._append(callback, linked, starts)

    def _append(self, function: Function, linked: Linked, starts: dict[tuple[int, int], int]) -> None:
        """Add a function behind what is there, then, call by call, what it needs."""
        base = len(linked.insns)
        starts[function.section.index, function.start] = base
        linked.insns += function.insns
        linked.functions.append((base, function))
        linked.core += (replace(core, slot=base + core.slot) for core in function.core)
        for slot, insn in enumerate(function.insns):
            relocation = function.relocations.get(slot)
            if relocation is None and insn.code != _CALL:
                continue
            callee = self._callee(function, slot, insn, relocation)
            if callee:
                key = callee.section.index, callee.start
                if key not in starts:
                    self._append(callee, linked, starts)
                source = BPF_PSEUDO_CALL if insn.code == _CALL else BPF_PSEUDO_FUNC
                relative = starts[key] - (base + slot) - 1
                linked.insns[base + slot] = replace(insn, src=source, imm=relative)
            elif relocation:
                self._relocate(function, slot, base, relocation, linked)

    def _callee(
        self, function: Function, slot: int, insn: Insn, relocation: Relocation | None
    ) -> Function | None:
        """The function that a call or a ld_imm64 of a function's address means."""
        what = f"section '{function.section.name}', function '{function.name}', slot {slot}"
        if relocation is None:
            if insn.src == BPF_PSEUDO_CALL:
                return self._code.at(function.section.index, function.start + slot + 1 + insn.imm, what)
            return None
        symbol = relocation.symbol
        if not symbol.is_defined or not self._is_code(symbol):
            return None
        if insn.code == _CALL and relocation.type == R_BPF_64_32:
            return self._code.at(symbol.section, symbol.value // 8 + insn.imm + 1, what)
        if insn.code == _LD_IMM64 and relocation.type == R_BPF_64_64:
            return self._code.at(symbol.section, (symbol.value + insn.imm) // 8, what)
        return None

    def _is_code(self, symbol: Symbol) -> bool:
        sections = self._code.elf.sections
        return symbol.section < len(sections) and sections[symbol.section].is_code

    def _relocate(
        self, function: Function, slot: int, base: int, relocation: Relocation, linked: Linked
    ) -> None:
        """A ld_imm64 of a map, of global data or of something of the kernel's, or a call into the kernel."""
        insn, symbol = function.insns[slot], relocation.symbol
        where = f"section '{function.section.name}', function '{function.name}', slot {slot}"
        if relocation.type not in (R_BPF_64_64, R_BPF_64_32):
            raise self._code.elf.error(
                f"{where}: unknown relocation type {relocation.type} for symbol '{symbol.name}'"
            )
        at = base + slot
        if insn.code == _CALL and not symbol.is_defined:
            self._extern_call(symbol, at, where, linked)
        elif insn.code != _LD_IMM64:
            raise self._code.elf.error(
                f"{where}: a relocation for '{symbol.name}' is not on a 64-bit load or a call but on "
                f"opcode {insn.code:#04x}"
            )
        elif not symbol.is_defined:
            self._extern_value(symbol, at, where, linked)
        else:
            target, offset = self._targets.resolve(symbol, insn.imm, where)
            self._refer(linked, at, target, offset)

    def _refer(self, linked: Linked, at: int, target: Target, offset: int) -> None:
        source = BPF_PSEUDO_MAP_VALUE if target.is_value else BPF_PSEUDO_MAP_FD
        linked.insns[at] = replace(linked.insns[at], src=source, imm=0)
        linked.insns[at + 1] = replace(linked.insns[at + 1], imm=offset)
        linked.maps.append(MapReference(at, target.map))

    def _extern(self, symbol: Symbol, where: str, linked: Linked) -> ExternSpec | None:
        """What an undefined symbol stands for; where that is unknown, the program cannot be loaded."""
        extern = self._targets.externs.get(symbol.name)
        if extern is None:
            linked.unsupported = linked.unsupported or (
                f"{where}: '{symbol.name}' is neither defined in the object nor declared as the kernel's "
                "(__ksym, __kconfig); if another object defines it, link them first"
            )
        return extern

    def _extern_call(self, symbol: Symbol, at: int, where: str, linked: Linked) -> None:
        extern = self._extern(symbol, where, linked)
        if extern is None:
            return
        if extern.section != ".ksyms":
            raise self._code.elf.error(
                f"{where}: calls '{symbol.name}', which is in section {extern.section}"
            )
        linked.insns[at] = replace(linked.insns[at], src=BPF_PSEUDO_KFUNC_CALL, imm=0)
        linked.externs.append(ExternReference(at, symbol.name))

    def _extern_value(self, symbol: Symbol, at: int, where: str, linked: Linked) -> None:
        extern = self._extern(symbol, where, linked)
        if extern is None:
            return
        if extern.section == ".kconfig":
            self._refer(linked, at, Target(extern.section, is_value=True), extern.offset)
            return
        linked.insns[at] = replace(linked.insns[at], src=0, imm=0)
        linked.insns[at + 1] = replace(linked.insns[at + 1], imm=0)
        linked.externs.append(ExternReference(at, symbol.name))


class Targets:
    """Which map a data symbol means: by symbol for `.maps`, by section for global data; and what undefined
    symbols stand for.
    """

    def __init__(
        self,
        elf: ElfFile,
        at: Mapping[tuple[int, int], str],
        sections: Mapping[int, str],
        externs: Mapping[str, ExternSpec],
    ) -> None:
        self.externs = externs
        self._elf = elf
        self._at = at
        self._sections = sections

    def resolve(self, symbol: Symbol, addend: int, where: str) -> tuple[Target, int]:
        """The map, and the offset into its value."""
        offset = symbol.value + addend
        if symbol.section in self._sections:
            return Target(self._sections[symbol.section], is_value=True), offset
        name = self._at.get((symbol.section, offset))
        if name is not None:
            return Target(name), 0
        sections = self._elf.sections
        section = sections[symbol.section].name if symbol.section < len(sections) else "no section"
        raise LoaderError(
            f"{self._elf.name}: {where}: symbol '{symbol.name}' (section '{section}', offset {offset:#x}) "
            "is neither a map nor global data"
        )
