"""The shape of a helper body in Python."""

from __future__ import annotations

from collections.abc import Callable

#: (machine, r1, r2, r3, r4, r5, address of the run) -> r0
Body = Callable[..., int]
