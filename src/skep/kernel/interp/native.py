"""Where the interpreter meets native code: helpers, callbacks from helpers, tail calls, packet loads.

Helpers are called at the same addresses that compiled programs call. A callback that is handed to a helper
is a native function made by ctypes that comes back into the interpreter; what goes wrong inside is kept
until the helper has returned, since nothing can be raised through native code.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from skep._runtime import LAYOUTS, SYMBOLS, call, peek, poke
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.kfunc_calls import KfuncCall
from skep.kernel.helpers.registry import PROTOS
from skep.kernel.interp.errors import BadControl, Thrown
from skep.kernel.interp.frame import Frame
from skep.kernel.interp.memory import Region
from skep.kernel.verifier.fastcall import INLINED
from skep.uapi import FuncId

if TYPE_CHECKING:
    from skep.kernel.interp.interp import Interp

#: Runs the program of a prog array slot (address of its `skep_prog`, context, address of the run) to its r0.
OnTailCall = Callable[[int, int, int], int]

_U64 = ctypes.c_uint64
NATIVE_FUNCTION = ctypes.CFUNCTYPE(_U64, _U64, _U64, _U64, _U64, _U64, _U64)
THROW = "bpf_throw"
#: Functions of which the last argument is the kernel's own business: programs leave it out.
_PARTLY_GIVEN = frozenset(
    {
        "bpf_obj_new_impl",
        "bpf_obj_drop_impl",
        "bpf_percpu_obj_new_impl",
        "bpf_percpu_obj_drop_impl",
        "bpf_refcount_acquire_impl",
        "bpf_list_push_front_impl",
        "bpf_list_push_back_impl",
        "bpf_rbtree_add_impl",
        "bpf_wq_set_callback_impl",
    }
)
_STOP = 1  # what makes loops over callbacks end
_OUTSIDE = 1 << 32  # skep_skb_load: no value of at most 32 bits


def structure_size(name: str) -> int:
    """Bytes of a structure of the runtime."""
    return max(offset + size for offset, size in LAYOUTS[name].values())


class Native:
    """The native side of one interpreter."""

    def __init__(
        self,
        interp: Interp,
        resolve_helper: Callable[[int], int] | None,
        on_tail_call: OnTailCall | None,
        resolve_kfunc: Callable[[KfuncCall], int] | None,
        resolve_record: Callable[[int], int] | None,
    ) -> None:
        self._interp = interp
        self._resolve_helper = resolve_helper
        self._resolve_kfunc = resolve_kfunc
        self._resolve_record = resolve_record
        self._on_tail_call = on_tail_call or _call_entry
        self._callbacks: dict[int, Any] = {}
        self._failure: BaseException | None = None
        self._own_run = ctypes.create_string_buffer((structure_size("skep_run") + 7) & ~7)
        self._run = 0

    def enter(self, run: int) -> None:
        """Begins a run; without a native one, a fresh one of the interpreter's own."""
        self._failure = None
        if not run:
            ctypes.memset(self._own_run, 0, len(self._own_run))
        self._run = run or ctypes.addressof(self._own_run)

    def helper(self, frame: Frame, insn: Insn) -> None:
        if insn.imm == FuncId.tail_call:
            self._tail_call(frame)
            return
        if self._resolve_helper is None:
            raise BadControl(frame.insn, f"helper {insn.imm} is called, but there are no helpers here")
        proto = PROTOS.get(insn.imm)
        arguments = [frame.registers[register] or 0 for register in range(1, 6)]
        for register in range(1, len(proto.args) + 1 if proto else 0):
            frame.get(register)
        result = self._call(self._resolve_helper(insn.imm), arguments)
        for argument in arguments:
            self._interp.memory.mark_written(argument)
        if insn.imm in INLINED:  # registers stay, and spills of them around the call may be gone
            frame.set(op.BPF_REG_0, result)
        else:
            frame.after_call(result)

    def kfunc(self, frame: Frame, call: KfuncCall) -> None:
        """A kernel function, called as native code calls it; its result is as wide as its type."""
        if call.name == THROW:
            raise Thrown(frame.get(1))
        if self._resolve_kfunc is None:
            raise BadControl(frame.insn, f"{call.name} is called, but there are no kernel functions here")
        given = dict(call.constants)
        if call.object_type and self._resolve_record is not None:
            given[2] = self._resolve_record(call.object_type)
        arguments = [
            given[register] if register in given else self._argument(frame, call, register)
            for register in range(1, call.arguments + 1)
        ]
        result = self._call(self._resolve_kfunc(call), arguments)
        for argument in arguments:
            self._interp.memory.mark_written(argument)
        result &= (1 << call.bits) - 1
        if call.is_fastcall:
            frame.set(op.BPF_REG_0, result)
        else:
            frame.after_call(result)

    @staticmethod
    def _argument(frame: Frame, call: KfuncCall, register: int) -> int:
        """A register that the program set; what the kernel fills in, it need not."""
        if call.name in _PARTLY_GIVEN:
            return frame.registers[register] or 0
        return frame.get(register)

    def arena_at(self, arena: int, place: int, size: int) -> int:
        return self._call(SYMBOLS["skep_arena_at"], [arena, place, size])

    def scratch(self) -> Region:
        """Room of the run's own."""
        offset, size = LAYOUTS["skep_run"]["scratch"]
        return Region("scratch of the run", self._run + offset, size)

    def probe_load(self, address: int, size: int) -> int:
        return self._call(SYMBOLS["skep_probe_load"], [address, size])

    def callback(self, function: int) -> int:
        """The native address of a function of the program."""
        if function not in self._callbacks:

            def enter(*arguments: int) -> int:
                run, self._run = self._run, arguments[5]  # a timer's is another than that which set it up
                try:
                    return self._interp.call_back(function, arguments[:5])
                except BaseException as failure:
                    self._failure = failure
                    return _STOP
                finally:
                    self._run = run

            self._callbacks[function] = NATIVE_FUNCTION(enter)
        return ctypes.cast(self._callbacks[function], ctypes.c_void_p).value or 0

    def skb_load(self, frame: Frame, insn: Insn) -> None:
        """LD_ABS and LD_IND: bytes of the packet of r6; outside of it the function ends with 0."""
        size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
        offset = insn.imm
        if insn.code & op.MODE_MASK == op.BPF_IND:
            offset += frame.get(insn.src)
        offset = ctypes.c_int32(offset).value
        loaded = self._call(SYMBOLS["skep_skb_load"], [frame.get(6), offset, size])
        if loaded >= _OUTSIDE:
            frame.finish(0)
        else:
            frame.after_call(loaded)

    def _call(self, address: int, arguments: list[int]) -> int:
        r1, r2, r3, r4, r5 = [*(argument & _MASK for argument in arguments), 0, 0, 0, 0, 0][:5]
        result = call(address, r1, r2, r3, r4, r5, self._run)
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return result

    def _tail_call(self, frame: Frame) -> None:
        """Ends the frame with the result of another program, or goes on if there is none in the slot."""
        context, array, index = frame.get(1), frame.get(2), frame.get(3) & 0xFFFF_FFFF
        made = _member(self._run, "skep_run", "tail_calls")
        if index < _member(array, "skep_map", "max_entries") and made < op.MAX_TAIL_CALL_CNT:
            program = peek(_member(array, "skep_map", "values") + index * 8, 8)
            if program:
                offset, size = LAYOUTS["skep_run"]["tail_calls"]
                poke(self._run + offset, size, made + 1)
                frame.finish(self._on_tail_call(program, context, self._run))
                return
        frame.after_call(0)


_MASK = (1 << 64) - 1


def _member(base: int, structure: str, field: str) -> int:
    offset, size = LAYOUTS[structure][field]
    return peek(base + offset, size)


def _call_entry(program: int, context: int, run: int) -> int:
    return call(_member(program, "skep_prog", "entry"), context, 0, 0, 0, 0, run)
