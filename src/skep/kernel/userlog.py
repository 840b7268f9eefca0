"""The log protocol of PROG_LOAD and BTF_LOAD: a buffer of the caller's that may be too small, or absent.

The log either keeps its beginning (BPF_LOG_FIXED) or its end; the size that all of it takes is always told
(Linux commit 1216640938035 ("bpf: Switch BPF verifier log to be a rotating log by default") (in v6.4)).
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from skep.kernel.usermem import UserMemory
from skep.uapi import BPF_LOG_FIXED, BPF_LOG_LEVEL1, BPF_LOG_LEVEL2, BPF_LOG_STATS

_LEVELS = BPF_LOG_LEVEL1 | BPF_LOG_LEVEL2 | BPF_LOG_STATS | BPF_LOG_FIXED
_MAX_SIZE = 0xFFFFFFFF >> 2


@dataclass(frozen=True, slots=True)
class UserLog:
    """Where the caller wants its log."""

    level: int
    address: int
    size: int

    def check(self) -> None:
        """bpf_verifier_log_attr_valid()"""
        if bool(self.address) != bool(self.size):
            raise OSError(errno.EINVAL, "a log needs both a buffer and a size")
        if self.address and not self.level:
            raise OSError(errno.EINVAL, "a log buffer without a log level")
        if self.level & ~_LEVELS:
            raise OSError(errno.EINVAL, f"unknown log level {self.level}")
        if self.size > _MAX_SIZE:
            raise OSError(errno.EINVAL, f"a log of {self.size} bytes")

    def kept(self, text: bytes) -> bytes:
        """Of a whole log, what the buffer can keep beside the NUL."""
        if not self.size or len(text) < self.size:
            return text
        return text[: self.size - 1] if self.level & BPF_LOG_FIXED else text[len(text) + 1 - self.size :]

    def write(self, memory: UserMemory, kept: bytes, true_size: int) -> int:
        """Bring the log to the caller: an errno, or 0. `true_size` counts all of the log and its NUL.

        That errno goes before the command's own: who cannot read the whole log is told so first.
        """
        if not self.address or not true_size:
            return 0
        try:
            memory.write(self.address, kept + b"\0")
            memory.read(self.address, min(true_size, self.size))  # of what was taken back, it was there too
        except OSError:
            return errno.EFAULT
        return errno.ENOSPC if true_size > self.size else 0
