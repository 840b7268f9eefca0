"""All that OBJ_GET_INFO_BY_FD tells of an object, its arrays included.

The arrays need room before the kernel can fill them: it is asked twice, first for the counts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from skep.syscall.backend import Backend
from skep.syscall.commands import obj_get_info_by_fd
from skep.syscall.memory import Buffer
from skep.uapi.info import BtfInfo, ProgInfo


@dataclass(frozen=True, slots=True)
class ProgDetails:
    """A program's info with what its pointers point to."""

    info: ProgInfo
    xlated: bytes
    jited: bytes
    map_ids: tuple[int, ...]
    jited_ksyms: tuple[int, ...]
    jited_func_lens: tuple[int, ...]
    func_info: bytes
    line_info: bytes
    jited_line_info: tuple[int, ...]
    prog_tags: tuple[bytes, ...]

    @property
    def name(self) -> str:
        return self.info.name.rstrip(b"\0").decode(errors="replace")


def prog_details(backend: Backend, fd: int) -> ProgDetails:
    """Everything about a program. Without CAP_BPF the kernel gives neither code nor tables."""
    counts = obj_get_info_by_fd(backend, fd, ProgInfo())
    xlated, jited = Buffer(counts.xlated_prog_len), Buffer(counts.jited_prog_len)
    map_ids, ksyms = Buffer(counts.nr_map_ids * 4), Buffer(counts.nr_jited_ksyms * 8)
    lengths, tags = Buffer(counts.nr_jited_func_lens * 4), Buffer(counts.nr_prog_tags * 8)
    funcs = Buffer(counts.nr_func_info * counts.func_info_rec_size)
    lines = Buffer(counts.nr_line_info * counts.line_info_rec_size)
    native_lines = Buffer(counts.nr_jited_line_info * counts.jited_line_info_rec_size)
    asked = ProgInfo(
        xlated_prog_len=xlated.size,
        xlated_prog_insns=xlated.address,
        jited_prog_len=jited.size,
        jited_prog_insns=jited.address,
        nr_map_ids=counts.nr_map_ids,
        map_ids=map_ids.address,
        nr_jited_ksyms=counts.nr_jited_ksyms,
        jited_ksyms=ksyms.address,
        nr_jited_func_lens=counts.nr_jited_func_lens,
        jited_func_lens=lengths.address,
        nr_func_info=counts.nr_func_info,
        func_info_rec_size=counts.func_info_rec_size,
        func_info=funcs.address,
        nr_line_info=counts.nr_line_info,
        line_info_rec_size=counts.line_info_rec_size,
        line_info=lines.address,
        nr_jited_line_info=counts.nr_jited_line_info,
        jited_line_info_rec_size=counts.jited_line_info_rec_size,
        jited_line_info=native_lines.address,
        nr_prog_tags=counts.nr_prog_tags,
        prog_tags=tags.address,
    )
    info = obj_get_info_by_fd(backend, fd, asked)
    return ProgDetails(
        info=info,
        xlated=xlated.read(),
        jited=jited.read(),
        map_ids=_numbers("I", map_ids),
        jited_ksyms=_numbers("Q", ksyms),
        jited_func_lens=_numbers("I", lengths),
        func_info=funcs.read(),
        line_info=lines.read(),
        jited_line_info=_numbers("Q", native_lines),
        prog_tags=tuple(tag for (tag,) in struct.iter_unpack("8s", tags.read())),
    )


def _numbers(code: str, buffer: Buffer) -> tuple[int, ...]:
    return tuple(number for (number,) in struct.iter_unpack(f"={code}", buffer.read()))


@dataclass(frozen=True, slots=True)
class BtfDetails:
    """Loaded BTF: `name` is empty for a program's, "vmlinux" or a module's for the kernel's."""

    info: BtfInfo
    name: str
    data: bytes


def btf_details(backend: Backend, fd: int) -> BtfDetails:
    """Everything about a BTF object."""
    counts = obj_get_info_by_fd(backend, fd, BtfInfo())
    data, name = Buffer(counts.btf_size), Buffer(counts.name_len + 1)
    asked = BtfInfo(btf=data.address, btf_size=data.size, name=name.address, name_len=name.size)
    info = obj_get_info_by_fd(backend, fd, asked)
    return BtfDetails(info, name.text(), data.read())
