"""Where a helper's body is: the address that programs call.

A hot helper is a C function of the runtime, found by its kernel name in SYMBOLS. Any other is a Python
function (`bodies`) behind a native trampoline, which takes the interpreter lock for the call. What a
Python body raises cannot pass through native code, so it is kept, and raised when the run is over
(`raise_failure`).

A helper without a body does not stand in the way of loading a program: whether a program is accepted can be
asked without running it. A run that gets to such a helper fails, and names it.
"""

from __future__ import annotations

import ctypes
import errno
import weakref
from typing import TYPE_CHECKING, Literal

from skep._runtime import LAYOUTS, SYMBOLS, poke
from skep.errors import ENOTSUPP
from skep.kernel.helpers.bodies import BODIES, Body
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.registry import PROTOS
from skep.kernel.helpers.types import PTR_MAYBE_NULL, RET_INTEGER, RET_VOID, base_type
from skep.uapi import FuncId

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

BodyKind = Literal["native", "Python", ""]

_U64 = ctypes.c_uint64
_NATIVE = ctypes.CFUNCTYPE(_U64, _U64, _U64, _U64, _U64, _U64, _U64)


class Missing(OSError):
    """A run got to a helper, or a kernel function, that has no body."""


class _Trampolines:
    """The native entries of the Python bodies, for one machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = weakref.ref(machine)
        self._entries: dict[str, ctypes._FuncPointer] = {}
        self.failures: list[BaseException] = []

    def address(self, name: str, body: Body) -> int:
        if name not in self._entries:
            self._entries[name] = _NATIVE(self._guarded(body))
        return ctypes.cast(self._entries[name], ctypes.c_void_p).value or 0

    def _guarded(self, body: Body) -> Body:
        def call(*args: int) -> int:
            machine = self._machine()
            if machine is None:
                return -errno.ESHUTDOWN & _MASK
            try:
                return body(machine, *args) & _MASK
            except Missing as failure:
                return self._keep(failure, args[-1])
            except OSError as refused:
                return -(refused.errno or errno.EINVAL) & _MASK
            except BaseException as failure:
                return self._keep(failure, args[-1])

        return call

    def _keep(self, failure: BaseException, run: int) -> int:
        """Until the run is over, which will be soon: none of its loops goes on."""
        if not self.failures:
            self.failures.append(failure)
        if run:
            offset, size = LAYOUTS["skep_run"]["stop"]
            poke(run + offset, size, _STOP_FAILED)
        return 0  # also NULL, for a helper that returns a pointer


_MASK = (1 << 64) - 1
_STOP_FAILED = 4  # enum skep_stop
_trampolines: weakref.WeakKeyDictionary[Machine, _Trampolines] = weakref.WeakKeyDictionary()


#: Helpers that the engines open-code.
OPEN_CODED = frozenset({FuncId.tail_call})


def body_of(helper_id: int) -> BodyKind:
    """What runs when a program calls this helper; "" for nothing."""
    proto = PROTOS.get(helper_id)
    if proto is None:
        return ""
    if proto.bpf_name in SYMBOLS or helper_id in OPEN_CODED:
        return "native"
    return "Python" if proto.name in BODIES else ""


def address(machine: Machine, helper_id: int) -> int:
    """The helper's native address.

    OSError(ENOTSUPP) for a helper without a body whose result a program follows without asking whether it is
    NULL: such a program cannot even fail in an orderly way.
    """
    proto = PROTOS.get(helper_id)
    if proto is None:
        raise OSError(errno.EINVAL, f"there is no helper {helper_id}")
    if proto.bpf_name in SYMBOLS:
        return SYMBOLS[proto.bpf_name]
    return python_entry(machine, proto.name, BODIES.get(proto.name) or _missing(proto))


def python_entry(machine: Machine, name: str, body: Body) -> int:
    """The native address of a Python body, the same each time for a name."""
    if machine not in _trampolines:
        _trampolines[machine] = _Trampolines(machine)
    return _trampolines[machine].address(name, body)


def _missing(proto: HelperProto) -> Body:
    why = f"helper {proto.bpf_name} (#{proto.id}) cannot run in the userspace kernel: {proto.absent}"
    if base_type(proto.ret) not in (RET_INTEGER, RET_VOID) and not proto.ret & PTR_MAYBE_NULL:
        raise OSError(ENOTSUPP, why)

    def body(*_: object) -> int:
        raise Missing(ENOTSUPP, why)

    return body


def raise_failure(machine: Machine) -> None:
    """Raise what a Python body raised during the run, if one did."""
    if (own := _trampolines.get(machine)) and own.failures:
        failure = own.failures[0]
        own.failures.clear()
        raise failure
