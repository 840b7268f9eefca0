"""The shape of the code: functions, jumps, loops.

`add_subprog_and_kfunc` finds where functions start, `check_subprogs` that no jump leaves its function,
`check_cfg` that every instruction can be reached and that an unprivileged program has no loop; on its way it
marks where the exploration should compare states (prune points) and where it must note how it came (jump
points). The orders that later passes need are in `cfg_orders.py`.
"""

from __future__ import annotations

from errno import E2BIG, EEXIST, EINVAL, ENOENT, EPERM
from typing import Final

from skep.btf.kinds import Kind
from skep.btf.types import DeclTag, Func
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ABS,
    BPF_CALL,
    BPF_DW,
    BPF_EXIT,
    BPF_IMM,
    BPF_IND,
    BPF_JA,
    BPF_JCOND,
    BPF_JMP,
    BPF_JMP32,
    BPF_LD,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_FUNC,
    BPF_PSEUDO_KFUNC_CALL,
)
from skep.kernel.verifier.env import (
    BPF_MAX_SUBPROGS,
    Env,
    Reject,
    SubprogInfo,
    get_helper_proto,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.kfunc_meta import (
    add_kfunc_call,
    is_async_callback_calling_kfunc,
    is_sync_callback_calling_kfunc,
    kfunc_cfg_marks,
)
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.log_state import verbose_linfo
from skep.kernel.verifier.packet import helper_changes_pkt_data

_LD_IMM64: Final = BPF_LD | BPF_IMM | BPF_DW
_CALL: Final = BPF_JMP | BPF_CALL
_JA32: Final = BPF_JMP32 | BPF_JA

_FALLTHROUGH: Final = 1
_BRANCH: Final = 2
_DISCOVERED: Final = 0x10
_EXPLORED: Final = 0x20

_DONE_EXPLORING: Final = 0
_KEEP_EXPLORING: Final = 1

BTF_FUNC_GLOBAL: Final = 1
BPF_FUNC_tail_call: Final = 12
BPF_FUNC_timer_set_callback: Final = 170
#: Helpers that call back at once: for_each_map_elem, find_vma, loop, user_ringbuf_drain.
SYNC_CALLBACK_HELPERS: Final = frozenset((164, 180, 181, 209))


# ------------------------------------------------------------------ kinds of instructions


def is_ldimm64(insn: Insn) -> bool:
    return insn.code == _LD_IMM64


def is_helper_call(insn: Insn) -> bool:
    return insn.code == _CALL and insn.src == 0


def is_pseudo_call(insn: Insn) -> bool:
    return insn.code == _CALL and insn.src == BPF_PSEUDO_CALL


def is_pseudo_kfunc_call(insn: Insn) -> bool:
    return insn.code == _CALL and insn.src == BPF_PSEUDO_KFUNC_CALL


def is_pseudo_func(insn: Insn) -> bool:
    return insn.code == _LD_IMM64 and insn.src == BPF_PSEUDO_FUNC


def is_may_goto_insn(insn: Insn) -> bool:
    return insn.code == BPF_JMP | BPF_JCOND and insn.src == 0


def is_sync_callback_calling_insn(env: Env, insn: Insn) -> bool:
    return (is_helper_call(insn) and insn.imm in SYNC_CALLBACK_HELPERS) or (
        is_pseudo_kfunc_call(insn) and is_sync_callback_calling_kfunc(env, insn)
    )


def is_async_callback_calling_insn(env: Env, insn: Insn) -> bool:
    return (is_helper_call(insn) and insn.imm == BPF_FUNC_timer_set_callback) or (
        is_pseudo_kfunc_call(insn) and is_async_callback_calling_kfunc(env, insn)
    )


def jmp_offset(insn: Insn) -> int:
    return insn.imm if insn.code == _JA32 else insn.off


def insn_successors(env: Env, index: int) -> tuple[int, ...]:
    """Where control goes within the function: the next instruction first, then the jump's target."""
    insn = env.insns[index]
    klass = insn.code & 7
    if klass in (BPF_JMP, BPF_JMP32):
        kind = insn.code & 0xF0
        if kind == BPF_EXIT:
            return ()
        if kind == BPF_JA:
            return (index + jmp_offset(insn) + 1,)
        if kind != BPF_CALL and kind <= BPF_JCOND:
            return (index + 1, index + insn.off + 1)
    return (index + 2,) if insn.code == _LD_IMM64 else (index + 1,)


# ------------------------------------------------------------------ functions


def find_subprog(env: Env, off: int) -> int:
    """The function that starts at this slot, or -1."""
    for index, subprog in enumerate(env.subprog_info[: subprog_cnt(env)]):
        if subprog.start == off:
            return index
    return -1


def subprog_cnt(env: Env) -> int:
    """The list ends with one that is none, whose start is the program's end."""
    return len(env.subprog_info) - 1 if env.subprogs_closed else len(env.subprog_info)


def find_containing_subprog(env: Env, off: int) -> int:
    """The function that the slot belongs to, or -1."""
    found = -1
    for index, subprog in enumerate(env.subprog_info[: subprog_cnt(env)]):
        if subprog.start <= off:
            found = index
    return found if 0 <= off < len(env.insns) else -1


def add_subprog(env: Env, off: int) -> int:
    if off >= len(env.insns) or off < 0:
        verbose(env, "call to invalid destination\n")
        raise Reject(EINVAL)
    found = find_subprog(env, off)
    if found >= 0:
        return found
    if subprog_cnt(env) >= BPF_MAX_SUBPROGS:
        verbose(env, "too many subprograms\n")
        raise Reject(E2BIG)
    env.subprog_info.append(SubprogInfo(off))
    env.subprog_info.sort(key=_start)
    return find_subprog(env, off)


def _start(subprog: SubprogInfo) -> int:
    return subprog.start


def add_subprog_and_kfunc(env: Env) -> None:
    add_subprog(env, 0)
    for index, insn in enumerate(env.insns):
        kfunc = is_pseudo_kfunc_call(insn)
        if not (kfunc or is_pseudo_func(insn) or is_pseudo_call(insn)):
            continue
        if not env.bpf_capable:
            verbose(
                env,
                "loading/calling other bpf or kernel functions are allowed for CAP_BPF and CAP_SYS_ADMIN\n",
            )
            raise Reject(EPERM)
        if kfunc:
            add_kfunc_call(env, insn.imm, insn.off)
        else:
            add_subprog(env, index + insn.imm + 1)
    _add_exception_callback(env)
    if env.log.level & BPF_LOG_LEVEL2:
        for index, subprog in enumerate(env.subprog_info):
            verbose(env, f"func#{index} @{subprog.start}\n")
    env.subprog_info.append(SubprogInfo(len(env.insns)))
    env.subprogs_closed = True


def find_exception_callback_insn_off(env: Env) -> int:
    """Where the function starts that the main program names, by a tag, to run when it throws; 0: none."""
    btf = env.request.btf
    if not env.func_info or btf is None:
        return 0
    names = [
        tag.name.partition(":")[2]
        for tag in map(btf.get, btf.tags_of(env.func_info[0].type_id))
        if isinstance(tag, DeclTag) and tag.component == -1 and tag.name.startswith("exception_callback:")
    ]
    if not names:
        return 0
    if len(names) > 1:
        verbose(env, "multiple exception callback tags for main subprog\n")
        raise Reject(EEXIST)
    func_id = btf.find(names[0], Kind.FUNC)
    if func_id is None:
        verbose(env, f"exception callback '{names[0]}' could not be found in BTF\n")
        raise Reject(ENOENT)
    func = btf.get(func_id)
    if not isinstance(func, Func) or func.linkage != BTF_FUNC_GLOBAL:
        verbose(env, f"exception callback '{names[0]}' must have global linkage\n")
        raise Reject(EINVAL)
    for info in env.func_info:
        if info.type_id == func_id:
            if info.insn_off == 0:
                verbose(env, "invalid exception callback insn_off in func_info: 0\n")
                break
            return info.insn_off
    verbose(env, "exception callback type id not found in func_info\n")
    raise Reject(EINVAL)


def _add_exception_callback(env: Env) -> None:
    off = find_exception_callback_insn_off(env)
    if off == 0:
        return
    add_subprog(env, off)
    index = find_subprog(env, off)
    env.exception_callback_subprog = index
    subprog = env.subprog_info[index]
    subprog.is_cb = subprog.is_async_cb = subprog.is_exception_cb = True


def check_subprogs(env: Env) -> None:
    """No jump may leave its function, and none may end by running into the next one."""
    current = 0
    start, end = env.subprog_info[0].start, env.subprog_info[1].start
    for index, insn in enumerate(env.insns):
        subprog = env.subprog_info[current]
        if insn.code == _CALL and insn.src == 0 and insn.imm == BPF_FUNC_tail_call:
            subprog.has_tail_call = subprog.tail_call_reachable = True
        if insn.code & 7 == BPF_LD and insn.code & 0xE0 in (BPF_ABS, BPF_IND):
            subprog.has_ld_abs = True
        if insn.code & 7 in (BPF_JMP, BPF_JMP32) and insn.code & 0xF0 not in (BPF_EXIT, BPF_CALL):
            target = index + jmp_offset(insn) + 1
            if target < start or target >= end:
                verbose(env, f"jump out of range from insn {index} to {target}\n")
                raise Reject(EINVAL)
        if index == end - 1:
            # bpf_throw does not return either, but a function that ends with it has an exit or jump behind
            # it.
            if insn.code not in (BPF_JMP | BPF_EXIT, _JA32, BPF_JMP | BPF_JA):
                verbose(env, "last insn is not an exit or jmp\n")
                raise Reject(EINVAL)
            start = end
            current += 1
            if current < subprog_cnt(env):
                end = env.subprog_info[current + 1].start


# ------------------------------------------------------------------ check_cfg


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
