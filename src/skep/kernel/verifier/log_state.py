"""States, instructions and source lines as text, to Linux 6.18's letter (kernel/bpf/log.c).

    7: (15) if r0 == 0x0 goto pc+3        ; R0=map_value(map=counters,ks=4,vs=8)

A line of an instruction is followed by what it changed, from column 40 on. A whole state follows `from 7 to
11:`.
"""

from __future__ import annotations

from typing import Any, Final, final

from skep.kernel.verifier.bounds import S32_MAX, S32_MIN, S64_MAX, S64_MIN, Bounds, s64
from skep.kernel.verifier.env import Env, verbose
from skep.kernel.verifier.regs import BPF_ADD_CONST, RegState
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_DYNPTR,
    CONST_PTR_TO_MAP,
    MEM_ALLOC,
    NON_OWN_REF,
    NOT_INIT,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_STACK,
    SCALAR_VALUE,
    base_type,
    reg_type_str,
    type_is_pkt_pointer,
)
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    INVALID_TYPES,
    MAX_BPF_REG,
    SLOT_TYPE_CHAR,
    STACK_DYNPTR,
    STACK_ITER,
    STACK_SPILL,
    FuncState,
    StackSlot,
    VerifierState,
)
from skep.kernel.verifier.tnum import U32_MAX, U64_MAX, Tnum

_ALIGNMENT: Final = 40
_MIN_ALIGNMENT: Final = 8
_DYNPTR_STR: Final = ("<invalid>", "local", "ringbuf", "skb", "xdp", "skb_meta")
_ITER_STATE_STR: Final = ("<invalid>", "active", "drained")


def fmt_unum(value: int) -> str:
    """Unsigned, in decimal as long as that is readable."""
    return str(value) if value <= 0xFFFF else f"{value:#x}"


def fmt_snum(value: int) -> str:
    """Signed 64-bit; hexadecimal shows the bits."""
    return str(value) if -0x8000 <= value <= 0x7FFF else f"{value & U64_MAX:#x}"


def fmt_tnum(tnum: Tnum) -> str:
    if tnum.mask == 0:
        return fmt_unum(tnum.value)
    return f"({tnum.value:#x}; {tnum.mask:#x})"


def _fmt_s32(value: int) -> str:
    """32-bit limits are not sign-extended when they print in hexadecimal."""
    return str(value) if -0x8000 <= value <= 0x7FFF else f"{value & U32_MAX:#x}"


@final
class _Texts:
    """What was written of bounds before, by their serial: a log says the same of a register many times."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: dict[int, str] = {}


_BOUNDS_TEXTS: Final = _Texts()
_BOUNDS_LIMIT: Final = 1 << 13


def _bounds_text(b: Bounds) -> str:
    """The facts on a value that is not known, with commas."""
    found = _BOUNDS_TEXTS.rows.get(b.serial)
    if found is None:
        facts = _scalar_ranges(b)
        if b.var_off.mask != U64_MAX:
            facts.append("var_off=" + fmt_tnum(b.var_off))
        if len(_BOUNDS_TEXTS.rows) >= _BOUNDS_LIMIT:
            _BOUNDS_TEXTS.rows = {}
        found = _BOUNDS_TEXTS.rows[b.serial] = ",".join(facts)
    return found


def _scalar_ranges(b: Bounds) -> list[str]:
    """The limits that say something; equal ones of a kind are joined: `smax=umax=255`."""
    s32_min, s32_max = b.s32_min_value, b.s32_max_value
    rows: list[tuple[str, int, bool, str]] = [
        ("smin", b.smin_value, b.smin_value == S64_MIN, fmt_snum(b.smin_value)),
        ("smax", b.smax_value, b.smax_value == S64_MAX, fmt_snum(b.smax_value)),
        ("umin", b.umin_value, b.umin_value == 0, fmt_unum(b.umin_value)),
        ("umax", b.umax_value, b.umax_value == U64_MAX, fmt_unum(b.umax_value)),
        ("smin32", _printed_s32(s32_min), s32_min == S32_MIN, _fmt_s32(s32_min)),
        ("smax32", _printed_s32(s32_max), s32_max == S32_MAX, _fmt_s32(s32_max)),
        ("umin32", b.u32_min_value, b.u32_min_value == 0, fmt_unum(b.u32_min_value)),
        ("umax32", b.u32_max_value, b.u32_max_value == U32_MAX, fmt_unum(b.u32_max_value)),
    ]
    out: list[str] = []
    joined: set[int] = set()
    for index, (name, value, omit, text) in enumerate(rows):
        if omit or index in joined:
            continue
        names = [name]
        for later in range(index + 2, 8, 2):
            other, other_value, other_omit, _ = rows[later]
            if other_omit or later in joined or other_value & U64_MAX != value & U64_MAX:
                continue
            # A negative number and a large unsigned one can have the same bits; they are kept apart.
            if _is_negative(name, value) == _is_negative(other, other_value):
                names.append(other)
                joined.add(later)
        out.append("=".join(names) + "=" + text)
    return out


def _printed_s32(value: int) -> int:
    return value if -0x8000 <= value <= 0x7FFF else value & U32_MAX


def _is_negative(name: str, value: int) -> bool:
    return name[0] == "s" and value < 0


def _btf_type_name(reg: RegState) -> str:
    btf: Any = reg.target.btf
    return str(btf.types[reg.target.btf_id].name) if btf is not None else ""


def fmt_reg(func: FuncState, reg: RegState, precise: bool) -> str:
    """The register after `R1=` (Linux: print_reg_state)."""
    type_ = reg.type
    bounds = reg.bounds
    const = bounds.var_off.mask == 0
    mark = "P" if precise and type_ == SCALAR_VALUE else ""
    if type_ == SCALAR_VALUE and const:
        return mark + fmt_snum(s64(bounds.var_off.value))
    text = mark + reg_type_str(type_)
    if type_ == PTR_TO_ARENA:
        return text
    if type_ == PTR_TO_STACK:
        if func.frameno != reg.target.frameno:
            text += f"[{reg.target.frameno}]"
        if const:
            return text + fmt_snum(s64(bounds.var_off.value + reg.off))
    if base_type(type_) == PTR_TO_BTF_ID:
        text += _btf_type_name(reg)
    return f"{text}({','.join(_reg_facts(reg, type_, bounds, const))})"


def _reg_facts(reg: RegState, type_: int, bounds: Bounds, const: bool) -> list[str]:
    facts: list[str] = []
    if reg.id:
        plus = f"{reg.off:+d}" if reg.id & BPF_ADD_CONST else ""
        facts.append(f"id={reg.id & ~BPF_ADD_CONST}{plus}")
    if reg.ref_obj_id:
        facts.append(f"ref_obj_id={reg.ref_obj_id}")
    if type_ & NON_OWN_REF and type_ & MEM_ALLOC and base_type(type_) == PTR_TO_BTF_ID:
        facts.append("non_own_ref")
    facts += _target_facts(reg, base_type(type_))
    if type_ != SCALAR_VALUE and reg.off:
        facts.append("off=" + fmt_snum(reg.off))
    if type_is_pkt_pointer(type_):
        facts.append("r=" + fmt_unum(reg.target.range & U64_MAX))
    if base_type(type_) == PTR_TO_MEM:
        facts.append("sz=" + fmt_unum(reg.target.mem_size))
    if type_ == CONST_PTR_TO_DYNPTR:
        facts.append("type=" + _DYNPTR_STR[reg.target.dynptr_type])
    if const:
        if bounds.var_off.value:
            facts.append("imm=" + fmt_snum(s64(bounds.var_off.value)))
        return facts
    known = _bounds_text(bounds)
    if known:
        facts.append(known)
    return facts


def _target_facts(reg: RegState, base: int) -> list[str]:
    map_ptr = reg.target.map_ptr
    if base not in (CONST_PTR_TO_MAP, PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE) or map_ptr is None:
        return []
    facts = [f"map={map_ptr.name}"] if map_ptr.name else []
    facts.append(f"ks={map_ptr.key_size},vs={map_ptr.value_size}")
    return facts


def _fmt_dynptr(spi: int, reg: RegState) -> str:
    facts: list[str] = []
    if reg.id:
        facts.append(f"id={reg.id}")
    if reg.ref_obj_id:
        facts.append(f"ref_id={reg.ref_obj_id}")
    if reg.target.dynptr_id:
        facts.append(f"dynptr_id={reg.target.dynptr_id}")
    return f" fp{_fp(spi)}=dynptr_{_DYNPTR_STR[reg.target.dynptr_type]}({','.join(facts)})"


def _fmt_iter(spi: int, reg: RegState) -> str:
    kind = _btf_type_name(reg).removeprefix("bpf_iter_")
    state = _ITER_STATE_STR[reg.target.iter_state]
    return f" fp{_fp(spi)}=iter_{kind}(ref_id={reg.ref_obj_id},state={state},depth={reg.target.iter_depth})"


def _fp(spi: int) -> int:
    return (-spi - 1) * BPF_REG_SIZE


def _fmt_slot(func: FuncState, spi: int, slot: StackSlot, precise: bool) -> str:
    types = "".join(SLOT_TYPE_CHAR[kind] for kind in slot.types)
    if slot.types[BPF_REG_SIZE - 1] == STACK_SPILL:
        # what is above a narrow spill prints before it
        above = types[: slot.types.index(STACK_SPILL)]
        return f" fp{_fp(spi)}={above}{fmt_reg(func, slot.spilled, precise)}"
    return f" fp{_fp(spi)}={types}"


def _fmt_stack(env: Env, func: FuncState, print_all: bool) -> str:
    text = ""
    spi = -1
    while spi + 1 < len(func.stack):
        spi += 1
        if not print_all and not env.scratched_stack_slots >> spi & 1:
            continue
        slot = func.stack[spi]
        if slot.types == INVALID_TYPES:
            continue
        kind = slot.types[BPF_REG_SIZE - 1]
        if kind == STACK_DYNPTR:
            spi += 1  # the second slot is the main one
            text += _fmt_dynptr(spi, func.stack[spi].spilled)
        elif kind == STACK_ITER:
            if slot.spilled.ref_obj_id:
                text += _fmt_iter(spi, slot.spilled)
        else:
            precise = not env.bpf_capable or bool(func.precise_slots >> spi & 1)
            text += _fmt_slot(func, spi, slot, precise)
    return text


def print_verifier_state(env: Env, state: VerifierState, frameno: int, print_all: bool) -> None:
    """One frame of the state, whole or only what was scratched since the last time, and a newline."""
    func = state.frame[frameno]
    text = f" frame{func.frameno}:" if func.frameno else ""
    for regno in range(MAX_BPF_REG):
        reg = func.regs[regno]
        if reg.type != NOT_INIT and (print_all or env.scratched_regs >> regno & 1):
            precise = not env.bpf_capable or bool(func.precise_regs >> regno & 1)
            text += f" R{regno}={fmt_reg(func, reg, precise)}"
    text += _fmt_stack(env, func, print_all)
    ids = [str(ref.id) for ref in state.refs if ref.id]
    if ids and state.refs[0].id:
        text += " refs=" + ",".join(ids)
    if func.in_callback_fn:
        text += " cb"
    if func.in_async_callback_fn:
        text += " async_cb"
    env.log.append((text + "\n").encode("utf-8", "surrogateescape"))
    if not print_all:
        env.scratched_regs = 0
        env.scratched_stack_slots = 0


def _vlog_alignment(pos: int) -> int:
    """Spaces from column `pos` to where the state starts."""
    wanted = max(pos + _MIN_ALIGNMENT // 2, _ALIGNMENT)
    return (wanted + _MIN_ALIGNMENT - 1) // _MIN_ALIGNMENT * _MIN_ALIGNMENT - pos - 1


def print_insn_state(env: Env, state: VerifierState, frameno: int) -> None:
    """What the instruction just printed has changed, on its line if nothing came in between."""
    if env.prev_log_pos and env.prev_log_pos == env.log.end_pos:
        env.log.reset(env.prev_log_pos - 1)
        width = max(_vlog_alignment(env.prev_insn_print_pos), 1)
        env.log.append((" " * width + ";").encode())
    else:
        verbose(env, f"{env.insn_idx}:")
    print_verifier_state(env, state, frameno, False)


def fmt_reg_mask(mask: int) -> str:
    """`r1,r6`."""
    return ",".join(f"r{regno}" for regno in range(32) if mask >> regno & 1)


def fmt_stack_mask(mask: int) -> str:
    """`-8,-16`."""
    return ",".join(str(-(spi + 1) * BPF_REG_SIZE) for spi in range(64) if mask >> spi & 1)
