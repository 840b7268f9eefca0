"""Reads and writes of the stack: bounds, spills and fills, what is initialised.

Registers stored whole into an aligned slot keep all that is known of them (a spill), and come back with it (a
fill); anything else leaves bytes of data. A pointer with a variable offset may hit any slot of its range, so
such a write weakens all of them and such a read learns nothing but zeros.

The byte at fp+off lies in slot `(-off - 1) // 8`, whose `types` count from the highest address down.
"""

from __future__ import annotations

from errno import EACCES, EINVAL

from skep.kernel.verifier.access import (
    BPF_READ,
)
from skep.kernel.verifier.alu import assign_scalar_id_before_mov
from skep.kernel.verifier.backtrack import mark_chain_precision, push_jmp_history
from skep.kernel.verifier.bounds import known, s64
from skep.kernel.verifier.dynptr import destroy_if_dynptr_stack_slot
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_func,
    cur_regs,
    func_of,
    mark_stack_slot_scratched,
    verbose,
)
from skep.kernel.verifier.liveness import bpf_mark_stack_read, bpf_mark_stack_write
from skep.kernel.verifier.log_insn import verbose_linfo
from skep.kernel.verifier.log_state import fmt_tnum
from skep.kernel.verifier.regs import (
    SCALAR_UNKNOWN,
    SCALAR_ZERO,
    RegState,
    scalar,
)
from skep.kernel.verifier.regtypes import (
    PTR_TO_STACK,
    SCALAR_VALUE,
)
from skep.kernel.verifier.stack_range import check_stack_range_initialized
from skep.kernel.verifier.stack_slots import (
    check_fastcall_stack_contract,
    is_pointer_value_reg,
    is_spillable_regtype,
    is_st_mem,
    scrub_special_slot,
    spilled_slot,
    with_bytes,
)
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    INSN_F_SPI_SHIFT,
    INSN_F_STACK_ACCESS,
    MISC_SLOT,
    STACK_INVALID,
    STACK_MISC,
    STACK_SPILL,
    STACK_ZERO,
    FuncState,
    StackSlot,
)

# ------------------------------------------------------------------ writes


def _needs_nospec(env: Env, slot: StackSlot, first: int, size: int, reg: RegState | None) -> bool:
    """Whether a store must be followed by a barrier, lest a later load bypass it (Spectre v4)."""
    if reg is not None and is_spillable_regtype(reg.type):
        return True
    return any(t not in (STACK_MISC, STACK_ZERO) for t in slot.types[first - size + 1 : first + 1])


def _keep_spilled_pointer(env: Env, slot: StackSlot) -> None:
    """Half a pointer is a number, which would tell where things are."""
    if slot.is_spilled_reg and not slot.is_spilled_scalar_reg:
        verbose(env, "attempt to corrupt spilled pointer on stack\n")
        raise Reject(EACCES)


def fill_stack_range(env: Env, regno: int, size: int, insn_idx: int) -> None:
    """What a helper fills, at a known place that has been checked, becomes data.

    Linux stores byte by byte. So a whole slot does not count as overwritten, and a spilled pointer may not be
    filled over without the right to leak it; but for that, a slot at a time does the same.
    """
    reg = cur_regs(env)[regno]
    state = func_of(env, reg)
    off = reg.off + s64(reg.bounds.var_off.value)
    end = off + size
    check_fastcall_stack_contract(env, state, insn_idx, off)
    while off < end:
        spi, first = divmod(-off - 1, BPF_REG_SIZE)
        slot = state.stack[spi]
        count = min(end - off, first + 1)
        if not env.allow_ptr_leaks:
            _keep_spilled_pointer(env, slot)
        if not env.bypass_spec_v4 and _needs_nospec(env, slot, first, count, None):
            env.insn_aux[insn_idx].nospec_result = True
        destroy_if_dynptr_stack_slot(env, state, spi)
        mark_stack_slot_scratched(env, spi)
        if count == BPF_REG_SIZE:
            state.stack[spi] = MISC_SLOT
        else:
            state.stack[spi] = with_bytes(scrub_special_slot(state.stack[spi]), first, count, STACK_MISC)
        off += count


def check_stack_write_fixed_off(
    env: Env, state: FuncState, off: int, size: int, value_regno: int, insn_idx: int
) -> None:
    """A store at a known offset, within bounds and aligned (both are checked before)."""
    first = -off - 1
    spi = first // BPF_REG_SIZE
    first %= BPF_REG_SIZE
    slot = state.stack[spi]
    if not env.allow_ptr_leaks and size != BPF_REG_SIZE:
        _keep_spilled_pointer(env, slot)
    cur = cur_func(env)
    reg = cur.regs[value_regno] if value_regno >= 0 else None
    if not env.bypass_spec_v4 and _needs_nospec(env, slot, first, size, reg):
        env.insn_aux[insn_idx].nospec_result = True
    destroy_if_dynptr_stack_slot(env, state, spi)
    slot = state.stack[spi]
    check_fastcall_stack_contract(env, state, insn_idx, off)
    mark_stack_slot_scratched(env, spi)
    insn = env.insns[insn_idx]
    aligned = off % BPF_REG_SIZE == 0
    spilled = True
    if size == BPF_REG_SIZE:
        bpf_mark_stack_write(env, state.frameno, 1 << spi)
    if reg is not None and aligned and reg.type == SCALAR_VALUE and env.bpf_capable:
        fits = reg.bounds.umax_value < 1 << (8 * size)
        if fits:
            reg = assign_scalar_id_before_mov(env, cur.regs, value_regno)
        elif reg.id:
            reg = reg.with_id(0)
        state.stack[spi] = spilled_slot(slot, reg, size)
    elif reg is None and aligned and is_st_mem(insn.code) and env.bpf_capable:
        state.stack[spi] = spilled_slot(slot, scalar(known(insn.imm)), size)
    elif reg is not None and is_spillable_regtype(reg.type):
        if size != BPF_REG_SIZE:
            verbose_linfo(env, insn_idx, "; ")
            verbose(env, "invalid size of register spill\n")
            raise Reject(EACCES)
        if state is not cur and reg.type == PTR_TO_STACK:
            verbose(env, "cannot spill pointers to stack into stack frame of the caller\n")
            raise Reject(EINVAL)
        state.stack[spi] = spilled_slot(slot, reg, size)
    else:
        spilled = False
        type_ = STACK_MISC
        slot = scrub_special_slot(slot)
        if (reg is not None and reg.is_null) or (reg is None and is_st_mem(insn.code) and insn.imm == 0):
            # The zero stays known only as long as the register that it came from is known to be zero.
            if value_regno >= 0:
                mark_chain_precision(env, value_regno)
            type_ = STACK_ZERO
        state.stack[spi] = with_bytes(slot, first, size, type_)
    if spilled:
        flags = INSN_F_STACK_ACCESS | spi << INSN_F_SPI_SHIFT | state.frameno
        push_jmp_history(env, env.cur_state, flags, 0)


def check_stack_write_var_off(
    env: Env, state: FuncState, ptr_regno: int, off: int, size: int, value_regno: int, insn_idx: int
) -> None:
    """A store that may hit any slot in a range: each is weakened, none is known to be written."""
    regs = cur_regs(env)
    ptr_reg = regs[ptr_regno]
    min_off = ptr_reg.smin_value + off
    max_off = ptr_reg.smax_value + off + size
    insn = env.insns[insn_idx]
    if value_regno >= 0:
        writing_zero = regs[value_regno].is_null
    else:
        writing_zero = is_st_mem(insn.code) and insn.imm == 0
    for i in range(min_off, max_off):
        destroy_if_dynptr_stack_slot(env, state, (-i - 1) // BPF_REG_SIZE)
    check_fastcall_stack_contract(env, state, insn_idx, min_off)
    zero_used = False
    for i in range(min_off, max_off):
        if _write_uncertain_byte(env, state, i, writing_zero, insn_idx):
            zero_used = True
    if zero_used and value_regno >= 0:
        # A zero that lets a slot stay zero must be zero on every path that is compared with this one.
        mark_chain_precision(env, value_regno)


def _write_uncertain_byte(env: Env, state: FuncState, off: int, writing_zero: bool, insn_idx: int) -> bool:
    """One byte that may be written; true if the slot stays what it was because a zero is written."""
    spi, index = divmod(-off - 1, BPF_REG_SIZE)
    slot = state.stack[spi]
    type_ = slot.types[index]
    mark_stack_slot_scratched(env, spi)
    if not env.allow_ptr_leaks and type_ not in (STACK_MISC, STACK_ZERO):
        # Erasing a spilled pointer that may stay in memory would let it be read as data.
        verbose(env, f"spilled ptr in range of var-offset stack write; insn {insn_idx}, ptr off: {off}")
        raise Reject(EINVAL)
    if writing_zero and type_ == STACK_SPILL and slot.is_spilled_scalar_reg and slot.spilled.is_null:
        return True
    scrubbed = scrub_special_slot(slot)
    type_ = scrubbed.types[index]
    new_type = STACK_ZERO if writing_zero and type_ == STACK_ZERO else STACK_MISC
    if type_ == STACK_INVALID and not env.allow_uninit_stack:
        verbose(
            env,
            f"uninit stack in range of var-offset write prohibited for !root; insn {insn_idx}, off: {off}",
        )
        raise Reject(EINVAL)
    state.stack[spi] = with_bytes(scrubbed, index, 1, new_type)
    return new_type == STACK_ZERO


def check_stack_write(env: Env, ptr_regno: int, off: int, size: int, value_regno: int, insn_idx: int) -> None:
    """`off` includes the pointer's fixed offset; `value_regno` is -1 when no register is stored."""
    reg = cur_regs(env)[ptr_regno]
    state = func_of(env, reg)
    var_off = reg.bounds.var_off
    if var_off.mask == 0:
        off += s64(var_off.value)
        check_stack_write_fixed_off(env, state, off, size, value_regno, insn_idx)
    else:
        check_stack_write_var_off(env, state, ptr_regno, off, size, value_regno, insn_idx)


# ------------------------------------------------------------------ reads


def _check_bytes_initialised(
    env: Env, types: bytes, first: int, size: int, off: int, spill_ok: bool
) -> tuple[int, int]:
    """Reject a read of bytes that nothing was stored to; how many are spilled, and how many zero."""
    spills = zeros = 0
    for i in range(size):
        type_ = types[first - i]
        if type_ == STACK_MISC:
            continue
        if type_ == STACK_ZERO:
            zeros += 1
        elif type_ == STACK_SPILL and spill_ok:
            spills += 1
        elif type_ == STACK_INVALID and env.allow_uninit_stack:
            continue
        else:
            verbose(env, f"invalid read from stack off {off}+{i} size {size}\n")
            raise Reject(EACCES)
    return spills, zeros


def mark_reg_stack_read(env: Env, ptr_state: FuncState, min_off: int, max_off: int, dst_regno: int) -> None:
    """What a read of data leaves in the register: zero if all bytes are zero, else anything."""
    zeros = True
    for i in range(min_off, max_off):
        spi, index = divmod(-i - 1, BPF_REG_SIZE)
        mark_stack_slot_scratched(env, spi)
        if ptr_state.stack[spi].types[index] != STACK_ZERO:
            zeros = False
            break
    cur_regs(env)[dst_regno] = SCALAR_ZERO if zeros else SCALAR_UNKNOWN


def _fill_narrow(env: Env, slot: StackSlot, off: int, size: int, spill_size: int, dst_regno: int) -> bool:
    """A fill that is narrower than a slot, or of a narrow spill; true if it restores the register."""
    reg = slot.spilled
    if reg.type != SCALAR_VALUE:
        verbose_linfo(env, env.insn_idx, "; ")
        verbose(env, "invalid size of register fill\n")
        raise Reject(EACCES)
    if dst_regno < 0:
        return False
    regs = cur_regs(env)
    if size <= spill_size and off % BPF_REG_SIZE == 0:
        if reg.bounds.umax_value >= 1 << (8 * size):
            reg = scalar(reg.bounds)
        regs[dst_regno] = reg
        return True
    first = (-off - 1) % BPF_REG_SIZE
    spills, zeros = _check_bytes_initialised(env, slot.types, first, size, off, True)
    if spills == size and reg.is_null:
        regs[dst_regno] = SCALAR_ZERO
        return True
    regs[dst_regno] = SCALAR_ZERO if zeros == size else SCALAR_UNKNOWN
    return False


def check_stack_read_fixed_off(env: Env, reg_state: FuncState, off: int, size: int, dst_regno: int) -> None:
    """A load at a known offset; fills the register from a spill if there is one."""
    spi = (-off - 1) // BPF_REG_SIZE
    slot = reg_state.stack[spi]
    mark_stack_slot_scratched(env, spi)
    check_fastcall_stack_contract(env, cur_func(env), env.insn_idx, off)
    bpf_mark_stack_read(env, reg_state.frameno, env.insn_idx, 1 << spi)
    if slot.is_spilled_reg:
        spill_size = 1
        while spill_size < BPF_REG_SIZE and slot.types[BPF_REG_SIZE - 1 - spill_size] == STACK_SPILL:
            spill_size += 1
        restored = True
        if size != BPF_REG_SIZE or spill_size != BPF_REG_SIZE:
            restored = _fill_narrow(env, slot, off, size, spill_size, dst_regno)
            if dst_regno < 0:
                return
        elif dst_regno >= 0:
            cur_regs(env)[dst_regno] = slot.spilled
        elif is_pointer_value_reg(env, slot.spilled):
            # Nobody takes the value: an atomic operation, say, which must not work on a hidden pointer.
            verbose(env, f"leaking pointer from stack off {off}\n")
            raise Reject(EACCES)
        if restored:
            flags = INSN_F_STACK_ACCESS | spi << INSN_F_SPI_SHIFT | reg_state.frameno
            push_jmp_history(env, env.cur_state, flags, 0)
        return
    _check_bytes_initialised(env, slot.types, (-off - 1) % BPF_REG_SIZE, size, off, False)
    if dst_regno >= 0:
        mark_reg_stack_read(env, reg_state, off, off + size, dst_regno)


def check_stack_read_var_off(env: Env, ptr_regno: int, off: int, size: int, dst_regno: int) -> None:
    """A load that may come from any slot in a range."""
    reg = cur_regs(env)[ptr_regno]
    ptr_state = func_of(env, reg)
    check_stack_range_initialized(env, ptr_regno, off, size, False, BPF_READ, None)
    min_off = reg.smin_value + off
    max_off = reg.smax_value + off
    mark_reg_stack_read(env, ptr_state, min_off, max_off + size, dst_regno)
    check_fastcall_stack_contract(env, ptr_state, env.insn_idx, min_off)


def check_stack_read(env: Env, ptr_regno: int, off: int, size: int, dst_regno: int) -> None:
    """`off` includes the pointer's fixed offset; `dst_regno` is -1 when no register takes the value."""
    reg = cur_regs(env)[ptr_regno]
    var_off = reg.bounds.var_off
    if var_off.mask == 0:
        off += s64(var_off.value)
        check_stack_read_fixed_off(env, func_of(env, reg), off, size, dst_regno)
        return
    if dst_regno < 0:
        verbose(
            env,
            "variable offset stack pointer cannot be passed into helper function; "
            f"var_off={fmt_tnum(var_off)} off={off} size={size}\n",
        )
        raise Reject(EACCES)
    check_stack_read_var_off(env, ptr_regno, off, size, dst_regno)
