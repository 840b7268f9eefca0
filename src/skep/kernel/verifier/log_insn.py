"""Instructions and their source lines as logs have them; what maps and kernel symbols have for addresses."""

from __future__ import annotations

from typing import Final

from skep.isa.disasm import format_insn
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_DW,
    BPF_IMM,
    BPF_LD,
    BPF_PSEUDO_BTF_ID,
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_IDX,
    BPF_PSEUDO_MAP_IDX_VALUE,
    BPF_PSEUDO_MAP_VALUE,
)
from skep.kernel.helpers.registry import PROTOS
from skep.kernel.verifier.env import Env, verbose

_LD_IMM64: Final = BPF_LD | BPF_IMM | BPF_DW
_MAP_SOURCES: Final = (
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_VALUE,
    BPF_PSEUDO_MAP_IDX,
    BPF_PSEUDO_MAP_IDX_VALUE,
)
_ADDRESSES: Final = (*_MAP_SOURCES, BPF_PSEUDO_BTF_ID)
_KERNEL_SPACE: Final = 0xFFFF888100000000
_MAP_SPACING: Final = 1 << 20
_KERNEL_TEXT: Final = 0xFFFFFFFF81000000
_SYMBOL_SPACING: Final = 64


def call_name(env: Env, insn: Insn) -> str | None:
    """What a call instruction calls, for the disassembler."""
    if insn.src == 0:
        proto = PROTOS.get(insn.imm)
        if proto is None:
            return "bpf_unspec" if insn.imm == 0 else None
        return proto.bpf_name
    if insn.src == 2:
        return env.kfunc_name(insn)
    return None


def _address(env: Env, index: int) -> str:
    """What stands for the map or kernel symbol where Linux prints its address: as wide, so that columns
    agree, and the same every time.
    """
    if env.insns[index].src == BPF_PSEUDO_BTF_ID:
        return f"{_KERNEL_TEXT + env.insns[index].imm * _SYMBOL_SPACING:#x}"
    aux = env.insn_aux[index]
    number = env.used_maps[aux.map_index].id
    return f"{_KERNEL_SPACE + number * _MAP_SPACING + aux.map_off:#x}"


def fmt_insn(env: Env, index: int) -> str:
    insn = env.insns[index]
    imm_name = None
    if insn.code == _LD_IMM64 and insn.src in _ADDRESSES and env.allow_ptr_leaks:
        address = _address(env, index)

        def imm_name(insn: Insn, value: int) -> str:
            return address

    return format_insn(
        env.insns,
        index,
        call_name=lambda insn: call_name(env, insn),
        imm_name=imm_name,
        allow_ptr_leaks=env.allow_ptr_leaks,
    )


def insn_text(env: Env, index: int) -> str:
    """`fmt_insn` during the exploration, when nothing of it changes any more."""
    found = env.insn_texts.get(index)
    if found is None:
        found = env.insn_texts[index] = fmt_insn(env, index)
    return found


def verbose_insn(env: Env, index: int) -> None:
    verbose(env, fmt_insn(env, index) + "\n")


def find_linfo(env: Env, insn_off: int) -> int:
    """Index of the line record that covers the instruction, or -1."""
    rows = env.line_info
    if not rows or insn_off >= len(env.insns):
        return -1
    low, high = 0, len(rows) - 1
    while low < high:
        mid = low + (high - low + 1) // 2
        if rows[mid].insn_off <= insn_off:
            low = mid
        else:
            high = mid - 1
    return low


def verbose_linfo(env: Env, insn_off: int, prefix: str) -> None:
    """The source line of the instruction, unless it is the one printed last."""
    if not env.log.level:
        return
    index = find_linfo(env, insn_off)
    if index < 0 or index == env.prev_linfo:
        return
    row = env.line_info[index]
    if env.prev_linfo >= 0:
        prev = env.line_info[env.prev_linfo]
        if row.file_name_off == prev.file_name_off and row.line_col >> 10 == prev.line_col >> 10:
            return
    strings = env.btf_string
    verbose(env, prefix)
    verbose(env, strings(row.line_off).lstrip(" \t\n\v\f\r"))
    verbose(env, f" @ {strings(row.file_name_off).rpartition('/')[2]}:{row.line_col >> 10}\n")
    env.prev_linfo = index
