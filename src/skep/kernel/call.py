"""One bpf(2) call on its way through the kernel: who asks, with what, and where the answer goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from skep.kernel.usermem import UserMemory
from skep.uapi.layout import Struct

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

AttrT = TypeVar("AttrT", bound=Struct)


@dataclass(frozen=True, slots=True)
class Call(Generic[AttrT]):
    """What a command's handler gets."""

    machine: Machine
    memory: UserMemory
    attr: AttrT
    raw: bytearray  # the attributes as the caller gave them, for what the kernel writes back

    def put(self, **members: int) -> None:
        """Write members of the attributes back to the caller, as far as its structure reaches."""
        for name, value in members.items():
            field = self.attr.FIELDS[name]
            if field.end <= len(self.raw):
                self.raw[field.offset : field.end] = value.to_bytes(field.size, "little")
