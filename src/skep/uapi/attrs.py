"""The attributes of bpf(2): one structure per command, and the last member of it that the command knows.

Linux hands every command the whole `union bpf_attr`. A command refuses with EINVAL when a byte after the
last member that it knows is not zero: so a program learns that the kernel is too old for what it asks. Which
member is the last is in the kernel's sources alone (the `*_LAST_FIELD` macros of kernel/bpf/syscall.c);
tests/syscall/test_attr_rules.py asks Linux and skep about each row.
"""

from __future__ import annotations

from dataclasses import dataclass

from skep.uapi import _structs as s
from skep.uapi._generated import Cmd
from skep.uapi._structs import *  # noqa: F403
from skep.uapi.layout import Struct

#: sizeof(union bpf_attr)
ATTR_SIZE = s.ProgLoad.SIZE


@dataclass(frozen=True, kw_only=True, slots=True)
class AttrRow:
    """How one command reads its attributes; what lies from `known` on must be zero."""

    cmd: Cmd
    layout: type[Struct]
    last: str  # the last member that the command knows

    @property
    def known(self) -> int:
        return self.layout.FIELDS[self.last].end


_ROWS = (
    AttrRow(cmd=Cmd.MAP_CREATE, layout=s.MapCreate, last="excl_prog_hash_size"),
    AttrRow(cmd=Cmd.MAP_LOOKUP_ELEM, layout=s.MapElem, last="flags"),
    AttrRow(cmd=Cmd.MAP_UPDATE_ELEM, layout=s.MapElem, last="flags"),
    AttrRow(cmd=Cmd.MAP_DELETE_ELEM, layout=s.MapElem, last="key"),
    AttrRow(cmd=Cmd.MAP_GET_NEXT_KEY, layout=s.MapGetNextKey, last="next_key"),
    AttrRow(cmd=Cmd.PROG_LOAD, layout=s.ProgLoad, last="keyring_id"),
    AttrRow(cmd=Cmd.OBJ_PIN, layout=s.ObjPin, last="path_fd"),
    AttrRow(cmd=Cmd.OBJ_GET, layout=s.ObjPin, last="path_fd"),
    AttrRow(cmd=Cmd.PROG_ATTACH, layout=s.ProgAttach, last="expected_revision"),
    AttrRow(cmd=Cmd.PROG_DETACH, layout=s.ProgAttach, last="expected_revision"),
    AttrRow(cmd=Cmd.PROG_TEST_RUN, layout=s.ProgTestRun, last="batch_size"),
    AttrRow(cmd=Cmd.PROG_GET_NEXT_ID, layout=s.GetNextId, last="next_id"),
    AttrRow(cmd=Cmd.MAP_GET_NEXT_ID, layout=s.GetNextId, last="next_id"),
    AttrRow(cmd=Cmd.PROG_GET_FD_BY_ID, layout=s.GetFdById, last="obj_id"),
    AttrRow(cmd=Cmd.MAP_GET_FD_BY_ID, layout=s.GetFdById, last="open_flags"),
    AttrRow(cmd=Cmd.OBJ_GET_INFO_BY_FD, layout=s.GetInfoByFd, last="info"),
    AttrRow(cmd=Cmd.PROG_QUERY, layout=s.ProgQuery, last="revision"),
    AttrRow(cmd=Cmd.RAW_TRACEPOINT_OPEN, layout=s.RawTracepointOpen, last="cookie"),
    AttrRow(cmd=Cmd.BTF_LOAD, layout=s.BtfLoad, last="btf_token_fd"),
    AttrRow(cmd=Cmd.BTF_GET_FD_BY_ID, layout=s.GetFdById, last="fd_by_id_token_fd"),
    AttrRow(cmd=Cmd.TASK_FD_QUERY, layout=s.TaskFdQuery, last="probe_addr"),
    AttrRow(cmd=Cmd.MAP_LOOKUP_AND_DELETE_ELEM, layout=s.MapElem, last="flags"),
    AttrRow(cmd=Cmd.MAP_FREEZE, layout=s.MapElem, last="map_fd"),
    AttrRow(cmd=Cmd.BTF_GET_NEXT_ID, layout=s.GetNextId, last="next_id"),
    AttrRow(cmd=Cmd.MAP_LOOKUP_BATCH, layout=s.MapBatch, last="flags"),
    AttrRow(cmd=Cmd.MAP_LOOKUP_AND_DELETE_BATCH, layout=s.MapBatch, last="flags"),
    AttrRow(cmd=Cmd.MAP_UPDATE_BATCH, layout=s.MapBatch, last="flags"),
    AttrRow(cmd=Cmd.MAP_DELETE_BATCH, layout=s.MapBatch, last="flags"),
    AttrRow(cmd=Cmd.LINK_CREATE, layout=s.LinkCreateUprobeMulti, last="pid"),
    AttrRow(cmd=Cmd.LINK_UPDATE, layout=s.LinkUpdate, last="old_prog_fd"),
    AttrRow(cmd=Cmd.LINK_GET_FD_BY_ID, layout=s.GetFdById, last="obj_id"),
    AttrRow(cmd=Cmd.LINK_GET_NEXT_ID, layout=s.GetNextId, last="next_id"),
    AttrRow(cmd=Cmd.ENABLE_STATS, layout=s.EnableStats, last="type"),
    AttrRow(cmd=Cmd.ITER_CREATE, layout=s.IterCreate, last="flags"),
    AttrRow(cmd=Cmd.LINK_DETACH, layout=s.LinkDetach, last="link_fd"),
    AttrRow(cmd=Cmd.PROG_BIND_MAP, layout=s.ProgBindMap, last="flags"),
    AttrRow(cmd=Cmd.TOKEN_CREATE, layout=s.TokenCreate, last="bpffs_fd"),
    AttrRow(cmd=Cmd.PROG_STREAM_READ_BY_FD, layout=s.ProgStreamRead, last="prog_fd"),
)

ATTRS: dict[Cmd, AttrRow] = {row.cmd: row for row in _ROWS}
