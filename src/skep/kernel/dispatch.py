"""bpf(2): a command's number to its handler, after the checks that all commands share (__sys_bpf())."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skep.kernel import btf_load, info, map_batch, map_cmds, object_cmds, prog_cmds, progload
from skep.kernel.call import Call
from skep.kernel.machine import Machine
from skep.kernel.usermem import UserMemory, check_size, check_tail_zero
from skep.uapi import Cmd
from skep.uapi.attrs import ATTR_SIZE, ATTRS


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandRow:
    """One command of bpf(2); how its attributes are read is in uapi/attrs.py."""

    cmd: Cmd
    handler: Callable[[Call[Any]], int]


_ROWS = (
    CommandRow(cmd=Cmd.MAP_CREATE, handler=map_cmds.map_create),
    CommandRow(cmd=Cmd.MAP_LOOKUP_ELEM, handler=map_cmds.map_lookup_elem),
    CommandRow(cmd=Cmd.MAP_UPDATE_ELEM, handler=map_cmds.map_update_elem),
    CommandRow(cmd=Cmd.MAP_DELETE_ELEM, handler=map_cmds.map_delete_elem),
    CommandRow(cmd=Cmd.MAP_GET_NEXT_KEY, handler=map_cmds.map_get_next_key),
    CommandRow(cmd=Cmd.MAP_LOOKUP_AND_DELETE_ELEM, handler=map_cmds.map_lookup_and_delete_elem),
    CommandRow(cmd=Cmd.MAP_FREEZE, handler=map_cmds.map_freeze),
    CommandRow(cmd=Cmd.MAP_LOOKUP_BATCH, handler=map_batch.map_lookup_batch),
    CommandRow(cmd=Cmd.MAP_LOOKUP_AND_DELETE_BATCH, handler=map_batch.map_lookup_and_delete_batch),
    CommandRow(cmd=Cmd.MAP_UPDATE_BATCH, handler=map_batch.map_update_batch),
    CommandRow(cmd=Cmd.MAP_DELETE_BATCH, handler=map_batch.map_delete_batch),
    CommandRow(cmd=Cmd.PROG_LOAD, handler=progload.prog_load),
    CommandRow(cmd=Cmd.PROG_TEST_RUN, handler=prog_cmds.prog_test_run),
    CommandRow(cmd=Cmd.PROG_BIND_MAP, handler=prog_cmds.prog_bind_map),
    CommandRow(cmd=Cmd.BTF_LOAD, handler=btf_load.btf_load),
    CommandRow(cmd=Cmd.OBJ_GET_INFO_BY_FD, handler=info.obj_get_info_by_fd),
    CommandRow(cmd=Cmd.OBJ_PIN, handler=object_cmds.obj_pin),
    CommandRow(cmd=Cmd.OBJ_GET, handler=object_cmds.obj_get),
    CommandRow(cmd=Cmd.PROG_GET_NEXT_ID, handler=object_cmds.get_next_id(lambda m: m.progs)),
    CommandRow(cmd=Cmd.MAP_GET_NEXT_ID, handler=object_cmds.get_next_id(lambda m: m.maps)),
    CommandRow(cmd=Cmd.BTF_GET_NEXT_ID, handler=object_cmds.get_next_id(lambda m: m.btfs)),
    CommandRow(cmd=Cmd.LINK_GET_NEXT_ID, handler=object_cmds.get_next_id(lambda m: m.links)),
    CommandRow(cmd=Cmd.PROG_GET_FD_BY_ID, handler=object_cmds.get_fd_by_id(lambda m: m.progs)),
    CommandRow(cmd=Cmd.MAP_GET_FD_BY_ID, handler=object_cmds.map_get_fd_by_id),
    CommandRow(cmd=Cmd.BTF_GET_FD_BY_ID, handler=object_cmds.get_fd_by_id(lambda m: m.btfs)),
    CommandRow(cmd=Cmd.LINK_GET_FD_BY_ID, handler=object_cmds.get_fd_by_id(lambda m: m.links)),
    CommandRow(cmd=Cmd.ENABLE_STATS, handler=object_cmds.enable_stats),
)

COMMANDS: dict[int, CommandRow] = {row.cmd: row for row in _ROWS}


def bpf(machine: Machine, memory: UserMemory, cmd: int, raw: bytearray) -> int:
    """One call. What the kernel answers goes into `raw`; a refusal is an OSError with Linux's errno."""
    check_size(len(raw))
    check_tail_zero(raw, ATTR_SIZE)
    row = COMMANDS.get(cmd)
    if row is None:
        raise OSError(errno.EINVAL, f"bpf(2) command {cmd}")
    attr_row = ATTRS[row.cmd]
    if any(memoryview(raw)[attr_row.known :]):
        raise OSError(errno.EINVAL, f"{row.cmd.name}: bytes after {attr_row.last} are not zero")
    return row.handler(Call(machine, memory, attr_row.layout.parse(raw), raw))
