"""What skep's kernel says of itself in files, unless it was given others: release, configuration.

The version is that of the Linux which skep follows: programs that ask for it take the same branches.
"""

from __future__ import annotations

import gzip
from typing import Final

RELEASE: Final = "6.18.0-skep"

#: Options that programs ask for, as skep's kernel has them.
_CONFIG: Final = {
    "64BIT": "y",
    "BPF": "y",
    "BPF_JIT": "y",
    "BPF_SYSCALL": "y",
    "CGROUP_BPF": "y",
    "DEBUG_INFO_BTF": "y",
    "HZ": "1000",
    "INET": "y",
    "IPV6": "y",
    "NET": "y",
    "NET_CLS_BPF": "y",
    "SMP": "y",
    "XDP_SOCKETS": "y",
}


def _config() -> bytes:
    text = "".join(f"CONFIG_{name}={value}\n" for name, value in _CONFIG.items())
    return gzip.compress(text.encode(), mtime=0)


#: Path -> what makes the contents.
OWN_FILES: Final = {
    "/proc/sys/kernel/osrelease": lambda: f"{RELEASE}\n".encode(),
    "/proc/config.gz": _config,
}
