"""OBJ_GET_INFO_BY_FD: what the kernel tells of a program, a map or BTF.

Arrays go where the caller's structure says, as many elements as it has room for; the counts come back as they
are.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Sequence

from skep.kernel.btf_load import BtfObject
from skep.kernel.call import Call
from skep.kernel.capable import Cap
from skep.kernel.maps.base import Map
from skep.kernel.prog import Prog
from skep.kernel.usermem import UserMemory, read_struct
from skep.uapi import attrs as a
from skep.uapi.info import BtfInfo, MapInfo, ProgInfo
from skep.uapi.layout import Struct

#: Of each table: size of a record, by the names that its members in the info have.
_REC_SIZES = {"func_info": 8, "line_info": 16, "jited_line_info": 8}


def obj_get_info_by_fd(call: Call[a.GetInfoByFd]) -> int:
    """bpf_obj_get_info_by_fd()"""
    file = call.machine.fds.files.get(call.attr.bpf_fd)
    if file is None:
        raise OSError(errno.EBADFD, f"{call.attr.bpf_fd} is no open descriptor")
    if isinstance(file.obj, Prog):
        return _prog_info(call, file.obj)
    if isinstance(file.obj, Map):
        return _map_info(call, file.obj)
    if isinstance(file.obj, BtfObject):
        return _btf_info(call, file.obj)
    raise OSError(errno.EINVAL, "an object that has no info")


def _read(call: Call[a.GetInfoByFd], layout: type[Struct], known: int | None = None) -> bytes:
    return read_struct(call.memory, call.attr.info, call.attr.info_len, known or layout.SIZE)


def _answer(call: Call[a.GetInfoByFd], info: Struct) -> int:
    length = min(call.attr.info_len, info.SIZE)
    call.memory.write(call.attr.info, info.pack()[:length])
    call.put(info_len=length)
    return 0


def _copy_out(memory: UserMemory, address: int, room: int, record_size: int, data: bytes) -> int:
    """As many whole records as there is room for; the number that there are."""
    if room and data:
        memory.write(address, data[: room * record_size])
    return len(data) // record_size


# ── programs ──


def _prog_info(call: Call[a.GetInfoByFd], prog: Prog) -> int:
    """bpf_prog_get_info_by_fd()"""
    memory = call.memory
    info = ProgInfo.parse(_read(call, ProgInfo, ProgInfo.FIELDS["attach_btf_id"].end))
    info.type, info.id, info.tag, info.name = prog.type, prog.id, prog.tag, prog.name
    info.load_time, info.created_by_uid = prog.load_time, prog.created_by_uid
    info.gpl_compatible = int(prog.gpl_compatible)
    ids = _words("I", [map.id for map in prog.all_maps()])
    info.nr_map_ids = _copy_out(memory, info.map_ids, info.nr_map_ids, 4, ids)
    _set_rec_sizes(info)
    info.run_time_ns, info.run_cnt = prog.run_time_ns, prog.run_cnt
    info.recursion_misses, info.verified_insns = prog.recursion_misses, prog.verified_insns
    if prog.btf is not None:
        info.btf_id = prog.btf.id
    if call.machine.capable(Cap.BPF):
        _fill_code(memory, info, prog)
        _fill_tables(memory, info, prog)
    else:
        _hide_code(info)
    return _answer(call, info)


def _words(code: str, values: Sequence[int]) -> bytes:
    return struct.pack(f"={len(values)}{code}", *values)


def _set_rec_sizes(info: ProgInfo) -> None:
    """set_info_rec_size(): the caller states the kernel's own record sizes, or asks for nothing."""
    for name, size in _REC_SIZES.items():
        stated = getattr(info, f"{name}_rec_size")
        if (stated or getattr(info, f"nr_{name}")) and stated != size:
            raise OSError(errno.EINVAL, f"{name} records have {size} bytes")
        setattr(info, f"{name}_rec_size", size)


def _hide_code(info: ProgInfo) -> None:
    """Without CAP_BPF there is no code to be seen."""
    info.jited_prog_len = info.xlated_prog_len = 0
    info.nr_jited_ksyms = info.nr_jited_func_lens = 0
    info.nr_func_info = info.nr_line_info = info.nr_jited_line_info = 0


def _fill_code(memory: UserMemory, info: ProgInfo, prog: Prog) -> None:
    """The instructions as the verifier left them, and native code function by function."""
    xlated = prog.readback.xlated([map.id for map in prog.maps])
    info.xlated_prog_len = _copy_out(memory, info.xlated_prog_insns, info.xlated_prog_len, 1, xlated)
    images = prog.native_images()
    code = b"".join(image for _, image in images)
    info.jited_prog_len = _copy_out(memory, info.jited_prog_insns, info.jited_prog_len, 1, code)
    symbols = _words("Q", [address for address, _ in images])
    info.nr_jited_ksyms = _copy_out(memory, info.jited_ksyms, info.nr_jited_ksyms, 8, symbols)
    lengths = _words("I", [len(image) for _, image in images])
    info.nr_jited_func_lens = _copy_out(memory, info.jited_func_lens, info.nr_jited_func_lens, 4, lengths)


def _fill_tables(memory: UserMemory, info: ProgInfo, prog: Prog) -> None:
    info.attach_btf_id = prog.attach_btf_id
    attach_btf = prog.dst.btf if prog.dst is not None else prog.attach_btf
    info.attach_btf_obj_id = attach_btf.id if attach_btf is not None else 0
    info.nr_func_info = _copy_out(memory, info.func_info, info.nr_func_info, 8, prog.readback.func_info)
    info.nr_line_info = _copy_out(memory, info.line_info, info.nr_line_info, 16, prog.readback.line_info)
    info.nr_jited_line_info = 0
    info.nr_prog_tags = _copy_out(memory, info.prog_tags, info.nr_prog_tags, 8, prog.function_tags())


# ── maps and BTF ──


def _map_info(call: Call[a.GetInfoByFd], map: Map) -> int:
    """bpf_map_get_info_by_fd()"""
    _read(call, MapInfo)
    info = MapInfo(
        type=map.map_type,
        id=map.id,
        key_size=map.key_size,
        value_size=map.value_size,
        max_entries=map.max_entries,
        map_flags=map.map_flags,
        map_extra=map.map_extra,
        name=map.name.encode("utf-8", "surrogateescape"),
    )
    if map.btf is not None and (loaded := call.machine.btf_object(map.btf)):
        info.btf_id = loaded.id
        info.btf_key_type_id = map.btf_key_type_id
        info.btf_value_type_id = map.btf_value_type_id
    return _answer(call, info)


def _btf_info(call: Call[a.GetInfoByFd], loaded: BtfObject) -> int:
    """btf_get_info_by_fd()"""
    memory = call.memory
    info = BtfInfo.parse(_read(call, BtfInfo))
    info.id, info.kernel_btf = loaded.id, int(loaded.kernel_btf)
    info.btf_size = _copy_out(memory, info.btf, info.btf_size, 1, loaded.data)
    room = info.name_len
    if bool(info.name) != bool(room):
        raise OSError(errno.EINVAL, "a name needs both a buffer and a size")
    info.name_len = len(loaded.name)
    if room:
        memory.write(info.name, loaded.name[: room - 1] + b"\0")
    _answer(call, info)
    if room and room < len(loaded.name) + 1:
        raise OSError(errno.ENOSPC, "the buffer is too small for the name")
    return 0
