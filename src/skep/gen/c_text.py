"""Pieces of C that skeletons share: declarations of variables, bytes as a string literal."""

from __future__ import annotations

from collections.abc import Iterator

from ..btf import Btf
from ..btf import types as t
from ..btf.c_decl import Declarations
from ..btf.flat import FlatTypes
from ..loader.externs import KCONFIG
from .facts import MapFacts, Variable

_WIDTH = 78


def dumper(btf: Btf, section: str) -> Declarations:
    """What declares variables of the section, without const and volatile, as the user of a skeleton may write
    what programs may not; configuration values keep them.
    """
    return Declarations(FlatTypes(btf), modifiers=section == KCONFIG)


def section_struct(btf: Btf, row: MapFacts) -> Iterator[str]:
    """The members of a struct that lies over the section, gaps filled.

    Filled even where a 64-bit compiler would leave the same gap: a 32-bit one aligns eight bytes to four.
    """
    declare = dumper(btf, row.section)
    cursor = pads = 0
    for variable in row.variables:
        alignment = min(btf.align_of(variable.type_id), 4)
        if -(-cursor // alignment) * alignment != variable.offset:
            yield f"char __pad{pads}[{variable.offset - cursor}];"
            pads += 1
        yield declare.declaration(variable.type_id, variable.name, 2) + ";"
        cursor = variable.offset + variable.size


def pointer_to(btf: Btf, row: MapFacts, variable: Variable) -> str:
    """A member that points to the variable."""
    declare = dumper(btf, row.section)
    type_ = btf.resolve(variable.type_id)
    to_function = isinstance(type_, t.Ptr) and isinstance(btf.resolve(type_.type), t.FuncProto)
    text = declare.declaration(variable.type_id, "", 2)
    if isinstance(type_, t.Array) or to_function:
        text = f"__typeof__({text})"
    return f"{text} *{variable.name};"


def string_literal(data: bytes) -> str:
    """The bytes as a C string over many lines, each but the last ending in a backslash; without quotes."""
    pieces = [r"\0" if byte == 0 else f"\\x{byte:02x}" for byte in data]
    lines: list[str] = []
    line, width = [""], 0
    for piece in pieces:
        if width + len(piece) > _WIDTH:
            lines.append("".join(line))
            line, width = [], 0
        line.append(piece)
        width += len(piece)
    lines.append("".join(line))
    return "\\\n".join(lines)
