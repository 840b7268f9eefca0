"""What the tests of bpf(2) share."""

from __future__ import annotations

import ctypes
import errno
import mmap
from collections.abc import Callable
from typing import Any

from skep.errors import ENOTSUPP
from skep.isa import build, encode
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import MapType, ProgType

BAD_FD = 100_000

#: Python does not know the one, and calls the other by POSIX's name.
_LINUX_NAMES = {ENOTSUPP: "ENOTSUPP", errno.EOPNOTSUPP: "EOPNOTSUPP"}


def errno_of(function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The name of the errno that a call ends in; "ok" when it does not."""
    try:
        function(*args, **kwargs)
    except OSError as error:
        number = error.errno or 0
        return _LINUX_NAMES.get(number) or errno.errorcode[number]
    return "ok"


def array(backend: Backend, **changes: Any) -> int:
    """An array map of four u64."""
    params = {"map_type": MapType.ARRAY, "key_size": 4, "value_size": 8, "max_entries": 4} | changes
    return commands.map_create(backend, **params)


def hash_map(backend: Backend, **changes: Any) -> int:
    """A hash map of four u64 under u32 keys."""
    params = {"map_type": MapType.HASH, "key_size": 4, "value_size": 8, "max_entries": 4} | changes
    return commands.map_create(backend, **params)


def key(number: int) -> bytes:
    return number.to_bytes(4, "little")


def value(number: int) -> bytes:
    return number.to_bytes(8, "little")


def return_two() -> bytes:
    return encode([build.mov64_imm(0, 2), build.exit_()])


def xdp(backend: Backend, insns: bytes | None = None, **changes: Any) -> int:
    """An XDP program that passes everything."""
    loaded = commands.prog_load(
        backend, prog_type=ProgType.XDP, insns=return_two() if insns is None else insns, **changes
    )
    return loaded.fd


class GuardedPage:
    """A page of memory with nothing behind it, so that reading past its end is a fault."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, 2 * mmap.PAGESIZE)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        self.end = self.address + mmap.PAGESIZE
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.mprotect(ctypes.c_void_p(self.end), ctypes.c_size_t(mmap.PAGESIZE), 0) == 0

    def put_at_end(self, data: bytes) -> int:
        """The address of these bytes, the last of which is the page's last."""
        ctypes.memmove(self.end - len(data), data, len(data))
        return self.end - len(data)
