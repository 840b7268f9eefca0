"""Sections of variables with another size: the array at the end of one grows or shrinks with it.

How many elements an array should have is often known only when the program is loaded (one for each CPU). The
types follow, so that the array has its new length for whoever reads it.

Rule: libbpf's bpf_map__set_value_size() of a map of global data.
"""

from __future__ import annotations

from dataclasses import replace

from ..btf import BtfBuilder
from ..btf import types as t
from ..errors import LoaderError
from .specs import MapSpec, ObjectSpec


def resize_section(spec: ObjectSpec, section: str, size: int) -> None:
    """Give the section `size` bytes. LoaderError unless it ends in an array that then is whole."""
    row = spec.maps.get(section)
    if row is None or not row.section:
        known = ", ".join(name for name, other in spec.maps.items() if other.section) or "none"
        raise LoaderError(f"{spec.name}: no section of variables '{section}'; there are: {known}")
    if spec.btf is None or not row.value_type_id:
        raise LoaderError(f"{spec.name}: section '{section}' has no types, so its size cannot be changed")
    builder = BtfBuilder.edit(spec.btf)
    builder[row.value_type_id] = _resized(builder, builder[row.value_type_id], size, spec.name)
    spec.btf_data = builder.encode()
    spec.__dict__.pop("btf", None)  # the types as they were
    _resize_contents(row, size)


def _resized(builder: BtfBuilder, section: t.Type, size: int, name: str) -> t.DataSec:
    assert isinstance(section, t.DataSec)
    where = f"{name}: section '{section.name}'"
    last = section.vars[-1] if section.vars else None
    variable = builder[last.type] if last else None
    array = builder[variable.type] if isinstance(variable, t.Var) else None
    if last is None or not isinstance(variable, t.Var) or not isinstance(array, t.Array) or not array.nelems:
        raise LoaderError(f"{where} does not end in an array, so its size cannot be changed")
    element, rest = last.size // array.nelems, size - last.offset
    if rest < element or rest % element:
        raise LoaderError(
            f"{where}: {size} bytes are no whole number of elements of '{variable.name}', which starts at "
            f"{last.offset} and has elements of {element} bytes"
        )
    longer = builder.add(replace(array, nelems=rest // element))
    builder[last.type] = replace(variable, type=longer)
    return replace(section, size=size, vars=(*section.vars[:-1], replace(last, size=rest)))


def _resize_contents(row: MapSpec, size: int) -> None:
    row.value_size = size
    if row.contents is not None:
        row.contents = row.contents[:size].ljust(size, b"\0")
