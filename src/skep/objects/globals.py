"""Global variables of an object, by name, before and after load.

Before load they are bytes in the spec. After it they live in the value of an array map: where the map can be
mapped into memory a variable is written alone, else the section is read, changed and written back.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from ..btf import types as t
from ..btf.values import member_places, read_place, write_place
from ..errors import InputError
from ..uapi import BPF_F_MMAPABLE
from .map import Map


class Section(MutableMapping[str, Any]):
    """The variables of one section, also as attributes: `obj.bss.counter += 1`."""

    _map: Map
    _places: dict[str, t.Member]

    def __init__(self, map: Map) -> None:
        self.read_places(map)

    def read_places(self, map: Map) -> None:
        """Learn where the variables are, by the map's types."""
        places = member_places(map.btf, map.spec.value_type_id) if map.btf and map.spec.value_type_id else {}
        object.__setattr__(self, "_map", map)
        object.__setattr__(self, "_places", places)

    def _place(self, name: str) -> t.Member:
        try:
            return self._places[name]
        except KeyError:
            known = ", ".join(self._places) or "none"
            raise KeyError(f"no variable {name!r} in section {self._map.name}; there are: {known}") from None

    def _contents(self) -> bytes:
        if self._map.backend is None:
            contents = self._map.spec.contents
            return bytes(self._map.value_size) if contents is None else contents
        raw = self._map.lookup_bytes(self._map.encode_key(0))
        assert raw is not None, "an array has all its elements"
        return raw

    def __getitem__(self, name: str) -> Any:
        assert self._map.btf is not None
        return read_place(self._map.btf, self._place(name), self._contents())

    def __setitem__(self, name: str, value: Any) -> None:
        place = self._place(name)
        assert self._map.btf is not None
        raw = bytearray(self._contents())
        write_place(self._map.btf, place, value, raw)
        self._store(bytes(raw), place)

    def _store(self, raw: bytes, place: t.Member) -> None:
        """Keep the changed contents, of which `place` is what has changed."""
        spec, backend = self._map.spec, self._map.backend
        if backend is None:
            spec.contents = raw
        elif spec.frozen:
            raise InputError(
                f"'{place.name}' is in section {self._map.name}, which is frozen once it is loaded"
            )
        elif spec.flags & BPF_F_MMAPABLE:
            assert self._map.btf is not None
            start = place.bit_offset // 8
            end = start + self._map.btf.size_of(place.type)
            memory = backend.mmap(self._map.fd, self._map.value_size)
            memory[start:end] = raw[start:end]
            memory.release() if isinstance(memory, memoryview) else memory.close()
        else:
            self._map.update_bytes(self._map.encode_key(0), raw)

    def __delitem__(self, name: str) -> None:
        raise InputError(f"variable {name!r} cannot be deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __getattr__(self, name: str) -> Any:
        if name not in self._places:
            raise AttributeError(f"no variable {name!r} in section {self._map.name}")
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._places:
            raise AttributeError(f"no variable {name!r} in section {self._map.name}")
        self[name] = value

    def __repr__(self) -> str:
        return f"<Section {self._map.name}: {', '.join(f'{name}={value!r}' for name, value in self.items())}>"


class Globals(MutableMapping[str, Any]):
    """All variables of all sections."""

    def __init__(self, sections: dict[str, Section]) -> None:
        self._sections = sections

    def _home(self, name: str) -> Section:
        for section in self._sections.values():
            if name in section:
                return section
        raise KeyError(f"no variable {name!r}; there are: {', '.join(self) or 'none'}")

    def __getitem__(self, name: str) -> Any:
        return self._home(name)[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._home(name)[name] = value

    def __delitem__(self, name: str) -> None:
        raise InputError(f"variable {name!r} cannot be deleted")

    def __iter__(self) -> Iterator[str]:
        for section in self._sections.values():
            yield from section

    def __len__(self) -> int:
        return sum(map(len, self._sections.values()))

    def __repr__(self) -> str:
        return f"<Globals {dict(self)!r}>"
