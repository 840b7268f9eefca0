"""Calls of kernel functions (kfuncs): which function an instruction names, and what is known of it.

A call names a function by its id in the kernel's BTF, which gives its prototype; the row of `kfuncs` gives
its flags. The passes before the exploration ask for one thing or other here.
"""

from __future__ import annotations

from errno import E2BIG, EACCES, EINVAL, EPROTO
from typing import TYPE_CHECKING, Final, final

from skep.btf import Btf
from skep.btf import types as t
from skep.errors import ENOTSUPP, BtfError
from skep.isa.insn import Insn
from skep.kernel.kfuncs.proto import (
    KF_ACQUIRE,
    KF_FASTCALL,
    KF_ITER_DESTROY,
    KF_ITER_NEW,
    KF_ITER_NEXT,
    KF_RCU,
    KF_RCU_PROTECTED,
    KF_RELEASE,
    KF_SLEEPABLE,
    KF_TRUSTED_ARGS,
    KfuncRow,
)
from skep.kernel.kfuncs.rows import KFUNCS
from skep.kernel.verifier.env import Env, Reject, fd_of, verbose

if TYPE_CHECKING:
    from skep.kernel.btf_record import SpecialField
    from skep.kernel.verifier.vmap import VMap

MAX_KFUNC_DESCS: Final = 256
MAX_BPF_FUNC_ARGS: Final = 12

LIST_KFUNCS: Final = frozenset(
    {
        "bpf_list_push_front_impl",
        "bpf_list_push_back_impl",
        "bpf_list_pop_front",
        "bpf_list_pop_back",
        "bpf_list_front",
        "bpf_list_back",
    }
)
RBTREE_KFUNCS: Final = frozenset(
    {
        "bpf_rbtree_add_impl",
        "bpf_rbtree_remove",
        "bpf_rbtree_first",
        "bpf_rbtree_root",
        "bpf_rbtree_left",
        "bpf_rbtree_right",
    }
)
RES_LOCK_KFUNCS: Final = frozenset(
    {
        "bpf_res_spin_lock",
        "bpf_res_spin_unlock",
        "bpf_res_spin_lock_irqsave",
        "bpf_res_spin_unlock_irqrestore",
    }
)
TASK_WORK_KFUNCS: Final = frozenset(
    {"bpf_task_work_schedule_signal_impl", "bpf_task_work_schedule_resume_impl"}
)
_ASYNC_CALLBACK_KFUNCS: Final = TASK_WORK_KFUNCS | {"bpf_wq_set_callback_impl"}

#: Allowed while a bpf_spin_lock is held.
_SPIN_ALLOWED: Final = (
    LIST_KFUNCS
    | RBTREE_KFUNCS
    | RES_LOCK_KFUNCS
    | {"bpf_refcount_acquire_impl", "bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy"}
)


@final
class Kfunc:
    """A kernel function that the program calls. `row` is None for one that no program may call."""

    __slots__ = ("btf", "func_id", "name", "param_types", "proto", "row")

    def __init__(self, btf: Btf, func_id: int, name: str, proto: t.FuncProto, row: KfuncRow | None) -> None:
        self.btf: Final = btf
        self.func_id: Final = func_id
        self.name: Final = name
        self.proto: Final = proto
        self.row: Final = row
        #: Types of the parameters, without modifiers.
        self.param_types: Final[list[t.Type]] = [btf.resolve(param.type) for param in proto.params]


@final
class KfuncMeta:
    """What the arguments of one call tell about the rest of it (Linux: bpf_kfunc_call_arg_meta)."""

    __slots__ = (
        "arg_btf",
        "arg_btf_id",
        "arg_constant",
        "arg_owning_ref",
        "btf",
        "dynptr_id",
        "dynptr_ref_obj_id",
        "dynptr_type",
        "flags",
        "func_id",
        "graph_btf",
        "graph_root",
        "iter_frameno",
        "iter_spi",
        "map_ptr",
        "map_uid",
        "name",
        "param_types",
        "proto",
        "r0_rdonly",
        "r0_size",
        "ref_obj_id",
        "release_regno",
        "ret_btf_id",
        "row",
        "subprogno",
    )

    def __init__(self, kfunc: Kfunc, row: KfuncRow) -> None:
        self.btf: Final = kfunc.btf
        self.func_id: Final = kfunc.func_id
        self.name: Final = kfunc.name
        self.proto: Final = kfunc.proto
        self.param_types: Final = kfunc.param_types
        self.row: Final = row
        self.flags: Final = row.flags
        self.ref_obj_id: int = 0
        #: The register whose reference the function takes, 0 if none.
        self.release_regno: int = 0
        self.r0_rdonly: bool = False
        self.r0_size: int = 0
        self.ret_btf_id: int = 0
        self.subprogno: int = 0
        #: The one argument that must be a constant, None before it was seen.
        self.arg_constant: int | None = None
        #: What an allocated object is.
        self.arg_btf: Btf | None = None
        self.arg_btf_id: int = 0
        self.arg_owning_ref: bool = False
        #: The list or tree that is worked on.
        self.graph_root: SpecialField | None = None
        self.graph_btf: Btf | None = None
        self.dynptr_id: int = 0
        self.dynptr_type: int = 0
        self.dynptr_ref_obj_id: int = 0
        self.iter_spi: int = 0
        self.iter_frameno: int = 0
        self.map_ptr: VMap | None = None
        self.map_uid: int = 0

    @property
    def acquires(self) -> bool:
        return self.flags & KF_ACQUIRE != 0

    @property
    def releases(self) -> bool:
        return self.flags & KF_RELEASE != 0

    @property
    def trusted_args(self) -> bool:
        return self.flags & (KF_TRUSTED_ARGS | KF_RELEASE) != 0

    @property
    def rcu(self) -> bool:
        return self.flags & KF_RCU != 0

    @property
    def rcu_protected(self) -> bool:
        return self.flags & KF_RCU_PROTECTED != 0

    @property
    def sleepable(self) -> bool:
        return self.flags & KF_SLEEPABLE != 0

    @property
    def is_iter(self) -> bool:
        return self.flags & (KF_ITER_NEW | KF_ITER_NEXT | KF_ITER_DESTROY) != 0

    @property
    def is_iter_new(self) -> bool:
        return self.flags & KF_ITER_NEW != 0

    @property
    def is_iter_next(self) -> bool:
        return self.flags & KF_ITER_NEXT != 0

    @property
    def is_iter_destroy(self) -> bool:
        return self.flags & KF_ITER_DESTROY != 0


# ------------------------------------------------------------------ which function


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _distill_func_proto(env: Env, btf: Btf, proto: t.FuncProto, name: str) -> None:
    """A prototype that machine code can be written for (btf_distill_func_proto)."""
    if len(proto.params) > MAX_BPF_FUNC_ARGS:
        raise _refuse(env, f"The function {name} has {len(proto.params)} arguments. Too many.\n")
    for index, param in enumerate(proto.params):
        if param.type == 0 and index == len(proto.params) - 1:
            raise _refuse(env, f"The function {name} with variable args is unsupported.\n")
        try:
            size = btf.size_of(param.type)
        except BtfError:
            size = -1
        if not 0 <= size <= 16:
            raise _refuse(env, f"The function {name} arg{index} type is unsupported.\n")


def _describe(env: Env, btf: Btf, func_id: int) -> Kfunc:
    func = btf.get(func_id) if 0 < func_id < len(btf.types) else None
    if not isinstance(func, t.Func):
        raise _refuse(env, f"kernel btf_id {func_id & 0xFFFFFFFF} is not a function\n")
    proto = btf.get(func.type)
    if not isinstance(proto, t.FuncProto):
        text = f"kernel function btf_id {func_id} does not have a valid func_proto\n"
        raise _refuse(env, text)
    row = KFUNCS.get(func.name)
    if row is not None and row.dev_bound:
        raise _refuse(env, "metadata kfuncs require device-bound program\n")
    _distill_func_proto(env, btf, proto, func.name)
    return Kfunc(btf, func_id, func.name, proto, row)


def add_kfunc_call(env: Env, func_id: int, offset: int) -> None:
    """Note that the program calls this function; a refusal here comes before anything else of the
    verification.
    """
    btf = env.request.vmlinux
    if btf is None:
        text = "calling kernel function is not supported without CONFIG_DEBUG_INFO_BTF\n"
        raise _refuse(env, text, ENOTSUPP)
    if not env.request.gpl_compatible:
        raise _refuse(env, "cannot call kernel function from non-GPL compatible program\n")
    if not func_id and not offset:
        return  # of a weak symbol that is not there; refused if it can be reached
    if offset:
        btf = _module_types(env, offset)
    if (func_id, offset) in env.kfuncs:
        return
    if len(env.kfuncs) == MAX_KFUNC_DESCS:
        raise _refuse(env, "too many different kernel function calls\n", E2BIG)
    env.kfuncs[func_id, offset] = _describe(env, btf, func_id)


def _module_types(env: Env, offset: int) -> Btf:
    """The types of the module whose descriptor fd_array has at that place (__find_kfunc_desc_btf)."""
    errno = EINVAL
    if offset < 0:
        verbose(env, "negative offset disallowed for kernel module function call\n")
    elif env.request.fd_array is None:
        verbose(env, "kfunc offset > 0 without fd_array is invalid\n")
        errno = EPROTO
    else:
        try:
            btf = env.request.get_btf(fd_of(env, offset))
            if btf.base is not None and btf.base is env.request.vmlinux:
                return btf
            verbose(env, "BTF fd for kfunc is not a module BTF\n")
        except OSError as error:
            verbose(env, "invalid module BTF fd specified\n")
            errno = error.errno or EINVAL
        except Reject as fault:
            errno = fault.errno
    raise _refuse(env, "failed to find BTF for kernel function\n", errno)


def _kfunc(env: Env, insn: Insn) -> Kfunc | None:
    kfunc = env.kfuncs.get((insn.imm, insn.off))
    return kfunc if isinstance(kfunc, Kfunc) else None


def _row(env: Env, insn: Insn) -> KfuncRow | None:
    """The row, where this program may call the function."""
    kfunc = _kfunc(env, insn)
    if kfunc is None or kfunc.row is None:
        return None
    return kfunc.row if kfunc.row.allowed(env.prog_type, env.expected_attach_type) else None


def fetch_kfunc_meta(env: Env, insn: Insn) -> KfuncMeta:
    kfunc = _kfunc(env, insn)
    if kfunc is None:
        raise Reject(EINVAL)
    row = _row(env, insn)
    if row is None:
        raise _refuse(env, f"calling kernel function {kfunc.name} is not allowed\n", EACCES)
    return KfuncMeta(kfunc, row)


# ------------------------------------------------------------------ for the passes before the exploration


def kfunc_is(env: Env, insn: Insn, names: frozenset[str]) -> bool:
    """Whether the call is one of these functions."""
    kfunc = _kfunc(env, insn)
    return kfunc is not None and kfunc.name in names


def is_sync_callback_calling_kfunc(env: Env, insn: Insn) -> bool:
    return kfunc_is(env, insn, frozenset({"bpf_rbtree_add_impl"}))


def is_async_callback_calling_kfunc(env: Env, insn: Insn) -> bool:
    return kfunc_is(env, insn, _ASYNC_CALLBACK_KFUNCS)


def is_bpf_throw_kfunc(env: Env, insn: Insn) -> bool:
    return kfunc_is(env, insn, frozenset({"bpf_throw"}))


def kfunc_spin_allowed(env: Env, insn: Insn) -> bool:
    return kfunc_is(env, insn, _SPIN_ALLOWED)


def kfunc_cfg_marks(env: Env, insn: Insn) -> tuple[bool, bool, bool]:
    """Whether the function steps an iterator, may sleep, changes packet data."""
    row = _row(env, insn)
    if row is None:
        return False, False, False
    return row.flags & KF_ITER_NEXT != 0, row.flags & KF_SLEEPABLE != 0, row.changes_pkt_data


def kfunc_num_params(env: Env, insn: Insn) -> int:
    """How many arguments the function takes, -1 if that is not known."""
    kfunc = _kfunc(env, insn)
    return len(kfunc.proto.params) if kfunc is not None and _row(env, insn) is not None else -1


def kfunc_clobbers(env: Env, insn: Insn) -> tuple[int, bool] | None:
    """The registers that the call may change, and whether it leaves the others alone; None: not known."""
    kfunc, row = _kfunc(env, insn), _row(env, insn)
    if kfunc is None or row is None:
        return None
    mask = 0 if kfunc.proto.ret == 0 else 1
    for index in range(len(kfunc.proto.params)):
        mask |= 2 << index
    return mask, row.flags & KF_FASTCALL != 0
