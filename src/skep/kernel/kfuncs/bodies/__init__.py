"""Bodies of kernel functions in Python, by name. Each takes the machine, then r1..r5 and the run's address,
as ints, and returns r0.
"""

from __future__ import annotations

from skep.kernel.helpers.bodies import Body
from skep.kernel.kfuncs.bodies import cgroup, conntrack, crypto, empty, task

_FAMILIES = (cgroup, conntrack, crypto, empty, task)

BODIES: dict[str, Body] = {name: body for family in _FAMILIES for name, body in family.BODIES.items()}

__all__ = ["BODIES", "Body"]
