"""The light path: loading an object as a BPF program of its own.

What a loader would ask of bpf(2) for an object, one command after the other, is written down as a
program of type syscall, which calls bpf(2) itself (helper sys_bpf). All data that the commands point to,
and their attributes, are in one block, the value of an array that the program uses. Whoever has the
program and the block can load the object without ELF, BTF or CO-RE of his own: the kernel relocates.

The program's context is that of libbpf's light skeletons (`struct bpf_loader_ctx`, then a descriptor for
each map and program), so that they can be given to its skel_internal.h.

The block::

    descriptors   BTF, template of inner maps, each map, each program: written as they are made
    attributes    of each command, with what only the run knows still missing
    data          types, instructions, names, first contents of maps
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ..btf import BtfBuilder
from ..btf import types as t
from ..btf.core_spec import essential_name
from ..errors import LoaderError
from ..isa import Insn, encode
from ..isa.build import (
    call_helper,
    exit_,
    ja,
    jmp_imm,
    ld_map_idx_value,
    ldx_mem,
    mov64_imm,
    mov64_reg,
    stx_mem,
)
from ..isa.opcodes import (
    BPF_CALL,
    BPF_DW,
    BPF_JEQ,
    BPF_JMP,
    BPF_JSGE,
    BPF_JSLE,
    BPF_PSEUDO_BTF_ID,
    BPF_PSEUDO_MAP_IDX,
    BPF_PSEUDO_MAP_IDX_VALUE,
    BPF_PSEUDO_MAP_VALUE,
    BPF_W,
)
from ..loader import MapSpec, ObjectSpec, ProgramSpec
from ..loader.attach_btf import attach_name
from ..loader.externs import KCONFIG
from ..loader.load_maps import WITHOUT_BTF, natural_entries
from ..uapi import Cmd, FuncId, MapType, ProgType
from ..uapi import attrs as a
from ..uapi.layout import Struct

#: struct bpf_loader_ctx, then struct bpf_map_desc for each map, then struct bpf_prog_desc.
CTX_SIZE: Final = 24
MAP_DESC_SIZE: Final = 16
PROG_DESC_SIZE: Final = 4
_CTX_LOG = {"log_level": (8, BPF_W), "log_size": (12, BPF_W), "log_buf": (16, BPF_DW)}
_SIZES = {4: BPF_W, 8: BPF_DW}
_CTX = 6  # register with the context
_RESULT = 7  # register with what the last call gave
_CALL = BPF_JMP | BPF_CALL


@dataclass(frozen=True, slots=True)
class LightObject:
    """The loader program and its block; `maps` and `programs` in the order of the context's descriptors."""

    insns: bytes
    block: bytes
    maps: tuple[str, ...]
    programs: tuple[str, ...]


def light_object(spec: ObjectSpec) -> LightObject:
    """The object's light form. LoaderError names what the kernel alone cannot provide."""
    _check(spec)
    maps = {name: row for name, row in spec.maps.items() if row.autocreate}
    programs = {name: row for name, row in spec.programs.items() if row.autoload}
    writer = _Writer(spec, list(maps), list(programs))
    writer.load_types(programs)
    for name, row in maps.items():
        writer.create_map(name, row)
    for program in programs.values():
        writer.load_program(program)
    for name, row in maps.items():
        writer.fill_slots(name, row)
    return LightObject(writer.finish(), bytes(writer.block), tuple(maps), tuple(programs))


def _check(spec: ObjectSpec) -> None:
    for name, row in spec.maps.items():
        if row.type in (MapType.STRUCT_OPS, MapType.ARENA) or name == KCONFIG:
            raise LoaderError(f"{spec.name}: map '{name}' is of a kind that the light path cannot make")
        if row.pin_by_name or row.pin_path:
            raise LoaderError(f"{spec.name}: map '{name}' is to be pinned, which the light path cannot do")
    for program in spec.programs.values():
        if program.type in (ProgType.EXT, ProgType.UNSPEC) or program.unsupported:
            raise LoaderError(
                f"{spec.name}: program '{program.name}' (section '{program.section}') cannot be loaded "
                "by the light path"
            )


@dataclass(slots=True)
class _Writer:
    """The program in the making: instructions, and the block that they work on."""

    spec: ObjectSpec
    maps: list[str]
    programs: list[str]
    insns: list[Insn] = field(default_factory=list)
    block: bytearray = field(default_factory=bytearray)
    _types: BtfBuilder = field(init=False)

    def __post_init__(self) -> None:
        self.block += bytes(4 * self._count)
        self._align()
        self._types = BtfBuilder.edit(self.spec.btf) if self.spec.btf else BtfBuilder()
        self._cleanup()

    # ── the block ──

    @property
    def _count(self) -> int:
        return 2 + len(self.maps) + len(self.programs)

    _BTF: Final = 0
    _INNER: Final = 4

    def _map_slot(self, name: str) -> int:
        return 4 * (2 + self.maps.index(name))

    def _program_slot(self, name: str) -> int:
        return 4 * (2 + len(self.maps) + self.programs.index(name))

    def _align(self) -> None:
        self.block += bytes(-len(self.block) % 8)

    def _add(self, data: bytes) -> int:
        """Data, at an offset that is a multiple of 8."""
        self._align()
        start = len(self.block)
        self.block += data
        self._align()
        return start

    # ── instructions ──

    def _address(self, register: int, offset: int) -> None:
        self.insns += ld_map_idx_value(register, 0, offset)

    def _store(self, offset: int, size: int, source: int) -> None:
        """Put a register into the block."""
        self._address(1, offset)
        self.insns.append(stx_mem(_SIZES[size], 1, source))

    def _copy_fd(self, slot: int, offset: int) -> None:
        self._address(0, slot)
        self.insns.append(ldx_mem(BPF_W, 0, 0))
        self._store(offset, 4, 0)

    def _call(self, helper: FuncId) -> None:
        """Call; what is negative ends the program."""
        self.insns += [call_helper(helper), mov64_reg(_RESULT, 0), jmp_imm(BPF_JSGE, _RESULT, 0, 1)]
        self.insns.append(ja(self._cleanup_at - len(self.insns) - 1))

    def _command(self, attr: Struct, **parts: int) -> int:
        """The attributes in the block, with `parts` (members that hold offsets into it) as addresses."""
        at = self._add(attr.pack())
        for name, offset in parts.items():
            self._address(0, offset)
            self._store(at + attr.FIELDS[name].offset, 8, 0)
        return at

    def _sys_bpf(self, cmd: Cmd, at: int, attr: Struct) -> None:
        self._address(2, at)
        self.insns += [mov64_imm(1, cmd), mov64_imm(3, attr.SIZE)]
        self._call(FuncId.sys_bpf)

    def _keep(self, slot: int) -> None:
        self._store(slot, 4, _RESULT)

    _cleanup_at: int = 0

    def _cleanup(self) -> None:
        """First of all, so that every failure jumps back to it: close what was made, return the error."""
        self.insns += [mov64_reg(_CTX, 1), ja(0)]
        start = len(self.insns)
        for index in range(self._count):
            self._close(4 * index)
        self.insns += [mov64_reg(0, _RESULT), exit_()]
        self.insns[1] = ja(len(self.insns) - start)
        self._cleanup_at = start

    def _close(self, slot: int) -> None:
        self._address(1, slot)
        self.insns += [ldx_mem(BPF_W, 1, 1), jmp_imm(BPF_JSLE, 1, 0, 1), call_helper(FuncId.sys_close)]

    def finish(self) -> bytes:
        """Hand the descriptors over to the context and end."""
        for index in range(2):
            self._close(4 * index)
        for index, name in enumerate(self.maps):
            self._hand_over(self._map_slot(name), CTX_SIZE + MAP_DESC_SIZE * index)
        after = CTX_SIZE + MAP_DESC_SIZE * len(self.maps)
        for index, name in enumerate(self.programs):
            self._hand_over(self._program_slot(name), after + PROG_DESC_SIZE * index)
        self.insns += [mov64_imm(0, 0), exit_()]
        return encode(self.insns, sys.byteorder)

    def _hand_over(self, slot: int, place: int) -> None:
        self._address(0, slot)
        self.insns += [ldx_mem(BPF_W, 0, 0), stx_mem(BPF_W, _CTX, 0, place)]

    # ── commands ──

    def load_types(self, programs: dict[str, ProgramSpec]) -> None:
        """The object's types; strings that CO-RE records need are put there first."""
        if not self.spec.btf_data:
            return
        for program in programs.values():
            for reference in program.core:
                self._types.strings.add(reference.relo.access)
        data = self._types.encode()
        attr = a.BtfLoad(btf_size=len(data))
        at = self._command(attr, btf=self._add(data))
        self._sys_bpf(Cmd.BTF_LOAD, at, attr)
        self._keep(self._BTF)

    def create_map(self, name: str, row: MapSpec) -> None:
        """A map with its first contents; the context may give another number of entries or other contents."""
        if row.inner:
            self._make_map(row.inner, self._INNER)
        place = CTX_SIZE + MAP_DESC_SIZE * self.maps.index(name)
        self._make_map(row, self._map_slot(name), place)
        if row.section:
            self._fill(name, row, place)
        if row.inner:
            self._close(self._INNER)
            self.insns.append(mov64_imm(0, 0))
            self._store(self._INNER, 4, 0)

    def _make_map(self, row: MapSpec, slot: int, place: int = 0) -> None:
        described = bool(self.spec.btf_data and row.value_type_id and row.type not in WITHOUT_BTF)
        attr = a.MapCreate(
            map_type=row.type,
            key_size=row.key_size,
            value_size=row.value_size,
            max_entries=natural_entries(row, lambda: 0),
            map_flags=row.flags,
            map_name=row.name.encode()[:15],
            btf_key_type_id=row.key_type_id if described else 0,
            btf_value_type_id=row.value_type_id if described else 0,
            map_extra=row.extra,
        )
        at = self._command(attr)
        if described:
            self._copy_fd(self._BTF, at + attr.FIELDS["btf_fd"].offset)
        if row.inner:
            self._copy_fd(self._INNER, at + attr.FIELDS["inner_map_fd"].offset)
        if place:
            self.insns += [ldx_mem(BPF_W, 0, _CTX, place + 4), jmp_imm(BPF_JEQ, 0, 0, 3)]
            self._store(at + attr.FIELDS["max_entries"].offset, 4, 0)
        self._sys_bpf(Cmd.MAP_CREATE, at, attr)
        self._keep(slot)

    def _fill(self, name: str, row: MapSpec, place: int) -> None:
        value = self._add((row.contents or b"").ljust(row.value_size, b"\0"))
        self.insns += [ldx_mem(BPF_DW, 3, _CTX, place + 8), jmp_imm(BPF_JEQ, 3, 0, 0)]
        skip = len(self.insns) - 1
        self._address(1, value)
        self.insns.append(mov64_imm(2, row.value_size))
        self._call(FuncId.copy_from_user)
        self.insns[skip] = replace(self.insns[skip], off=len(self.insns) - skip - 1)
        self._update(name, self._add(bytes(8)), value)
        if row.frozen:
            freeze = a.MapElem()
            at = self._command(freeze)
            self._copy_fd(self._map_slot(name), at + freeze.FIELDS["map_fd"].offset)
            self._sys_bpf(Cmd.MAP_FREEZE, at, freeze)

    def _update(self, name: str, key: int, value: int) -> None:
        attr = a.MapElem()
        at = self._command(attr, key=key, value=value)
        self._copy_fd(self._map_slot(name), at + attr.FIELDS["map_fd"].offset)
        self._sys_bpf(Cmd.MAP_UPDATE_ELEM, at, attr)

    def fill_slots(self, name: str, row: MapSpec) -> None:
        """Maps and programs into the maps that hold them from the start."""
        for slot, target in row.slots.items():
            of_programs = row.type == MapType.PROG_ARRAY
            source = self._program_slot(target) if of_programs else self._map_slot(target)
            self._update(name, self._add(struct.pack("=I", slot)), source)

    def load_program(self, program: ProgramSpec) -> None:
        """A program: maps by their place among the descriptors, CO-RE left to the kernel."""
        code = self._add(encode(self._with_maps(program), sys.byteorder))
        self._find_externs(program, code)
        func_info = b"".join(struct.pack("=II", row.slot, row.type_id) for row in program.func_info)
        line_info = b"".join(
            struct.pack("=IIII", row.slot, row.file_off, row.line_off, row.line_col)
            for row in program.line_info
        )
        core = b"".join(
            struct.pack(
                "=IIII",
                8 * row.slot,
                row.relo.type_id,
                self._types.strings.add(row.relo.access),
                row.relo.kind,
            )
            for row in program.core
        )
        attr = a.ProgLoad(
            prog_type=program.type,
            insn_cnt=len(program.insns),
            kern_version=self.spec.kern_version,
            prog_flags=program.flags,
            prog_name=program.name.encode()[:15],
            expected_attach_type=program.attach_type,
            func_info_rec_size=8 if func_info else 0,
            func_info_cnt=len(func_info) // 8,
            line_info_rec_size=16 if line_info else 0,
            line_info_cnt=len(line_info) // 16,
            core_relo_rec_size=16 if core else 0,
            core_relo_cnt=len(core) // 16,
        )
        tables = {"func_info": func_info, "line_info": line_info, "core_relos": core}
        at = self._command(
            attr,
            insns=code,
            license=self._add(self.spec.license.encode() + b"\0"),
            fd_array=8,  # the maps' descriptors, behind those of the BTF and the template
            **{name: self._add(table) for name, table in tables.items() if table},
        )
        for name, (place, width) in _CTX_LOG.items():
            self.insns.append(ldx_mem(width, 0, _CTX, place))
            self._store(at + attr.FIELDS[name].offset, attr.FIELDS[name].size, 0)
        if func_info:
            self._copy_fd(self._BTF, at + attr.FIELDS["prog_btf_fd"].offset)
        if program.needs_attach_btf:
            name, kind = attach_name(program, f"{self.spec.name}: program '{program.name}'")
            self._find_type(name, kind)
            self._store(at + attr.FIELDS["attach_btf_id"].offset, 4, _RESULT)
        self._sys_bpf(Cmd.PROG_LOAD, at, attr)
        self._keep(self._program_slot(program.name))

    def _with_maps(self, program: ProgramSpec) -> Sequence[Insn]:
        insns = list(program.insns)
        for reference in program.maps:
            insn = insns[reference.slot]
            by_value = insn.src == BPF_PSEUDO_MAP_VALUE
            source = BPF_PSEUDO_MAP_IDX_VALUE if by_value else BPF_PSEUDO_MAP_IDX
            insns[reference.slot] = replace(insn, src=source, imm=self.maps.index(reference.map))
        return insns

    def _find_externs(self, program: ProgramSpec, code: int) -> None:
        """Kernel functions and variables by their names, when the program runs."""
        for reference in program.externs:
            extern = self.spec.externs[reference.name]
            local = self.spec.btf
            if local is None or not extern.type_id or extern.is_weak:
                raise LoaderError(
                    f"{self.spec.name}: program '{program.name}': kernel symbol '{extern.name}' is weak or "
                    "has no type, which the light path cannot resolve"
                )
            is_call = program.insns[reference.slot].code == _CALL
            is_function = isinstance(local.get(extern.type_id), t.FuncProto)
            self._find_type(essential_name(extern.name), 12 if is_function else 14)
            self._store(code + 8 * reference.slot + 4, 4, _RESULT)
            if not is_call:
                self.block[code + 8 * reference.slot + 1] |= BPF_PSEUDO_BTF_ID << 4

    def _find_type(self, name: str, kind: int) -> None:
        text = name.encode() + b"\0"
        self._address(1, self._add(text))
        self.insns += [mov64_imm(2, len(text)), mov64_imm(3, kind), mov64_imm(4, 0)]
        self._call(FuncId.btf_find_by_name_kind)
