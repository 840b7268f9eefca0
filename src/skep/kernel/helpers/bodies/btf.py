"""Values of kernel types as text: bpf_snprintf_btf, bpf_seq_printf_btf."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep._runtime import read_memory, write_memory
from skep.errors import BtfError
from skep.kernel.helpers.bodies.body import Body
from skep.kernel.helpers.bodies.memory import read_or_zeros
from skep.kernel.helpers.btf_text import ALL_FLAGS, value_text

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_BTF_PTR = struct.Struct("<QII")  # struct btf_ptr: where, type id, flags that mean nothing yet
_INT = 4  # the kernel reads small enums as an int


def _text(machine: Machine, pointer: int, size: int, flags: int) -> bytes:
    if flags & ~ALL_FLAGS or size & 0xFFFF_FFFF != _BTF_PTR.size:
        raise OSError(errno.EINVAL, "unknown flags, or no struct btf_ptr")
    address, type_id, _ = _BTF_PTR.unpack(read_memory(pointer, _BTF_PTR.size))
    if machine.vmlinux is None or not type_id:
        raise OSError(errno.EINVAL, "this kernel has no types, or none is asked for")
    btf = machine.vmlinux.btf
    if type_id >= len(btf.types):
        raise OSError(errno.ENOENT, f"there is no type {type_id}")
    try:
        room = btf.size_of(type_id)
    except BtfError:
        return b"<unsupported kind:%d>" % btf.get(type_id).kind
    raw = read_memory(address, room)
    return value_text(btf, type_id, raw + read_or_zeros(address + room, _INT), flags)


def snprintf_btf(machine: Machine, out: int, room: int, pointer: int, size: int, flags: int, _: int) -> int:
    text = _text(machine, pointer, size, flags)
    room &= 0xFFFF_FFFF
    if room:
        write_memory(out, text[: room - 1] + b"\0")
    return len(text)


def seq_printf_btf(machine: Machine, file: int, pointer: int, size: int, flags: int, *_: int) -> int:
    machine.seq_file_at(file).write(_text(machine, pointer, size, flags))
    return 0


BODIES: dict[str, Body] = {"snprintf_btf": snprintf_btf, "seq_printf_btf": seq_printf_btf}
