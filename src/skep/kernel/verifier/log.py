"""The verifier's log: the caller's buffer as Linux fills it."""

from __future__ import annotations

from typing import Final, final

BPF_LOG_LEVEL1: Final = 1
BPF_LOG_LEVEL2: Final = 2
BPF_LOG_STATS: Final = 4
BPF_LOG_FIXED: Final = 8
BPF_LOG_LEVEL: Final = BPF_LOG_LEVEL1 | BPF_LOG_LEVEL2
BPF_LOG_MASK: Final = BPF_LOG_LEVEL | BPF_LOG_STATS | BPF_LOG_FIXED


@final
class VerifierLog:
    """Text so far in `parts`; `end_pos` counts bytes written, including what no longer fits the buffer."""

    def __init__(self, level: int, size: int) -> None:
        self.level: int = level
        self.len_total: int = size
        self.parts: list[str] = []
        self.end_pos: int = 0
        self.start_pos: int = 0
        self.len_max: int = 0

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.end_pos += len(text)
