"""Helper bodies in Python, by helper name. Each takes the machine, then r1..r5 and the run's address, as
ints.

A body returns r0 (a negative errno for failure, or raises OSError with it).
"""

from __future__ import annotations

from skep.kernel.helpers.bodies import btf, network, printing, syscall, task
from skep.kernel.helpers.bodies.body import Body

_FAMILIES = (btf, network, printing, syscall, task)

BODIES: dict[str, Body] = {name: body for family in _FAMILIES for name, body in family.BODIES.items()}

__all__ = ["BODIES", "Body"]
