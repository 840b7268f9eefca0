"""do_misc_fixups, as far as it refuses: what Linux finds only when it rewrites an accepted program.

The rewriting itself is `skep.kernel.fixups`, which is not asked where a program was refused.
"""

from __future__ import annotations

from errno import EINVAL

from skep.isa.opcodes import BPF_CALL, BPF_JMP, BPF_PSEUDO_KFUNC_CALL
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.uapi import FuncId


def check_misc_fixups(env: Env) -> None:
    """Calls that were reached and cannot be made; those that were not have gone by now."""
    for insn, aux in zip(env.insns, env.insn_aux, strict=True):
        if insn.code != BPF_JMP | BPF_CALL or not aux.seen:
            continue
        if insn.src == BPF_PSEUDO_KFUNC_CALL and not insn.imm:
            verbose(env, "invalid kernel function call not eliminated in verifier pass\n")
            raise Reject(EINVAL)
        if not insn.src and insn.imm == FuncId.tail_call and aux.map_ptr_unpriv and aux.map_ptr_poison:
            verbose(env, "tail_call abusing map_ptr\n")
            raise Reject(EINVAL)
