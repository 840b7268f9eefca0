"""Control groups: found by id, held, their ancestors; and iterated."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep._runtime import peek, poke, write_memory
from skep.kernel.helpers.bodies import Body
from skep.kernel.helpers.bodies.memory import signed32
from skep.kernel.model.cgroups import Cgroup

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_U32 = 0xFFFF_FFFF
_PRE, _POST, _UP = 2, 3, 4  # enum bpf_cgroup_iter_order
_ITER = struct.Struct("<QQQ")  # struct bpf_iter_css: the first, how many were given, order


def acquire(machine: Machine, cgroup: int, *_: int) -> int:
    return cgroup


def _nothing(*_: object) -> int:
    return 0


def ancestor(machine: Machine, cgroup: int, level: int, *_: int) -> int:
    group, level = machine.cgroups.at(cgroup), signed32(level)
    if group is None or not 0 <= level <= group.level:
        return 0
    return group.path_up()[group.level - level].address


def from_id(machine: Machine, number: int, *_: int) -> int:
    group = machine.cgroups.find(number)
    return group.address if group else 0


def iter_css_new(machine: Machine, iterator: int, css: int, order: int, *_: int) -> int:
    """A group's state without a controller is its first member, so both have one address."""
    write_memory(iterator, bytes(_ITER.size))
    order &= _U32
    if order not in (_PRE, _POST, _UP):
        raise OSError(errno.EINVAL, "unknown order")
    write_memory(iterator, _ITER.pack(css, 0, order))
    return 0


def iter_css_next(machine: Machine, iterator: int, *_: int) -> int:
    start, index, order = (peek(iterator + 8 * at, 8) for at in range(3))
    group = machine.cgroups.at(start) if start else None
    if group is None:
        return 0
    groups = group.path_up() if order == _UP else _below(group, before=order == _PRE)
    poke(iterator + 8, 8, index + 1)
    return groups[index].address if index < len(groups) else 0


def _below(group: Cgroup, before: bool) -> list[Cgroup]:
    """The group and all below it: each before those below it, or behind them."""
    inner = [one for child in group.children for one in _below(child, before)]
    return [group, *inner] if before else [*inner, group]


BODIES: dict[str, Body] = {
    "bpf_cgroup_acquire": acquire,
    "bpf_cgroup_release": _nothing,
    "bpf_cgroup_ancestor": ancestor,
    "bpf_cgroup_from_id": from_id,
    "bpf_iter_css_new": iter_css_new,
    "bpf_iter_css_next": iter_css_next,
    "bpf_iter_css_destroy": _nothing,
}
