"""How a typed command becomes one bpf(2): attributes out, attributes back, OSError into KernelError."""

from __future__ import annotations

from typing import TypeVar

from skep.errors import KernelError
from skep.syscall.backend import Backend
from skep.uapi import Cmd
from skep.uapi.layout import Struct

AttrT = TypeVar("AttrT", bound=Struct)


def call(backend: Backend, cmd: Cmd, attr: AttrT, what: str) -> tuple[int, AttrT]:
    """One bpf(2): the result, and the attributes as the kernel left them. `what` begins the error."""
    raw = bytearray(attr.pack())
    try:
        result = backend.bpf(cmd, raw)
    except OSError as error:
        raise KernelError(error.errno or 0, what) from None
    return result, type(attr).parse(raw)


def object_name(name: str | bytes) -> bytes:
    """An object's name as the kernel keeps it: 15 bytes and a NUL. Longer names are cut, as libbpf does."""
    return (name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name)[:15]
