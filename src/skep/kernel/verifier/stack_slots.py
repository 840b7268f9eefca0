"""Stack slots: what may be spilled, and a slot after bytes of it were written."""

from __future__ import annotations

from typing import Final

from skep.isa.opcodes import BPF_MEM, BPF_ST
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.regs import (
    NOT_INIT_REG,
    RegState,
)
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_MAP,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TO_CTX,
    PTR_TO_FLOW_KEYS,
    PTR_TO_FUNC,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_PACKET_META,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_STACK,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    SCALAR_VALUE,
    base_type,
)
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    INVALID_SLOT,
    MISC_SLOT,
    SPILL_TYPES,
    STACK_DYNPTR,
    STACK_INVALID,
    STACK_IRQ_FLAG,
    STACK_ITER,
    STACK_MISC,
    STACK_SPILL,
    STACK_ZERO,
    FuncState,
    StackSlot,
)

_SPILLABLE: Final = frozenset(
    {
        PTR_TO_MAP_VALUE,
        PTR_TO_STACK,
        PTR_TO_CTX,
        PTR_TO_PACKET,
        PTR_TO_PACKET_META,
        PTR_TO_PACKET_END,
        PTR_TO_FLOW_KEYS,
        CONST_PTR_TO_MAP,
        PTR_TO_SOCKET,
        PTR_TO_SOCK_COMMON,
        PTR_TO_TCP_SOCK,
        PTR_TO_XDP_SOCK,
        PTR_TO_BTF_ID,
        PTR_TO_BUF,
        PTR_TO_MEM,
        PTR_TO_FUNC,
        PTR_TO_MAP_KEY,
        PTR_TO_ARENA,
    }
)

_SPECIAL: Final = (STACK_SPILL, STACK_DYNPTR, STACK_ITER, STACK_IRQ_FLAG)

S16_MIN: Final = -(1 << 15)


def is_spillable_regtype(type_: int) -> bool:
    """Whether the stack remembers pointers of this type."""
    return base_type(type_) in _SPILLABLE


def grow_stack_state(env: Env, state: FuncState, size: int) -> None:
    """Make the frame's stack at least so many bytes, in whole slots."""
    slots = (size + BPF_REG_SIZE - 1) // BPF_REG_SIZE
    if len(state.stack) >= slots:
        return
    state.stack.extend([INVALID_SLOT] * (slots - len(state.stack)))
    subprog = env.subprog_info[state.subprogno]
    if subprog.stack_depth < slots * BPF_REG_SIZE:
        subprog.stack_depth = slots * BPF_REG_SIZE


def scrub_special_slot(slot: StackSlot) -> StackSlot:
    """The slot after data was written over it: no spilled register, dynptr or iterator is left."""
    if slot.types == SPILL_TYPES:
        return MISC_SLOT
    if slot.types[BPF_REG_SIZE - 1] in _SPECIAL:
        return StackSlot(bytes(STACK_MISC if t != STACK_INVALID else t for t in slot.types))
    return slot if slot.spilled is NOT_INIT_REG else StackSlot(slot.types)


def spilled_slot(old: StackSlot, reg: RegState, size: int) -> StackSlot:
    """The slot after `size` bytes of `reg` were spilled into its low end (Linux: save_register_state)."""
    if size == BPF_REG_SIZE:
        return StackSlot(SPILL_TYPES, reg)
    rest = bytes(
        t if t in (STACK_ZERO, STACK_INVALID) else STACK_MISC for t in old.types[: BPF_REG_SIZE - size]
    )
    return StackSlot(rest + SPILL_TYPES[:size], reg)


def with_bytes(slot: StackSlot, first: int, size: int, type_: int) -> StackSlot:
    """The slot with `size` bytes down from index `first` set."""
    types = slot.types
    low = first - size + 1
    return StackSlot(types[:low] + bytes([type_]) * size + types[first + 1 :], slot.spilled)


def get_spi(off: int) -> int:
    """The slot of an object at fp+off (Linux: __get_spi). C divides towards zero: 0 is in the first one."""
    distance = -off - 1
    return distance // BPF_REG_SIZE if distance >= 0 else -(-distance // BPF_REG_SIZE)


def check_fastcall_stack_contract(env: Env, state: FuncState, insn_idx: int, off: int) -> None:
    """Forget fastcall patterns of a function whose spill area is touched by something else."""
    subprog = env.subprog_info[state.subprogno]
    if subprog.fastcall_stack_off <= off or env.insn_aux[insn_idx].fastcall_pattern:
        return
    subprog.fastcall_stack_off = S16_MIN
    end = (
        env.subprog_info[state.subprogno + 1].start
        if state.subprogno + 1 < len(env.subprog_info)
        else len(env.insns)
    )
    for index in range(subprog.start, end):
        aux = env.insn_aux[index]
        aux.fastcall_spills_num = 0
        aux.fastcall_pattern = False


def is_st_mem(code: int) -> bool:
    return code & 0x07 == BPF_ST and code & 0xE0 == BPF_MEM


def is_pointer_value_reg(env: Env, reg: RegState) -> bool:
    """Whether the register holds something that must not leak (Linux: __is_pointer_value)."""
    return not env.allow_ptr_leaks and reg.type != SCALAR_VALUE
