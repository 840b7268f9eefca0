"""Sequences of helper calls as a program that stores each result in an array map, run by any kernel.

`run_native` calls the native bodies without a program, verifier or engine between, for long campaigns.
"""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass

from skep._runtime import SYMBOLS, NativeKernel, call
from skep.isa import build as b
from skep.isa import encode
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_W
from skep.kernel.model.packet import SkBuff, XdpBuff
from skep.kernel.model.record import Record
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.prog_load import prog_load
from skep.uapi import BPF_F_SLEEPABLE, FuncId, MapType, ProgType

MAX_CALLS = 12
_RESULT = 8
_SLOT = _RESULT + 64
_U64 = (1 << 64) - 1


@dataclass(frozen=True)
class In:
    """Memory that the helper reads."""

    data: bytes


@dataclass(frozen=True)
class Out:
    """Memory that the helper fills."""

    size: int


@dataclass(frozen=True)
class InOut:
    """Memory that the helper reads and changes."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True)
class MapFd:
    """A map of the kernel that runs the call: a key of OnKernel.maps."""

    name: str


@dataclass(frozen=True)
class Call:
    """One call; `context` says that the context is the first argument."""

    helper: str
    args: tuple[int | In | Out | InOut | MapFd, ...] = ()
    context: bool = True

    @property
    def out_size(self) -> int:
        return next((arg.size for arg in self.args if isinstance(arg, Out | InOut)), 0)


#: r0 as a signed number, and the memory that was filled.
Result = tuple[int, bytes]


class OnKernel:
    """The program, loaded and run. `maps` are descriptors that calls name with MapFd."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.maps: dict[str, int] = {}
        self._map = commands.map_create(
            backend, map_type=MapType.ARRAY, key_size=4, value_size=_SLOT * MAX_CALLS, max_entries=1
        )

    def close(self) -> None:
        for fd in (self._map, *self.maps.values()):
            self._backend.close(fd)

    def run(
        self, prog_type: ProgType, calls: list[Call], frame: bytes = b"", flags: int = 0, ctx: bytes = b""
    ) -> tuple[list[Result], bytes]:
        """The results, and the packet afterwards; `frame` for programs on packets, `ctx` for others."""
        sleeps = BPF_F_SLEEPABLE if prog_type == ProgType.SYSCALL else 0
        insns = encode(self._program(calls))
        fd = prog_load(self._backend, prog_type=prog_type, insns=insns, license="GPL", prog_flags=sleeps).fd
        try:
            commands.map_update_elem(self._backend, self._map, bytes(4), bytes(_SLOT * MAX_CALLS))
            if frame:
                run = commands.prog_test_run(
                    self._backend, fd, data=frame, data_out_size=100_000, flags=flags
                )
            else:
                run = commands.prog_test_run(self._backend, fd, ctx=ctx, ctx_out_size=0, flags=flags)
        finally:
            self._backend.close(fd)
        value = commands.map_lookup_elem(self._backend, self._map, bytes(4), _SLOT * MAX_CALLS)
        results = []
        for index, one in enumerate(calls):
            slot = value[index * _SLOT : (index + 1) * _SLOT]
            results.append((struct.unpack("<q", slot[:8])[0], slot[8 : 8 + one.out_size]))
        return results, run.data_out

    def _program(self, calls: list[Call]) -> list[Insn]:
        insns = [b.mov64_reg(6, 1)]
        for index, one in enumerate(calls):
            insns += self._one(index, one)
        return [*insns, b.mov64_imm(0, 0), b.exit_()]

    def _one(self, index: int, one: Call) -> list[Insn]:
        insns: list[Insn] = [b.mov64_reg(1, 6)] if one.context else []
        place = 0
        for register, arg in enumerate(one.args, 2 if one.context else 1):
            if isinstance(arg, int):
                insns += b.ld_imm64(register, arg & _U64)
                continue
            if isinstance(arg, MapFd):
                insns += b.ld_map_fd(register, self.maps[arg.name])
                continue
            data = bytes(arg.size) if isinstance(arg, Out) else arg.data
            size = max((len(data) + 7) & ~7, 8)
            place -= size
            words = struct.unpack(f"<{size // 4}i", data.ljust(size, b"\0"))
            insns += [b.st_mem(BPF_W, 10, place + 4 * at, word) for at, word in enumerate(words)]
            insns += [b.mov64_reg(register, 10), b.alu64_imm(BPF_ADD, register, place)]
        insns.append(b.call_helper(FuncId[one.helper]))
        insns += b.ld_map_value(7, self._map, index * _SLOT)
        insns.append(b.stx_mem(BPF_DW, 7, 0, 0))
        for at in range(0, (one.out_size + 7) & ~7, 8):
            insns += [
                b.ldx_mem(BPF_DW, 1, 10, self._out_place(one) + at),
                b.stx_mem(BPF_DW, 7, 1, _RESULT + at),
            ]
        return insns

    @staticmethod
    def _out_place(one: Call) -> int:
        place = 0
        for arg in one.args:
            if not isinstance(arg, int | MapFd):
                place -= max(((len(arg.data) if isinstance(arg, In) else arg.size) + 7) & ~7, 8)
            if isinstance(arg, Out | InOut):
                break
        return place


def run_native(kernel: NativeKernel, calls: list[Call], context: SkBuff | XdpBuff) -> list[Result]:
    """The same calls of the native bodies."""
    run = Record("skep_run")
    run["kernel"] = kernel.address
    results = []
    for one in calls:
        words = [context.record.address] if one.context else []
        out = ctypes.create_string_buffer(64)
        keep = []
        for arg in one.args:
            if isinstance(arg, int):
                words.append(arg & _U64)
            elif isinstance(arg, Out):
                words.append(ctypes.addressof(out))
            else:
                assert isinstance(arg, In), "native calls take no maps"
                keep.append(ctypes.create_string_buffer(arg.data, max(len(arg.data), 1)))
                words.append(ctypes.addressof(keep[-1]))
        r1, r2, r3, r4, r5 = words + [0] * (5 - len(words))
        result = call(SYMBOLS[f"bpf_{one.helper}"], r1, r2, r3, r4, r5, run.address)
        results.append((result - (1 << 64) if result >> 63 else result, out.raw[: one.out_size]))
    return results
