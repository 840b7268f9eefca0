"""What is known of the program's parts, instructions and functions, for the verifier and the fixups."""

from __future__ import annotations

from typing import Any, Final, final

from skep.kernel.verifier.regtypes import NOT_INIT
from skep.kernel.verifier.vmap import VMap


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
