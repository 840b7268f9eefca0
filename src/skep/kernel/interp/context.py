"""The memory that a program's context gives it: the structure itself, and the packet between its bounds.

Fixups have turned accesses to the uapi structure into accesses to the native one (`_runtime/runtime.h`).
Where the packet lies is read anew each time, because helpers move it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

from skep._runtime import LAYOUTS, peek
from skep.kernel.interp.memory import Region, Regions
from skep.uapi import ProgType

#: Native structure of the context, by program type.
STRUCTURES = {
    ProgType.XDP: "skep_xdp_buff",
    **dict.fromkeys(
        (
            ProgType.SOCKET_FILTER,
            ProgType.SCHED_CLS,
            ProgType.SCHED_ACT,
            ProgType.CGROUP_SKB,
            ProgType.LWT_IN,
            ProgType.LWT_OUT,
            ProgType.LWT_XMIT,
            ProgType.LWT_SEG6LOCAL,
            ProgType.SK_SKB,
        ),
        "skep_sk_buff",
    ),
}


def context_regions(prog_type: int, address: int) -> Regions:
    """What a program of this type may touch through the context at `address`."""
    structure = STRUCTURES.get(ProgType(prog_type))
    if structure is None:
        raise OSError(
            errno.EOPNOTSUPP, f"the interpreter does not know the context of {ProgType(prog_type).name}"
        )
    layout = LAYOUTS[structure]
    size = max(offset + width for offset, width in layout.values())

    def regions() -> Iterable[Region]:
        yield Region("context", address, size)
        start = peek(address + layout["data_meta"][0], 8)
        end = peek(address + layout["data_end"][0], 8)
        yield Region("packet", start, max(end - start, 0))

    return regions
