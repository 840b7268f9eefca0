"""Types one by one, as `bpftool btf dump` lists them: rows for JSON, and the same rows as text.

A row has the type's id, kind and name, then what its kind has, under bpftool's words and in its order; the
text is made from the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import types as t
from .btf import Btf

Row = dict[str, Any]

_ANON = "(anon)"
_ENCODINGS = {0: "(none)", 1: "SIGNED", 2: "CHAR", 4: "BOOL"}
_LINKAGES = {0: "static", 1: "global", 2: "extern"}


def rows(btf: Btf, type_ids: Iterable[int] | None = None) -> Iterator[Row]:
    """One row for each id; without ids all types, the base's left out."""
    for type_id in range(btf.start_id, len(btf.types)) if type_ids is None else type_ids:
        type_ = btf.get(type_id)
        row: Row = {"id": type_id, "kind": type_.kind.name, "name": type_.name or _ANON}
        row.update(_FIELDS[type(type_)](type_))
        yield row


def _int(type_: Any) -> Row:
    return {
        "size": type_.size,
        "bits_offset": type_.offset,
        "nr_bits": type_.bits,
        "encoding": _ENCODINGS.get(type_.encoding, "UNKN"),
    }


def _array(type_: Any) -> Row:
    return {"type_id": type_.type, "index_type_id": type_.index_type, "nr_elems": type_.nelems}


def _composite(type_: Any) -> Row:
    members = []
    for member in type_.members:
        row = {"name": member.name or _ANON, "type_id": member.type, "bits_offset": member.bit_offset}
        if member.bit_size:
            row["bitfield_size"] = member.bit_size
        members.append(row)
    return {"size": type_.size, "vlen": len(members), "members": members}


def _enum(type_: Any) -> Row:
    return {
        "encoding": "SIGNED" if type_.is_signed else "UNSIGNED",
        "size": type_.size,
        "vlen": len(type_.values),
        "values": [{"name": item.name or _ANON, "val": item.value} for item in type_.values],
    }


def _func_proto(type_: Any) -> Row:
    params = [{"name": param.name or _ANON, "type_id": param.type} for param in type_.params]
    return {"ret_type_id": type_.ret, "vlen": len(params), "params": params}


def _linked(type_: Any) -> Row:
    return {"type_id": type_.type, "linkage": _LINKAGES.get(type_.linkage, "(unknown)")}


def _datasec(type_: Any) -> Row:
    variables = [{"type_id": var.type, "offset": var.offset, "size": var.size} for var in type_.vars]
    return {"size": type_.size, "vlen": len(variables), "vars": variables}


def _reference(type_: Any) -> Row:
    return {"type_id": type_.type}


_FIELDS: dict[type[t.Type], Callable[[Any], Row]] = {
    t.Void: lambda type_: {},
    t.Int: _int,
    t.Float: lambda type_: {"size": type_.size},
    t.Array: _array,
    t.Struct: _composite,
    t.Union: _composite,
    t.Enum: _enum,
    t.Enum64: _enum,
    t.Fwd: lambda type_: {"fwd_kind": "union" if type_.is_union else "struct"},
    t.FuncProto: _func_proto,
    t.Func: _linked,
    t.Var: _linked,
    t.DataSec: _datasec,
    t.DeclTag: lambda type_: {"type_id": type_.type, "component_idx": type_.component},
    **dict.fromkeys((t.Ptr, t.Typedef, t.Volatile, t.Const, t.Restrict, t.TypeTag), _reference),
}


def json_rows(btf: Btf, type_ids: Iterable[int] | None = None) -> Iterator[Row]:
    """Rows as bpftool writes them as JSON: there, enumerators of 32 bits are signed numbers first, and then
    written as 64-bit numbers without a sign.
    """
    for row in rows(btf, type_ids):
        if row["kind"] == "ENUM" and row["encoding"] == "UNSIGNED":
            for value in row["values"]:
                if value["val"] >> 31:
                    value["val"] |= 0xFFFFFFFF << 32
        yield row


def text_of(btf: Btf, row: Row) -> str:
    """A row as text, its items on lines of their own."""
    words, items = [f"[{row['id']}] {row['kind']} '{row['name']}'"], ""
    for name, value in row.items():
        if isinstance(value, list):
            items = "".join(f"\n\t{_item(btf, row, item)}" for item in value)
        elif name not in ("id", "kind", "name"):
            comma = "," if row["kind"] == "VAR" and name == "type_id" else ""
            words.append(f"{name}={value}{comma}")
    return " ".join(words) + items


def _item(btf: Btf, row: Row, item: Row) -> str:
    """A member, enumerator, argument or variable."""
    if row["kind"] == "DATASEC":
        variable = btf.get(item["type_id"])
        what = f" ({variable.kind.name} '{variable.name or _ANON}')"
        return " ".join(f"{name}={value}" for name, value in item.items()) + what
    fields = [f"{name}={value}" for name, value in item.items() if name != "name"]
    if row["kind"] == "ENUM64":
        fields[0] += "LL" if row["encoding"] == "SIGNED" else "ULL"
    return f"'{item['name']}' {' '.join(fields)}"


def dump_raw(btf: Btf, type_ids: Iterable[int] | None = None) -> Iterator[str]:
    """The text of each type, without a newline at its end."""
    return (text_of(btf, row) for row in rows(btf, type_ids))
