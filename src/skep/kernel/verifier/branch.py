"""Conditional jumps: which way they can go, and what is known on either way.

If the outcome is known, only that way is followed. Otherwise the state is split: the way not followed now
(the jump) is pushed for later, and both learn from the comparison: bounds of scalars, which nullable
pointers are null, how much of the packet is there.
"""

from __future__ import annotations

from errno import EACCES, EFAULT, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_JA,
    BPF_JCOND,
    BPF_JEQ,
    BPF_JMP,
    BPF_JMP32,
    BPF_JNE,
    BPF_MAY_GOTO,
)
from skep.kernel.verifier.alu import is_pointer_value
from skep.kernel.verifier.backtrack import mark_chain_precision, push_jmp_history
from skep.kernel.verifier.bounds import Bounds, known
from skep.kernel.verifier.compare import FLIP, Outcome, compare
from skep.kernel.verifier.env import SRC_OP, Env, Reject, check_reg_arg, cur_regs, verbose
from skep.kernel.verifier.explore import find_prev_entry, push_stack, widen_imprecise_scalars
from skep.kernel.verifier.invariants import reg_bounds_sanity_check
from skep.kernel.verifier.linked import LinkedReg, collect_linked_regs, linked_regs_pack, sync_linked_regs
from skep.kernel.verifier.log_state import print_insn_state
from skep.kernel.verifier.nullness import (
    mark_ptr_not_null_reg,
    mark_ptr_or_null_regs,
    reg_not_null,
)
from skep.kernel.verifier.packet_range import (
    pkt_ptr_branch_taken,
    reg_is_pkt_pointer_any,
    try_match_pkt_pointers,
)
from skep.kernel.verifier.regs import SCALAR_UNKNOWN, RegState, scalar
from skep.kernel.verifier.regtypes import (
    BPF_BASE_TYPE_MASK,
    PTR_TO_BTF_ID,
    PTR_TO_STACK,
    SCALAR_VALUE,
    type_may_be_null,
)
from skep.kernel.verifier.state import INSN_F_DST_REG_STACK, INSN_F_SRC_REG_STACK, VerifierState
from skep.kernel.verifier.tnum import U32_MAX, U64_MAX

_UNKNOWN: Final = -1


def _check_may_goto(env: Env, insn: Insn, insn_idx: int) -> int:
    """Verify both going on and leaving the loop; going on gets imprecise, so that the loop converges."""
    if insn.code != BPF_JMP | BPF_JCOND or insn.src != BPF_MAY_GOTO or insn.dst or insn.imm:
        verbose(env, f"invalid may_goto imm {insn.imm}\n")
        raise Reject(EINVAL)
    previous = find_prev_entry(env, env.cur_state.parent, insn_idx)
    queued = push_stack(env, insn_idx + 1, insn_idx, False)
    queued.may_goto_depth += 1
    if previous is not None:
        widen_imprecise_scalars(env, previous, queued)
    return insn_idx + insn.off


def sanitize_speculative_path(env: Env, insn: Insn, next_idx: int, curr_idx: int) -> None:
    """Verify also the way that a mispredicted jump would take, with what was compared unknown."""
    branch = push_stack(env, next_idx, curr_idx, True, EFAULT)
    regs = branch.frame[branch.curframe].regs
    regs[insn.dst] = SCALAR_UNKNOWN
    if insn.code & 0x08:
        regs[insn.src] = SCALAR_UNKNOWN


def _is_const(reg: RegState, jmp32: bool) -> bool:
    return reg.type == SCALAR_VALUE and reg.bounds.var_off.mask & (U32_MAX if jmp32 else U64_MAX) == 0


def _pointer_branch_taken(a: RegState, b: RegState, op: int, jmp32: bool) -> int:
    """A pointer against the constant zero: decided if the pointer cannot be null.

    Linux 6.18 decides so for 32-bit comparisons too, although the lower half of an address may well be zero.
    """
    if not _is_const(b, jmp32):
        a, b, op = b, a, FLIP[op]
    if not _is_const(b, jmp32) or not reg_not_null(a):
        return _UNKNOWN
    if b.bounds.var_off.value & (U32_MAX if jmp32 else U64_MAX):
        return _UNKNOWN
    if op == BPF_JEQ:
        return 0
    return 1 if op == BPF_JNE else _UNKNOWN


def is_branch_taken(a: RegState, b: RegState, op: int, jmp32: bool, same: bool) -> tuple[int, Outcome | None]:
    """1 if `a op b` always holds, 0 if never, -1 if that is not known; and, for two scalars, what follows."""
    if a.type == SCALAR_VALUE and b.type == SCALAR_VALUE:
        outcome = compare(a.bounds, b.bounds, op, jmp32, same)
        return outcome.taken, outcome
    if not jmp32 and reg_is_pkt_pointer_any(a) and reg_is_pkt_pointer_any(b):
        return pkt_ptr_branch_taken(a, b, op), None
    return _pointer_branch_taken(a, b, op, jmp32), None


def _check_operands(env: Env, insn: Insn) -> RegState:
    """The second operand; a constant is a scalar like any other."""
    check_reg_arg(env, insn.dst, SRC_OP)
    if not insn.code & 0x08:
        if insn.src:
            verbose(env, "BPF_JMP/JMP32 uses reserved fields\n")
            raise Reject(EINVAL)
        return scalar(known(insn.imm))
    if insn.imm:
        verbose(env, "BPF_JMP/JMP32 uses reserved fields\n")
        raise Reject(EINVAL)
    check_reg_arg(env, insn.src, SRC_OP)
    regs = cur_regs(env)
    src = regs[insn.src]
    if is_pointer_value(env, insn.src) and not (
        reg_is_pkt_pointer_any(regs[insn.dst]) and reg_is_pkt_pointer_any(src)
    ):
        verbose(env, f"R{insn.src} pointer comparison prohibited\n")
        raise Reject(EACCES)
    return src


def _note_stack_pointers(env: Env, insn: Insn, dst: RegState, src: RegState) -> None:
    """Backtracking must know which operands were stack pointers: there is nothing to follow then."""
    flags = INSN_F_SRC_REG_STACK if src.type == PTR_TO_STACK else 0
    if dst.type == PTR_TO_STACK:
        flags |= INSN_F_DST_REG_STACK
    if flags:
        push_jmp_history(env, env.cur_state, flags, 0)


def _follow_known(env: Env, insn: Insn, insn_idx: int, dst: RegState, src: RegState, taken: int) -> int:
    """Only one way is possible: what decided it has to be precise, and the other way is for speculation
    only.
    """
    if dst.type == SCALAR_VALUE:
        mark_chain_precision(env, insn.dst)
    if insn.code & 0x08 and src.type == SCALAR_VALUE:
        mark_chain_precision(env, insn.src)
    off = insn.off
    if not env.bypass_spec_v1:
        other = insn_idx + 1 if taken else insn_idx + off + 1
        sanitize_speculative_path(env, insn, other, insn_idx)
    if env.log.level & 3:
        print_insn_state(env, env.cur_state, env.cur_state.curframe)
    return insn_idx + off if taken else insn_idx


def _collect_linked(env: Env, insn: Insn, dst: RegState, src: RegState) -> list[LinkedReg]:
    found: list[LinkedReg] = []
    state = env.cur_state
    if insn.code & 0x08 and src.type == SCALAR_VALUE and src.id:
        collect_linked_regs(env, state, src.id, found)
    if dst.type == SCALAR_VALUE and dst.id:
        collect_linked_regs(env, state, dst.id, found)
    if len(found) > 1:
        push_jmp_history(env, state, 0, linked_regs_pack(found))
    return found


def _set_bounds(regs: list[RegState], regno: int, bounds: Bounds) -> None:
    regs[regno] = regs[regno].with_bounds(bounds)


def reg_set_min_max(env: Env, insn: Insn, other: VerifierState, outcome: Outcome) -> None:
    """Give both operands on both ways what the comparison says of them."""
    true1 = reg_bounds_sanity_check(env, outcome.true1, "true_reg1")
    same = insn.code & 0x08 and insn.src == insn.dst
    if same:
        true2 = true1
    else:
        true2 = reg_bounds_sanity_check(env, outcome.true2, "true_reg2")
    false1 = reg_bounds_sanity_check(env, outcome.false1, "false_reg1")
    if same:
        false2 = false1
    else:
        false2 = reg_bounds_sanity_check(env, outcome.false2, "false_reg2")
    regs = cur_regs(env)
    other_regs = other.frame[other.curframe].regs
    _set_bounds(regs, insn.dst, false1)
    _set_bounds(other_regs, insn.dst, true1)
    if insn.code & 0x08:
        _set_bounds(regs, insn.src, false2)
        _set_bounds(other_regs, insn.src, true2)


def _sync_linked(env: Env, insn: Insn, other: VerifierState, linked: list[LinkedReg]) -> None:
    state = env.cur_state
    regs = cur_regs(env)
    operands = (insn.src, insn.dst) if insn.code & 0x08 else (insn.dst,)
    for regno in operands:
        if regs[regno].type == SCALAR_VALUE and regs[regno].id:
            sync_linked_regs(state, regno, linked)
            sync_linked_regs(other, regno, linked)


def _propagate_nullness(env: Env, insn: Insn, other: VerifierState, op: int) -> None:
    """Two pointers that are equal are both not null if one of them is not."""
    regs = cur_regs(env)
    dst, src = regs[insn.dst], regs[insn.src]
    if dst.type == SCALAR_VALUE or src.type == SCALAR_VALUE:
        return
    if PTR_TO_BTF_ID in (dst.type & BPF_BASE_TYPE_MASK, src.type & BPF_BASE_TYPE_MASK):
        return
    if op == BPF_JEQ:
        equal = other.frame[other.curframe].regs
    elif op == BPF_JNE:
        equal = regs
    else:
        return
    if reg_not_null(dst) and type_may_be_null(src.type):
        equal[insn.src] = mark_ptr_not_null_reg(equal[insn.src])
    if reg_not_null(src) and type_may_be_null(dst.type):
        equal[insn.dst] = mark_ptr_not_null_reg(equal[insn.dst])


def _learn_from_pointers(env: Env, insn: Insn, other: VerifierState, op: int, jmp32: bool) -> None:
    """Null checks and packet bounds; any other look at a pointer's value needs the right to leak pointers."""
    this = env.cur_state
    dst = cur_regs(env)[insn.dst]
    if (
        not jmp32
        and not insn.code & 0x08
        and insn.imm == 0
        and op in (BPF_JEQ, BPF_JNE)
        and type_may_be_null(dst.type)
    ):
        mark_ptr_or_null_regs(env, this, insn.dst, op == BPF_JNE)
        mark_ptr_or_null_regs(env, other, insn.dst, op == BPF_JEQ)
    elif not try_match_pkt_pointers(insn, op, jmp32, this, other) and is_pointer_value(env, insn.dst):
        verbose(env, f"R{insn.dst} pointer comparison prohibited\n")
        raise Reject(EACCES)


def _split(env: Env, insn: Insn, insn_idx: int, outcome: Outcome | None, src: RegState) -> None:
    """Both ways are possible: push the jump, stay on the fall-through."""
    op, jmp32 = insn.code & 0xF0, insn.code & 0x07 == BPF_JMP32
    linked = _collect_linked(env, insn, cur_regs(env)[insn.dst], src)
    other = push_stack(env, insn_idx + insn.off + 1, insn_idx, False, EFAULT)
    if outcome is not None:
        reg_set_min_max(env, insn, other, outcome)
    if linked:
        _sync_linked(env, insn, other, linked)
    if not jmp32 and insn.code & 0x08:
        _propagate_nullness(env, insn, other, op)
    _learn_from_pointers(env, insn, other, op, jmp32)
    if env.log.level & 3:
        print_insn_state(env, env.cur_state, env.cur_state.curframe)


def check_cond_jmp_op(env: Env, insn: Insn, insn_idx: int) -> int:
    """Check one conditional jump; returns the index before the instruction to go on with."""
    op = insn.code & 0xF0
    if op == BPF_JA or op > BPF_JCOND:
        verbose(env, f"invalid BPF_JMP/JMP32 opcode {op:x}\n")
        raise Reject(EINVAL)
    if op == BPF_JCOND:
        return _check_may_goto(env, insn, insn_idx)
    src = _check_operands(env, insn)
    dst = cur_regs(env)[insn.dst]
    _note_stack_pointers(env, insn, dst, src)
    same = bool(insn.code & 0x08) and insn.src == insn.dst
    taken, outcome = is_branch_taken(dst, src, op, insn.code & 0x07 == BPF_JMP32, same)
    if taken >= 0:
        return _follow_known(env, insn, insn_idx, dst, src, taken)
    _split(env, insn, insn_idx, outcome, src)
    return insn_idx
