"""Types by their parts: `builder.add_struct("flow", {"src": u32, "proto": Bits(u8, 4)})` gives an id.

Members without a place are laid out as C does. All of it is for little work by hand; whoever has types as
values adds those with `add`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..errors import BtfError
from . import types as t
from .graph import TypeGraph
from .kinds import BTF_FUNC_GLOBAL, BTF_VAR_GLOBAL_ALLOCATED


class Bits(NamedTuple):
    """A member that is a bitfield of `size` bits of an integer type or enum."""

    type: int
    size: int


#: (name, type) or (name, type, offset in bytes), or a mapping of names to types.
Members = Mapping[str, int | Bits] | Sequence[tuple[str, int | Bits] | tuple[str, int | Bits, int]]


class TypeMakers(TypeGraph):
    """One method for each kind; each gives the id of the new type."""

    @abstractmethod
    def add(self, type_: t.Type) -> int:
        """Put a type at the end."""

    def add_int(self, name: str, size: int, encoding: int = 0) -> int:
        """`encoding`: BTF_INT_SIGNED, _CHAR, _BOOL, or 0 for an unsigned number."""
        return self.add(t.Int(name, size, encoding, bits=8 * size))

    def add_float(self, name: str, size: int) -> int:
        return self.add(t.Float(name, size))

    def add_ptr(self, type_id: int = 0) -> int:
        """A pointer; to void if nothing is said."""
        return self.add(t.Ptr(type_id))

    def add_const(self, type_id: int) -> int:
        return self.add(t.Const(type_id))

    def add_volatile(self, type_id: int) -> int:
        return self.add(t.Volatile(type_id))

    def add_restrict(self, type_id: int) -> int:
        return self.add(t.Restrict(type_id))

    def add_typedef(self, name: str, type_id: int) -> int:
        return self.add(t.Typedef(name, type_id))

    def add_type_tag(self, name: str, type_id: int, is_attribute: bool = False) -> int:
        return self.add(t.TypeTag(name, type_id, is_attribute))

    def add_decl_tag(self, name: str, type_id: int, component: int = -1, is_attribute: bool = False) -> int:
        """A tag on a declaration, or on its member or argument number `component`."""
        return self.add(t.DeclTag(name, type_id, component, is_attribute))

    def add_fwd(self, name: str, is_union: bool = False) -> int:
        return self.add(t.Fwd(name, is_union))

    def add_array(self, type_id: int, nelems: int, index_type: int | None = None) -> int:
        """The index type is `unsigned int` if nothing is said; it is added once."""
        index = self.find(t.Int("unsigned int", 4, bits=32)) if index_type is None else index_type
        return self.add(t.Array(type_id, index, nelems))

    @abstractmethod
    def find(self, type_: t.Type) -> int:
        """The id of an equal type, which is added where there is none."""

    def add_struct(self, name: str, members: Members, size: int | None = None, packed: bool = False) -> int:
        """Without a size it is what the members take."""
        placed, end = self._place(members, packed)
        has_bits = any(member.bit_size for member in placed)
        return self.add(t.Struct(name, end if size is None else size, placed, has_bits))

    def add_union(self, name: str, members: Members, size: int | None = None) -> int:
        placed, end = self._place(members, packed=False, is_union=True)
        has_bits = any(member.bit_size for member in placed)
        return self.add(t.Union(name, end if size is None else size, placed, has_bits))

    def _place(
        self, members: Members, packed: bool, is_union: bool = False
    ) -> tuple[tuple[t.Member, ...], int]:
        """The members at their places, and how many bytes they take."""
        rows = members.items() if isinstance(members, Mapping) else members
        placed: list[t.Member] = []
        cursor, largest = 0, 1
        for row in rows:
            name, given = row[0], row[1]
            type_id, bits = given if isinstance(given, Bits) else (given, 0)
            align = 1 if packed else self.align_of(type_id)
            size = 8 * self.size_of(type_id)
            if bits > size:
                raise BtfError(f"member '{name}': {bits} bits of a type that has {size}")
            if len(row) > 2:
                start = 8 * row[2]
            elif is_union:
                start = 0
            elif bits and (packed or cursor // size == (cursor + bits - 1) // size):
                start = cursor
            else:
                start = -(-cursor // (8 * align)) * 8 * align
            placed.append(t.Member(name, type_id, start, bits))
            cursor = max(cursor, start + (bits or size))
            largest = max(largest, align)
        return tuple(placed), -(-cursor // (8 * largest)) * largest

    def add_enum(
        self, name: str, values: Mapping[str, int] | Iterable[str], size: int = 4, signed: bool | None = None
    ) -> int:
        """Names to numbers, or names that count from 0. It is an ENUM64 where 32 bits are not enough."""
        numbers = dict(values) if isinstance(values, Mapping) else {n: i for i, n in enumerate(values)}
        is_signed = any(number < 0 for number in numbers.values()) if signed is None else signed
        items = tuple(t.Enumerator(item, number) for item, number in numbers.items())
        low, high = (-(1 << 31), 1 << 31) if is_signed else (0, 1 << 32)
        if size > 4 or any(not low <= number < high for number in numbers.values()):
            return self.add(t.Enum64(name, max(size, 8), items, is_signed))
        return self.add(t.Enum(name, size, items, is_signed))

    def add_func_proto(
        self, ret: int = 0, params: Mapping[str, int] | Sequence[int] = (), variadic: bool = False
    ) -> int:
        """Arguments by name, or their types alone."""
        rows = params.items() if isinstance(params, Mapping) else (("", type_id) for type_id in params)
        items = [t.Param(name, type_id) for name, type_id in rows]
        return self.add(t.FuncProto(ret, (*items, *([t.Param("", 0)] if variadic else []))))

    def add_func(self, name: str, proto: int, linkage: int = BTF_FUNC_GLOBAL) -> int:
        return self.add(t.Func(name, proto, linkage))

    def add_var(self, name: str, type_id: int, linkage: int = BTF_VAR_GLOBAL_ALLOCATED) -> int:
        return self.add(t.Var(name, type_id, linkage))

    def add_datasec(self, name: str, variables: Iterable[int | tuple[int, int]]) -> int:
        """Ids of variables, which are laid out one after the other, or (id, byte offset)."""
        placed, cursor = [], 0
        for row in variables:
            var_id = row[0] if isinstance(row, tuple) else row
            align, size = self.align_of(var_id), self.size_of(var_id)
            offset = row[1] if isinstance(row, tuple) else -(-cursor // align) * align
            placed.append(t.SecVar(var_id, offset, size))
            cursor = max(cursor, offset + size)
        return self.add(t.DataSec(name, cursor, tuple(placed)))
