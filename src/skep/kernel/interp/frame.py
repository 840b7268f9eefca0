"""One call frame of the checked interpreter: registers, stack, and what of both was ever written."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from skep.isa import opcodes as op
from skep.kernel.interp.errors import UninitialisedRegister
from skep.kernel.interp.memory import Region

MAX_CALL_FRAMES = 8

_U64 = (1 << 64) - 1


class Frame:
    """A function that runs. `insn` is the slot at which it stands, `next` where it goes on."""

    def __init__(
        self, start: int, stack: int, arguments: Sequence[int | None], allow_uninit_stack: bool
    ) -> None:
        self.insn = start
        self.next = start
        self.may_gotos = 0
        self.finished = False
        self.result: int | None = None
        size = (stack + 7) & ~7
        self._stack = ctypes.create_string_buffer(size)
        bottom = ctypes.addressof(self._stack)
        written = None if allow_uninit_stack else bytearray(size)
        self.region = Region(f"stack of the function at {start}", bottom, size, written=written)
        self.registers: list[int | None] = [None] * op.MAX_BPF_REG
        self.registers[op.BPF_REG_FP] = bottom + size
        for register, value in enumerate(arguments, start=1):
            self.registers[register] = None if value is None else value & _U64

    def get(self, register: int) -> int:
        value = self.registers[register]
        if value is None:
            raise UninitialisedRegister(self.insn, register)
        return value

    def set(self, register: int, value: int) -> None:
        self.registers[register] = value & _U64

    def after_call(self, result: int | None) -> None:
        """r0 has the result, if there is one; r1 to r5 are the callee's leftovers, which nobody may read."""
        self.registers[op.BPF_REG_0] = None if result is None else result & _U64
        for register in range(1, 6):
            self.registers[register] = None

    def finish(self, result: int | None) -> None:
        """A function of the program need not set r0 when nobody reads its result."""
        self.finished = True
        self.result = result
