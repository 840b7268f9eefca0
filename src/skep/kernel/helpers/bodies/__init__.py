"""Helper bodies in Python, by helper name. Each takes the machine, then r1..r5 and the run's address, as
ints.

A body returns r0 (a negative errno for failure, or raises OSError with it).
"""

from __future__ import annotations

from skep.kernel.helpers.bodies import network, printing, syscall, task
from skep.kernel.helpers.bodies.body import Body

BODIES: dict[str, Body] = {**network.BODIES, **printing.BODIES, **syscall.BODIES, **task.BODIES}

__all__ = ["BODIES", "Body"]
