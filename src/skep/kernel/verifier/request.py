"""What is asked of the verifier, and what it answers.

`VerifyRequest` is everything that a verdict depends on, gathered by the loading command: the verifier looks
at nothing else, so the same request gives the same answer anywhere. The answer is never an exception: a
refusal is an `errno` with the log, and anything else that is raised is a bug of skep.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from errno import EBADF, EFAULT, EINVAL
from typing import TYPE_CHECKING, Any, Final, Protocol, final

from skep.isa.insn import Insn

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.kernel.verifier.env import Env
    from skep.kernel.verifier.program_info import InsnAux, SubprogInfo
    from skep.kernel.verifier.state import VerifierState
    from skep.kernel.verifier.vmap import VMap


@dataclass(frozen=True, slots=True)
class FuncInfo:
    """One record of the program's func_info: the function that starts at this slot has this BTF type."""

    insn_off: int
    type_id: int


@final
class LineInfo:
    """One record of line_info; the offsets of names are into the program BTF's strings."""

    __slots__ = ("file_name_off", "insn_off", "line_col", "line_off")

    def __init__(self, insn_off: int, file_name_off: int, line_off: int, line_col: int) -> None:
        self.insn_off: Final = insn_off
        self.file_name_off: Final = file_name_off
        self.line_off: Final = line_off
        self.line_col: Final = line_col


@dataclass(frozen=True, slots=True)
class Privileges:
    """What the loading task may do, by what it means for the verifier (Linux: the bpf_token_capable checks).

    All true is root. Without `bpf` the program is unprivileged: smaller limits, no loops, no calls between
    functions.
    """

    bpf: bool = True  # CAP_BPF: env->bpf_capable
    perfmon: bool = True  # CAP_PERFMON: pointers may leak, uninitialised stack may be read
    net_admin: bool = True
    sys_admin: bool = True


def _nothing_there(offset: int, length: int) -> bytes:
    raise OSError(EFAULT, f"no {length} bytes at {offset}")


def _not_told(size: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Records:
    """A table of the caller's: func_info, line_info or CO-RE relocations.

    `read(offset, length)` gives bytes of it or raises OSError(EFAULT); it is asked record by record, since a
    count may say anything. `expect` tells the caller a record's size where his are longer and not zero there.
    """

    count: int = 0
    rec_size: int = 0
    read: Callable[[int, int], bytes] = _nothing_there
    expect: Callable[[int], None] = _not_told


class Observer(Protocol):
    """Watches an exploration. Nothing of the verifier's may be changed but the `note` of states."""

    def visit(self, env: Env) -> None:
        """`env.cur_state` stands before the instruction at `env.insn_idx`, which is verified next."""

    def covered(self, env: Env, insn_idx: int, old: VerifierState, exact: bool) -> None:
        """`env.cur_state` ends here, the checkpoint contains it; `exact`: also in values nobody needs."""


def _no_map(fd: int) -> Any:
    raise OSError(EBADF, f"no map behind descriptor {fd}")


def _no_btf(fd: int) -> Btf:
    raise OSError(EBADF, f"no BTF behind descriptor {fd}")


@dataclass(slots=True, kw_only=True)
class VerifyRequest:
    """One program to be verified.

    `get_map` and `get_btf` turn descriptors into objects or raise OSError(EBADF).
    """

    insns: Sequence[Insn]
    prog_type: int
    expected_attach_type: int = 0
    gpl_compatible: bool = True
    prog_flags: int = 0
    privileges: Privileges = field(default_factory=Privileges)
    get_map: Callable[[int], Any] = _no_map
    get_btf: Callable[[int], Btf] = _no_btf
    #: The descriptor at a place of fd_array, or OSError(EFAULT); None when the caller gave no array.
    fd_array: Callable[[int], int] | None = None
    fd_array_cnt: int = 0
    #: The program's own BTF (prog_btf_fd) or the errno that says why there is none, and the kernel's.
    btf: Btf | None = None
    btf_errno: int = EINVAL
    vmlinux: Btf | None = None
    #: Names of the kernel's symbols that have an address; None: all that `vmlinux` has.
    symbols: Container[str] | None = None
    #: ... and where they are, as far as that is known.
    addresses: Mapping[str, int] = field(default_factory=dict)
    func_info: Records = Records()
    line_info: Records = Records()
    core_relos: Records = Records()
    attach_btf: Btf | None = None
    attach_btf_id: int = 0
    attach_prog: Any = None
    log_level: int = 0
    log_size: int = 0  # bytes of the caller's buffer; 0 with log_level 0 = no log
    ncpus: int = 1
    byteorder: str = "little"
    #: Nanoseconds, for `verification time`; a kernel value's clock.
    clock: Callable[[], int] | None = None
    #: What the program's rewriting makes of the functions' stack depths, for the log's statistics.
    final_depths: Callable[[VerifyRequest, VerifyResult], list[int]] | None = None
    #: Unprivileged programs are hardened against speculation unless the machine says that it does not need
    #: it.
    mitigations: bool = True
    #: 32-bit instructions of the machine leave upper halves of registers alone, so `zext_dst` must be known.
    needs_zext: bool = False
    #: Told of every step of the exploration.
    observer: Observer | None = None


@dataclass(slots=True, kw_only=True)
class VerifyResult:
    """The verdict (`errno` 0: accepted), the log as the caller's buffer gets it, and what the later passes
    need.
    """

    errno: int
    log: bytes
    log_true_size: int
    insns: list[Insn] = field(default_factory=list)
    insn_aux: list[InsnAux] = field(default_factory=list)
    subprogs: list[SubprogInfo] = field(default_factory=list)
    used_maps: list[VMap] = field(default_factory=list)
    used_btfs: list[Btf] = field(default_factory=list)
    func_info: list[FuncInfo] = field(default_factory=list)
    line_info: list[LineInfo] = field(default_factory=list)
    processed: int = 0
    total_states: int = 0
    peak_states: int = 0
    max_ctx_offset: int = 0
    max_states_per_insn: int = 0
    mark_read: int = 0
    #: What it was verified as: for programs that extend others, the type of those.
    prog_type: int = 0
    expected_attach_type: int = 0
    changes_pkt_data: bool = False
    might_sleep: bool = False
    #: Kernel functions that are called, by BTF id.
    kfuncs: Mapping[tuple[int, int], Any] = field(default_factory=dict)
    #: What the program does somewhere: writes to packets through pointers, throws.
    seen_direct_write: bool = False
    seen_exception: bool = False
    exception_callback_subprog: int = 0
    verification_time_us: int = 0
    stack_depths: tuple[int, ...] = ()
    #: Set when an internal error stopped the verifier: a bug of skep, never acceptance.
    internal_error: str = ""
    internal_traceback: str = ""
