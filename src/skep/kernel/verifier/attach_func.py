"""Attaching to a function: what a trampoline can carry, what may be traced, changed, slept in."""

from __future__ import annotations

from errno import ENOENT
from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.kernel.progtypes.attach_lists import (
    DENIED,
    ERROR_INJECTION,
    LSM_BOOLEAN,
    LSM_DISABLED,
    LSM_NO_HOOKS,
    LSM_SLEEPABLE,
    MODIFY_RETURN,
    NON_SLEEPABLE_ERROR_INJECTION,
    NORETURN,
    SYSCALL_PREFIXES,
)
from skep.kernel.verifier.attach_target import AttachTarget
from skep.kernel.verifier.btf_ctx import btf_type_str
from skep.kernel.verifier.env import Env, refuse
from skep.kernel.verifier.state import RetvalRange
from skep.uapi import AttachType, ProgType

MAX_BPF_FUNC_ARGS: Final = 12
MAX_ERRNO: Final = 4095
_LARGEST_ARGUMENT: Final = 16
_HOOK: Final = "bpf_lsm_"
_RETURNING: Final = (AttachType.TRACE_FEXIT, AttachType.MODIFY_RETURN)


# ------------------------------------------------------------------ prototypes


def _size(btf: Btf, type_id: int) -> tuple[int, t.Type]:
    """Bytes that a value takes (-1: nothing that can be passed), and its type."""
    if not type_id:
        return 0, btf.get(0)
    type_ = btf.resolve(type_id)
    if isinstance(type_, t.Ptr):
        return 8, type_
    if isinstance(type_, (t.Int, t.Enum, t.Enum64, t.Struct, t.Union)):
        return type_.size, type_
    return -1, type_


def btf_distill_func_proto(env: Env, btf: Btf, proto: t.FuncProto, name: str) -> None:
    """Refuse what a trampoline cannot pass on."""
    count = len(proto.params)
    if count > MAX_BPF_FUNC_ARGS:
        raise refuse(env, f"The function {name} has {count} arguments. Too many.\n")
    size, type_ = _size(btf, proto.ret)
    if size < 0 or isinstance(type_, (t.Struct, t.Union)):
        raise refuse(env, f"The function {name} return type {btf_type_str(type_)} is unsupported.\n")
    for index, param in enumerate(proto.params):
        if index == count - 1 and not param.type:
            raise refuse(env, f"The function {name} with variable args is unsupported.\n")
        size, type_ = _size(btf, param.type)
        if not 0 <= size <= _LARGEST_ARGUMENT:
            text = f"The function {name} arg{index} type {btf_type_str(type_)} is unsupported.\n"
            raise refuse(env, text)
        if size == 0:
            raise refuse(env, f"The function {name} has malformed void argument.\n")


# ------------------------------------------------------------------ functions of the kernel


def _has_address(env: Env, name: str) -> bool:
    """The symbols that are known are those of the kernel; a module has all that its types have."""
    symbols, btf = env.request.symbols, env.request.attach_btf
    if symbols is not None and btf is env.request.vmlinux:
        return name in symbols
    return btf is not None and btf.find(name, Kind.FUNC) is not None


def _within_error_injection_list(name: str) -> bool:
    return name in ERROR_INJECTION or name.startswith(SYSCALL_PREFIXES)


def _may_sleep(env: Env, name: str) -> bool:
    if env.prog_type == ProgType.LSM:
        return name in LSM_SLEEPABLE
    if env.prog_type != ProgType.TRACING:
        return False
    if _within_error_injection_list(name) and name not in NON_SLEEPABLE_ERROR_INJECTION:
        return True
    return MODIFY_RETURN.get(name, False)


def check_function(env: Env, name: str, of_program: bool) -> None:
    """Whether the function is there, and is one for sleepable programs or for fmod_ret where this is such."""
    if not of_program and not _has_address(env, name):
        raise refuse(env, f"The address of function {name} cannot be found\n", ENOENT)
    if env.sleepable:
        if not _may_sleep(env, name):
            raise refuse(env, f"{name} is not sleepable\n")
    elif env.expected_attach_type == AttachType.MODIFY_RETURN:
        if of_program:
            raise refuse(env, "can't modify return codes of BPF programs\n")
        security = name.startswith("security_")
        if name not in MODIFY_RETURN and not _within_error_injection_list(name) and not security:
            raise refuse(env, f"{name}() is not modifiable\n")


def check_denied(env: Env, target: AttachTarget) -> None:
    """Functions that no tracing program may be on the way of."""
    if env.prog_type == ProgType.TRACING and target.prog is None and target.name in DENIED:
        text = f"Attaching tracing programs to function '{target.name}' is rejected.\n"
        raise refuse(env, text)
    if env.expected_attach_type in _RETURNING and target.prog is None and target.name in NORETURN:
        text = f"Attaching fexit/fmod_ret to __noreturn function '{target.name}' is rejected.\n"
        raise refuse(env, text)


# ------------------------------------------------------------------ hooks of LSMs


def bpf_lsm_verify_prog(env: Env, target: AttachTarget) -> None:
    if not env.request.gpl_compatible:
        raise refuse(env, "LSM programs must have a GPL compatible license\n")
    if target.name in LSM_DISABLED:
        raise refuse(env, f"attach_btf_id {target.btf_id} points to disabled hook {target.name}\n")
    if not target.name.startswith(_HOOK) or target.name in LSM_NO_HOOKS:
        raise refuse(env, f"attach_btf_id {target.btf_id} points to wrong type name {target.name}\n")


def get_func_retval_range(env: Env) -> RetvalRange | None:
    """What a hook of an LSM may return; None where that is not limited."""
    if env.prog_type != ProgType.LSM or env.expected_attach_type != AttachType.LSM_MAC:
        return None
    target: AttachTarget = env.attach_target
    if target.proto is None or not target.proto.ret:
        return None
    if target.name in LSM_BOOLEAN:
        return RetvalRange(0, 1, True)
    return RetvalRange(-MAX_ERRNO, 0, True)
