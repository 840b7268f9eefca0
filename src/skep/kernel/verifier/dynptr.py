"""Dynptrs: pointers whose bounds are checked at run time, kept on the stack in two slots."""

from __future__ import annotations

from skep.kernel.verifier.env import Env
from skep.kernel.verifier.state import STACK_DYNPTR, FuncState
from skep.kernel.verifier.unsupported import not_yet


def destroy_if_dynptr_stack_slot(env: Env, state: FuncState, spi: int) -> None:
    """A write over part of a dynptr makes the whole of it data."""
    if spi < len(state.stack) and state.stack[spi].types[0] == STACK_DYNPTR:
        raise not_yet(env, "dynptrs")
