"""Sections joined into one, types put into another order."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import BtfError
from .btf import Btf
from .records import Records


def merge(parts: Sequence[Btf], base: Btf | None = None) -> Btf:
    """All types of all parts, one part after the other; `dedup` then leaves each type once. With `base`,
    parts without a base become split types over it.
    """
    if not parts:
        raise BtfError("nothing to merge")
    base = base or parts[0].base
    records = Records(parts[0].byteorder, base)
    for part in parts:
        if part.byteorder != records.byteorder:
            raise BtfError("types of both byte orders cannot be merged")
        records.append(part)
    count = len(records)
    return Btf.parse(records.encode(range(records.start_id, count), range(count)), base)


def permute(btf: Btf, order: Sequence[int]) -> Btf:
    """The same types, `order[0]` first. Every id of the section must be in it once."""
    own = range(btf.start_id, len(btf.types))
    if sorted(order) != list(own):
        raise BtfError(f"an order must have each type id from {own.start} to {own.stop - 1} once")
    new_ids = [*range(btf.start_id), *([0] * len(own))]
    for new_id, type_id in enumerate(order, btf.start_id):
        new_ids[type_id] = new_id
    records = Records(btf.byteorder, btf.base)
    records.append(btf)
    return Btf.parse(records.encode(order, new_ids), btf.base)


def sort(btf: Btf) -> Btf:
    """In the order of names, those without a name last, and otherwise as they were."""
    own = range(btf.start_id, len(btf.types))
    names = {type_id: btf.get(type_id).name for type_id in own}
    return permute(btf, sorted(own, key=lambda type_id: (not names[type_id], names[type_id])))
