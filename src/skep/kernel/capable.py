"""Capabilities: what the caller of bpf(2) may do.

A machine has one set for all its callers. CAP_SYS_ADMIN stands in for the finer capabilities that were cut
out of it (Linux commit 2c78ee898d8f ("bpf: Implement CAP_BPF") (in v5.8)).
"""

from __future__ import annotations

from enum import Flag, auto


class Cap(Flag):
    """The capabilities that BPF asks about."""

    SYS_ADMIN = auto()
    NET_ADMIN = auto()
    BPF = auto()
    PERFMON = auto()

    @classmethod
    def all(cls) -> Cap:
        """Root's."""
        return cls.SYS_ADMIN | cls.NET_ADMIN | cls.BPF | cls.PERFMON

    @classmethod
    def none(cls) -> Cap:
        """An ordinary user's."""
        return cls(0)

    def has(self, cap: Cap) -> bool:
        """Whether these allow what `cap` allows."""
        return bool(self & (cap | Cap.SYS_ADMIN))


#: Under the name that the rest of the kernel uses for a set of them.
Capabilities = Cap
