"""An object of the kernel in native memory, laid out as the kernel's own types say.

Programs follow typed pointers into it; the userspace kernel fills in what it models and leaves the rest zero.
Members are named by path: `task["mm"]`, `sock["__sk_common.skc_family"]`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

from skep.btf import Btf
from skep.btf import types as t
from skep.btf.kinds import Kind
from skep.btf.values import member_places, read_place, write_place


class KernelObject:
    """A structure of `btf`, zeroed. Without an address it has memory of its own, with `room` bytes behind it
    for an array at its end.
    """

    def __init__(self, btf: Btf, structure: str, address: int = 0, room: int = 0) -> None:
        self._btf = btf
        self.type_id = btf.id_of(structure, Kind.STRUCT)
        self.structure = structure
        self.size = btf.size_of(self.type_id) + room
        self._memory = None if address else ctypes.create_string_buffer(self.size + 64)
        self.address = address or (ctypes.addressof(self._memory) + 63) & -64 if self._memory else address

    def place(self, path: str) -> t.Member:
        """Where a member is, counted from the start of the object."""
        type_id, offset, place = self.type_id, 0, None
        for name in path.split("."):
            place = member_places(self._btf, type_id)[name]
            offset += place.bit_offset
            type_id = place.type
        assert place is not None
        return t.Member(place.name, place.type, offset, place.bit_size)

    def address_of(self, path: str) -> int:
        return self.address + self.place(path).bit_offset // 8

    def __getitem__(self, path: str) -> Any:
        return read_place(self._btf, self.place(path), ctypes.string_at(self.address, self.size))

    def __setitem__(self, path: str, value: Any) -> None:
        raw = bytearray(ctypes.string_at(self.address, self.size))
        write_place(self._btf, self.place(path), value, raw)
        ctypes.memmove(self.address, bytes(raw), self.size)

    def set_bytes(self, path: str, value: bytes) -> None:
        """Bytes as they are at a member, for addresses in network order."""
        self.write(self.address_of(path), value)

    @staticmethod
    def write(address: int, value: bytes) -> None:
        """Bytes at an address within."""
        ctypes.memmove(address, value, len(value))

    def put(self, members: Mapping[str, Any]) -> None:
        """Those of the members that the type has."""
        raw = bytearray(ctypes.string_at(self.address, self.size))
        for path, value in members.items():
            try:
                place = self.place(path)
            except KeyError:
                continue
            write_place(self._btf, place, value, raw)
        ctypes.memmove(self.address, bytes(raw), self.size)
