"""strace for bpf(2): a kernel that passes every call on to another and remembers it.

::

    with Traced(Kernel()) as kernel:
        ...
        print("\\n".join(map(str, kernel.calls)))

    bpf(MAP_CREATE, {map_type=HASH, key_size=4, value_size=8, max_entries=4}, 96) = 3
    bpf(MAP_LOOKUP_ELEM, {map_fd=3, key=0x7f0c5e3a1010, value=0x7f0c5e3a1050}, 32) = -1 ENOENT
"""

from __future__ import annotations

import mmap as _mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from skep.errors import errno_name
from skep.syscall.backend import Backend
from skep.uapi import AttachType, Cmd, MapType, ProgType
from skep.uapi.attrs import ATTRS
from skep.uapi.layout import Struct

#: Members whose numbers have names.
_ENUMS: dict[str, type[IntEnum]] = {
    "map_type": MapType,
    "prog_type": ProgType,
    "expected_attach_type": AttachType,
    "attach_type": AttachType,
}


@dataclass(frozen=True, slots=True)
class TracedCall:
    """One call: the attributes as they went in and as they came back, and the result or the errno."""

    cmd: int
    before: bytes
    after: bytes
    result: int
    errno: int = 0

    @property
    def name(self) -> str:
        return Cmd(self.cmd).name if self.cmd in ATTRS else str(self.cmd)

    def __str__(self) -> str:
        result = f"-1 {errno_name(self.errno)}" if self.errno else str(self.result)
        return f"bpf({self.name}, {self._attr()}, {len(self.before)}) = {result}"

    def _attr(self) -> str:
        if self.cmd not in ATTRS:
            return self.before.hex()
        layout = ATTRS[Cmd(self.cmd)].layout
        before, after = layout.parse(self.before), layout.parse(self.after)
        shown = (_member(before, after, name) for name in layout.FIELDS)
        return "{" + ", ".join(text for text in shown if text) + "}"


def _member(before: Struct, after: Struct, name: str) -> str:
    """`name=value`, or `name=value => value` where the kernel wrote; nothing for zeros."""
    old, new = getattr(before, name), getattr(after, name)
    if not (any(old) if isinstance(old, bytes) else old) and old == new:
        return ""
    text = f"{name}={_value(name, old)}"
    return text if old == new else f"{text} => {_value(name, new)}"


def _value(name: str, value: int | bytes) -> str:
    if isinstance(value, bytes):
        return '"' + value.rstrip(b"\0").decode(errors="replace") + '"'
    if name in _ENUMS and value in list(_ENUMS[name]):
        return _ENUMS[name](value).name
    return f"{value:#x}" if value > 0xFFFF and not name.endswith("_id") else str(value)


class Traced(Backend):
    """Another kernel, and the calls that were made to it. `show` is told of each as it returns."""

    def __init__(self, backend: Backend, show: Callable[[TracedCall], None] | None = None) -> None:
        self.backend = backend
        self.name = backend.name
        self.calls: list[TracedCall] = []
        self._show = show

    def bpf(self, cmd: int, attr: bytearray) -> int:
        before = bytes(attr)
        try:
            result = self.backend.bpf(cmd, attr)
        except OSError as error:
            self._remember(TracedCall(cmd, before, bytes(attr), -1, error.errno or 0))
            raise
        self._remember(TracedCall(cmd, before, bytes(attr), result))
        return result

    def _remember(self, call: TracedCall) -> None:
        self.calls.append(call)
        if self._show is not None:
            self._show(call)

    def close(self, fd: int) -> None:
        self.backend.close(fd)

    def mmap(
        self, fd: int, length: int, offset: int = 0, *, writable: bool = True, address: int = 0
    ) -> _mmap.mmap | memoryview:
        return self.backend.mmap(fd, length, offset, writable=writable, address=address)

    def read(self, fd: int, length: int) -> bytes:
        return self.backend.read(fd, length)

    def poll(self, fd: int, timeout: float | None = None) -> bool:
        return self.backend.poll(fd, timeout)

    def poll_any(self, fds: Sequence[int], timeout: float | None = None) -> bool:
        return self.backend.poll_any(fds, timeout)

    def perf_event_open(self, cpu: int, pages: int, wakeup_events: int = 1) -> int:
        return self.backend.perf_event_open(cpu, pages, wakeup_events)

    def ring_descriptors(self, fd: int) -> tuple[int, int] | None:
        return self.backend.ring_descriptors(fd)

    def unlink(self, path: str) -> None:
        self.backend.unlink(path)

    def mkdir(self, path: str) -> None:
        self.backend.mkdir(path)

    def possible_cpus(self) -> int:
        return self.backend.possible_cpus()

    def read_file(self, path: str) -> bytes:
        return self.backend.read_file(path)

    def shutdown(self) -> None:
        self.backend.shutdown()
