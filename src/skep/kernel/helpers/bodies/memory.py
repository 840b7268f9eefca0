"""Memory that programs hand to helpers: bytes and strings at addresses of this process."""

from __future__ import annotations

import errno
import struct

from skep._runtime import LAYOUTS, peek, read_memory
from skep.kernel.helpers.bprintf import Memory

_PAGE = 4096
_U32 = 0xFFFF_FFFF
_MAX_VARARGS = 12


def read_string(address: int, limit: int) -> bytes:
    """Up to a NUL or the end of memory."""
    text = b""
    while len(text) < limit:
        step = min(_PAGE - (address + len(text)) % _PAGE, limit - len(text))
        try:
            chunk, nul, _ = read_memory(address + len(text), step).partition(b"\0")
        except OSError:
            break
        text += chunk
        if nul:
            break
    return text


def read_or_zeros(address: int, size: int) -> bytes:
    try:
        return read_memory(address, size)
    except OSError:
        return bytes(size)


MEMORY = Memory(read_string, read_or_zeros)


def varargs(address: int, size: int) -> tuple[int, ...]:
    """The arguments of a format: an array of 64-bit words; EINVAL for what is none."""
    size &= _U32
    if size % 8 or size > _MAX_VARARGS * 8 or (size and not address):
        raise OSError(errno.EINVAL, f"{size} bytes of arguments")
    return struct.unpack(f"<{size // 8}Q", read_memory(address, size))


def name_argument(address: int, size: int) -> str:
    """A name that ends in NUL where its size says; EINVAL otherwise."""
    size &= _U32
    raw = read_memory(address, size)
    if size <= 1 or raw[-1]:
        raise OSError(errno.EINVAL, "a name ends in NUL")
    return raw.partition(b"\0")[0].decode("utf-8", "replace")


def signed32(word: int) -> int:
    return (word & _U32) - ((word & 0x8000_0000) << 1)


def run_member(run: int, name: str) -> int:
    """A member of the run that a body belongs to."""
    offset, size = LAYOUTS["skep_run"][name]
    return peek(run + offset, size)
