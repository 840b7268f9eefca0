"""BTF_LOAD: type information as the kernel accepts it.

The checks and their messages are those of btf_parse() in kernel/bpf/btf.c: header, sections, strings, then
the types as skep.btf reads them.
"""

from __future__ import annotations

import errno
import struct
from typing import NamedTuple

from skep.btf import Btf
from skep.btf.types import Struct
from skep.errors import ENOTSUPP
from skep.kernel.btf_log import BtfLog, BtfRefusal
from skep.kernel.btf_meta import MetaChecker
from skep.kernel.btf_record import struct_meta
from skep.kernel.btf_resolve import Resolver
from skep.kernel.call import Call
from skep.kernel.capable import Cap
from skep.kernel.userlog import UserLog
from skep.uapi import BPF_F_TOKEN_FD, BTF_MAGIC, BTF_VERSION
from skep.uapi import attrs as a

_MAX_SIZE = 16 << 20
_MAX_NAME_OFFSET = 0x00FFFFFF
_HEADER = struct.Struct("<HBBIIIII")


class BtfObject:
    """Type information that the kernel holds."""

    name = b""
    kernel_btf = False

    def __init__(self, data: bytes, btf: Btf) -> None:
        self.id = 0
        self.data = data
        self.btf = btf

    def close(self) -> None:
        """Nothing to free beyond the object itself."""


class _Header(NamedTuple):
    magic: int
    version: int
    flags: int
    hdr_len: int
    type_off: int
    type_len: int
    str_off: int
    str_len: int


def btf_load(call: Call[a.BtfLoad]) -> int:
    """bpf_btf_load()"""
    attr = call.attr
    if attr.btf_flags & ~BPF_F_TOKEN_FD:
        raise OSError(errno.EINVAL, "unknown flags")
    if attr.btf_flags & BPF_F_TOKEN_FD:
        call.machine.no_token(attr.btf_token_fd)
    if not call.machine.capable(Cap.BPF):
        raise OSError(errno.EPERM, "CAP_BPF is needed")
    if attr.btf_size > _MAX_SIZE:
        raise OSError(errno.E2BIG, f"BTF of {attr.btf_size} bytes")
    log = UserLog(attr.btf_log_level, attr.btf_log_buf, attr.btf_log_size)
    log.check()
    try:
        data = call.memory.read(attr.btf, attr.btf_size)
    except OSError:
        call.put(btf_log_true_size=0)
        raise
    btf, text, number = _parse_with_log(data, attr.btf_log_level)
    true_size = len(text) + 1 if text else 0
    log_errno = log.write(call.memory, log.kept(text), true_size)
    call.put(btf_log_true_size=true_size)
    if log_errno or btf is None:
        raise OSError(log_errno or number, "refused, see the log")
    return call.machine.publish(call.machine.btfs, BtfObject(data, btf))


def _parse_with_log(data: bytes, level: int) -> tuple[Btf | None, bytes, int]:
    """The types, or None and an errno; in either case the log."""
    log = BtfLog(level)
    try:
        return _parse(data, log), log.text(), 0
    except BtfRefusal as refusal:
        return None, log.text(), refusal.errno


def _parse(data: bytes, log: BtfLog) -> Btf:
    """btf_parse()"""
    header = _parse_header(data, log)
    _check_sections(header, len(data), log)
    strings = data[header.hdr_len + header.str_off :]
    if len(strings) != header.str_len:
        raise log.refuse("String section is not at the end")
    if not strings or len(strings) - 1 > _MAX_NAME_OFFSET or strings[-1] or strings[0]:
        raise log.refuse("Invalid string section")
    if header.type_off & 3:
        raise log.refuse("Unaligned type_off")
    start = header.hdr_len + header.type_off
    checker = MetaChecker(strings, log)
    checker.check(data[start : start + header.type_len])
    readable = bytearray(data)
    for place in checker.unreadable:
        readable[start + place : start + place + 4] = bytes(4)
    btf = Btf.parse(readable)
    Resolver(btf, checker).check()
    _check_struct_metas(btf)
    return btf


def _check_struct_metas(btf: Btf) -> None:
    """btf_parse_struct_metas(): what programs allocate by these types must make sense."""
    for type_id, type_ in enumerate(btf.types):
        if isinstance(type_, Struct):
            try:
                struct_meta(btf, type_id)
            except OSError as error:
                raise BtfRefusal(error.errno or errno.EINVAL) from None


def _parse_header(data: bytes, log: BtfLog) -> _Header:
    """btf_parse_hdr()"""
    if len(data) < 8:
        raise log.refuse("hdr_len not found")
    hdr_len = int.from_bytes(data[4:8], "little")
    if len(data) < hdr_len:
        raise log.refuse("btf_header not found")
    if any(data[_HEADER.size : hdr_len]):
        raise log.refuse("Unsupported btf_header", errno.E2BIG)
    header = _Header._make(_HEADER.unpack(data[: min(hdr_len, _HEADER.size)].ljust(_HEADER.size, b"\0")))
    log.write(
        f"magic: {header.magic:#x}\nversion: {header.version}\nflags: {header.flags:#x}\n"
        f"hdr_len: {header.hdr_len}\ntype_off: {header.type_off}\ntype_len: {header.type_len}\n"
        f"str_off: {header.str_off}\nstr_len: {header.str_len}\nbtf_total_size: {len(data)}\n"
    )
    if header.magic != BTF_MAGIC:
        raise log.refuse("Invalid magic")
    if header.version != BTF_VERSION:
        raise log.refuse("Unsupported version", ENOTSUPP)
    if header.flags:
        raise log.refuse("Unsupported flags", ENOTSUPP)
    if len(data) == header.hdr_len:
        raise log.refuse("No data")
    return header


def _check_sections(header: _Header, size: int, log: BtfLog) -> None:
    """btf_check_sec_info(): the sections follow each other without gap or overlap."""
    expected, total = size - header.hdr_len, 0
    sections = [(header.type_off, header.type_len), (header.str_off, header.str_len)]
    if (header.type_off - header.str_off) & 0xFFFFFFFF < 1 << 31:  # Linux compares them as signed numbers
        sections.reverse()
    for offset, length in sections:
        if expected < offset:
            raise log.refuse("Invalid section offset")
        if total < offset:
            raise log.refuse("Unsupported section found")
        if total > offset:
            raise log.refuse("Section overlap found")
        if expected - total < length:
            raise log.refuse("Total section length too long")
        total += length
    if expected != total:
        raise log.refuse("Unsupported section found")
