"""prog_array: programs to tail-call.

bpf(2) puts descriptors in and gets ids out; native code finds struct skep_prog addresses in the slots. A
slot keeps its program alive, and goes on doing so until no run can still be inside it. All programs of one
array must be alike (bpf_prog_map_compatible), because a tail call jumps without looking.
"""

from __future__ import annotations

import errno
import struct
import threading
from typing import TYPE_CHECKING

from skep.kernel.maps.base import Map

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams
    from skep.kernel.prog import Prog

#: What programs that share an array have in common.
Owner = tuple[int, int, bool]


class ProgArray(Map):
    """The array, and the programs that its slots hold."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._progs: dict[int, Prog] = {}
        self._owner: Owner | None = None
        self._lock = threading.Lock()

    def claim(self, prog: Prog) -> None:
        """A program that uses the array, or comes into it: the first one says what the others must be."""
        owner = (prog.type, prog.expected_attach_type, prog.native is not None)
        with self._lock:
            if self._owner is None:
                self._owner = owner
        if self._owner != owner:
            raise OSError(
                errno.EINVAL, f"program {prog.name!r} differs in type from those that use map {self.name!r}"
            )

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        prog = self._progs.get(struct.unpack("<I", key)[0])
        if prog is None:
            raise OSError(errno.ENOENT, "no program in this slot")
        return struct.pack("<I", prog.id)

    @property
    def sys_value_size(self) -> int:
        return 4

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        (index,) = struct.unpack("<I", key)
        if flags:
            raise OSError(errno.EINVAL, "a prog_array takes no flags but BPF_ANY")
        if index >= self.max_entries:
            raise OSError(errno.E2BIG, f"index {index} of {self.max_entries}")
        prog = self.machine.prog_of_fd(struct.unpack("<i", value)[0])
        self.claim(prog)
        self._put(index, self.machine.progs.hold(prog))

    def delete(self, key: bytes) -> None:
        (index,) = struct.unpack("<I", key)
        if index >= self.max_entries:
            raise OSError(errno.E2BIG, f"index {index} of {self.max_entries}")
        if index not in self._progs:
            raise OSError(errno.ENOENT, "no program in this slot")
        self._put(index, None)

    def release_user(self) -> None:
        """Nobody can change the array any more, so it lets go of its programs: they may hold it in turn."""
        # The last program that goes may free the array itself, in the middle of this loop.
        while self._progs:
            self._put(next(iter(self._progs)), None)

    def close(self) -> None:
        if self._native is not None:
            self.release_user()
        super().close()

    def _put(self, index: int, prog: Prog | None) -> None:
        with self._lock:
            old = self._progs.pop(index, None)
            if prog is not None:
                self._progs[index] = prog
            self.native.update(struct.pack("<I", index), struct.pack("<Q", prog.address if prog else 0), 0)
        if old is not None:
            retired = old
            self.machine.native.defer(lambda: self.machine.progs.release(retired))
