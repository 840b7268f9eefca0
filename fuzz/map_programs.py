"""Programs that call one helper on one map: key, value and a number come from the packet, and what the helper
left in the value goes back there.
"""

from __future__ import annotations

from skep.isa import Insn, build
from skep.isa import opcodes as op
from skep.uapi import FuncId

LOOKUPS = {"map_lookup_elem", "map_lookup_percpu_elem"}
#: What each takes after the map: k: address of the key, K: the key's first four bytes, v: address of the
#: value, n: the number.
ARGUMENTS = {
    "map_lookup_elem": "k",
    "map_update_elem": "kvn",
    "map_delete_elem": "k",
    "map_push_elem": "vn",
    "map_pop_elem": "v",
    "map_peek_elem": "v",
    "map_lookup_percpu_elem": "kn",
    "redirect_map": "Kn",
}
#: A lookup that found nothing.
NOTHING = 0xDEAD
_MOST = 400  # bytes of stack
_DW, _W, _B = op.BPF_DW, op.BPF_W, op.BPF_B


def program(helper: str, map_fd: int, key_size: int, value_size: int) -> list[Insn] | None:
    """The program, None when key and value do not fit on its stack. With no size of a value, what a lookup
    finds is not looked at.
    """
    key, value = (key_size + 7) & ~7, (value_size + 7) & ~7
    total = key + value + 8
    if total > _MOST:
        return None
    insns = [
        build.ldx_mem(_W, 7, 1, 0),  # data
        build.ldx_mem(_W, 3, 1, 4),  # data_end
        build.mov64_imm(0, 1),
        build.mov64_reg(2, 7),
        build.alu64_imm(op.BPF_ADD, 2, total),
        build.jmp_reg(op.BPF_JLE, 2, 3, 1),
        build.exit_(),
    ]
    for at in range(0, total, 8):
        insns += [build.ldx_mem(_DW, 0, 7, at), build.stx_mem(_DW, 10, 0, at - total)]
    insns += build.ld_map_fd(1, map_fd)
    for register, what in enumerate(ARGUMENTS[helper], 2):
        insns += _argument(register, what, -total, key)
    insns.append(build.call_helper(FuncId[helper]))
    if helper in LOOKUPS:
        return [*insns, *_first_bytes(value_size)]
    for at in range(key, key + value, 8):
        insns += [build.ldx_mem(_DW, 1, 10, at - total), build.stx_mem(_DW, 7, 1, at)]
    return [*insns, build.exit_()]


def _argument(register: int, what: str, base: int, key: int) -> list[Insn]:
    if what == "K":
        return [build.ldx_mem(_W, register, 10, base)]
    if what == "n":
        return [build.ldx_mem(_DW, register, 10, -8)]
    offset = base if what == "k" else base + key
    return [build.mov64_reg(register, 10), build.alu64_imm(op.BPF_ADD, register, offset)]


def _first_bytes(value_size: int) -> list[Insn]:
    """r0: the first and the last byte of the value."""
    last = max(value_size - 1, 0)
    found = [build.jmp_imm(op.BPF_JNE, 0, 0, 2), build.mov64_imm(0, NOTHING), build.exit_()]
    if not value_size:
        return [*found, build.mov64_imm(0, 1), build.exit_()]
    return [
        *found,
        build.ldx_mem(_B, 1, 0, 0),
        build.ldx_mem(_B, 0, 0, last),
        build.alu64_imm(op.BPF_LSH, 0, 8),
        build.alu64_reg(op.BPF_OR, 0, 1),
        build.exit_(),
    ]
