"""The real kernel: bpf(2) through libc's syscall(2), which has no wrapper for it."""

from __future__ import annotations

import ctypes
import mmap as _mmap
import os
import platform
import select
import struct
import weakref
from collections.abc import Sequence
from pathlib import Path

from skep.syscall.backend import Backend

#: __NR_bpf, by the machine's name as uname(2) has it.
_BPF_NUMBERS = {
    "x86_64": 321,
    "aarch64": 280,
    "riscv64": 280,
    "loongarch64": 280,
    "s390x": 351,
    "ppc64le": 361,
    "armv7l": 386,
}


#: __NR_perf_event_open, and what it takes for records of programs.
_PERF_NUMBERS = {
    "x86_64": 298,
    "aarch64": 241,
    "riscv64": 241,
    "loongarch64": 241,
    "s390x": 331,
    "ppc64le": 319,
}
_PERF_TYPE_SOFTWARE, _PERF_COUNT_SW_BPF_OUTPUT = 1, 10
_PERF_SAMPLE_RAW = 1 << 10
_PERF_ATTR_SIZE = 112
_PERF_FD_CLOEXEC = 8

_MAP_FIXED_NOREPLACE = 0x100000


class Linux(Backend):
    """The kernel that this process runs on."""

    name = "linux"

    def __init__(self) -> None:
        machine = platform.machine()
        if machine not in _BPF_NUMBERS:
            raise NotImplementedError(f"skep does not know the number of bpf(2) on {machine}")
        self._number = _BPF_NUMBERS[machine]
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.syscall.restype = ctypes.c_long
        self._possible_cpus: int | None = None

    def bpf(self, cmd: int, attr: bytearray) -> int:
        buffer = (ctypes.c_char * len(attr)).from_buffer(attr)
        result = self.bpf_raw(cmd, ctypes.addressof(buffer), len(attr))
        del buffer  # lets go of the bytearray, so that it can be resized again
        return result

    def bpf_raw(self, cmd: int, address: int, size: int) -> int:
        """bpf(2) with any address at all, to ask what the kernel makes of a bad one."""
        result: int = self._libc.syscall(
            ctypes.c_long(self._number), ctypes.c_long(cmd), ctypes.c_void_p(address), ctypes.c_ulong(size)
        )
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result

    def close(self, fd: int) -> None:
        os.close(fd)

    def mmap(
        self, fd: int, length: int, offset: int = 0, *, writable: bool = True, address: int = 0
    ) -> _mmap.mmap | memoryview:
        protection = _mmap.PROT_READ | (_mmap.PROT_WRITE if writable else 0)
        if address:
            return self._mmap_at(address, fd, length, offset, protection)
        return _mmap.mmap(fd, length, flags=_mmap.MAP_SHARED, prot=protection, offset=offset)

    def _mmap_at(self, address: int, fd: int, length: int, offset: int, protection: int) -> memoryview:
        """Python's own mmap takes no address. What is mapped there already is not replaced."""
        mmap, munmap = self._libc.mmap, self._libc.munmap
        mmap.restype = ctypes.c_void_p
        mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
        munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
        found = mmap(address, length, protection, _mmap.MAP_SHARED | _MAP_FIXED_NOREPLACE, fd, offset)
        if found != address:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        memory = (ctypes.c_ubyte * length).from_address(address)
        weakref.finalize(memory, munmap, address, length)
        return memoryview(memory).cast("B")

    def read(self, fd: int, length: int) -> bytes:
        return os.read(fd, length)

    def poll(self, fd: int, timeout: float | None = None) -> bool:
        return self.poll_any((fd,), timeout)

    def poll_any(self, fds: Sequence[int], timeout: float | None = None) -> bool:
        poller = select.poll()
        for fd in fds:
            poller.register(fd, select.POLLIN)
        return bool(poller.poll(None if timeout is None else timeout * 1000))

    def perf_event_open(self, cpu: int, pages: int, wakeup_events: int = 1) -> int:
        attr = bytearray(_PERF_ATTR_SIZE)
        head = (_PERF_TYPE_SOFTWARE, len(attr), _PERF_COUNT_SW_BPF_OUTPUT, 1, _PERF_SAMPLE_RAW)
        struct.pack_into("=IIQQQ", attr, 0, *head)
        struct.pack_into("=I", attr, 48, wakeup_events)
        buffer = (ctypes.c_char * len(attr)).from_buffer(attr)
        numbers = (_PERF_NUMBERS[platform.machine()], ctypes.addressof(buffer), -1, cpu, -1, _PERF_FD_CLOEXEC)
        fd: int = self._libc.syscall(*(ctypes.c_long(number) for number in numbers))
        if fd < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return fd

    def unlink(self, path: str) -> None:
        if os.path.isdir(path):
            os.rmdir(path)
        else:
            os.unlink(path)

    def mkdir(self, path: str) -> None:
        os.mkdir(path)

    def possible_cpus(self) -> int:
        if self._possible_cpus is None:
            text = Path("/sys/devices/system/cpu/possible").read_text()
            self._possible_cpus = 1 + max(int(part.split("-")[-1]) for part in text.strip().split(","))
        return self._possible_cpus

    def read_file(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def shutdown(self) -> None:
        """Nothing: the kernel outlives us, and each descriptor has an owner who closes it."""


def why_not() -> str | None:
    """Why this machine's kernel cannot be asked, in words; None when it makes a map and a program for us."""
    from skep.errors import SkepError
    from skep.syscall import commands
    from skep.uapi import MapType, ProgType

    try:
        kernel = Linux()
        os.close(commands.map_create(kernel, map_type=MapType.ARRAY, key_size=4, value_size=4, max_entries=1))
        insns = bytes.fromhex("b700000002000000 9500000000000000")  # r0 = 2; exit
        os.close(commands.prog_load(kernel, prog_type=ProgType.XDP, insns=insns).fd)
    except (SkepError, NotImplementedError) as error:
        return f"bpf(2) is not permitted here: {error}"
    return None
