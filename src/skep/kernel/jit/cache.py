"""Compiled objects on disk, found by content.

The key is a hash of all that the object depends on: the program, the constants of its maps that are written
into the code, LLVM, the processor, the layouts of the runtime and the sources of this package. So nothing
ever has to be invalidated, and a file is either right or unknown. Files are written aside and renamed; a
damaged one is a miss.

::

    sha256 of the rest : 32    length of the header : 4    header (JSON) : length    object file
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from skep.isa import encode
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit.blocks import CALL
from skep.kernel.jit.contracts import argument_count
from skep.kernel.jit.symbols import map_constants

LIMIT = 128 << 20
_DIGEST = 32
_SUFFIX = ".o"


@dataclass(frozen=True, slots=True)
class Compiled:
    """An object file, the name of its entry, and the external symbols that it needs."""

    image: bytes
    entry: str
    symbols: tuple[str, ...]


class Cache:
    """A directory of objects, at most `limit` bytes, the least recently used leaving first.

    A directory that cannot be used makes everything a miss: compiling again is always right.
    """

    def __init__(self, directory: Path | None = None, limit: int = LIMIT) -> None:
        self._given = directory
        self._limit = limit

    @property
    def directory(self) -> Path:
        if self._given is not None:
            return self._given
        home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        return Path(home) / "skep" / "jit"

    def get(self, key: str) -> Compiled | None:
        path = self.directory / (key + _SUFFIX)
        try:
            raw = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # of a directory that may only be read
            os.utime(path)
        return _decode(raw)

    def put(self, key: str, compiled: Compiled) -> None:
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self.directory / (key + _SUFFIX), _encode(compiled))
            self._trim()
        except OSError:
            return

    def _write(self, path: Path, raw: bytes) -> None:
        handle, aside = tempfile.mkstemp(dir=self.directory, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
            os.replace(aside, path)
        except BaseException:
            os.unlink(aside)
            raise

    def _trim(self) -> None:
        entries = [(entry.stat(), entry.path) for entry in os.scandir(self.directory)]
        total = sum(stat.st_size for stat, _ in entries)
        for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime):
            if total <= self._limit:
                return
            Path(path).unlink(missing_ok=True)  # another process may have been faster
            total -= stat.st_size


def key_of(program: FixedProgram, target: str) -> str:
    """The name under which a program's object for a target is kept."""
    digest = hashlib.sha256(_fingerprint().encode())
    digest.update(target.encode())
    digest.update(encode(program.insns))
    maps = [(slot, index, map_constants(program.maps[index])) for slot, index in program.call_maps.items()]
    calls = sorted(program.kfuncs.items())
    arguments = [
        argument_count(program, slot) for slot, insn in enumerate(program.insns) if insn.code == CALL
    ]
    rest = (sorted(maps), calls, arguments, program.arena, program.exception_callback)
    digest.update(repr((program.subprogs, program.stack_depths, rest)).encode())
    return digest.hexdigest()


@cache
def _fingerprint() -> str:
    """What the code generator is made of."""
    from skep._runtime import LAYOUTS

    digest = hashlib.sha256(repr(sorted(LAYOUTS.items())).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _encode(compiled: Compiled) -> bytes:
    header = json.dumps({"entry": compiled.entry, "symbols": compiled.symbols}).encode()
    rest = len(header).to_bytes(4, "little") + header + compiled.image
    return hashlib.sha256(rest).digest() + rest


def _decode(raw: bytes) -> Compiled | None:
    rest = raw[_DIGEST:]
    if hashlib.sha256(rest).digest() != raw[:_DIGEST]:
        return None
    length = int.from_bytes(rest[:4], "little")
    header = json.loads(rest[4 : 4 + length])
    return Compiled(rest[4 + length :], header["entry"], tuple(header["symbols"]))
