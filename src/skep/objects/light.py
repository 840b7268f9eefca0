"""Light skeletons: objects that load themselves, by a BPF program that calls bpf(2) (see `skep.gen.light`).

Nothing of ELF or BTF is read here: the program and its block are handed to the kernel, and descriptors
come back.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, ClassVar, Self

from ..errors import KernelError
from ..loader import ProgramSpec
from ..syscall import commands
from ..syscall.backend import Backend
from ..syscall.memory import Buffer
from ..uapi import BPF_F_SLEEPABLE, MapType, ProgType
from .globals import Section
from .map import Map
from .program import Program
from .skeleton import member_name

_KEY = struct.pack("=I", 0)
_CTX = struct.Struct("=IIIIQ")  # struct bpf_loader_ctx: sz, flags, log_level, log_size, log_buf
_MAP_DESC = struct.Struct("=iIQ")  # struct bpf_map_desc: map_fd, max_entries, initial_value
_PROG_DESC = struct.Struct("=i")


def run_loader(
    backend: Backend,
    insns: bytes,
    block: bytes,
    maps: int,
    programs: int,
    *,
    entries: Mapping[int, int] | None = None,
    contents: Mapping[int, bytes] | None = None,
) -> tuple[list[int], list[int]]:
    """Descriptors of the maps and programs that a loader program makes. `entries` and `contents` are
    other numbers of entries and first contents, by the map's place. KernelError with the errno that a
    command gave.
    """
    values = {at: Buffer(raw) for at, raw in (contents or {}).items()}
    ctx = _CTX.pack(_CTX.size + maps * _MAP_DESC.size + programs * _PROG_DESC.size, 0, 0, 0, 0)
    for at in range(maps):
        value = values[at].address if at in values else 0
        ctx += _MAP_DESC.pack(0, (entries or {}).get(at, 0), value)
    ctx += bytes(programs * _PROG_DESC.size)
    done = _run(backend, insns, block, ctx)
    map_fds = [_MAP_DESC.unpack_from(done, _CTX.size + at * _MAP_DESC.size)[0] for at in range(maps)]
    after = _CTX.size + maps * _MAP_DESC.size
    return map_fds, [_PROG_DESC.unpack_from(done, after + 4 * at)[0] for at in range(programs)]


def _run(backend: Backend, insns: bytes, block: bytes, ctx: bytes) -> bytes:
    """The context after the loader program has run on it."""
    block_fd = commands.map_create(
        backend, map_type=MapType.ARRAY, key_size=4, value_size=len(block), max_entries=1, name="__loader.map"
    )
    try:
        commands.map_update_elem(backend, block_fd, _KEY, block)
        loader = commands.prog_load(
            backend,
            prog_type=ProgType.SYSCALL,
            insns=insns,
            license="Dual BSD/GPL",
            name="__loader.prog",
            prog_flags=BPF_F_SLEEPABLE,
            map_fds=[block_fd],
        ).fd
        try:
            result = commands.prog_test_run(backend, loader, ctx=ctx, ctx_out_size=0)
        finally:
            backend.close(loader)
    finally:
        backend.close(block_fd)
    error = result.retval - (1 << 32) if result.retval >> 31 else result.retval
    if error < 0:
        raise KernelError(-error, "the loader program was refused something")
    return result.ctx_out


class LightSkeleton:
    """One object, once it is loaded; leaving the context closes it.

    `maps`, `programs` and sections are attributes as in a `Skeleton`; there is nothing before `load` to
    edit but what `load` takes.
    """

    object_name: ClassVar[str]
    #: Instructions and block: zlib in base 85, white space ignored.
    loader: ClassVar[str]
    block: ClassVar[str]
    #: Name -> the map's type; name -> (program type, attach type).
    map_types: ClassVar[Mapping[str, int]]
    program_types: ClassVar[Mapping[str, tuple[int, int]]]
    sections: ClassVar[tuple[str, ...]]

    maps: Any
    programs: Any

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._fds: list[int] = []

    @classmethod
    def open_and_load(cls, kernel: Backend, **options: Any) -> Self:
        """A loaded object; `options` are those of `load`."""
        return cls().load(kernel, **options)

    def load(
        self,
        kernel: Backend,
        *,
        entries: Mapping[str, int] | None = None,
        contents: Mapping[str, bytes] | None = None,
    ) -> Self:
        """Let the kernel load it, with other numbers of entries or other bytes in sections of variables."""
        order = list(self.map_types)
        sizes = {order.index(name): number for name, number in (entries or {}).items()}
        for at, kind in enumerate(self.map_types.values()):
            if kind == MapType.PERF_EVENT_ARRAY:
                sizes.setdefault(at, kernel.possible_cpus())
        map_fds, program_fds = run_loader(
            kernel,
            _unpacked(self.loader),
            _unpacked(self.block),
            len(order),
            len(self.program_types),
            entries=sizes,
            contents={order.index(name): raw for name, raw in (contents or {}).items()},
        )
        self._backend, self._fds = kernel, [*map_fds, *program_fds]
        self._bind(kernel, dict(zip(order, map_fds, strict=True)), program_fds)
        return self

    def _bind(self, kernel: Backend, map_fds: dict[str, int], program_fds: list[int]) -> None:
        maps = {name: Map.from_fd(kernel, fd) for name, fd in map_fds.items()}
        self.maps = SimpleNamespace(**{member_name(name): map for name, map in maps.items()})
        programs = {}
        for (name, (kind, attach)), fd in zip(self.program_types.items(), program_fds, strict=True):
            spec = ProgramSpec(name=name, section="", type=kind, attach_type=attach)
            programs[name] = Program(spec, None)
            programs[name].bind(kernel, fd)
        self.programs = SimpleNamespace(**programs)
        for name in self.sections:
            setattr(self, member_name(name), Section(maps[name]))

    def close(self) -> None:
        """Close all descriptors."""
        if self._backend is not None:
            for fd in self._fds:
                self._backend.close(fd)
        self._backend, self._fds = None, []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b85decode(re.sub(r"\s", "", text)))
