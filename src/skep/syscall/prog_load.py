"""PROG_LOAD, the one command with a conversation around it: the verifier's log.

A program is loaded without a log first, since writing one costs the verifier time. When it is refused, it is
sent again with a log, as libbpf does, so that the error can say why. A log buffer that proves too small is no
reason to fail: the kernel tells the size that it would have taken.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from skep.errors import KernelError, VerifierError
from skep.syscall.backend import Backend
from skep.syscall.call import call, object_name
from skep.syscall.memory import Buffer
from skep.uapi import BPF_F_TOKEN_FD, Cmd
from skep.uapi import attrs as a

#: What a log starts with, and the most that the kernel takes (UINT_MAX >> 2).
LOG_SIZE = 1 << 16
MAX_LOG_SIZE = (1 << 30) - 1


@dataclass(frozen=True, slots=True)
class ProgLoaded:
    fd: int
    log: str


def prog_load(
    backend: Backend,
    *,
    prog_type: int,
    insns: bytes,
    license: str = "GPL",
    name: str | bytes = "",
    log_level: int = 0,
    kern_version: int = 0,
    prog_flags: int = 0,
    prog_ifindex: int = 0,
    expected_attach_type: int = 0,
    btf_fd: int = 0,
    func_info: bytes = b"",
    func_info_rec_size: int = 8,
    line_info: bytes = b"",
    line_info_rec_size: int = 16,
    core_relos: bytes = b"",
    core_relo_rec_size: int = 16,
    attach_btf_id: int = 0,
    attach_prog_fd: int = 0,
    map_fds: Sequence[int] = (),
    prog_token_fd: int = 0,
) -> ProgLoaded:
    """Load a program; VerifierError carries the log. With `log_level` an accepted program has its log too."""
    buffers = [Buffer(b) for b in (insns, license.encode() + b"\0", func_info, line_info, core_relos)]
    fds = Buffer(struct.pack(f"={len(map_fds)}i", *map_fds))
    attr = a.ProgLoad(
        prog_type=prog_type,
        insns=buffers[0].address,
        insn_cnt=len(insns) // 8,
        license=buffers[1].address,
        kern_version=kern_version,
        prog_flags=prog_flags | (BPF_F_TOKEN_FD if prog_token_fd else 0),
        prog_name=object_name(name),
        prog_ifindex=prog_ifindex,
        expected_attach_type=expected_attach_type,
        prog_btf_fd=btf_fd,
        func_info=buffers[2].address,
        func_info_rec_size=func_info_rec_size if func_info else 0,
        func_info_cnt=len(func_info) // func_info_rec_size,
        line_info=buffers[3].address,
        line_info_rec_size=line_info_rec_size if line_info else 0,
        line_info_cnt=len(line_info) // line_info_rec_size,
        core_relos=buffers[4].address,
        core_relo_rec_size=core_relo_rec_size if core_relos else 0,
        core_relo_cnt=len(core_relos) // core_relo_rec_size,
        attach_btf_id=attach_btf_id,
        attach_prog_fd=attach_prog_fd,
        fd_array=fds.address,
        prog_token_fd=prog_token_fd,
    )
    shown = object_name(name).decode(errors="replace")
    return _load(backend, attr, log_level, f"loading program '{shown}'" if shown else "loading program")


def _load(backend: Backend, attr: a.ProgLoad, log_level: int, what: str) -> ProgLoaded:
    if not log_level:
        try:
            return ProgLoaded(call(backend, Cmd.PROG_LOAD, attr, what)[0], "")
        except KernelError:
            log_level = 1
    size = LOG_SIZE
    while True:
        error, fd, log, needed = _attempt(backend, attr, log_level, size, what)
        if error == errno.ENOSPC and size < needed <= MAX_LOG_SIZE:
            size = needed
            continue
        if error:
            raise VerifierError(error, what, log)
        return ProgLoaded(fd, log)


def _attempt(
    backend: Backend, attr: a.ProgLoad, log_level: int, size: int, what: str
) -> tuple[int, int, str, int]:
    """One load with a log: errno, descriptor, log, and the size of log that the kernel would have filled."""
    buffer = Buffer(size)
    attr.log_level, attr.log_size, attr.log_buf = log_level, size, buffer.address
    raw = bytearray(attr.pack())
    try:
        error, fd = 0, backend.bpf(Cmd.PROG_LOAD, raw)
    except OSError as refusal:
        error, fd = refusal.errno or 0, -1
    # A kernel before 6.4 does not say how much it needs: then grow step by step.
    needed = a.ProgLoad.parse(raw).log_true_size or size * 16
    return error, fd, buffer.text(), needed
