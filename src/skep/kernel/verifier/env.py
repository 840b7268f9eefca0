"""The verifier's working memory for one program, and the small operations on it that every check needs.

A check is a function `check_...(env, ...)`. It reads the current state with `cur_func(env)` /
`cur_regs(env)`, says why a program is refused with `verbose(env, "text\\n")`, and refuses with `raise
Reject(errno)`: 1 EPERM, 13 EACCES, 22 EINVAL, 7 E2BIG, 14 EFAULT, 95 EOPNOTSUPP, 524 ENOTSUPP. `verbose`
costs a call and a comparison when nobody wants a log, so build its text only when `env.log.level` is set if
that is not trivial, and never on a path that does not refuse.

After a change to a register or stack slot that the state line of a log must show, call
`mark_reg_scratched(env, regno)` or `mark_stack_slot_scratched(env, spi)`: level 2 prints what is scratched
since the last line. Linux does so in `check_reg_arg` for every read and write of a register, so
`check_reg_arg(env, regno, SRC_OP | DST_OP | DST_OP_NO_MARK)` is enough where Linux calls that.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Any, Final, final

from skep.errors import InputError
from skep.isa.insn import Insn
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.progtypes.progtype import Variant
from skep.kernel.progtypes.registry import helper_proto, variant_of
from skep.kernel.verifier.log import VerifierLog
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN, SCALAR_ZERO, RegState
from skep.kernel.verifier.regtypes import NOT_INIT, SCALAR_VALUE
from skep.kernel.verifier.request import FuncInfo, LineInfo, VerifyRequest
from skep.kernel.verifier.stack_masks import StackLiveness
from skep.kernel.verifier.state import BPF_REG_FP, FuncState, JmpHistoryEntry, VerifierState
from skep.kernel.verifier.vmap import VMap

BPF_COMPLEXITY_LIMIT_INSNS: Final = 1_000_000
BPF_COMPLEXITY_LIMIT_JMP_SEQ: Final = 8192
BPF_COMPLEXITY_LIMIT_STATES: Final = 64
BPF_MAX_SUBPROGS: Final = 256

# How check_reg_arg's caller uses the register.
SRC_OP: Final = 0  # reads it
DST_OP: Final = 1  # writes it; becomes an unknown scalar
DST_OP_NO_MARK: Final = 2  # writes it; the caller says what it becomes

# Argument kinds of BTF-described functions (SubprogArg.arg_type) are the ARG_... numbers of helpers.types.


class Reject(Exception):
    """The program is refused with this errno; the reason is already in the log."""

    def __init__(self, errno: int) -> None:
        super().__init__(errno)
        self.errno = errno


@final
class InsnAux:
    """What was learned of one instruction, for the verifier and for the fixups (Linux: bpf_insn_aux_data)."""

    __slots__ = (
        "alu_limit",
        "alu_state",
        "arg_prog",
        "btf",
        "btf_id",
        "call_with_percpu_alloc_ptr",
        "calls_callback",
        "ctx_field_size",
        "fastcall_pattern",
        "fastcall_spills_num",
        "force_checkpoint",
        "insert_off",
        "is_iter_next",
        "jmp_point",
        "kptr_struct_meta",
        "live_regs_before",
        "loop_fit_for_inline",
        "loop_initialized",
        "loop_subprogno",
        "map_index",
        "map_key_state",
        "map_off",
        "map_ptr",
        "map_ptr_poison",
        "map_ptr_unpriv",
        "mem_size",
        "needs_zext",
        "nospec",
        "nospec_result",
        "obj_new_size",
        "orig_idx",
        "prune_point",
        "ptr_type",
        "reg_type",
        "scc",
        "seen",
        "storage_get_func_atomic",
        "zext_dst",
    )

    def __init__(self, index: int) -> None:
        self.orig_idx: int = index
        self.ptr_type: int = NOT_INIT  # type of the pointer that a load or store goes through
        self.map_ptr: VMap | None = None  # the single map of a helper call
        self.map_ptr_poison: bool = False  # ... more than one map comes here
        self.map_ptr_unpriv: bool = False
        self.map_key_state: int = 0
        self.map_index: int = 0  # ld_imm64 of a map: which of used_maps
        self.map_off: int = 0
        self.reg_type: int = 0  # ld_imm64 of a kernel variable
        self.btf: Any = None
        self.btf_id: int = 0
        self.mem_size: int = 0
        self.loop_initialized: bool = False  # bpf_loop inlining
        self.loop_fit_for_inline: bool = False
        self.loop_subprogno: int = 0
        self.alu_limit: int = 0
        self.alu_state: int = 0
        self.obj_new_size: int = 0
        self.insert_off: int = 0
        self.kptr_struct_meta: Any = None
        self.ctx_field_size: int = 0
        self.seen: int = 0
        self.nospec: bool = False
        self.nospec_result: bool = False
        self.zext_dst: bool = False
        self.needs_zext: bool = False
        self.storage_get_func_atomic: bool = False
        self.is_iter_next: bool = False
        self.call_with_percpu_alloc_ptr: bool = False
        self.fastcall_pattern: bool = False
        self.fastcall_spills_num: int = 0
        self.arg_prog: int = 0
        self.jmp_point: bool = False
        self.prune_point: bool = False
        self.force_checkpoint: bool = False
        self.calls_callback: bool = False
        self.scc: int = 0
        self.live_regs_before: int = 0


@final
class SubprogArg:
    """One argument of a global function, from its BTF and argument tags."""

    __slots__ = ("arg_type", "btf_id", "mem_size")

    def __init__(self, arg_type: int, mem_size: int = 0, btf_id: int = 0) -> None:
        self.arg_type: Final = arg_type
        self.mem_size: Final = mem_size
        self.btf_id: Final = btf_id


@final
class SubprogInfo:
    """One function of the program: the slots from `start` to the next one's start."""

    __slots__ = (
        "args",
        "args_cached",
        "called",
        "changes_pkt_data",
        "fastcall_stack_off",
        "has_ld_abs",
        "has_tail_call",
        "is_async_cb",
        "is_cb",
        "is_exception_cb",
        "is_global",
        "keep_fastcall_stack",
        "linfo_idx",
        "might_sleep",
        "name",
        "postorder_start",
        "priv_stack_mode",
        "stack_depth",
        "stack_extra",
        "start",
        "tail_call_reachable",
        "unreliable",
        "verified",
    )

    def __init__(self, start: int) -> None:
        self.start: int = start
        self.linfo_idx: int = 0
        self.postorder_start: int = 0
        self.stack_depth: int = 0
        self.stack_extra: int = 0
        self.fastcall_stack_off: int = 0
        self.has_tail_call: bool = False
        self.tail_call_reachable: bool = False
        self.has_ld_abs: bool = False
        self.is_cb: bool = False
        self.is_async_cb: bool = False
        self.is_exception_cb: bool = False
        self.args_cached: bool = False
        self.keep_fastcall_stack: bool = False
        self.changes_pkt_data: bool = False
        self.might_sleep: bool = False
        self.priv_stack_mode: int = 0
        self.args: list[SubprogArg] = []
        # From func_info: the function's linkage and name, whether its BTF cannot be relied on, and (for a
        # global one) whether something calls it, so that it is verified.
        self.is_global: bool = False
        self.unreliable: bool = False
        self.called: bool = False
        self.verified: bool = False
        self.name: str = ""


@final
class Pending:
    """A branch not yet taken (Linux: bpf_verifier_stack_elem)."""

    __slots__ = ("insn_idx", "log_pos", "prev_insn_idx", "state")

    def __init__(self, state: VerifierState, insn_idx: int, prev_insn_idx: int, log_pos: int) -> None:
        self.state: Final = state
        self.insn_idx: Final = insn_idx
        self.prev_insn_idx: Final = prev_insn_idx
        self.log_pos: Final = log_pos


@final
class SccVisit:
    """One stay in a loop (a strongly connected component) along one chain of calls, and its back-edges so
    far.
    """

    __slots__ = ("backedges", "entry_state")

    def __init__(self) -> None:
        self.entry_state: VerifierState | None = None
        self.backedges: list[VerifierState] = []


@final
class Explored:
    """The checkpoints (states at prune points). Linux hashes (instruction, call site) into as many lists as
    there are instructions.

    The lists are newest first. That two places of the program can share a list shows in the statistics
    (`max_states_per_insn`), so the hash is Linux's.
    """

    __slots__ = ("free_list_size", "lists", "num_backedges", "size", "visits")

    def __init__(self, insn_cnt: int) -> None:
        self.lists: list[list[VerifierState]] = [[] for _ in range(insn_cnt)]
        self.size: int = 0
        self.free_list_size: int = 0
        self.num_backedges: int = 0
        self.visits: dict[tuple[int, ...], SccVisit] = {}


_NO_STATE: Final = VerifierState()


@final
class Env:
    """One verification. `cur_state` is the state at `insn_idx`; `insns` is the program as patched so far."""

    def __init__(self, request: VerifyRequest) -> None:
        privileges = request.privileges
        self.request: Final = request
        self.prog_type: int = int(request.prog_type)
        self.expected_attach_type: int = int(request.expected_attach_type)
        self.insns: list[Insn] = list(request.insns)
        self.log: VerifierLog = VerifierLog(request.log_level, request.log_size)
        self.observer: Final = request.observer
        self.insn_idx: int = 0
        self.prev_insn_idx: int = 0
        self.cur_state: VerifierState = _NO_STATE
        self.head: list[Pending] = []
        self.insn_aux: list[InsnAux] = [InsnAux(index) for index in range(len(self.insns))]
        self.subprog_info: list[SubprogInfo] = []
        self.used_maps: list[VMap] = []
        self.used_btfs: list[Any] = []
        self.func_info: list[FuncInfo] = []
        self.line_info: list[LineInfo] = []
        self.id_gen: int = 0
        self.pass_cnt: int = 0
        # privileges
        self.bpf_capable: bool = privileges.bpf
        self.allow_ptr_leaks: bool = privileges.perfmon
        self.allow_uninit_stack: bool = privileges.perfmon
        self.bypass_spec_v1: bool = privileges.perfmon or not request.mitigations
        self.bypass_spec_v4: bool = privileges.perfmon or not request.mitigations
        self.strict_alignment: bool = bool(request.prog_flags & 1)
        self.test_state_freq: bool = privileges.bpf and bool(request.prog_flags & 8)
        self.test_reg_invariants: bool = privileges.bpf and bool(request.prog_flags & 128)
        self.sleepable: bool = bool(request.prog_flags & 16)
        self.explore_alu_limits: bool = False
        self.seen_direct_write: bool = False
        self.seen_exception: bool = False
        self.hidden_subprog_cnt: int = 0
        self.exception_callback_subprog: int = 0
        # exploration
        self.insn_processed: int = 0
        self.prev_insn_processed: int = 0
        self.jmps_processed: int = 0
        self.prev_jmps_processed: int = 0
        self.max_states_per_insn: int = 0
        self.total_states: int = 0
        self.peak_states: int = 0
        self.max_ctx_offset: int = 0  # how much of the context the program may read
        self.longest_mark_read_walk: int = 0
        # what the next state line of the log shows
        self.scratched_regs: int = 0
        self.scratched_stack_slots: int = 0
        self.prev_log_pos: int = 0
        self.prev_insn_print_pos: int = 0
        self.prev_linfo: int = -1
        self.insn_texts: dict[int, str] = {}  # of log_state.insn_text
        # facts about the program as a whole, that the loader of the program keeps
        self.kprobe_override: bool = False
        self.dst_needed: bool = False
        self.cb_access: bool = False
        self.max_pkt_offset: int = 0
        self.max_tp_access: int = 0
        self.max_rdonly_access: int = 0
        self.max_rdwr_access: int = 0
        self.priv_stack_requested: bool = False
        self.changes_pkt_data: bool = False
        self.might_sleep: bool = False
        self.subprogs_closed: bool = False  # the list of functions ends with the one that is none
        self.attach_target: Any = None  # attach.AttachTarget, for programs that attach by BTF id
        self.kfuncs: dict[
            int, Any
        ] = {}  # kernel functions that the program calls, by BTF id (kfunc_meta.Kfunc)
        # the code's shape: slots in post-order (per function, from SubprogInfo.postorder_start on)
        self.postorder: list[int] = []
        # per slot: where control goes within the function (of what is in `postorder`)
        self.successors: list[tuple[int, ...]] = []
        # per instruction: registers that backtracking must be after, to care for it
        self.concerned_regs: list[int] = []
        self.explored: Explored = Explored(len(self.insns))
        self.liveness: StackLiveness = StackLiveness()
        self.cur_hist_ent: JmpHistoryEntry | None = None
        self.variant: Variant | None = variant_of(self.prog_type, self.expected_attach_type)
        self.helper_protos: dict[int, HelperProto | None] = {}

    def btf_string(self, off: int) -> str:
        """A string of the program's BTF."""
        btf = self.request.btf
        return btf.string(off) if btf is not None else ""

    def kfunc_name(self, insn: Insn) -> str | None:
        """The kernel function that a call names, where it is known."""
        vmlinux = self.request.vmlinux
        if vmlinux is None or insn.off != 0:
            return None
        try:
            return str(vmlinux.types[insn.imm].name)
        except (LookupError, InputError):
            return None


# ------------------------------------------------------------------ access


def verbose(env: Env, text: str) -> None:
    """Add to the log, if there is one."""
    if env.log.level:
        env.log.write(text)


def refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    """`raise refuse(env, "why\\n")`."""
    verbose(env, text)
    return Reject(errno)


def verifier_bug(env: Env, text: str) -> Reject:
    """For states that Linux itself calls impossible: `raise verifier_bug(env, "...")`."""
    verbose(env, f"verifier bug: {text}\n")
    return Reject(14)


def cur_func(env: Env) -> FuncState:
    state = env.cur_state
    return state.frame[state.curframe]


def cur_regs(env: Env) -> list[RegState]:
    state = env.cur_state
    return state.frame[state.curframe].regs


def cur_aux(env: Env) -> InsnAux:
    return env.insn_aux[env.insn_idx]


def func_of(env: Env, reg: RegState) -> FuncState:
    """The frame that a stack pointer points into (Linux: func())."""
    return env.cur_state.frame[reg.target.frameno]


def new_id(env: Env) -> int:
    env.id_gen += 1
    return env.id_gen


def in_sleepable(env: Env) -> bool:
    return env.cur_state.in_sleepable


# ------------------------------------------------------------------ registers


def mark_reg_scratched(env: Env, regno: int) -> None:
    env.scratched_regs |= 1 << regno


def mark_stack_slot_scratched(env: Env, spi: int) -> None:
    env.scratched_stack_slots |= 1 << spi


def mark_reg_unknown(env: Env, regs: list[RegState], regno: int) -> None:
    """The register becomes a scalar of which nothing is known."""
    regs[regno] = SCALAR_UNKNOWN


def mark_reg_known_zero(env: Env, regs: list[RegState], regno: int) -> None:
    """The register becomes the scalar zero."""
    regs[regno] = SCALAR_ZERO


def mark_reg_not_init(env: Env, regs: list[RegState], regno: int) -> None:
    regs[regno] = NOT_INIT_REG


def check_reg_arg(env: Env, regno: int, t: int) -> None:
    """Whether the current instruction may use the register so; scratches it, and unmarks a written one."""
    state = env.cur_state
    regs = state.frame[state.curframe].regs
    if regno >= 11:
        verbose(env, f"R{regno} is invalid\n")
        raise Reject(EINVAL)
    env.scratched_regs |= 1 << regno
    if t == SRC_OP:
        if regs[regno].type == NOT_INIT:
            verbose(env, f"R{regno} !read_ok\n")
            raise Reject(EACCES)
        return
    if regno == BPF_REG_FP:
        verbose(env, "frame pointer is read only\n")
        raise Reject(EACCES)
    if t == DST_OP:
        regs[regno] = SCALAR_UNKNOWN


def get_helper_proto(env: Env, func_id: int) -> HelperProto | None:
    """The contract of a helper for this program; None where the program may not call it."""
    protos = env.helper_protos
    if func_id not in protos:
        privileges = env.request.privileges
        protos[func_id] = (
            helper_proto(
                env.variant,
                env.prog_type,
                func_id,
                bpf=privileges.bpf,
                perfmon=privileges.perfmon,
                sleepable=env.sleepable,
            )
            if env.variant is not None
            else None
        )
    return protos[func_id]


def is_scalar(reg: RegState) -> bool:
    return reg.type == SCALAR_VALUE
