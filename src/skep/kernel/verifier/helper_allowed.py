"""May this program call this helper here? Its type, licence, privileges, attach point, what it holds."""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.errors import ENOTSUPP
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.progtypes.attach_lists import D_PATH, LSM_SLEEPABLE
from skep.kernel.verifier.env import (
    Env,
    Reject,
    get_helper_proto,
    in_sleepable,
    verbose,
)
from skep.kernel.verifier.map_compat import func_ids, func_text
from skep.kernel.verifier.program_info import InsnAux
from skep.uapi import AttachType, FuncId, ProgType

_MAX_ID: Final = max(FuncId) + 1
_STORAGE_GET: Final = func_ids("sk_storage_get inode_storage_get task_storage_get cgrp_storage_get")


def allowed_proto(env: Env, func_id: int) -> HelperProto:
    """The contract of the helper in this program, if there is one."""
    if not 0 <= func_id < _MAX_ID:
        verbose(env, f"invalid func {func_text(func_id)}\n")
        raise Reject(EINVAL)
    fn = get_helper_proto(env, func_id)
    if fn is None:
        verbose(env, f"program of this type cannot use helper {func_text(func_id)}\n")
        raise Reject(EINVAL)
    return fn


def _may_use_sk_storage(env: Env) -> bool:
    """Not where the storage's own functions would run into themselves (bpf_sk_storage_tracing_allowed())."""
    if env.request.attach_prog is not None:
        return False
    if env.expected_attach_type in (AttachType.TRACE_ITER, AttachType.TRACE_RAW_TP):
        return True
    if env.expected_attach_type not in (AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT):
        return False
    return not env.attach_target.name.startswith("bpf_sk_storage")


def _may_use_d_path(env: Env) -> bool:
    if env.prog_type == ProgType.TRACING and env.expected_attach_type == AttachType.TRACE_ITER:
        return True
    if env.attach_target is None:
        return False
    return env.attach_target.name in (LSM_SLEEPABLE if env.prog_type == ProgType.LSM else D_PATH)


def _may_hash(env: Env) -> bool:
    return env.attach_target is not None and env.attach_target.name in LSM_SLEEPABLE


_ALLOWED: Final = {
    "sk_storage_tracing": _may_use_sk_storage,
    "d_path": _may_use_d_path,
    "ima_inode_hash": _may_hash,
}


def _check_allowed(env: Env, fn: HelperProto) -> None:
    """Some helpers are for programs on listed kernel functions only."""
    if not _ALLOWED[fn.allowed](env):
        verbose(env, "helper call is not allowed in probe\n")
        raise Reject(EINVAL)


def check_may_call(env: Env, fn: HelperProto, aux: InsnAux) -> None:
    func_id = fn.id
    if fn.gpl_only and not env.request.gpl_compatible:
        verbose(env, "cannot call GPL-restricted function from non-GPL compatible program\n")
        raise Reject(EINVAL)
    if fn.allowed:
        _check_allowed(env, fn)
    if fn.might_sleep and not in_sleepable(env):
        verbose(env, "helper call might sleep in a non-sleepable prog\n")
        raise Reject(EINVAL)
    state = env.cur_state
    for active, where in (
        (state.active_rcu_lock, "rcu_read_lock"),
        (state.active_preempt_locks, "non-preemptible"),
        (state.active_irq_id, "IRQ-disabled"),
    ):
        if not active:
            continue
        if fn.might_sleep:
            verbose(env, f"sleepable helper {func_text(func_id)} in {where} region\n")
            raise Reject(EINVAL)
        if in_sleepable(env) and func_id in _STORAGE_GET:
            aux.storage_get_func_atomic = True


def check_get_func_ip(env: Env) -> None:
    """Only attach points that are functions have an address to give."""
    if env.prog_type == ProgType.KPROBE:
        return
    name = func_text(FuncId.get_func_ip)
    if env.prog_type != ProgType.TRACING:
        verbose(env, f"func {name} not supported for program type {env.prog_type}\n")
        raise Reject(ENOTSUPP)
    if env.expected_attach_type not in (
        AttachType.TRACE_FENTRY,
        AttachType.TRACE_FEXIT,
        AttachType.MODIFY_RETURN,
    ):
        verbose(env, f"func {name} supported only for fentry/fexit/fmod_ret programs\n")
        raise Reject(ENOTSUPP)
