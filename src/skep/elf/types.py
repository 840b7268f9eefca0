"""Type information from files: a bare .BTF section, an ELF file that has one, an archive of many."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from ..btf import Btf, BtfExt, parse_ext
from ..btf.distill import relocate
from ..errors import BtfError, ElfError
from .reader import ElfFile

_MAGICS: Final = (b"\x9f\xeb", b"\xeb\x9f")
_ARCHIVES: Final = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2")
_MAX_MEMBER: Final = 256 << 20


def read_btf(path: str | PathLike[str], base: Btf | None = None) -> Btf:
    """The types of a file. ElfError or BtfError where there are none; the message names the file."""
    with open(path, "rb") as file:
        return parse_btf(file.read(), fspath(path), base)


def parse_btf(data: bytes, name: str, base: Btf | None = None) -> Btf:
    """As `read_btf`, of what `name` holds. A module that brings its distilled base is put onto `base`."""
    try:
        if data[:2] in _MAGICS:
            return Btf.parse(data, base)
        elf = ElfFile(data, name)
        section = elf.section(".BTF")
        if section is None:
            raise ElfError(
                f"{name}: has no section .BTF; compile with -g, or make one with 'skep btf encode'"
            )
        below = elf.section(".BTF.base")
        if below is None:
            return Btf.parse(section.data, base)
        split = Btf.parse(section.data, Btf.parse(below.data))
        return relocate(split, base) if base else split
    except BtfError as error:
        raise BtfError(f"{name}: {error}") from None


def has_btf(path: str | PathLike[str]) -> bool:
    """Whether a file is BTF or an ELF file with a section of it."""
    with open(path, "rb") as file:
        data = file.read()
    return data[:2] in _MAGICS or ElfFile(data, fspath(path)).section(".BTF") is not None


def read_with_ext(path: str | PathLike[str]) -> tuple[Btf, BtfExt]:
    """An object's types and what belongs to its instructions; ElfError or BtfError where it has none."""
    name = fspath(path)
    with open(path, "rb") as file:
        elf = ElfFile(file.read(), name)
    sections = [elf.section(".BTF"), elf.section(".BTF.ext")]
    if sections[0] is None or sections[1] is None:
        raise ElfError(f"{name}: has no sections .BTF and .BTF.ext; compile with -g")
    try:
        btf = Btf.parse(sections[0].data)
        return btf, parse_ext(sections[1].data, btf)
    except BtfError as error:
        raise BtfError(f"{name}: {error}") from None


def read_many(path: str | PathLike[str]) -> Iterator[tuple[str, Btf]]:
    """(name, types) of a file, or of each file in a tar archive and in the archives inside of it, as
    collections of kernels' types are kept; of a folder, of all below it that are called .btf or are archives.
    """
    name = fspath(path)
    if os.path.isdir(name):
        found = [item for item in sorted(Path(name).rglob("*")) if item.name.endswith((".btf", *_ARCHIVES))]
        if not found:
            raise BtfError(f"{name}: no .btf file and no archive of them in this folder")
        for item in found:
            yield from read_many(item)
        return
    if not name.endswith(_ARCHIVES):
        yield name, read_btf(path)
        return
    with open(path, "rb") as file:
        yield from _members(file.read(), name)


def _members(data: bytes, name: str) -> Iterator[tuple[str, Btf]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if not member.isfile():
                    continue
                if member.size > _MAX_MEMBER:
                    raise BtfError(f"{name}: {member.name} of {member.size} bytes is too large to be types")
                file = archive.extractfile(member)
                assert file is not None
                content, inner = file.read(), f"{name}/{member.name}"
                if member.name.endswith(_ARCHIVES):
                    yield from _members(content, inner)
                else:
                    yield inner, parse_btf(content, inner)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BtfError(f"{name}: no readable archive: {error}") from None
