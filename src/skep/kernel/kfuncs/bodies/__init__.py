"""Bodies of kernel functions in Python, by name. Each takes the machine, then r1..r5 and the run's address,
as ints, and returns r0.
"""

from __future__ import annotations

from skep.kernel.helpers.bodies import Body

BODIES: dict[str, Body] = {}

__all__ = ["BODIES", "Body"]
