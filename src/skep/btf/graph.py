"""What follows from references: what is behind a typedef, how large and how aligned a value is."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..errors import BtfError
from . import types as t


class TypeGraph(ABC):
    """Types by their ids, read or in the making."""

    @abstractmethod
    def get(self, type_id: int) -> t.Type:
        """The type of an id; 0 is void."""

    @property
    @abstractmethod
    def type_count(self) -> int:
        """One more than the last id."""

    def skip(self, type_id: int) -> int:
        """The id behind typedefs, const, volatile, restrict and type tags."""
        return self._follow(type_id, (t.Typedef, t.Const, t.Volatile, t.Restrict, t.TypeTag))

    def skip_modifiers(self, type_id: int) -> int:
        """As `skip`, but stops at a typedef, which may be the only name."""
        return self._follow(type_id, (t.Const, t.Volatile, t.Restrict, t.TypeTag))

    def _follow(self, type_id: int, through: tuple[type[t.Type], ...]) -> int:
        first, limit = type_id, self.type_count
        while isinstance(type_ := self.get(type_id), through):
            type_id = type_.type  # type: ignore[attr-defined]
            limit -= 1
            if limit < 0:
                raise BtfError(f"type id {first}: its modifiers form a loop")
        return type_id

    def resolve(self, type_id: int) -> t.Type:
        """The type behind typedefs and modifiers."""
        return self.get(self.skip(type_id))

    def size_of(self, type_id: int, pointer_size: int = 8) -> int:
        """Bytes of a value of the type; BtfError for what has no size."""
        count = 1
        for _ in range(32):
            match self.resolve(type_id):
                case t.Int(size=size) | t.Float(size=size) | t.Enum(size=size) | t.Enum64(size=size):
                    return count * size
                case t.Struct(size=size) | t.Union(size=size) | t.DataSec(size=size):
                    return count * size
                case t.Ptr():
                    return count * pointer_size
                case t.Array(type=type_id, nelems=nelems):
                    count *= nelems
                case t.Var(type=type_id):
                    pass
                case other:
                    raise BtfError(f"type id {type_id}: a {other.kind.name} has no size")
        raise BtfError(f"type id {type_id}: arrays are nested too deeply")

    def align_of(self, type_id: int, pointer_size: int = 8) -> int:
        """What C would align a value of the type to, packed structs included."""
        match type_ := self.resolve(type_id):
            case t.Int() | t.Float() | t.Enum() | t.Enum64():
                return min(pointer_size, type_.size) or 1
            case t.Ptr():
                return pointer_size
            case t.Array(type=element) | t.Var(type=element):
                return self.align_of(element, pointer_size)
            case t.Struct() | t.Union():
                return self._composite_alignment(type_, pointer_size)
        raise BtfError(f"type id {type_id}: a {type_.kind.name} has no alignment")

    def _composite_alignment(self, type_: t.Composite, pointer_size: int) -> int:
        largest = 1
        for member in type_.members:
            alignment = self.align_of(member.type, pointer_size)
            largest = max(largest, alignment)
            if not member.bit_size and member.bit_offset % (8 * alignment):
                return 1
        return largest if type_.size % largest == 0 else 1
