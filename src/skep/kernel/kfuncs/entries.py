"""Where a kernel function's body is: the address that programs call.

As with helpers, a hot body is a C function of the runtime under the kernel's name, any other a Python
function behind a trampoline (`bodies`), and a function without a body fails the run that gets to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skep._runtime import SYMBOLS
from skep.errors import ENOTSUPP
from skep.kernel.helpers.entries import BodyKind, Missing, python_entry
from skep.kernel.kfuncs.absent import ABSENT
from skep.kernel.kfuncs.bodies import BODIES
from skep.kernel.kfuncs.proto import KF_RET_NULL
from skep.kernel.kfuncs.rows import KFUNCS

if TYPE_CHECKING:
    from skep.kernel.machine import Machine


def body_of(name: str) -> BodyKind:
    """What runs when a program calls this function; "" for nothing."""
    if name in SYMBOLS:
        return "native"
    return "Python" if name in BODIES else ""


def address(machine: Machine, name: str, *, returns_pointer: bool = False) -> int:
    """The function's native address.

    OSError(ENOTSUPP) for one without a body whose result a program follows without asking whether it is NULL.
    """
    if name in SYMBOLS:
        return SYMBOLS[name]
    if name in BODIES:
        return python_entry(machine, name, BODIES[name])
    why = f"kernel function {name} cannot run in the userspace kernel"
    if name in ABSENT:
        why += f": {ABSENT[name]}"
    row = KFUNCS.get(name)
    if returns_pointer and not (row and row.flags & KF_RET_NULL):
        raise OSError(ENOTSUPP, why)

    def missing(*_: object) -> int:
        raise Missing(ENOTSUPP, why)

    return python_entry(machine, name, missing)
