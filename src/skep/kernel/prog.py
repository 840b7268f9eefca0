"""A loaded program, as the kernel keeps it."""

from __future__ import annotations

import ctypes
import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skep.isa import Insn, encode
from skep.isa.opcodes import (
    BPF_DW,
    BPF_IMM,
    BPF_LD,
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_VALUE,
)
from skep.uapi import BPF_F_SLEEPABLE, BPF_TAG_SIZE

if TYPE_CHECKING:
    from skep.kernel.btf_load import BtfObject
    from skep.kernel.fixups.program import FixedProgram
    from skep.kernel.jit.engine import NativeProgram
    from skep.kernel.readback import Readback
    from skep.kernel.verifier.target_prog import TargetFunction

_LD_IMM64 = BPF_LD | BPF_IMM | BPF_DW
_BY_DESCRIPTOR = (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE)


@dataclass(slots=True, kw_only=True, eq=False)
class Prog:
    """One program. It holds its maps and its BTF; `on_close` lets go of them."""

    id: int = 0
    type: int
    expected_attach_type: int
    name: bytes
    insns: tuple[Insn, ...]  # as they were loaded
    tag: bytes
    gpl_compatible: bool
    flags: int
    load_time: int  # nanoseconds since boot
    created_by_uid: int
    maps: list[Any]
    btf: BtfObject | None
    readback: Readback
    verified_insns: int
    attach_btf_id: int
    attach_btf: BtfObject | None  # the kernel's or a module's; None where it attaches to a program or nothing
    fixed: FixedProgram  # as the verifier and the fixups left them
    native: NativeProgram | None  # None when the machine interprets
    record: NativeRecord
    #: What another program that attaches to this one asks for, function by function.
    functions: tuple[TargetFunction, ...] = ()
    #: The program that this one attaches to.
    dst: Prog | None = None
    on_close: Callable[[Prog], None]
    run_time_ns: int = 0
    run_cnt: int = 0
    recursion_misses: int = 0
    bound_maps: list[Any] = field(default_factory=list)  # PROG_BIND_MAP: kept alive, not used

    @property
    def address(self) -> int:
        """Where native code finds the program: a struct skep_prog."""
        return self.record.address

    @property
    def sleepable(self) -> bool:
        return bool(self.flags & BPF_F_SLEEPABLE)

    def all_maps(self) -> list[Any]:
        """What the program's info lists: the maps it uses, then those bound to it."""
        return [*self.maps, *self.bound_maps]

    def native_images(self) -> list[tuple[int, bytes]]:
        """Address and code of each native function; none when the machine interprets."""
        return self.native.images() if self.native is not None else []

    def function_tags(self) -> bytes:
        """The tag of each function, which for a program of one function is the program's."""
        starts = [*self.fixed.subprogs, len(self.fixed.insns)]
        if len(starts) == 2:
            return self.tag
        return b"".join(calc_tag(self.fixed.insns[start:end]) for start, end in itertools.pairwise(starts))

    def close(self) -> None:
        """Lets go of what the program referred to; `on_close` frees the native code."""
        self.on_close(self)


class NativeRecord:
    """The struct skep_prog of a program, in memory of its own so that prog_array slots can point to it."""

    __slots__ = ("_memory", "address")

    def __init__(self, prog_type: int) -> None:
        from skep._runtime import LAYOUTS

        layout = LAYOUTS["skep_prog"]
        size = max(offset + width for offset, width in layout.values())
        self._memory = ctypes.create_string_buffer(size + 8)
        self.address = ctypes.addressof(self._memory)
        self._put("type", prog_type)

    def publish(self, entry: int, prog_id: int) -> None:
        """From now on the program can be run and tail-called."""
        self._put("id", prog_id)
        self._put("entry", entry)

    def _put(self, name: str, value: int) -> None:
        from skep._runtime import LAYOUTS, poke

        offset, width = LAYOUTS["skep_prog"][name]
        poke(self.address + offset, width, value)


def calc_tag(insns: Sequence[Insn]) -> bytes:
    """bpf_prog_calc_tag(): a hash of the program that does not depend on the descriptors in it.

    SHA-256 since Linux 6.18, SHA-1 before.
    """
    plain = list(insns)
    for index, insn in enumerate(plain[:-1]):
        if insn.code == _LD_IMM64 and insn.src in _BY_DESCRIPTOR:
            plain[index] = Insn(insn.code, insn.dst, insn.src, insn.off, 0)
            plain[index + 1] = Insn(0, 0, 0, 0, 0)
    return hashlib.sha256(encode(plain)).digest()[:BPF_TAG_SIZE]
