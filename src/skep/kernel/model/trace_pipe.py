"""The trace pipe: where bpf_trace_printk writes, and who debugs reads.

A line has the form that /sys/kernel/tracing/trace_pipe gives it, so that what parses one parses the other.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator

#: Older lines are dropped, as the kernel's trace buffer overwrites them.
_MAX_LINES = 65536


class TracePipe:
    """A queue of lines. Reading takes them out."""

    def __init__(self, clock: Callable[[], int], task: Callable[[], str]) -> None:
        """`task` says which task is running, as `name-number`."""
        self._clock = clock
        self._task = task
        self._lines: deque[str] = deque(maxlen=_MAX_LINES)
        self._lock = threading.Lock()
        self.dropped = 0

    def write(self, text: bytes, *, cpu: int = 0) -> None:
        """One message of a program; its own line break at the end is not doubled."""
        seconds, rest = divmod(self._clock(), 1_000_000_000)
        message = text.decode("utf-8", "replace").removesuffix("\n")
        line = (
            f"{self._task():>23} [{cpu:03}] ...21 {seconds:5}.{rest // 1000:06}: bpf_trace_printk: {message}"
        )
        with self._lock:
            self.dropped += len(self._lines) == _MAX_LINES
            self._lines.append(line)

    def read(self) -> list[str]:
        """The lines that are there, oldest first."""
        with self._lock:
            lines = list(self._lines)
            self._lines.clear()
        return lines

    def __iter__(self) -> Iterator[str]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self._lines)
