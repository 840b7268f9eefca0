"""Types for skeletons, for a type checker: what keys, values and members are. At run time they are plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from .map import Map

K = TypeVar("K")
V = TypeVar("V")

if TYPE_CHECKING:

    class TypedRecord(Mapping[str, Any]):
        """A struct's value (`skep.btf.values.Record`) whose members are those of the class, and no others."""

        def __getitem__(self, name: str) -> Any: ...
        def __iter__(self) -> Iterator[str]: ...
        def __len__(self) -> int: ...
        def __bytes__(self) -> bytes: ...
        def replace(self, **changes: Any) -> Self: ...

    class TypedMap(Map, Generic[K, V]):
        """A map with keys of type K and values of type V; a per-CPU map's are lists."""

        def __getitem__(self, key: K) -> V: ...
        def __setitem__(self, key: K, value: V) -> None: ...
        def __delitem__(self, key: K) -> None: ...
        def __iter__(self) -> Iterator[K]: ...
        def items(self) -> Iterator[tuple[K, V]]: ...  # type: ignore[override]
        def values(self) -> Iterator[V]: ...  # type: ignore[override]
        def update_element(self, key: K, value: V, flags: int = 0) -> None: ...
        def get(self, key: K, default: Any = None) -> Any: ...

else:

    class TypedMap(Map):
        """A map; subscripts say nothing at run time."""

        def __class_getitem__(cls, types: object) -> type[Map]:
            return Map
