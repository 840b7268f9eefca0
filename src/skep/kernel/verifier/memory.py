"""Loads and stores: one dispatch by what the pointer points to.

`check_mem_access` asks the part that knows the region (stack, map value, packet, context...), then says what
the loaded value is. Only the stack and read-only maps remember values; a context field is what its row says;
the rest is any number of that many bytes.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.kernel.helpers.types import PTR_MAYBE_NULL
from skep.kernel.verifier.access import (
    ACCESS_DIRECT,
    BPF_READ,
    BPF_WRITE,
    LOADED,
    LOADED_SX,
    SIZE_BYTES,
    SIZE_SHIFT,
    coerced,
)
from skep.kernel.verifier.alignment import check_ptr_alignment
from skep.kernel.verifier.bounds import known, s64
from skep.kernel.verifier.btfptr import check_ptr_to_btf_access, check_ptr_to_map_access, ctx_btf_target
from skep.kernel.verifier.ctx import (
    check_buffer_access,
    check_ctx_access,
    check_flow_keys_access,
    check_ptr_off_reg,
    check_sock_access,
    check_tp_buffer_access,
)
from skep.kernel.verifier.env import (
    DST_OP_NO_MARK,
    SRC_OP,
    Env,
    Reject,
    check_reg_arg,
    cur_aux,
    cur_regs,
    new_id,
    verbose,
)
from skep.kernel.verifier.invariants import reg_bounds_sanity_check
from skep.kernel.verifier.kptr import check_map_kptr_access, find_kptr
from skep.kernel.verifier.log_insn import verbose_linfo
from skep.kernel.verifier.packet import check_packet_access, may_access_direct_pkt_data
from skep.kernel.verifier.region import (
    check_map_access,
    check_map_access_type,
    check_mem_region_access,
    has_direct_value,
    map_direct_read,
    map_is_rdonly,
)
from skep.kernel.verifier.regs import NO_TARGET, RegState, pointer, scalar
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_MAP,
    MEM_RDONLY,
    NOT_INIT,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TO_CTX,
    PTR_TO_FLOW_KEYS,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_META,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_STACK,
    PTR_TO_TCP_SOCK,
    PTR_TO_TP_BUFFER,
    PTR_TO_XDP_SOCK,
    PTR_UNTRUSTED,
    SCALAR_VALUE,
    base_type,
    reg_type_str,
)
from skep.kernel.verifier.stack import check_stack_read, check_stack_write
from skep.kernel.verifier.stack_range import check_stack_access_within_bounds
from skep.kernel.verifier.tracing_ctx import REFUSED, btf_ctx_access

_SOCKETS: Final = (PTR_TO_SOCKET, PTR_TO_SOCK_COMMON, PTR_TO_TCP_SOCK, PTR_TO_XDP_SOCK)

#: Pointers that fixups treat in ways of their own, so that one instruction must see one kind only.
_ONE_KIND_PER_INSN: Final = (
    PTR_TO_CTX,
    PTR_TO_SOCKET,
    PTR_TO_SOCK_COMMON,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    PTR_TO_BTF_ID,
    PTR_TO_ARENA,
)


def is_pointer_value(env: Env, regno: int) -> bool:
    """Whether the register holds a pointer that must not be seen as a number."""
    return not env.allow_ptr_leaks and cur_regs(env)[regno].type != SCALAR_VALUE


def check_mem_access(
    env: Env,
    insn_idx: int,
    regno: int,
    off: int,
    bpf_size: int,
    access_type: int,
    value_regno: int,
    strict_alignment_once: bool,
    is_ldsx: bool,
) -> None:
    """A read or write of `bpf_size` (BPF_B...) at register `regno` plus `off`.

    `value_regno` is the register stored or loaded, -1 for "some value" or "nobody looks at it".
    """
    regs = cur_regs(env)
    reg = regs[regno]
    size = SIZE_BYTES[bpf_size >> SIZE_SHIFT]
    check_ptr_alignment(env, reg, off, size, strict_alignment_once)
    off += reg.off
    type_ = reg.type
    loaded: RegState | None = None
    if type_ == PTR_TO_STACK:
        check_stack_access_within_bounds(env, regno, off, size, access_type)
        if access_type == BPF_WRITE:
            check_stack_write(env, regno, off, size, value_regno, insn_idx)
            return
        check_stack_read(env, regno, off, size, value_regno)
        if value_regno >= 0 and size < 8:
            _narrow(env, regs, value_regno, size, is_ldsx)
        return
    if type_ == PTR_TO_MAP_VALUE:
        loaded = _map_value(env, insn_idx, regno, off, size, access_type, value_regno, is_ldsx)
    elif type_ in (PTR_TO_PACKET, PTR_TO_PACKET_META):
        _packet(env, regno, off, size, access_type, value_regno)
    elif type_ == PTR_TO_CTX:
        loaded = _context(env, insn_idx, regno, off, size, access_type, value_regno, is_ldsx)
    else:
        loaded = _other(env, insn_idx, regno, off, size, access_type, value_regno)
    if access_type == BPF_READ and value_regno >= 0:
        if loaded is None:
            loaded = (LOADED_SX if is_ldsx else LOADED)[bpf_size >> SIZE_SHIFT]
        regs[value_regno] = loaded


def _narrow(env: Env, regs: list[RegState], regno: int, size: int, is_ldsx: bool) -> None:
    """A loaded scalar of fewer than 8 bytes: the upper bits are zeros or copies of the sign."""
    reg = regs[regno]
    if reg.type == SCALAR_VALUE:
        regs[regno] = reg.with_bounds(coerced(reg.bounds, size, is_ldsx))


def _check_leak(env: Env, access_type: int, value_regno: int, where: str) -> None:
    if access_type == BPF_WRITE and value_regno >= 0 and is_pointer_value(env, value_regno):
        verbose(env, f"R{value_regno} leaks addr into {where}\n")
        raise Reject(EACCES)


def _refuse_write(env: Env, regno: int) -> None:
    verbose(env, f"R{regno} cannot write into {reg_type_str(cur_regs(env)[regno].type)}\n")
    raise Reject(EACCES)


def _map_value(
    env: Env,
    insn_idx: int,
    regno: int,
    off: int,
    size: int,
    access_type: int,
    value_regno: int,
    is_ldsx: bool,
) -> RegState | None:
    reg = cur_regs(env)[regno]
    _check_leak(env, access_type, value_regno, "map")
    check_map_access_type(env, regno, off, size, access_type)
    check_map_access(env, regno, off, size, False, ACCESS_DIRECT)
    var_off = reg.bounds.var_off
    if var_off.mask:
        return None
    vmap = reg.target.map_ptr
    assert vmap is not None
    at = off + s64(var_off.value)
    if vmap.record is not None:
        field = find_kptr(vmap.record, at)
        if field is not None:
            return check_map_kptr_access(env, regno, value_regno, insn_idx, field)
    if access_type == BPF_READ and value_regno >= 0 and map_is_rdonly(vmap) and has_direct_value(vmap):
        return scalar(known(map_direct_read(vmap, at, size, is_ldsx, env.request.byteorder)))
    return None


def _packet(env: Env, regno: int, off: int, size: int, access_type: int, value_regno: int) -> None:
    if access_type == BPF_WRITE and not may_access_direct_pkt_data(env, None, access_type):
        verbose(env, "cannot write into packet\n")
        raise Reject(EACCES)
    _check_leak(env, access_type, value_regno, "packet")
    check_packet_access(env, regno, off, size, False)


def _context(
    env: Env,
    insn_idx: int,
    regno: int,
    off: int,
    size: int,
    access_type: int,
    value_regno: int,
    is_ldsx: bool,
) -> RegState | None:
    _check_leak(env, access_type, value_regno, "ctx")
    check_ptr_off_reg(env, cur_regs(env)[regno], regno)
    if env.attach_target is not None:
        return _tracing_context(env, insn_idx, off, size, access_type, value_regno)
    try:
        field = check_ctx_access(env, insn_idx, off, size, access_type, is_ldsx)
    except Reject:
        verbose_linfo(env, insn_idx, "; ")
        raise
    if access_type != BPF_READ or value_regno < 0 or field.type == SCALAR_VALUE:
        return None
    id_ = new_id(env) if field.type & PTR_MAYBE_NULL else 0
    target = ctx_btf_target(env, field) if field.btf else NO_TARGET
    return pointer(field.type, id=id_, target=target)


def _tracing_context(
    env: Env, insn_idx: int, off: int, size: int, access_type: int, value_regno: int
) -> RegState | None:
    """An argument of what the program is attached to."""
    reg = btf_ctx_access(env, off, size) if access_type == BPF_READ else REFUSED
    if reg is REFUSED:
        verbose(env, f"invalid bpf_context access off={off} size={size}\n")
        verbose_linfo(env, insn_idx, "; ")
        raise Reject(EACCES)
    env.max_ctx_offset = max(env.max_ctx_offset, off + size)
    if reg is None or value_regno < 0:
        return None
    return reg.with_id(new_id(env)) if reg.type & PTR_MAYBE_NULL else reg


def _other(
    env: Env, insn_idx: int, regno: int, off: int, size: int, access_type: int, value_regno: int
) -> RegState | None:
    """The rarer kinds of pointers; what a read gives if it is not just any number."""
    reg = cur_regs(env)[regno]
    type_ = reg.type
    base = base_type(type_)
    nullable = bool(type_ & PTR_MAYBE_NULL)
    if type_ == PTR_TO_MAP_KEY:
        if access_type == BPF_WRITE:
            verbose(env, f"write to change key R{regno} not allowed\n")
            raise Reject(EACCES)
        assert reg.target.map_ptr is not None
        check_mem_region_access(env, regno, off, size, reg.target.map_ptr.key_size, False)
    elif base == PTR_TO_MEM and not nullable:
        _memory(env, regno, off, size, access_type, value_regno)
    elif type_ == PTR_TO_FLOW_KEYS:
        _check_leak(env, access_type, value_regno, "flow keys")
        check_flow_keys_access(env, off, size)
    elif type_ in _SOCKETS:
        if access_type == BPF_WRITE:
            _refuse_write(env, regno)
        check_sock_access(env, insn_idx, regno, off, size)
    elif type_ == PTR_TO_TP_BUFFER:
        check_tp_buffer_access(env, reg, regno, off, size)
    elif base == PTR_TO_BTF_ID and not nullable:
        return check_ptr_to_btf_access(env, regno, off, size, access_type, value_regno)
    elif type_ == CONST_PTR_TO_MAP:
        return check_ptr_to_map_access(env, regno, off, size, access_type, value_regno)
    elif base == PTR_TO_BUF and not nullable:
        rdonly = bool(type_ & MEM_RDONLY)
        if rdonly and access_type == BPF_WRITE:
            _refuse_write(env, regno)
        check_buffer_access(env, reg, regno, off, size, rdonly)
    elif type_ != PTR_TO_ARENA:
        verbose(env, f"R{regno} invalid mem access '{reg_type_str(type_)}'\n")
        raise Reject(EACCES)
    return None


def _memory(env: Env, regno: int, off: int, size: int, access_type: int, value_regno: int) -> None:
    """Memory with a size that came from a helper or an argument."""
    reg = cur_regs(env)[regno]
    if access_type == BPF_WRITE and reg.type & MEM_RDONLY:
        _refuse_write(env, regno)
    _check_leak(env, access_type, value_regno, "mem")
    # Untrusted memory is read with faults caught, so its bounds do not matter.
    if not (reg.type & MEM_RDONLY and reg.type & PTR_UNTRUSTED):
        check_mem_region_access(env, regno, off, size, reg.target.mem_size, False)


# ------------------------------------------------------------------ instructions


def _is_ptr_to_mem_or_btf_id(type_: int) -> bool:
    return base_type(type_) in (PTR_TO_MEM, PTR_TO_BTF_ID)


def save_aux_ptr_type(env: Env, type_: int, allow_trust_mismatch: bool) -> None:
    """One instruction is rewritten in one way, so it must not see pointers that need different ones."""
    aux = cur_aux(env)
    before = aux.ptr_type
    if before == NOT_INIT:
        aux.ptr_type = type_
        return
    if type_ == before or (
        base_type(type_) not in _ONE_KIND_PER_INSN and base_type(before) not in _ONE_KIND_PER_INSN
    ):
        return
    if allow_trust_mismatch and _is_ptr_to_mem_or_btf_id(type_) and _is_ptr_to_mem_or_btf_id(before):
        # Reading through either is safe if faults are caught, which they are for the untrusted kind.
        kinds = (base_type(type_), base_type(before))
        aux.ptr_type = (PTR_TO_MEM if PTR_TO_MEM in kinds else PTR_TO_BTF_ID) | PTR_UNTRUSTED
        if PTR_TO_MEM in kinds:
            aux.ptr_type |= MEM_RDONLY
        return
    verbose(env, "same insn cannot be used with different pointers\n")
    raise Reject(EINVAL)


def check_load_mem(
    env: Env, insn: Insn, strict_alignment_once: bool, is_ldsx: bool, allow_trust_mismatch: bool, where: str
) -> None:
    """dst = *(size *)(src + off)."""
    check_reg_arg(env, insn.src, SRC_OP)
    check_reg_arg(env, insn.dst, DST_OP_NO_MARK)
    regs = cur_regs(env)
    src_type = regs[insn.src].type
    check_mem_access(
        env,
        env.insn_idx,
        insn.src,
        insn.off,
        insn.code & 0x18,
        BPF_READ,
        insn.dst,
        strict_alignment_once,
        is_ldsx,
    )
    save_aux_ptr_type(env, src_type, allow_trust_mismatch)
    reg = regs[insn.dst]
    regs[insn.dst] = reg.with_bounds(reg_bounds_sanity_check(env, reg.bounds, where))


def check_store_reg(env: Env, insn: Insn, strict_alignment_once: bool) -> None:
    """*(size *)(dst + off) = src."""
    check_reg_arg(env, insn.src, SRC_OP)
    check_reg_arg(env, insn.dst, SRC_OP)
    dst_type = cur_regs(env)[insn.dst].type
    check_mem_access(
        env,
        env.insn_idx,
        insn.dst,
        insn.off,
        insn.code & 0x18,
        BPF_WRITE,
        insn.src,
        strict_alignment_once,
        False,
    )
    save_aux_ptr_type(env, dst_type, False)


def check_store_imm(env: Env, insn: Insn) -> None:
    """*(size *)(dst + off) = imm."""
    check_reg_arg(env, insn.dst, SRC_OP)
    dst_type = cur_regs(env)[insn.dst].type
    check_mem_access(env, env.insn_idx, insn.dst, insn.off, insn.code & 0x18, BPF_WRITE, -1, False, False)
    save_aux_ptr_type(env, dst_type, False)
