"""The concrete side of a run: where its objects are, and what an abstract pointer means among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skep.kernel.interp import Frame
from skep.kernel.verifier.bounds import Bounds, s32, s64
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    BPF_BASE_TYPE_MASK,
    CONST_PTR_TO_MAP,
    PTR_MAYBE_NULL,
    PTR_TO_CTX,
    PTR_TO_MAP_VALUE,
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_PACKET_META,
    PTR_TO_STACK,
    reg_type_str,
)

_U64 = (1 << 64) - 1
_U32 = (1 << 32) - 1


def holds(bounds: Bounds, value: int) -> bool:
    """Whether a number is possible by every reading of the bounds."""
    return (
        bounds.umin_value <= value <= bounds.umax_value
        and bounds.smin_value <= s64(value) <= bounds.smax_value
        and bounds.u32_min_value <= value & _U32 <= bounds.u32_max_value
        and bounds.s32_min_value <= s32(value) <= bounds.s32_max_value
        and value & ~bounds.var_off.mask & _U64 == bounds.var_off.value
    )


@dataclass(frozen=True, slots=True)
class Packet:
    """What a context says of its packet, now: it moves and grows while a program runs."""

    meta: int
    data: int
    end: int


@dataclass(frozen=True, slots=True)
class World:
    ctx: int
    #: None where nobody knows what the context's packet is.
    packet: Callable[[], Packet | None] | None

    def describe(self, reg: RegState) -> str:
        bounds = reg.bounds
        return (
            f"{reg_type_str(reg.type)}(off={reg.off},u64={bounds.umin_value:#x}..{bounds.umax_value:#x},"
            f"s64={bounds.smin_value}..{bounds.smax_value},u32={bounds.u32_min_value}.."
            f"{bounds.u32_max_value},s32={bounds.s32_min_value}..{bounds.s32_max_value},"
            f"bits={bounds.var_off.value:#x}/{bounds.var_off.mask:#x},range={reg.target.range})"
        )

    def check_pointer(self, reg: RegState, value: int, frames: Sequence[Frame]) -> str | None:
        """What contradicts the pointer; "" if nothing does, None where nothing can be said.

        `frames` are the concrete frames that the verifier's frame numbers count.
        """
        if value == 0 and reg.type & PTR_MAYBE_NULL:
            return ""
        base = reg.type & BPF_BASE_TYPE_MASK
        if base == PTR_TO_MAP_VALUE:
            return self._check_map_value(reg, value)
        if base in (PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_PACKET_END):
            return self._check_packet(reg, value)
        start = None
        if base == PTR_TO_CTX:
            start = self.ctx
        elif base == PTR_TO_STACK:
            region = frames[reg.target.frameno].region
            start = region.start + region.size
        elif base == CONST_PTR_TO_MAP and reg.target.map_ptr is not None:
            start = reg.target.map_ptr.map.address
        if start is None:
            return None if value else f"NULL, the verifier has {self.describe(reg)}"
        return self._placed(reg, value, start)

    def _placed(self, reg: RegState, value: int, start: int) -> str:
        if holds(reg.bounds, value - start - reg.off & _U64):
            return ""
        return f"{s64(value - start)} from the start of its object, the verifier has {self.describe(reg)}"

    def _check_map_value(self, reg: RegState, value: int) -> str | None:
        """Only while it points into a value for certain: beyond, another one may follow at once."""
        vmap, bounds = reg.target.map_ptr, reg.bounds
        assert vmap is not None
        if reg.off + bounds.smin_value < 0 or reg.off + bounds.smax_value >= vmap.value_size:
            return None
        region = vmap.map.region_at(value) if vmap.map.id else None
        if region is None:
            return "in no value of the map" if vmap.map.id else None
        return self._placed(reg, value, region[0])

    def _check_packet(self, reg: RegState, value: int) -> str | None:
        if self.packet is None:
            return None
        packet = self.packet()
        if packet is None:
            return "there is no packet"
        base = reg.type & BPF_BASE_TYPE_MASK
        if base == PTR_TO_PACKET_END:
            return "" if value == packet.end else f"the packet ends at {packet.end:#x}"
        start = packet.data if base == PTR_TO_PACKET else packet.meta
        end = packet.end if base == PTR_TO_PACKET else packet.data
        # Negative ranges (at the end of the packet, or beyond) are no claim that could be checked: Linux
        # keeps them when the pointer is moved back (tests/verifier/data/packet_end.test). What it decides by
        # them it also hard-wires.
        if reg.target.range > 0 and value - reg.off + reg.target.range > end:
            return f"{end - value} bytes before the end, the verifier has {self.describe(reg)}"
        return self._placed(reg, value, start)
