"""How deep the stack may get over all chains of calls.

A program has 512 bytes for all its frames together. Where programs may have a stack of their own (kprobe,
tracepoint, perf event, raw tracepoint, and those attached by BTF), large frames live there, and each one has
the 512 bytes to itself.
"""

from __future__ import annotations

from errno import E2BIG, EACCES, EFAULT, EINVAL
from typing import Final

from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.insn_kinds import is_pseudo_call, is_pseudo_func, is_pseudo_kfunc_call
from skep.kernel.verifier.kfunc_meta import is_bpf_throw_kfunc
from skep.kernel.verifier.program_info import SubprogInfo
from skep.kernel.verifier.state import MAX_BPF_STACK, MAX_CALL_FRAMES
from skep.kernel.verifier.subprog_split import find_subprog, subprog_cnt
from skep.uapi import ProgType

PRIV_STACK_UNKNOWN: Final = 0
NO_PRIV_STACK: Final = 1
PRIV_STACK_ADAPTIVE: Final = 2
_PRIV_STACK_MIN_SIZE: Final = 64

_PRIV_STACK_TYPES: Final = frozenset(
    (ProgType.KPROBE, ProgType.TRACEPOINT, ProgType.PERF_EVENT, ProgType.RAW_TRACEPOINT)
)


def round_up_stack_depth(env: Env, depth: int) -> int:
    """Native code aligns frames to 16 bytes."""
    return depth + 15 & ~15


class _Walk:
    """One walk along all calls, depth first, with the chain of callers and the depth so far."""

    def __init__(self, env: Env, root: int, priv_stack: bool) -> None:
        self.env = env
        self.root = root
        self.priv_stack = priv_stack
        self.depth = 0
        self.chain: list[tuple[int, int]] = []  # slot to return to, function
        self.tail_call_reachable = False

    def info(self, idx: int) -> SubprogInfo:
        return self.env.subprog_info[idx]

    def refuse(self, text: str, errno: int) -> Reject:
        verbose(self.env, text)
        return Reject(errno)

    def enter(self, idx: int) -> None:
        """Into a function: its frame is on the stack now."""
        info = self.info(idx)
        if info.has_ld_abs and (info.is_cb or any(self.info(caller).is_cb for _, caller in self.chain)):
            raise self.refuse("cannot use BPF_LD_[ABS|IND] within callback\n", EINVAL)
        # A tail call drops the current frame but not the callers', 33 times over.
        if idx and info.has_tail_call and self.depth >= 256:
            raise self.refuse(
                "tail_calls are not allowed when call stack of previous frames is "
                f"{self.depth} bytes. Too large\n",
                EACCES,
            )
        depth = round_up_stack_depth(self.env, info.stack_depth)
        if self.priv_stack and info.priv_stack_mode == PRIV_STACK_UNKNOWN and depth >= _PRIV_STACK_MIN_SIZE:
            info.priv_stack_mode = PRIV_STACK_ADAPTIVE
        if info.priv_stack_mode == PRIV_STACK_ADAPTIVE:
            if depth > MAX_BPF_STACK:
                raise self.refuse(f"stack size of subprog {idx} is {depth}. Too large\n", EACCES)
            return
        self.depth += depth
        if self.depth > MAX_BPF_STACK:
            raise self.refuse(
                f"combined stack size of {len(self.chain) + 1} calls is {self.depth}. Too large\n", EACCES
            )

    def leave(self, idx: int) -> None:
        info = self.info(idx)
        if self.tail_call_reachable:
            for _, caller in self.chain:
                if self.info(caller).is_exception_cb:
                    raise self.refuse("cannot tail call within exception cb\n", EINVAL)
                self.info(caller).tail_call_reachable = True
        if info.priv_stack_mode != PRIV_STACK_ADAPTIVE:
            self.depth -= round_up_stack_depth(self.env, info.stack_depth)

    def callee(self, site: int, idx: int) -> int:
        """The function that the instruction calls or passes on as a callback, -1 if it adds nothing here."""
        insn = self.env.insns[site]
        if is_pseudo_kfunc_call(insn) and insn.off == 0:
            in_cb = self.info(idx).is_cb or any(self.info(caller).is_cb for _, caller in self.chain)
            if is_bpf_throw_kfunc(self.env, insn) and in_cb:
                raise self.refuse(
                    f"bpf_throw kfunc (insn {site}) cannot be called from callback subprog {idx}\n", EINVAL
                )
            return -1
        if not is_pseudo_call(insn) and not is_pseudo_func(insn):
            return -1
        found = find_subprog(self.env, site + insn.imm + 1)
        info = self.info(found)
        if info.is_async_cb:
            if info.has_tail_call:
                raise self.refuse("verifier bug: subprog has tail_call and async cb\n", EFAULT)
            # It runs on a stack of its own, unless it is called directly.
            if not is_pseudo_call(insn):
                return -1
            if info.is_exception_cb:
                raise self.refuse(f"insn {site} cannot call exception cb directly", EINVAL)
        return found

    def run(self) -> None:
        idx = self.root
        if not self.priv_stack:
            self.info(idx).priv_stack_mode = NO_PRIV_STACK
        self.enter(idx)
        site = self.info(idx).start
        while True:
            end = self.env.subprog_info[idx + 1].start
            found = -1
            while site < end and found < 0:
                found = self.callee(site, idx)
                site += 1
            if found >= 0:
                self.chain.append((site, idx))
                idx, site = found, self.info(found).start
                if not self.priv_stack:
                    self.info(idx).priv_stack_mode = NO_PRIV_STACK
                if self.info(idx).has_tail_call:
                    self.tail_call_reachable = True
                if len(self.chain) >= MAX_CALL_FRAMES:
                    raise self.refuse(f"the call stack of {len(self.chain)} frames is too deep !\n", E2BIG)
                self.enter(idx)
                continue
            if not self.chain:
                return
            self.leave(idx)
            site, idx = self.chain.pop()


def _may_have_priv_stack(env: Env) -> bool:
    if any(subprog.has_tail_call for subprog in env.subprog_info[: subprog_cnt(env)]):
        return False
    return env.prog_type in _PRIV_STACK_TYPES


def check_max_stack_depth(env: Env) -> None:
    # From the last function to the first: those that run in asynchronous callbacks use the kernel's own
    # stack.
    adaptive = _may_have_priv_stack(env)
    for idx in range(subprog_cnt(env) - 1, -1, -1):
        if idx == 0 or env.subprog_info[idx].is_async_cb:
            _Walk(env, idx, idx == 0 and adaptive).run()
