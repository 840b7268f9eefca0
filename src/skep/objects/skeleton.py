"""What a generated skeleton is: one object's maps, programs and variables as attributes.

`skep gen skeleton x.o` writes a subclass that carries the object file and says the types.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, ClassVar, Self

from ..loader import from_elf
from ..syscall.backend import Backend
from .object import Object


class Skeleton:
    """One object: open by making it, edit, `load`, use; leaving the context closes it.

    Attributes are `maps`, `programs`, and each section of variables under its name without the first dot
    (`bss`, `rodata`, `data_hot`).
    """

    #: The object's name, and its file: zlib in base 85, white space ignored.
    object_name: ClassVar[str]
    elf: ClassVar[str]

    maps: Any
    programs: Any

    def __init__(self) -> None:
        raw = zlib.decompress(base64.b85decode(re.sub(r"\s", "", self.elf)))
        self.object = Object(from_elf(raw, name=f"{self.object_name}.o"))
        self.maps = SimpleNamespace(**_by_identifier(self.object.maps))
        self.programs = SimpleNamespace(**_by_identifier(self.object.programs))
        for name, section in _by_identifier(self.object.sections).items():
            setattr(self, name, section)

    @classmethod
    def open_and_load(cls, kernel: Backend | None = None, **options: Any) -> Self:
        """An object that is loaded; `options` are those of `Object.load`."""
        return cls().load(kernel, **options)

    def load(self, kernel: Backend | None = None, **options: Any) -> Self:
        """Create the maps and load the programs, in a kernel of their own if none is given."""
        self.object.load(kernel, **options)
        return self

    def close(self) -> None:
        self.object.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Skeleton of {self.object!r}>"


def member_name(name: str) -> str:
    """The attribute under which a skeleton has a map, program or section."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name.removeprefix("."))


def _by_identifier(named: Mapping[str, Any]) -> dict[str, Any]:
    return {member_name(name): value for name, value in named.items()}
