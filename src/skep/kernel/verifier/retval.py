"""What a program, a function or a callback may leave in R0."""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.btf.types import Ptr
from skep.kernel.verifier.alu import is_pointer_value
from skep.kernel.verifier.attach_func import get_func_retval_range
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.bounds import S64_MAX, S64_MIN
from skep.kernel.verifier.btfptr import is_struct_ptr
from skep.kernel.verifier.ctx import check_ptr_off_reg
from skep.kernel.verifier.env import SRC_OP, Env, Reject, check_reg_arg, cur_func, cur_regs, verbose
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import SCALAR_VALUE, reg_type_str
from skep.kernel.verifier.state import RetvalRange
from skep.uapi import AttachType, ProgType

# Looking into an enum takes long, and every path ends here.
_LSM: Final = int(ProgType.LSM)
_STRUCT_OPS: Final = int(ProgType.STRUCT_OPS)
_ZERO: Final = RetvalRange(0, 0)


def retval_range_within(range_: RetvalRange, reg: RegState, return_32bit: bool) -> bool:
    if return_32bit:
        return range_.minval <= reg.s32_min_value and reg.s32_max_value <= range_.maxval
    return range_.minval <= reg.smin_value and reg.smax_value <= range_.maxval


def verbose_invalid_scalar(env: Env, reg: RegState, range_: RetvalRange, ctx: str, reg_name: str) -> None:
    text = f"{ctx} the register {reg_name} has"
    bounds = reg.bounds
    if bounds.smin_value > S64_MIN:
        text += f" smin={bounds.smin_value}"
    if bounds.smax_value < S64_MAX:
        text += f" smax={bounds.smax_value}"
    if bounds.smin_value == S64_MIN and bounds.smax_value == S64_MAX:
        text += " unknown scalar value"
    verbose(env, f"{text} should have been in [{range_.minval}, {range_.maxval}]\n")


def _program_range(env: Env) -> RetvalRange | None:
    variant = env.variant
    if env.prog_type == _LSM:
        return _lsm_range(env)
    if env.prog_type == _STRUCT_OPS:
        target = env.attach_target
        return _ZERO if isinstance(target.btf.resolve(target.proto.ret), Ptr) else None
    if variant is None or variant.return_range is None:
        return None
    return RetvalRange(variant.return_range[0], variant.return_range[1])


def _attached_to_void(env: Env) -> bool:
    proto = env.attach_target.proto
    return proto is not None and not proto.ret


def _returns_nothing(env: Env) -> bool:
    """A hook without a value leaves nothing to look at."""
    return env.expected_attach_type == AttachType.LSM_MAC and _attached_to_void(env)


def _lsm_range(env: Env) -> RetvalRange | None:
    if env.expected_attach_type != AttachType.LSM_CGROUP:
        return get_func_retval_range(env)
    return RetvalRange(1, 1) if _attached_to_void(env) else RetvalRange(0, 1)


def _operation_returns(env: Env, regno: int) -> bool:
    """Whether an operation's return value needs no look: there is none, or it is a reference of its type."""
    target = env.attach_target
    if not target.proto.ret:
        return True
    reg = cur_regs(env)[regno]
    wanted = is_struct_ptr(target.btf, target.proto.ret)
    if not wanted or not reg.ref_obj_id or reg.btf is not target.btf or reg.btf_id != wanted:
        return False
    check_ptr_off_reg(env, reg, regno)
    return True


def check_return_code(env: Env, regno: int, reg_name: str) -> None:
    """At the exit of the main program, of a global function on its own, of an asynchronous callback."""
    func = cur_func(env)
    is_subprog = func.subprogno != 0 and not func.in_exception_callback_fn
    if env.prog_type == _STRUCT_OPS and not is_subprog and _operation_returns(env, regno):
        return
    if env.prog_type == _LSM and not is_subprog and _returns_nothing(env):
        return
    check_reg_arg(env, regno, SRC_OP)
    if is_pointer_value(env, regno):
        verbose(env, f"R{regno} leaks addr as return value\n")
        raise Reject(EACCES)
    reg = cur_regs(env)[regno]
    where = "At program exit"
    if func.in_async_callback_fn:
        where, range_ = "At async callback return", func.callback_ret_range
    elif func.subprogno and not func.in_exception_callback_fn:
        if reg.type != SCALAR_VALUE:
            verbose(
                env,
                f"At subprogram exit the register R{regno} is not a scalar value "
                f"({reg_type_str(reg.type)})\n",
            )
            raise Reject(EINVAL)
        return
    else:
        wanted = _program_range(env)
        if wanted is None:
            return
        range_ = wanted
    if reg.type != SCALAR_VALUE:
        verbose(env, f"{where} the register R{regno} is not a known value ({reg_type_str(reg.type)})\n")
        raise Reject(EINVAL)
    mark_chain_precision(env, regno)
    if not retval_range_within(range_, reg, range_.return_32bit):
        verbose_invalid_scalar(env, reg, range_, where, reg_name)
        if not is_subprog and env.expected_attach_type == AttachType.LSM_CGROUP and _attached_to_void(env):
            verbose(env, "Note, BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!\n")
        raise Reject(EINVAL)


def check_callback_return(env: Env, reg: RegState, range_: RetvalRange) -> None:
    if reg.type != SCALAR_VALUE:
        verbose(env, "R0 not a scalar value\n")
        raise Reject(EACCES)
    mark_chain_precision(env, 0)
    if not retval_range_within(range_, reg, False):
        verbose_invalid_scalar(env, reg, range_, "At callback return", "R0")
        raise Reject(EINVAL)
