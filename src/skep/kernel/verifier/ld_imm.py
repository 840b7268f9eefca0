"""64-bit constants and what they may stand for: maps, values in maps, kernel variables, functions; and
LD_ABS.

`resolve_pseudo_ldimm64` runs before the exploration: it looks up the maps that the program names, and turns
away opcodes that do not exist. `check_ld_imm` says what each constant leaves in its register.
"""

from __future__ import annotations

from errno import E2BIG, EINVAL, EPROTO
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ABS,
    BPF_CALL,
    BPF_DW,
    BPF_IND,
    BPF_JMP,
    BPF_LDX,
    BPF_MEM,
    BPF_MEMSX,
    BPF_PSEUDO_BTF_ID,
    BPF_PSEUDO_FUNC,
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_IDX,
    BPF_PSEUDO_MAP_IDX_VALUE,
    BPF_PSEUDO_MAP_VALUE,
    BPF_X,
    OPCODES,
)
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.access import BPF_MAX_VAR_OFF
from skep.kernel.verifier.env import (
    DST_OP,
    DST_OP_NO_MARK,
    SRC_OP,
    Env,
    Reject,
    check_reg_arg,
    cur_regs,
    fd_of,
    mark_reg_not_init,
    verbose,
)
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.insn_kinds import is_ldimm64
from skep.kernel.verifier.ksym import check_pseudo_btf_id, kernel_symbol_reg
from skep.kernel.verifier.liveness import bpf_update_live_stack
from skep.kernel.verifier.map_prog import check_map_prog_compatibility
from skep.kernel.verifier.refs import check_resource_leak
from skep.kernel.verifier.regs import (
    SCALAR_UNKNOWN,
    SCALAR_ZERO,
    Target,
    map_target,
    pointer,
    scalar_const,
)
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_MAP,
    PTR_TO_CTX,
    PTR_TO_FUNC,
    PTR_TO_MAP_VALUE,
)
from skep.kernel.verifier.subprog import prepare_func_exit
from skep.kernel.verifier.subprog_split import find_subprog
from skep.kernel.verifier.vmap import VMap
from skep.uapi import MapType

MAX_USED_MAPS: Final = 64
U32_MAX: Final = 0xFFFFFFFF

#: Calls of a register are instructions, but not of Linux's verifier.
_CODES: Final = frozenset(row.code for row in OPCODES) - {BPF_JMP | BPF_CALL | BPF_X}
_FD_SIZE: Final = 4
_MAP_VALUE_SOURCES: Final = (BPF_PSEUDO_MAP_VALUE, BPF_PSEUDO_MAP_IDX_VALUE)
_MAP_SOURCES: Final = (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_IDX)
_IDX_SOURCES: Final = (BPF_PSEUDO_MAP_IDX, BPF_PSEUDO_MAP_IDX_VALUE)

#: R6 holds the packet for LD_ABS and LD_IND.
_CTX_REG: Final = 6


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


# ------------------------------------------------------------------ maps that the program names


def add_used_map(env: Env, fd: int) -> int:
    """The number of the map among those of the program."""
    try:
        found = env.request.get_map(fd)
    except OSError as error:
        raise _refuse(env, f"fd {fd} is not pointing to valid bpf_map\n", error.errno or EINVAL) from None
    for index, used in enumerate(env.used_maps):
        if used.map is found:
            return index
    vmap = VMap(found)
    if len(env.used_maps) >= MAX_USED_MAPS:
        raise _refuse(
            env, f"The total number of maps per program has reached the limit of {MAX_USED_MAPS}\n", E2BIG
        )
    check_map_prog_compatibility(env, vmap)
    env.used_maps.append(vmap)
    return len(env.used_maps) - 1


def process_fd_array(env: Env) -> None:
    """With `fd_array_cnt` every map and BTF of the array belongs to the program, named by an instruction or
    not.
    """
    request = env.request
    if request.fd_array_cnt >= U32_MAX // _FD_SIZE:
        raise _refuse(env, f"fd_array_cnt is too big ({request.fd_array_cnt})\n")
    for index in range(request.fd_array_cnt):
        fd = fd_of(env, index)
        try:
            request.get_map(fd)
        except OSError:
            try:
                env.used_btfs.append(request.get_btf(fd))
            except OSError as error:
                raise _refuse(
                    env, f"fd {fd} is not pointing to valid bpf_map or btf\n", error.errno or EINVAL
                ) from None
            continue
        add_used_map(env, fd)


def _map_fd(env: Env, insn: Insn) -> int:
    if insn.src not in _IDX_SOURCES:
        return insn.imm
    if env.request.fd_array is None:
        raise _refuse(env, "fd_idx without fd_array is invalid\n", EPROTO)
    return fd_of(env, insn.imm)


def _check_value_offset(env: Env, vmap: VMap, off: int) -> None:
    if off >= BPF_MAX_VAR_OFF:
        raise _refuse(env, f"direct value offset of {off} is not allowed\n")
    if vmap.map_type not in (MapType.ARRAY, MapType.ARENA):
        raise _refuse(env, "no direct value access support for this map type\n")
    if vmap.map_type == MapType.ARRAY:
        errno = 524 if vmap.max_entries != 1 else EINVAL if off >= vmap.value_size else 0
        if errno:
            raise _refuse(
                env,
                f"invalid access to map value pointer, value_size={vmap.value_size} off={off}\n",
                errno,
            )


def _resolve_one(env: Env, index: int) -> None:
    insn = env.insns[index]
    second = env.insns[index + 1] if index + 1 < len(env.insns) else None
    if second is None or second.code or second.dst or second.src or second.off:
        raise _refuse(env, "invalid bpf_ld_imm64 insn\n")
    aux = env.insn_aux[index]
    if insn.src == 0:
        return
    if insn.src == BPF_PSEUDO_BTF_ID:
        check_pseudo_btf_id(env, insn, second, aux)
        return
    if insn.src == BPF_PSEUDO_FUNC:
        aux.ptr_type = PTR_TO_FUNC
        return
    if insn.src not in _MAP_VALUE_SOURCES and not (insn.src in _MAP_SOURCES and second.imm == 0):
        raise _refuse(env, "unrecognized bpf_ld_imm64 insn\n")
    aux.map_index = add_used_map(env, _map_fd(env, insn))
    if insn.src in _MAP_VALUE_SOURCES:
        off = second.imm & U32_MAX
        _check_value_offset(env, env.used_maps[aux.map_index], off)
        aux.map_off = off


def resolve_pseudo_ldimm64(env: Env) -> None:
    index = 0
    while index < len(env.insns):
        insn = env.insns[index]
        if insn.code & 7 == BPF_LDX and (insn.code & 0xE0 not in (BPF_MEM, BPF_MEMSX) or insn.imm):
            raise _refuse(env, "BPF_LDX uses reserved fields\n")
        if is_ldimm64(insn):
            _resolve_one(env, index)
            index += 2
            continue
        if insn.code not in _CODES:
            raise _refuse(env, f"unknown opcode {insn.code:02x}\n")
        index += 1


# ------------------------------------------------------------------ what they leave in a register


def check_ld_imm(env: Env, insn: Insn) -> None:
    if insn.code & 0x18 != BPF_DW:
        raise _refuse(env, "invalid BPF_LD_IMM insn\n")
    if insn.off:
        raise _refuse(env, "BPF_LD_IMM64 uses reserved fields\n")
    check_reg_arg(env, insn.dst, DST_OP)
    regs = cur_regs(env)
    index = env.insn_idx
    if insn.src == 0:
        regs[insn.dst] = scalar_const((env.insns[index + 1].imm << 32) | (insn.imm & U32_MAX))
        return
    if insn.src == BPF_PSEUDO_FUNC:
        subprog = find_subprog(env, index + insn.imm + 1)
        if not env.func_info:
            raise _refuse(env, "missing btf func_info\n")
        if env.subprog_info[subprog].is_global:
            raise _refuse(env, "callback function not static\n")
        regs[insn.dst] = pointer(PTR_TO_FUNC, target=Target(subprogno=subprog))
        return
    aux = env.insn_aux[index]
    if insn.src == BPF_PSEUDO_BTF_ID:
        regs[insn.dst] = kernel_symbol_reg(aux)
        return
    vmap = env.used_maps[aux.map_index]
    if insn.src not in _MAP_VALUE_SOURCES:
        regs[insn.dst] = pointer(CONST_PTR_TO_MAP, target=map_target(vmap))
    elif vmap.map_type == MapType.ARENA:
        # An address in the arena as the program's owner has it: a number, until it is cast.
        regs[insn.dst] = SCALAR_UNKNOWN
    else:
        regs[insn.dst] = pointer(PTR_TO_MAP_VALUE, off=aux.map_off, target=map_target(vmap))


def check_ld_abs(env: Env, insn: Insn) -> None:
    """Packet loads in the manner of classic BPF; they end the program when the packet is too short."""
    from skep.kernel.verifier.ctx import check_ptr_off_reg

    row = PROG_TYPES.get(env.prog_type)
    if row is None or not row.ld_abs:
        raise _refuse(env, "BPF_LD_[ABS|IND] instructions not allowed for this program type\n")
    mode = insn.code & 0xE0
    if insn.dst or insn.off or insn.code & 0x18 == BPF_DW or (mode == BPF_ABS and insn.src):
        raise _refuse(env, "BPF_LD_[ABS|IND] uses reserved fields\n")
    check_reg_arg(env, _CTX_REG, SRC_OP)
    check_resource_leak(env, False, True, "BPF_LD_[ABS|IND]")
    regs = cur_regs(env)
    if regs[_CTX_REG].type != PTR_TO_CTX:
        raise _refuse(env, "at the time of BPF_LD_ABS|IND R6 != pointer to skb\n")
    if mode == BPF_IND:
        check_reg_arg(env, insn.src, SRC_OP)
    check_ptr_off_reg(env, regs[_CTX_REG], _CTX_REG)
    for regno in range(6):
        mark_reg_not_init(env, regs, regno)
        check_reg_arg(env, regno, DST_OP_NO_MARK)
    regs[0] = SCALAR_UNKNOWN
    _return_early(env)


def _return_early(env: Env) -> None:
    """In a function, a packet that is too short ends only the function, with 0: that path goes first."""
    if not env.cur_state.curframe:
        return
    push_stack(env, env.insn_idx + 1, env.insn_idx, False)
    cur_regs(env)[0] = SCALAR_ZERO
    bpf_update_live_stack(env)
    prepare_func_exit(env)
    env.insn_idx -= 1
