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

from errno import EACCES, EFAULT, EINVAL
from typing import Any, Final, final

from skep.errors import InputError
from skep.isa.insn import Insn
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.progtypes.progtype import Variant
from skep.kernel.progtypes.registry import helper_proto, variant_of
from skep.kernel.verifier.explored import Explored, Pending
from skep.kernel.verifier.log import VerifierLog
from skep.kernel.verifier.program_info import InsnAux, SubprogInfo
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN, SCALAR_ZERO, RegState
from skep.kernel.verifier.regtypes import NOT_INIT, SCALAR_VALUE
from skep.kernel.verifier.request import FuncInfo, LineInfo, Observer, VerifyRequest
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
        self.observer: Observer | None = request.observer
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
        # kernel functions that the program calls, by BTF id and place of the module in fd_array, 0 for none
        self.kfuncs: dict[tuple[int, int], Any] = {}  # (kfunc_meta.Kfunc)
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
        if vmlinux is None:
            return None
        if insn.off:
            known = self.kfuncs.get((insn.imm, insn.off))
            return str(known.name) if known is not None else None
        try:
            return str(vmlinux.types[insn.imm].name)
        except (LookupError, InputError):
            return None


# ------------------------------------------------------------------ access


def fd_of(env: Env, index: int) -> int:
    """The descriptor at a place of the caller's array."""
    read = env.request.fd_array
    if read is None:
        raise Reject(EFAULT)
    try:
        return read(index)
    except OSError as error:
        raise Reject(error.errno or EFAULT) from None


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
