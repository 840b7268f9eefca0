"""What an iterator's program writes for its reader: struct seq_file."""

from __future__ import annotations

import errno

from skep.kernel.model.record import Record

_PAGE = 4096


class SeqFile:
    """Text that grows up to `room` bytes. What does not fit is refused whole, and the file is then full."""

    def __init__(self, room: int = 8 * _PAGE) -> None:
        self.room = room
        self.text = bytearray()
        self.is_full = False
        self._memory = Record("skep_kernel")  # a program only passes the address on

    @property
    def address(self) -> int:
        return self._memory.address

    def write(self, data: bytes) -> None:
        """EOVERFLOW when there is no room."""
        if self.is_full or len(self.text) + len(data) >= self.room:
            self.is_full = True
            raise OSError(errno.EOVERFLOW, f"{len(data)} bytes more than the {self.room} of the buffer")
        self.text += data
