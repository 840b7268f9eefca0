"""Calls of kernel functions (kfuncs): what the passes before the exploration need to know of them."""

from __future__ import annotations

from errno import EOPNOTSUPP

from skep.isa.insn import Insn
from skep.kernel.verifier.env import Env, Reject, verbose


def add_kfunc_call(env: Env, func_id: int, offset: int) -> None:
    """Note that the program calls this function; a refusal here comes before anything else of the
    verification.
    """
    verbose(env, "calling kernel functions is not supported by skep yet\n")
    raise Reject(EOPNOTSUPP)


def is_sync_callback_calling_kfunc(env: Env, insn: Insn) -> bool:
    return False


def is_async_callback_calling_kfunc(env: Env, insn: Insn) -> bool:
    return False


def kfunc_cfg_marks(env: Env, insn: Insn) -> tuple[bool, bool, bool]:
    """Whether the function steps an iterator, may sleep, changes packet data."""
    return False, False, False


def kfunc_num_params(env: Env, insn: Insn) -> int:
    """How many arguments the function takes, -1 if that is not known."""
    return -1


def is_bpf_throw_kfunc(env: Env, insn: Insn) -> bool:
    return False
