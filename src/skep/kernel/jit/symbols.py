"""What compiled code needs from outside: symbols with their addresses in this process, and, as constants in
the code itself, the measures of arrays."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Callable
from functools import cache

from skep._runtime import LAYOUTS, SYMBOLS, peek
from skep.kernel.fixups.kfunc_calls import KfuncCall
from skep.kernel.fixups.program import FixedProgram, ProgramMap
from skep.kernel.jit.unit import LIBC

HELPER = "helper_"
KFUNC = "kfunc_"
RECORD = "record_"
MAP = "map_"
VALUES = "values_"


#: The address of a kernel function, for its call.
ResolveKfunc = Callable[[KfuncCall], int]
#: The address of the record of an object's special fields, for its type.
ResolveRecord = Callable[[int], int]


def no_kfuncs(call: KfuncCall) -> int:
    raise OSError(errno.EINVAL, f"{call.name} is called, but there are no kernel functions here")


def no_records(type_id: int) -> int:
    raise OSError(errno.EINVAL, f"an object of type {type_id} is made, but there are no records here")


def address_of(
    name: str,
    program: FixedProgram,
    resolve_helper: Callable[[int], int],
    resolve_kfunc: ResolveKfunc,
    resolve_record: ResolveRecord,
) -> int:
    """The address that an external symbol of a program's code stands for."""
    if name.startswith(RECORD):
        return resolve_record(int(name[len(RECORD) :]))
    if name.startswith(KFUNC):
        wanted = name[len(KFUNC) :]
        return resolve_kfunc(next(call for call in program.kfuncs.values() if call.name == wanted))
    if name.startswith(HELPER):
        return resolve_helper(int(name[len(HELPER) :]))
    if name.startswith(MAP):
        return program.maps[int(name[len(MAP) :])].address
    if name.startswith(VALUES):
        return map_word(program.maps[int(name[len(VALUES) :])], "values")
    if name not in SYMBOLS:
        raise OSError(errno.ENOSYS, f"the runtime has no function {name}")
    return SYMBOLS[name]


@cache
def libc_addresses() -> dict[str, int]:
    """Functions that LLVM may call without being asked."""
    process = ctypes.CDLL(None)
    return {name: ctypes.cast(process[name], ctypes.c_void_p).value or 0 for name in LIBC}


def map_constants(of: ProgramMap) -> tuple[int, int, int, int, str]:
    """What the code of a lookup is made of: map type, length, strides of elements and CPUs, function."""
    strides = map_word(of, "elem_size"), map_word(of, "cpu_stride")
    return of.map_type, of.max_entries, *strides, of.lookup_symbol


def map_word(of: ProgramMap, field: str) -> int:
    """A constant member of a map's native header."""
    offset, size = LAYOUTS["skep_map"][field]
    return peek(of.address + offset, size)
