"""What programs of type syscall do: bpf(2) from within, types and symbols of the kernel by name."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from skep._runtime import read_memory, write_memory
from skep.btf.kinds import Kind
from skep.kernel.capable import Cap
from skep.kernel.helpers.bodies.body import Body
from skep.kernel.helpers.bodies.memory import name_argument, signed32
from skep.uapi import Cmd

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

#: What a program may call; source: probing 6.18.
_COMMANDS = frozenset(
    {
        Cmd.MAP_CREATE,
        Cmd.MAP_DELETE_ELEM,
        Cmd.MAP_UPDATE_ELEM,
        Cmd.MAP_FREEZE,
        Cmd.MAP_GET_FD_BY_ID,
        Cmd.PROG_LOAD,
        Cmd.BTF_LOAD,
        Cmd.LINK_CREATE,
        Cmd.RAW_TRACEPOINT_OPEN,
    }
)


class _ProgramMemory:
    """The program's own memory in the place of a caller's."""

    def read(self, address: int, length: int) -> bytes:
        return read_memory(address, length)

    def write(self, address: int, data: bytes) -> None:
        write_memory(address, data)


def sys_bpf(machine: Machine, cmd: int, attr: int, size: int, *_: int) -> int:
    from skep.kernel.dispatch import bpf

    if signed32(cmd) not in _COMMANDS:
        raise OSError(errno.EINVAL, f"programs cannot call command {cmd} of bpf(2)")
    raw = bytearray(read_memory(attr, size & 0xFFFF_FFFF))
    before = bytes(raw)
    try:
        return bpf(machine, _ProgramMemory(), signed32(cmd), raw)
    finally:
        if raw != before:
            write_memory(attr, bytes(raw))


def sys_close(machine: Machine, fd: int, *_: int) -> int:
    machine.fds.close(signed32(fd))
    return 0


def btf_find_by_name_kind(machine: Machine, name: int, size: int, kind: int, flags: int, *_: int) -> int:
    if flags:
        raise OSError(errno.EINVAL, "unknown flags")
    wanted = name_argument(name, size)
    if machine.vmlinux is None:
        raise OSError(errno.EINVAL, "this kernel has no types")
    known = signed32(kind) in set(Kind)
    found = machine.vmlinux.btf.find(wanted, Kind(signed32(kind))) if known else None
    if found is None:
        raise OSError(errno.ENOENT, f"no such type: {wanted}")
    return found


def kallsyms_lookup_name(machine: Machine, name: int, size: int, flags: int, result: int, *_: int) -> int:
    write_memory(result, bytes(8))
    if flags:
        raise OSError(errno.EINVAL, "unknown flags")
    wanted = name_argument(name, size)
    if not machine.capable(Cap.SYS_ADMIN):
        raise OSError(errno.EPERM, "addresses of the kernel are not for this caller")
    address = machine.addresses.get(wanted, 0)
    if not address:
        raise OSError(errno.ENOENT, f"no such symbol: {wanted}")
    write_memory(result, address.to_bytes(8, "little"))
    return 0


BODIES: dict[str, Body] = {
    "sys_bpf": sys_bpf,
    "sys_close": sys_close,
    "btf_find_by_name_kind": btf_find_by_name_kind,
    "kallsyms_lookup_name": kallsyms_lookup_name,
}
