"""Loading with fewer capabilities: on Linux this process gives them up for good, on skep they are an
argument.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

from skep.kernel.capable import Cap

#: CAP_BPF without CAP_PERFMON: speculation is simulated, and pointers must not leak.
KEPT: Final = Cap.BPF | Cap.NET_ADMIN

_LINUX_CAPABILITY_VERSION_3: Final = 0x20080522
_CAP_NET_ADMIN: Final = 12
_CAP_BPF: Final = 39


def give_up_perfmon() -> None:
    """Keep CAP_BPF and CAP_NET_ADMIN, lose every other capability of this thread."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _LINUX_CAPABILITY_VERSION_3, 0))
    low, high = 1 << _CAP_NET_ADMIN, 1 << (_CAP_BPF - 32)
    data = ctypes.create_string_buffer(struct.pack("=6I", low, low, 0, high, high, 0))
    if libc.capset(header, data):
        error = ctypes.get_errno()
        raise OSError(error, f"capset: {os.strerror(error)}")
