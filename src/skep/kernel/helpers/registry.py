"""All helper prototypes, found by number.

`find(prog_type, id)` gives the row that holds in a program type; whether that type may call the helper at all
is the program type's own knowledge (`skep.kernel.progtypes`).
"""

from __future__ import annotations

from types import ModuleType

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.rows import (
    cgroup,
    control,
    dynptr,
    lwt,
    map,
    perf,
    probe_read,
    redirect,
    ringbuf,
    skb,
    sock,
    sock_ops,
    sockmap,
    storage,
    syscall,
    task,
    time,
    trace,
    xdp,
)
from skep.kernel.helpers.rows import (
    print as printing,
)

FAMILIES: tuple[ModuleType, ...] = (
    cgroup,
    control,
    dynptr,
    lwt,
    map,
    perf,
    printing,
    probe_read,
    redirect,
    ringbuf,
    skb,
    sock,
    sock_ops,
    sockmap,
    storage,
    syscall,
    task,
    time,
    trace,
    xdp,
)

ROWS: tuple[HelperProto, ...] = tuple(row for family in FAMILIES for row in family.ROWS)

#: The common row of each helper.
PROTOS: dict[int, HelperProto] = {
    row.id: row for row in ROWS if not row.only_in and not row.sleepable_variant
}

_IN_TYPE: dict[tuple[int, int], HelperProto] = {
    (prog_type, row.id): row for row in ROWS for prog_type in row.only_in
}
_SLEEPABLE: dict[int, HelperProto] = {row.id: row for row in ROWS if row.sleepable_variant}


def find(prog_type: int, func_id: int, sleepable: bool = False) -> HelperProto | None:
    """The contract of helper `func_id` in programs of this type, None for a number that names no helper."""
    row = _IN_TYPE.get((prog_type, func_id))
    if row is None and sleepable:
        row = _SLEEPABLE.get(func_id)
    return row or PROTOS.get(func_id)
