"""The recorder of bpf(2) calls: building it, running a loader under it, reading what it wrote."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from skep.uapi import Cmd
from skep.uapi import attrs as a

#: Command, result, size of the attributes, sizes of four extras; as record.c has it.
HEAD: Final = "=iiI4I"
BEGIN: Final = -1
END: Final = -2
ATTR: Final = {Cmd.PROG_LOAD: a.ProgLoad, Cmd.MAP_CREATE: a.MapCreate, Cmd.BTF_LOAD: a.BtfLoad}


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `extras` as in record.c."""

    cmd: Cmd
    result: int
    attr: bytes
    extras: tuple[bytes, ...]


@dataclass(slots=True)
class Load:
    """One program's load: what was asked, and how it ended."""

    program: str
    calls: list[Call] = field(default_factory=list)
    result: int = 0
    message: str = ""


def build_recorder(folder: Path) -> Path:
    """The shared object to preload; CalledProcessError without a C compiler."""
    target = folder / "record.so"
    source = Path(__file__).with_name("record.c")
    command = ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-o", str(target), str(source), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return target


def loads(recorder: Path, loader: str, path: Path) -> dict[str, Load]:
    """What `loader` asks for, by program; a loader that dies leaves the programs before."""
    with tempfile.TemporaryFile() as out:
        environment = os.environ | {"LD_PRELOAD": str(recorder), "SKEP_CALLS": str(out.fileno())}
        command = [sys.executable, "-m", "tools.parity.libbpf.child", loader, str(path)]
        subprocess.run(command, env=environment, pass_fds=[out.fileno()], check=False, timeout=600)
        out.seek(0)
        return {load.program: load for load in _parse(out.read())}


def _parse(data: bytes) -> Iterator[Load]:
    at, load = 0, Load("")
    while at < len(data):
        cmd, result, *sizes = struct.unpack_from(HEAD, data, at)
        at += struct.calcsize(HEAD)
        parts = []
        for size in sizes:
            parts.append(data[at : at + size])
            at += size
        if cmd == BEGIN:
            load = Load(parts[0].decode())
        elif cmd == END:
            load.result, load.message = result, parts[0].decode()
            yield load
        else:
            load.calls.append(Call(Cmd(cmd), result, parts[0], tuple(parts[1:])))
