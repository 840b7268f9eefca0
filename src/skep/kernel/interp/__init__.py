"""The checked reference interpreter: judge of the JIT, detector of verifier mistakes, engine of the
debugger."""

from __future__ import annotations

from skep.kernel.interp.errors import BadAccess, BadControl, InterpError, OutOfSteps, UninitialisedRegister
from skep.kernel.interp.frame import Frame
from skep.kernel.interp.interp import Interp
from skep.kernel.interp.memory import Region, Regions

__all__ = [
    "BadAccess",
    "BadControl",
    "Frame",
    "Interp",
    "InterpError",
    "OutOfSteps",
    "Region",
    "Regions",
    "UninitialisedRegister",
]
