"""A network namespace of Linux in a thread of its own, so that the machine's own is left alone."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_CLONE_NEWNET = 0x40000000
_CLONE_FS = 0x200
T = TypeVar("T")


class NetNs:
    """`call` runs a function inside, `ip` the command of that name."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self.call(self._enter)
        self.ip("link set lo up")

    def _enter(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET | _CLONE_FS):
            number = ctypes.get_errno()
            raise OSError(number, "unshare")

    def call(self, function: Callable[[], T]) -> T:
        return self._thread.submit(function).result()

    def ip(self, words: str) -> None:
        self.call(lambda: subprocess.run(["ip", *words.split()], check=True, capture_output=True))

    def sysctl(self, name: str, value: int) -> None:
        def write() -> None:
            with open("/proc/sys/" + name.replace(".", "/"), "w") as file:
                file.write(str(value))

        self.call(write)

    def close(self) -> None:
        self._thread.shutdown()
