"""The interpreter in the place of native code: a program whose entry is a native address that interprets.

So prog arrays, run loops and hooks need not know which engine a machine has. What goes wrong cannot be
raised through native code: the run gives 0, and `check` raises afterwards.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from skep.kernel.fixups.program import FixedProgram
from skep.kernel.interp.context import context_regions
from skep.kernel.interp.interp import Interp
from skep.kernel.interp.native import NATIVE_FUNCTION


class InterpretedProgram:
    """Has what `jit.engine.NativeProgram` has, and `check`."""

    def __init__(self, program: FixedProgram, prog_type: int, resolve_helper: Callable[[int], int]) -> None:
        self._program = program
        self._prog_type = prog_type
        self._resolve_helper = resolve_helper
        self._failure: BaseException | None = None
        self._trampoline = NATIVE_FUNCTION(self._enter)
        self.entry = ctypes.cast(self._trampoline, ctypes.c_void_p).value or 0

    def check(self) -> None:
        """Raises what the interpreter found in the runs since the last check."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def images(self) -> list[tuple[int, bytes]]:
        """There is no machine code."""
        return []

    def close(self) -> None:
        self.entry = 0

    def _enter(self, context: int, r2: int, r3: int, r4: int, r5: int, run: int) -> int:
        try:
            interp = Interp(
                self._program,
                resolve_helper=self._resolve_helper,
                regions=[context_regions(self._prog_type, context)],
                allow_uninit_stack=True,
            )
            return interp.run(context, run=run)
        except BaseException as failure:
            self._failure = self._failure or failure
            return 0


def compile(
    program: FixedProgram, *, prog_type: int, resolve_helper: Callable[[int], int]
) -> InterpretedProgram:
    """Makes a program that is interpreted; contexts are those of the program type."""
    return InterpretedProgram(program, prog_type, resolve_helper)
