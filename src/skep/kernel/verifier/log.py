"""The verifier's log: the text, and what of it reaches the caller's buffer.

Two kinds of buffer. The rotating one (the usual) keeps the end of the log: what does not fit pushes out the
beginning. The fixed one (BPF_LOG_FIXED) keeps the beginning. Either way the log goes on to its end, so that
`len_max` can tell the size that would have taken it whole, and the load fails with ENOSPC where the buffer
was smaller. At level 1 the text of a path that turned out well is taken back (`reset`), so only the failing
path remains.
"""

from __future__ import annotations

from typing import Final, final

BPF_LOG_LEVEL1: Final = 1
BPF_LOG_LEVEL2: Final = 2
BPF_LOG_STATS: Final = 4
BPF_LOG_FIXED: Final = 8
BPF_LOG_LEVEL: Final = BPF_LOG_LEVEL1 | BPF_LOG_LEVEL2
BPF_LOG_MASK: Final = BPF_LOG_LEVEL | BPF_LOG_STATS | BPF_LOG_FIXED

_LINE_LIMIT: Final = 1023  # one message, in bytes; Linux formats into a buffer of 1024
_UINT_MAX: Final = 0xFFFFFFFF
_SPARE: Final = 1 << 20


def valid_log_attr(level: int, size: int, has_buffer: bool) -> bool:
    """Whether the caller's three numbers make sense together (Linux: bpf_verifier_log_attr_valid)."""
    if has_buffer != (size != 0):
        return False
    if level == 0:
        return not has_buffer
    return level & ~BPF_LOG_MASK == 0 and size <= _UINT_MAX >> 2


@final
class VerifierLog:
    """The text as a list of pieces.

    Positions count bytes since the beginning, whatever was pushed out since.
    """

    __slots__ = ("dropped", "end_pos", "len_max", "len_total", "level", "parts", "start_pos")

    def __init__(self, level: int, size: int) -> None:
        self.level: int = level
        self.len_total: int = size  # 0: count, keep nothing
        self.len_max: int = 0
        self.start_pos: int = 0
        self.end_pos: int = 0
        self.parts: list[bytes] = []
        self.dropped: int = 0  # position of the first piece kept

    def write(self, text: str) -> None:
        """One message; Linux cuts it after 1023 bytes."""
        data = text.encode("utf-8", "surrogateescape")
        if len(data) > _LINE_LIMIT:
            data = data[:_LINE_LIMIT]
        self.append(data)

    def append(self, data: bytes) -> None:
        """Text of any length."""
        self.parts.append(data)
        self.end_pos += len(data)
        # The terminating zero takes a byte of the buffer too.
        needed = self.end_pos + 1
        if needed > self.len_max:
            self.len_max = min(needed, _UINT_MAX)
        if self.level & BPF_LOG_FIXED == 0 and needed - self.start_pos >= self.len_total:
            self.start_pos = max(0, needed - self.len_total)
            if self.start_pos - self.dropped > self.len_total + _SPARE:
                self._forget()

    def _forget(self) -> None:
        """Drop the pieces that were pushed out, so that a small buffer does not hold a large log."""
        keep = 0
        while keep < len(self.parts) and self.dropped + len(self.parts[keep]) <= self.start_pos:
            self.dropped += len(self.parts[keep])
            keep += 1
        del self.parts[:keep]

    def reset(self, new_pos: int) -> None:
        """Take back everything after `new_pos` (Linux: bpf_vlog_reset)."""
        excess = self.end_pos - new_pos
        if self.level == 0 or excess <= 0:
            return
        while self.parts and excess >= len(self.parts[-1]):
            excess -= len(self.parts.pop())
        if excess and self.parts:
            self.parts[-1] = self.parts[-1][:-excess]
        self.end_pos = new_pos
        self.start_pos = min(self.start_pos, new_pos)
        self.dropped = min(self.dropped, new_pos)

    def content(self) -> bytes:
        """What the caller finds in the buffer, without the terminating zero."""
        if self.len_total == 0:
            return b""
        text = b"".join(self.parts)
        if self.level & BPF_LOG_FIXED:
            return text[: self.len_total - 1]
        return text[max(0, self.start_pos - self.dropped) :]

    @property
    def overflowed(self) -> bool:
        """The load has to fail with ENOSPC."""
        return 0 < self.len_total < self.len_max
