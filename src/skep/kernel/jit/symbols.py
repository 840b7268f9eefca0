"""Names of the external symbols of compiled code, and their addresses in this process."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Callable

from skep.kernel.fixups.program import FixedProgram, ProgramMap
from skep.kernel.jit.unit import LIBC

HELPER = "helper_"
MAP = "map_"
VALUES = "values_"


def address_of(name: str, program: FixedProgram, resolve_helper: Callable[[int], int]) -> int:
    """The address that an external symbol of a program's code stands for."""
    if name.startswith(HELPER):
        return resolve_helper(int(name[len(HELPER) :]))
    if name.startswith(MAP):
        return program.maps[int(name[len(MAP) :])].address
    if name.startswith(VALUES):
        return program.maps[int(name[len(VALUES) :])].direct_value_address(0)
    from skep._runtime import SYMBOLS

    if name not in SYMBOLS:
        raise OSError(errno.ENOSYS, f"the runtime has no function {name}")
    return SYMBOLS[name]


def libc_addresses() -> dict[str, int]:
    """Functions that LLVM may call without being asked."""
    process = ctypes.CDLL(None)
    return {name: ctypes.cast(process[name], ctypes.c_void_p).value or 0 for name in LIBC}


def map_word(of: ProgramMap, field: str) -> int:
    """A constant member of a map's native header."""
    from skep._runtime import LAYOUTS

    offset, size = LAYOUTS["skep_map"][field]
    return int.from_bytes(ctypes.string_at(of.address + offset, size), "little")
