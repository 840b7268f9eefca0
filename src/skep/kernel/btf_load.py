"""BTF_LOAD: type information as the kernel accepts it.

The checks and their messages are those of btf_parse() in kernel/bpf/btf.c: header, sections, strings, then
the types as skep.btf reads them.
"""

from __future__ import annotations

import errno
import struct
from typing import NamedTuple

from skep.btf import Btf
from skep.btf.btf import check_references
from skep.errors import ENOTSUPP, BtfError
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


class _Refusal(Exception):
    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.errno = number


def btf_load(call: Call[a.BtfLoad]) -> int:
    """bpf_btf_load()"""
    attr = call.attr
    if attr.btf_flags & ~BPF_F_TOKEN_FD:
        raise OSError(errno.EINVAL, "unknown flags")
    if attr.btf_flags & BPF_F_TOKEN_FD:
        raise OSError(errno.EBADF, "btf_token_fd is no token")
    if not call.machine.capable(Cap.BPF):
        raise OSError(errno.EPERM, "CAP_BPF is needed")
    if attr.btf_size > _MAX_SIZE:
        raise OSError(errno.E2BIG, f"BTF of {attr.btf_size} bytes")
    log = UserLog(attr.btf_log_level, attr.btf_log_buf, attr.btf_log_size)
    log.check()
    data = call.memory.read(attr.btf, attr.btf_size)
    lines: list[str] = []
    number = 0
    try:
        btf = _parse(data, lines)
    except _Refusal as refusal:
        number = refusal.errno
        lines.append(str(refusal))
    text = "".join(f"{line}\n" for line in lines).encode() if log.level else b""
    true_size = len(text) + 1 if text else 0
    log_errno = log.write(call.memory, log.kept(text), true_size)
    call.put(btf_log_true_size=true_size)
    if log_errno or number:
        raise OSError(log_errno or number, lines[-1] if lines else "the log cannot be written")
    return call.machine.publish(call.machine.btfs, BtfObject(data, btf))


def _parse(data: bytes, lines: list[str]) -> Btf:
    header = _parse_header(data, lines)
    _check_sections(header, len(data))
    _check_strings(header, data[header.hdr_len + header.str_off :])
    if header.type_off & 3:
        raise _Refusal(errno.EINVAL, "Unaligned type_off")
    try:
        btf = Btf.parse(data)
        check_references(btf)
    except BtfError as error:
        raise _Refusal(errno.EINVAL, str(error)) from None
    return btf


def _parse_header(data: bytes, lines: list[str]) -> _Header:
    """btf_parse_hdr()"""
    if len(data) < 8:
        raise _Refusal(errno.EINVAL, "hdr_len not found")
    header = _Header._make(_HEADER.unpack_from(data[: _HEADER.size].ljust(_HEADER.size, b"\0")))
    if len(data) < header.hdr_len:
        raise _Refusal(errno.EINVAL, "btf_header not found")
    if any(data[_HEADER.size : header.hdr_len]):
        raise _Refusal(errno.E2BIG, "Unsupported btf_header")
    known = data[: min(header.hdr_len, _HEADER.size)].ljust(_HEADER.size, b"\0")
    header = _Header._make(_HEADER.unpack(known))
    lines += [
        f"magic: {header.magic:#x}",
        f"version: {header.version}",
        f"flags: {header.flags:#x}",
        f"hdr_len: {header.hdr_len}",
        f"type_off: {header.type_off}",
        f"type_len: {header.type_len}",
        f"str_off: {header.str_off}",
        f"str_len: {header.str_len}",
        f"btf_total_size: {len(data)}",
    ]
    if header.magic != BTF_MAGIC:
        raise _Refusal(errno.EINVAL, "Invalid magic")
    if header.version != BTF_VERSION:
        raise _Refusal(ENOTSUPP, "Unsupported version")
    if header.flags:
        raise _Refusal(ENOTSUPP, "Unsupported flags")
    if len(data) == header.hdr_len:
        raise _Refusal(errno.EINVAL, "No data")
    return header


def _check_sections(header: _Header, size: int) -> None:
    """btf_check_sec_info(): the sections follow each other without gap or overlap."""
    expected, total = size - header.hdr_len, 0
    for offset, length in sorted(((header.type_off, header.type_len), (header.str_off, header.str_len))):
        if expected < offset:
            raise _Refusal(errno.EINVAL, "Invalid section offset")
        if total < offset:
            raise _Refusal(errno.EINVAL, "Unsupported section found")
        if total > offset:
            raise _Refusal(errno.EINVAL, "Section overlap found")
        if expected - total < length:
            raise _Refusal(errno.EINVAL, "Total section length too long")
        total += length
    if expected != total:
        raise _Refusal(errno.EINVAL, "Unsupported section found")


def _check_strings(header: _Header, strings: bytes) -> None:
    """btf_parse_str_sec()"""
    if len(strings) != header.str_len:
        raise _Refusal(errno.EINVAL, "String section is not at the end")
    if not strings or len(strings) - 1 > _MAX_NAME_OFFSET or strings[-1] or strings[0]:
        raise _Refusal(errno.EINVAL, "Invalid string section")
