"""The skeleton in Python: a module with the object inside, and the types of its maps and variables.

Values have the Python types of `skep.btf.values`; structs become classes that exist for the type checker
alone, as at run time all of them are records. Enums become IntEnums.
"""

from __future__ import annotations

import base64
import keyword
import textwrap
import zlib
from collections.abc import Iterator

from ..btf import Btf
from ..btf import types as t
from ..btf.values import is_char
from ..objects.map import Map
from ..objects.skeleton import member_name
from .facts import MapFacts, ObjectFacts

_HEAD = '''\
"""Skeleton of {name}, written by `skep gen skeleton`; do not edit."""

from __future__ import annotations

{imports}
'''

_CLASS = '''\


class {name}({base}):
    """The object {object}: make it, load it, close it."""

    object_name = "{object}"
{members}{carried}'''


def python_skeleton(facts: ObjectFacts, *, light: bool = False) -> str:
    """The module's text; a light one carries a program that loads the object (light.py), not the object."""
    types = _Types(facts.spec.btf)
    maps = [f"{member_name(row.ident)}: {types.map(row)}" for row in facts.maps]
    programs = [f"{name}: Program" for name in facts.programs]
    sections = [
        (row.ident, [f"{v.name}: {types.of(v.type_id)}" for v in row.variables if _is_name(v.name)])
        for row in facts.sections
    ]
    groups = [("Maps", "", maps), ("Programs", "", programs)]
    groups += [(_class_name(ident), "(Section)", variables) for ident, variables in sections]
    typed = [*types.classes, *(_class(name, base, members) for name, base, members in groups)]
    checked = textwrap.indent("\n".join(typed).rstrip("\n"), "    ")
    members = ["maps: Maps", "programs: Programs"]
    members += [f"{ident}: {_class_name(ident)}" for ident, _ in sections]
    base = "LightSkeleton" if light else "Skeleton"
    if light:
        carried = _light(facts)
    else:
        carried = _carried("elf", facts.elf)
    return "".join(
        (
            _HEAD.format(name=f"{facts.name}.o", imports=_imports(types, base)),
            *types.enums,
            "\n\n" if types.enums else "\n",
            f"if TYPE_CHECKING:\n{_checked_imports(checked)}\n{checked}\n",
            _CLASS.format(
                name=_class_name(facts.name),
                object=facts.name,
                members="".join(f"    {member}\n" for member in members),
                base=base,
                carried=carried,
            ),
        )
    )


def _light(facts: ObjectFacts) -> str:
    """What a light skeleton carries: the loader program, its block, and the names of what they make."""
    from .light import light_object

    made = light_object(facts.spec)
    maps = {name: int(facts.spec.maps[name].type) for name in made.maps}
    specs = [facts.spec.programs[name] for name in made.programs]
    programs = {spec.name: (int(spec.type), int(spec.attach_type)) for spec in specs}
    sections = tuple(name for name in made.maps if facts.spec.maps[name].section)
    tables = {"map_types": maps, "program_types": programs, "sections": sections}
    rows = "".join(f"    {name} = {table!r}\n" for name, table in tables.items())
    return f"\n{rows}" + _carried("loader", made.insns) + _carried("block", made.block)


def _carried(name: str, data: bytes) -> str:
    """Bytes as text in the module."""
    text = base64.b85encode(zlib.compress(data, 9)).decode()
    lines = "".join(f"    {line}\n" for line in _lines(text))
    return f'\n    {name} = """\n{lines}    """\n'


def _lines(text: str, width: int = 100) -> Iterator[str]:
    return (text[at : at + width] for at in range(0, len(text), width))


def _imports(types: _Types, base: str) -> str:
    lines = ["from enum import IntEnum"] if types.enums else []
    return "\n".join([*lines, "from typing import TYPE_CHECKING", "", f"from skep.objects import {base}"])


def _checked_imports(text: str) -> str:
    """The imports that the text needs, in order."""
    names = [name for name in ("Program", "Section") if f"{name}\n" in text + "\n" or f"({name})" in text]
    homes = [("skep.objects", names), ("skep.objects.typed", ["TypedMap", "TypedRecord"])]
    lines = []
    for home, wanted in homes:
        used = [name for name in wanted if name in text]
        if used:
            lines.append(f"    from {home} import {', '.join(used)}\n")
    return "".join(lines)


def _class(name: str, base: str, members: list[str]) -> str:
    body = "".join(f"    {member}\n" for member in members) or "    pass\n"
    return f"class {name}{base}:\n{body}"


def _class_name(ident: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in ident.split("_")) or "Object"


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


class _Types:
    """Python's words for the object's types; what classes they need is gathered in `classes` and `enums`."""

    def __init__(self, btf: Btf | None) -> None:
        self._btf = btf
        self._named: dict[int, str] = {}
        self.classes: list[str] = []
        self.enums: list[str] = []

    def map(self, row: MapFacts) -> str:
        """The type of a map."""
        spec = row.spec
        plain = Map(spec, self._btf)
        bare_key = "int" if plain.is_indexed else "bytes"
        key = self.of(spec.key_type_id) if spec.key_type_id else bare_key
        value = self.of(spec.value_type_id) if spec.value_type_id else "bytes"
        if plain.is_per_cpu:
            value = f"list[{value}]"
        return f"TypedMap[{key}, {value}]"

    def of(self, type_id: int) -> str:
        """The Python type of a value."""
        if self._btf is None:
            return "bytes"
        type_ = self._btf.resolve(type_id)
        match type_:
            case t.Int():
                return "bool" if type_.is_bool else "int"
            case t.Float():
                return "float"
            case t.Enum() | t.Enum64():
                self._enum(self._btf.skip(type_id), type_)
                return "int"
            case t.Array():
                return self._array(type_)
            case t.Struct() | t.Union():
                return self._record(self._btf.skip(type_id), type_, type_id)
            case t.DataSec():
                return "TypedRecord"
        return "int"

    def _array(self, array: t.Array) -> str:
        assert self._btf is not None
        item = self._btf.resolve(array.type)
        if is_char(item):
            return "str"
        if isinstance(item, t.Int) and item.size == 1 and not item.is_signed and not item.is_bool:
            return "bytes"
        return f"tuple[{self.of(array.type)}, ...]"

    def _record(self, type_id: int, type_: t.Struct | t.Union, named_by: int) -> str:
        assert self._btf is not None
        if type_id in self._named:
            return self._named[type_id]
        name = type_.name or self._typedef_name(named_by) or f"anon_{type_id}"
        word = "struct" if isinstance(type_, t.Struct) else "union"
        self._named[type_id] = name = f"{word}_{name}"
        members = [f"{member}: {of}" for member, of in self._members(type_) if _is_name(member)]
        self.classes.append(_class(name, "(TypedRecord)", members))
        return name

    def _typedef_name(self, type_id: int) -> str:
        """The typedef that a struct without a name goes by, "" if there is none."""
        assert self._btf is not None
        type_ = self._btf.get(self._btf.skip_modifiers(type_id))
        return type_.name if isinstance(type_, t.Typedef) else ""

    def _members(self, type_: t.Struct | t.Union) -> Iterator[tuple[str, str]]:
        assert self._btf is not None
        for member in type_.members:
            inner = self._btf.resolve(member.type)
            if member.name:
                yield member.name, self.of(member.type)
            elif isinstance(inner, t.Struct | t.Union):
                yield from self._members(inner)

    def _enum(self, type_id: int, type_: t.AnyEnum) -> None:
        if type_id in self._named or not type_.name:
            return
        self._named[type_id] = type_.name
        rows = [f"{item.name} = {item.value}" for item in type_.values if _is_name(item.name)]
        self.enums.append("\n\n" + _class(f"enum_{type_.name}", "(IntEnum)", rows))
