"""Which registers an instruction or a successor may still read: the classic live-variable analysis.

Only live registers are compared between states. What a call reads is what its prototype takes; a call of a
function of the program may read all argument registers.
"""

from __future__ import annotations

from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ALU,
    BPF_ALU64,
    BPF_ATOMIC,
    BPF_CALL,
    BPF_CMPXCHG,
    BPF_DW,
    BPF_END,
    BPF_EXIT,
    BPF_FETCH,
    BPF_IMM,
    BPF_JA,
    BPF_JCOND,
    BPF_JMP,
    BPF_JMP32,
    BPF_LD,
    BPF_LDX,
    BPF_LOAD_ACQ,
    BPF_MEM,
    BPF_MEMSX,
    BPF_MOV,
    BPF_ST,
    BPF_STORE_REL,
    BPF_STX,
)
from skep.kernel.helpers.types import ARG_DONTCARE
from skep.kernel.verifier.env import Env, get_helper_proto, verbose
from skep.kernel.verifier.insn_kinds import is_helper_call, is_ldimm64, is_pseudo_kfunc_call
from skep.kernel.verifier.kfunc_meta import kfunc_num_params
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.log_insn import verbose_insn

_ALL: Final = 0xFFFF
_ARGS: Final = 0b111110
_CALLER_SAVED: Final = 0b111111


def _call_params(env: Env, insn: Insn) -> int:
    """How many arguments the call takes, -1 if that is not known."""
    if is_helper_call(insn):
        proto = get_helper_proto(env, insn.imm)
        if proto is None:
            return -1
        count = 0
        while count < len(proto.args) and proto.args[count] != ARG_DONTCARE:
            count += 1
        return count
    if is_pseudo_kfunc_call(insn):
        return kfunc_num_params(env, insn)
    return -1


def _jmp_use_def(env: Env, insn: Insn, dst: int, src: int) -> tuple[int, int]:
    kind = insn.code & 0xF0
    if kind in (BPF_JA, BPF_JCOND):
        return 0, 0
    if kind == BPF_EXIT:
        return 1, 0
    if kind == BPF_CALL:
        params = _call_params(env, insn)
        return (_ARGS if params < 0 else ((1 << params) - 1) << 1), _CALLER_SAVED
    return (dst | src if insn.code & 8 else dst), 0


def _atomic_use_def(insn: Insn, dst: int, src: int) -> tuple[int, int]:
    if insn.imm == BPF_CMPXCHG:
        return 1 | dst | src, 1
    if insn.imm == BPF_LOAD_ACQ:
        return src, dst
    if insn.imm == BPF_STORE_REL:
        return dst | src, 0
    return dst | src, src if insn.imm & BPF_FETCH else 0


def _use_def(env: Env, insn: Insn) -> tuple[int, int]:
    """The registers that the instruction reads, and those that it overwrites, as masks."""
    klass, mode = insn.code & 7, insn.code & 0xE0
    dst, src = 1 << insn.dst, 1 << insn.src
    if klass == BPF_LD:
        return (0, dst) if mode == BPF_IMM and insn.code & 0x18 == BPF_DW else (_ALL, 0)
    if klass == BPF_LDX:
        return (src, dst) if mode in (BPF_MEM, BPF_MEMSX) else (_ALL, 0)
    if klass == BPF_ST:
        return (dst, 0) if mode == BPF_MEM else (_ALL, 0)
    if klass == BPF_STX:
        if mode == BPF_MEM:
            return dst | src, 0
        return _atomic_use_def(insn, dst, src) if mode == BPF_ATOMIC else (_ALL, 0)
    if klass in (BPF_ALU, BPF_ALU64):
        op = insn.code & 0xF0
        if op == BPF_END:
            return dst, dst
        if op == BPF_MOV:
            return (src if insn.code & 8 else 0), dst
        return (dst | src if insn.code & 8 else dst), dst
    if klass in (BPF_JMP, BPF_JMP32):
        return _jmp_use_def(env, insn, dst, src)
    return _ALL, 0


def compute_live_registers(env: Env) -> None:
    use_def = [_use_def(env, insn) for insn in env.insns]
    successors = env.successors
    before = [0] * len(env.insns)
    changed = True
    while changed:
        changed = False
        for index in env.postorder:
            after = 0
            for succ in successors[index]:
                after |= before[succ]
            use, define = use_def[index]
            new = (after & ~define) | use
            if new != before[index]:
                before[index] = new
                changed = True
    for index, aux in enumerate(env.insn_aux):
        aux.live_regs_before = before[index]
    if env.log.level & BPF_LOG_LEVEL2:
        _log_live_registers(env)


def _log_live_registers(env: Env) -> None:
    verbose(env, "Live regs before insn:\n")
    index = 0
    while index < len(env.insns):
        aux = env.insn_aux[index]
        scc = f"{aux.scc:3d} " if aux.scc else "    "
        live = "".join(str(regno) if aux.live_regs_before >> regno & 1 else "." for regno in range(10))
        verbose(env, f"{scc}{index:3d}: {live} ")
        verbose_insn(env, index)
        index += 2 if is_ldimm64(env.insns[index]) else 1
