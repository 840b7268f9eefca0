"""The shape of the code: all of it can be reached, and an unprivileged program has no loop (`check_cfg`).

On its way the walk marks where the exploration should compare states (prune points) and where it must note
how it came (jump points). Functions are found in `subprog_split.py`; the orders that later passes need are in
`cfg_orders.py`.
"""

from __future__ import annotations

from errno import E2BIG, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_CALL,
    BPF_EXIT,
    BPF_JA,
    BPF_JMP,
    BPF_JMP32,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_KFUNC_CALL,
)
from skep.kernel.verifier.env import Env, Reject, get_helper_proto, verbose, verifier_bug
from skep.kernel.verifier.insn_kinds import (
    is_async_callback_calling_insn,
    is_ldimm64,
    is_may_goto_insn,
    is_pseudo_func,
    is_sync_callback_calling_insn,
    jmp_offset,
)
from skep.kernel.verifier.kfunc_meta import (
    kfunc_cfg_marks,
)
from skep.kernel.verifier.log_insn import verbose_linfo
from skep.kernel.verifier.packet import helper_changes_pkt_data
from skep.kernel.verifier.subprog_split import find_containing_subprog

_FALLTHROUGH: Final = 1
_BRANCH: Final = 2
_DISCOVERED: Final = 0x10
_EXPLORED: Final = 0x20
_DONE_EXPLORING: Final = 0
_KEEP_EXPLORING: Final = 1


def mark_prune_point(env: Env, index: int) -> None:
    env.insn_aux[index].prune_point = True


def mark_jmp_point(env: Env, index: int) -> None:
    env.insn_aux[index].jmp_point = True


def mark_force_checkpoint(env: Env, index: int) -> None:
    env.insn_aux[index].force_checkpoint = True


def _merge_callee_effects(env: Env, site: int, target: int) -> None:
    caller = env.subprog_info[find_containing_subprog(env, site)]
    callee = env.subprog_info[find_containing_subprog(env, target)]
    caller.changes_pkt_data |= callee.changes_pkt_data
    caller.might_sleep |= callee.might_sleep


class _Walk:
    """One depth-first walk over the control flow, functions called included."""

    __slots__ = ("env", "stack", "state")

    def __init__(self, env: Env) -> None:
        self.env = env
        self.state: list[int] = [0] * len(env.insns)
        self.stack: list[int] = []

    def push_insn(self, site: int, target: int, edge: int) -> int:
        """Follow one edge, if it was not followed yet."""
        env, state = self.env, self.state
        if state[site] >= _DISCOVERED | edge:
            return _DONE_EXPLORING
        if target < 0 or target >= len(env.insns):
            verbose_linfo(env, site, f"{site}: ")
            verbose(env, f"jump out of range from insn {site} to {target}\n")
            raise Reject(EINVAL)
        if edge == _BRANCH:
            mark_prune_point(env, target)
            mark_jmp_point(env, target)
        if state[target] == 0:
            state[site] = _DISCOVERED | edge
            state[target] = _DISCOVERED
            if len(self.stack) >= len(env.insns):
                raise Reject(E2BIG)
            self.stack.append(target)
            return _KEEP_EXPLORING
        if state[target] & 0xF0 == _DISCOVERED:
            if env.bpf_capable:
                return _DONE_EXPLORING
            verbose_linfo(env, site, f"{site}: ")
            verbose_linfo(env, target, f"{target}: ")
            verbose(env, f"back-edge from insn {site} to {target}\n")
            raise Reject(EINVAL)
        if state[target] != _EXPLORED:
            raise verifier_bug(env, "insn state internal bug")
        state[site] = _DISCOVERED | edge
        return _DONE_EXPLORING

    def visit_func_call_insn(self, site: int, visit_callee: bool) -> int:
        env = self.env
        insn = env.insns[site]
        after = site + (2 if is_ldimm64(insn) else 1)
        ret = self.push_insn(site, after, _FALLTHROUGH)
        if ret:
            return ret
        mark_prune_point(env, after)
        # Coming back from the callee is a step that the code alone does not tell.
        mark_jmp_point(env, after)
        if visit_callee:
            target = site + insn.imm + 1
            mark_prune_point(env, site)
            _merge_callee_effects(env, site, target)
            ret = self.push_insn(site, target, _BRANCH)
        return ret

    def _visit_call(self, site: int, insn: Insn) -> int:
        env = self.env
        if is_async_callback_calling_insn(env, insn):
            mark_prune_point(env, site)
        # How often the callback runs is not known. It is explored again and again until the state at the call
        # repeats, so states must be kept here.
        if is_sync_callback_calling_insn(env, insn):
            env.insn_aux[site].calls_callback = True
            mark_force_checkpoint(env, site)
            mark_prune_point(env, site)
            mark_jmp_point(env, site)
        if insn.src == 0:
            subprog = env.subprog_info[find_containing_subprog(env, site)]
            proto = get_helper_proto(env, insn.imm)
            if proto is not None and proto.might_sleep:
                subprog.might_sleep = True
            if helper_changes_pkt_data(insn.imm):
                subprog.changes_pkt_data = True
        elif insn.src == BPF_PSEUDO_KFUNC_CALL:
            iter_next, sleeps, changes_pkt = kfunc_cfg_marks(env, insn)
            if iter_next:
                mark_prune_point(env, site)
                mark_force_checkpoint(env, site)
            subprog = env.subprog_info[find_containing_subprog(env, site)]
            subprog.might_sleep |= sleeps
            subprog.changes_pkt_data |= changes_pkt
        return self.visit_func_call_insn(site, insn.src == BPF_PSEUDO_CALL)

    def visit_insn(self, site: int) -> int:
        env = self.env
        insn = env.insns[site]
        if is_pseudo_func(insn):
            return self.visit_func_call_insn(site, True)
        if insn.code & 7 not in (BPF_JMP, BPF_JMP32):
            return self.push_insn(site, site + (2 if is_ldimm64(insn) else 1), _FALLTHROUGH)
        kind = insn.code & 0xF0
        if kind == BPF_EXIT:
            return _DONE_EXPLORING
        if kind == BPF_CALL:
            return self._visit_call(site, insn)
        if kind == BPF_JA:
            if insn.code & 8:
                raise Reject(EINVAL)
            target = site + jmp_offset(insn) + 1
            ret = self.push_insn(site, target, _FALLTHROUGH)
            if ret == _DONE_EXPLORING:
                mark_prune_point(env, target)
                mark_jmp_point(env, target)
            return ret
        mark_prune_point(env, site)
        if is_may_goto_insn(insn):
            mark_force_checkpoint(env, site)
        return self.push_insn(site, site + 1, _FALLTHROUGH) or self.push_insn(
            site, site + insn.off + 1, _BRANCH
        )

    def run(self, start: int) -> None:
        self.state[start] = _DISCOVERED
        self.stack.append(start)
        while self.stack:
            site = self.stack[-1]
            if self.visit_insn(site) == _DONE_EXPLORING:
                self.state[site] = _EXPLORED
                self.stack.pop()


def check_cfg(env: Env) -> None:
    walk = _Walk(env)
    walk.run(0)
    if env.exception_callback_subprog:
        start = env.subprog_info[env.exception_callback_subprog].start
        if walk.state[start] == 0:
            walk.run(start)
    index = 0
    while index < len(env.insns):
        if walk.state[index] != _EXPLORED:
            verbose(env, f"unreachable insn {index}\n")
            raise Reject(EINVAL)
        if is_ldimm64(env.insns[index]):
            if walk.state[index + 1] != 0:
                verbose(env, f"jump into the middle of ldimm64 insn {index}\n")
                raise Reject(EINVAL)
            index += 1
        index += 1
    env.changes_pkt_data = env.subprog_info[0].changes_pkt_data
    env.might_sleep = env.subprog_info[0].might_sleep
