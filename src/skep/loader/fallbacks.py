"""What to do without a feature that a kernel lacks: the object as far as that kernel can take it.

Everything is first asked for as it is. Only where the kernel refuses is it asked what it can do, and then
for less. What cannot be done without stays refused, with the kernel's first answer.

Rule: libbpf's handling of older kernels (bpf_object__sanitize_btf and what goes with it).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..btf import Btf, BtfBuilder
from ..btf import types as t
from ..btf.kinds import BTF_FUNC_STATIC, BTF_INT_SIGNED
from ..isa import Insn, encode
from ..isa.opcodes import BPF_CALL, BPF_JMP
from ..syscall import commands
from ..syscall.backend import Backend
from ..uapi import BPF_F_MMAPABLE, FuncId
from . import features as f
from .specs import MapSpec


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Types of some kind, in the words of a kernel that does not know it."""

    feature: f.Feature
    applies: Callable[[t.Type], bool]
    instead: Callable[[t.Type, BtfBuilder], t.Type]


def _section_as_struct(type_: t.Type, types: BtfBuilder) -> t.Type:
    """Its variables as members, named after them."""
    assert isinstance(type_, t.DataSec)
    name = type_.name.replace(".", "_").replace("?", "_")
    members = tuple(t.Member(types[row.type].name, row.type, 8 * row.offset) for row in type_.vars)
    return t.Struct(name, type_.size, members)


def _unquestioned(type_: t.Type, types: BtfBuilder) -> t.Type:
    assert isinstance(type_, t.DataSec)
    return replace(type_, name=type_.name.replace("?", "_"))


def _static(type_: t.Type, types: BtfBuilder) -> t.Type:
    assert isinstance(type_, t.Func)
    return replace(type_, linkage=BTF_FUNC_STATIC)


def _enum64_as_union(type_: t.Type, types: BtfBuilder) -> t.Type:
    """A member for each enumerator, all of an integer of that width."""
    assert isinstance(type_, t.Enum64)
    integer = types.find(t.Int("__enum64_placeholder", type_.size, bits=8 * type_.size))
    return t.Union(type_.name, type_.size, tuple(t.Member(item.name, integer, 0) for item in type_.values))


def _func_as_typedef(type_: t.Type, types: BtfBuilder) -> t.Type:
    assert isinstance(type_, t.Func)
    return t.Typedef(type_.name, type_.type)


def _float_as_struct(type_: t.Type, types: BtfBuilder) -> t.Type:
    assert isinstance(type_, t.Float)
    return t.Struct("", type_.size)


def _tag_as_const(type_: t.Type, types: BtfBuilder) -> t.Type:
    assert isinstance(type_, t.TypeTag)
    return t.Const(type_.type)


def _as_int(type_: t.Type, types: BtfBuilder) -> t.Type:
    return t.Int(type_.name, 1, BTF_INT_SIGNED, bits=8)


#: In this order: what one makes, a later one need not take apart again.
REWRITES: Final = (
    Rewrite(f.BTF_DATASEC, lambda r: isinstance(r, t.DataSec), _section_as_struct),
    Rewrite(
        f.BTF_QMARK_DATASEC, lambda r: isinstance(r, t.DataSec) and r.name.startswith("?"), _unquestioned
    ),
    Rewrite(f.BTF_DATASEC, lambda r: isinstance(r, t.Var), _as_int),
    Rewrite(f.BTF_DECL_TAG, lambda r: isinstance(r, t.DeclTag), _as_int),
    Rewrite(f.BTF_FUNC, lambda r: isinstance(r, t.FuncProto), lambda r, _: t.Enum("", 4)),
    Rewrite(f.BTF_FUNC, lambda r: isinstance(r, t.Func), _func_as_typedef),
    Rewrite(f.BTF_GLOBAL_FUNC, lambda r: isinstance(r, t.Func) and r.linkage != BTF_FUNC_STATIC, _static),
    Rewrite(f.BTF_FLOAT, lambda r: isinstance(r, t.Float), _float_as_struct),
    Rewrite(f.BTF_TYPE_TAG, lambda r: isinstance(r, t.TypeTag), _tag_as_const),
    Rewrite(f.BTF_ENUM64, lambda r: isinstance(r, t.Enum64), _enum64_as_union),
)


def plainer_types(btf: Btf, backend: Backend) -> bytes | None:
    """The types in words that the kernel knows, ids unchanged; None if it knows all of them, or none."""
    if not f.has(backend, f.BTF):
        return None
    builder, changed = BtfBuilder.edit(btf), False
    original = list(builder.types)
    for rewrite in REWRITES:
        rows = [at for at, type_ in enumerate(original) if rewrite.applies(builder.types[at])]
        if not rows or f.has(backend, rewrite.feature):
            continue
        changed = True
        for at in rows:
            builder.types[at] = rewrite.instead(builder.types[at], builder)
    return builder.encode() if changed else None


def plainer_map(spec: MapSpec, backend: Backend) -> MapSpec | None:
    """The map without what the kernel lacks, its types first of all; None if nothing is left to leave out."""
    changes: dict[str, object] = {}
    if spec.value_type_id:
        changes |= {"key_type_id": 0, "value_type_id": 0}
    if spec.name and not f.has(backend, f.PROG_NAME):
        changes["name"] = ""
    if spec.flags & BPF_F_MMAPABLE and spec.section and not f.has(backend, f.ARRAY_MMAP):
        changes["flags"] = spec.flags & ~BPF_F_MMAPABLE
    return replace(spec, **changes) if changes else None  # type: ignore[arg-type]


def plainer_program(arguments: Mapping[str, Any], insns: list[Insn], backend: Backend) -> dict[str, Any]:
    """Arguments of prog_load that differ for a kernel that lacks something; empty if it lacks nothing."""
    changes: dict[str, Any] = {}
    if arguments["name"] and not f.has(backend, f.PROG_NAME):
        changes["name"] = ""
    if arguments["expected_attach_type"] and not f.has(backend, f.EXP_ATTACH_TYPE):
        changes["expected_attach_type"] = 0
    if arguments["func_info"] and not f.has(backend, f.BTF_FUNC):
        changes |= {"btf_fd": 0, "func_info": b"", "line_info": b""}
    older = _older_helpers(insns, backend)
    if older is not None:
        changes["insns"] = encode(older, sys.byteorder)
    return changes


def bind_read_only_data(
    maps: Mapping[str, MapSpec], fds: Mapping[str, int], prog: int, backend: Backend
) -> None:
    """Let a program hold the object's constants, also those that it does not read: whoever inspects it finds
    them (bpftool's program metadata). Kernels without the command go without.
    """
    for name, spec in maps.items():
        if spec.section.startswith(".rodata") and name in fds and f.has(backend, f.PROG_BIND_MAP):
            commands.prog_bind_map(backend, prog, fds[name])


_OLD_HELPERS: Final = {
    int(FuncId.probe_read_kernel): int(FuncId.probe_read),
    int(FuncId.probe_read_kernel_str): int(FuncId.probe_read_str),
}


def _older_helpers(insns: list[Insn], backend: Backend) -> list[Insn] | None:
    """Calls of helpers by their older names; None where that changes nothing."""
    calls = [at for at, insn in enumerate(insns) if _is_helper_call(insn) and insn.imm in _OLD_HELPERS]
    if not calls or f.has(backend, f.PROBE_READ_KERNEL):
        return None
    changed = list(insns)
    for at in calls:
        changed[at] = replace(changed[at], imm=_OLD_HELPERS[changed[at].imm])
    return changed


def _is_helper_call(insn: Insn) -> bool:
    return insn.code == BPF_JMP | BPF_CALL and insn.src == 0
