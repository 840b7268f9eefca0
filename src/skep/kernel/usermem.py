"""User memory: how the kernel reads and writes its caller's. A bad address is EFAULT."""

from __future__ import annotations

import errno
import re
from typing import Protocol

PAGE_SIZE = 4096


class UserMemory(Protocol):
    """The memory of one process."""

    def read(self, address: int, length: int) -> bytes:
        """All of these bytes, or OSError(EFAULT)."""

    def write(self, address: int, data: bytes) -> None:
        """All of these bytes, or OSError(EFAULT)."""


def read_string(memory: UserMemory, address: int, limit: int) -> bytes | None:
    """A string without its NUL; None when there is no NUL within `limit` bytes.

    It reads page by page, since a string may end just before memory that is not there.
    """
    text = b""
    while len(text) < limit:
        step = min(PAGE_SIZE - (address + len(text)) % PAGE_SIZE, limit - len(text))
        chunk = memory.read(address + len(text), step)
        head, nul, _ = chunk.partition(b"\0")
        text += head
        if nul:
            return text
    return None


def check_tail_zero(data: bytes | bytearray, known: int) -> None:
    """bpf_check_uarg_tail_zero(): what the kernel does not know must be zero, and within reason."""
    if len(data) > known and any(memoryview(data)[known:]):
        raise OSError(errno.E2BIG, f"bytes after the {known} known ones are not zero")


def check_size(length: int) -> None:
    """A structure larger than a page is not one of ours."""
    if length > PAGE_SIZE:
        raise OSError(errno.E2BIG, f"a structure of {length} bytes")


def read_struct(memory: UserMemory, address: int, length: int, known: int) -> bytes:
    """A structure of which the caller says the length, up to what the kernel knows of it."""
    check_size(length)
    data = memory.read(address, length)
    check_tail_zero(data, known)
    return data[:known]


#: Letters are those of Latin-1, as in the kernel's ctype.
_NAME = re.compile(rb"[0-9A-Za-z_.\xc0-\xd6\xd8-\xf6\xf8-\xff]*")


def copy_name(field: bytes) -> bytes:
    """bpf_obj_name_cpy(): a name of letters, digits, '_' and '.', NUL-terminated within its field."""
    name, nul, _ = field.partition(b"\0")
    if not nul or _NAME.fullmatch(name) is None:
        raise OSError(errno.EINVAL, f"{field!r} is no name")
    return name
