"""Where functions start, and that no jump leaves one (`add_subprog_and_kfunc`, `check_subprogs`)."""

from __future__ import annotations

from errno import E2BIG, EEXIST, EINVAL, ENOENT, EPERM
from typing import Final

from skep.btf.kinds import Kind
from skep.btf.types import DeclTag, Func
from skep.isa.opcodes import (
    BPF_ABS,
    BPF_CALL,
    BPF_EXIT,
    BPF_IND,
    BPF_JA,
    BPF_JMP,
    BPF_JMP32,
    BPF_LD,
)
from skep.kernel.verifier.env import BPF_MAX_SUBPROGS, Env, Reject, verbose
from skep.kernel.verifier.insn_kinds import (
    CALL,
    JA32,
    is_pseudo_call,
    is_pseudo_func,
    is_pseudo_kfunc_call,
    jmp_offset,
)
from skep.kernel.verifier.kfunc_meta import (
    add_kfunc_call,
)
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.program_info import SubprogInfo

BTF_FUNC_GLOBAL: Final = 1
BPF_FUNC_tail_call: Final = 12


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
        if insn.code == CALL and insn.src == 0 and insn.imm == BPF_FUNC_tail_call:
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
            if insn.code not in (BPF_JMP | BPF_EXIT, JA32, BPF_JMP | BPF_JA):
                verbose(env, "last insn is not an exit or jmp\n")
                raise Reject(EINVAL)
            start = end
            current += 1
            if current < subprog_cnt(env):
                end = env.subprog_info[current + 1].start
