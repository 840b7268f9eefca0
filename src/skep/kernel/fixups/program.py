"""What the fixups hand to the engines: a verified program in its final form.

Addresses stay symbolic (maps by index, helpers by id, functions by slot), so that two loads of the same
program are equal here whatever was mapped where, and compiled code can be kept by content.

- `ld_imm64` with src BPF_PSEUDO_MAP_IDX: imm is an index into `maps`; with BPF_PSEUDO_MAP_IDX_VALUE the
  second slot's imm is an offset into the map's value; with BPF_PSEUDO_FUNC imm is slot-relative, as Linux
  has it.
- `call` with src 0: imm is the helper's id; with src BPF_PSEUDO_CALL: imm is slot-relative; with src
  BPF_PSEUDO_KFUNC_CALL: `kfuncs` has the function, by slot.
- Accesses through kernel pointers that may be stale, and to arenas, have the modes BPF_PROBE_*; of
  `addr_space_cast` only the direction towards the user is left.
- Context accesses are already accesses to the structures of `_runtime/runtime.h`.
- LD_ABS and LD_IND stay; division by zero is the engine's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from skep.isa.insn import Insn
from skep.kernel.fixups.kfunc_calls import KfuncCall


class ProgramMap(Protocol):
    """What an engine needs to know of a map; `skep.kernel.maps.base.Map` has it."""

    map_type: int
    key_size: int
    value_size: int
    max_entries: int

    @property
    def address(self) -> int: ...

    @property
    def lookup_symbol(self) -> str: ...

    def direct_value_address(self, off: int) -> int: ...

    def region_at(self, address: int) -> tuple[int, int] | None: ...


@dataclass(frozen=True, slots=True)
class FixedProgram:
    """A program that the engines run: functions by start slot, and what the verifier proved about them."""

    insns: tuple[Insn, ...]
    subprogs: tuple[int, ...] = (0,)  # start slots, sorted; the first is 0
    maps: tuple[ProgramMap, ...] = ()
    stack_depths: tuple[int, ...] = (512,)  # bytes of stack per function
    #: Slot of a helper call -> index of the only map that it can be about.
    call_maps: Mapping[int, int] = field(default_factory=dict)
    #: Slot of a call of a kernel function -> which.
    kfuncs: Mapping[int, KfuncCall] = field(default_factory=dict)
    #: Index of the map that is the program's arena.
    arena: int | None = None
    #: Index of the function that runs when the program throws; 0: what it throws is its result.
    exception_callback: int = 0
    #: For each slot the slot of the program as loaded that it comes from; engines do not look at it.
    origins: tuple[int, ...] = field(default=(), compare=False)
    #: Bytes of context that the program may read; engines do not look at it either.
    max_ctx_offset: int = field(default=0, compare=False)

    @property
    def throws(self) -> bool:
        """Whether the program may end by an exception."""
        return any(call.name == "bpf_throw" for call in self.kfuncs.values())
