"""Kernel pointers kept in map values and in allocated objects.

Fields tagged `kptr_untrusted` are stored like numbers and loaded as untrusted pointers. Those tagged `kptr`
(and per-CPU ones) own what they point to: bpf_kptr_xchg alone puts something in, which takes the program's
reference, and gives back what was there before. A load of one is good while RCU protects it.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final, NamedTuple

from skep.btf import Btf, Kind
from skep.isa.opcodes import BPF_LDX, BPF_MEM, BPF_ST
from skep.kernel.btf_record import BtfRecord, SpecialField, struct_meta
from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.btf_walk import btf_struct_ids_match
from skep.kernel.verifier.btfptr import in_rcu_cs, is_kernel_btf, mark_btf_ld_reg, reg_btf_record, type_name
from skep.kernel.verifier.ctx import check_ptr_off_reg
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RCU,
    NON_OWN_REF,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
    base_type,
    reg_type_str,
    type_flag,
    type_is_ptr_alloc_obj,
)

#: Kernel structures that stay for an RCU grace period after their last reference.
_RCU_PROTECTED: Final = frozenset(
    {"prog_test_ref_kfunc", "cgroup", "bpf_cpumask", "task_struct", "bpf_crypto_ctx"}
)


class Kptr(NamedTuple):
    """A kernel pointer field, and what it points to: a type of the kernel, or else of the program."""

    field: SpecialField
    btf: Btf
    btf_id: int

    @property
    def unref(self) -> bool:
        return self.field.kind == "kptr_untrusted"

    @property
    def percpu(self) -> bool:
        return self.field.kind == "percpu_kptr"


def resolve_kptr(env: Env, field: SpecialField, btf: Btf) -> Kptr:
    """What the field points to (btf_parse_kptr)."""
    target = btf.get(field.type_id)
    vmlinux = env.request.vmlinux
    found = vmlinux.find(target.name, Kind(target.kind)) if vmlinux is not None and target.name else None
    if vmlinux is not None and found is not None:
        return Kptr(field, vmlinux, found)
    return Kptr(field, btf, field.type_id)


def find_kptr(record: BtfRecord, off: int) -> SpecialField | None:
    """The kernel pointer field at this offset of a value, if there is one."""
    field = record.at(off)
    return field if field is not None and field.is_kptr else None


# ------------------------------------------------------------------ what may be stored


def map_kptr_match_type(env: Env, kptr: Kptr, reg: RegState, regno: int) -> bool:
    """Whether the pointer may be stored in the field; says why not."""
    name = ""
    if _flags_fit(env, kptr, reg):
        assert reg.btf is not None
        name = type_name(reg.btf, reg.btf_id)
        check_ptr_off_reg(env, reg, regno, True)
        alloc = reg.type & MEM_ALLOC != 0
        if btf_struct_ids_match(
            env, reg.btf, reg.btf_id, reg.off, kptr.btf, kptr.btf_id, not kptr.unref, not alloc
        ):
            return True
    wanted = type_name(kptr.btf, kptr.btf_id)
    text = f"invalid kptr access, R{regno} type={reg_type_str(reg.type)}{name} "
    text += f"expected={reg_type_str(PTR_TO_BTF_ID)}{wanted}"
    if kptr.unref:
        text += f" or {reg_type_str(PTR_TO_BTF_ID | PTR_UNTRUSTED)}{wanted}"
    verbose(env, text + "\n")
    return False


def _flags_fit(env: Env, kptr: Kptr, reg: RegState) -> bool:
    if base_type(reg.type) != PTR_TO_BTF_ID:
        return False
    if is_kernel_btf(env, reg.btf):
        permitted = PTR_MAYBE_NULL | PTR_TRUSTED | MEM_RCU | (PTR_UNTRUSTED if kptr.unref else 0)
    else:
        permitted = PTR_MAYBE_NULL | MEM_ALLOC | (MEM_PERCPU if kptr.percpu else 0)
    if type_flag(reg.type) & ~permitted:
        return False
    return kptr.percpu == (reg.type & MEM_PERCPU != 0)


# ------------------------------------------------------------------ loads and stores


def _rcu_safe(env: Env, kptr: Kptr) -> bool:
    if kptr.percpu:
        return True
    if kptr.unref:
        return False
    return not is_kernel_btf(env, kptr.btf) or type_name(kptr.btf, kptr.btf_id) in _RCU_PROTECTED


def _loaded_flags(env: Env, kptr: Kptr) -> int:
    """Linux: btf_ld_kptr_type."""
    if not (_rcu_safe(env, kptr) and in_rcu_cs(env)):
        return PTR_MAYBE_NULL | PTR_UNTRUSTED
    flags = PTR_MAYBE_NULL | MEM_RCU
    own = not is_kernel_btf(env, kptr.btf)
    if kptr.percpu:
        flags |= MEM_PERCPU
    elif own:
        flags |= MEM_ALLOC
    record = struct_meta(kptr.btf, kptr.btf_id) if own else None
    if record is not None and record.has_graph_node:
        flags |= NON_OWN_REF
    return flags


def check_map_kptr_access(
    env: Env, regno: int, value_regno: int, insn_idx: int, field: SpecialField
) -> RegState | None:
    """A load or store of a kernel pointer; what a load leaves in its register."""
    insn = env.insns[insn_idx]
    vmap = cur_regs(env)[regno].map_ptr
    assert vmap is not None
    assert vmap.btf is not None
    kptr = resolve_kptr(env, field, vmap.btf)
    klass = insn.code & 7

    def refuse(text: str) -> Reject:
        verbose(env, text)
        return Reject(EACCES)

    if insn.code & 0xE0 != BPF_MEM:
        raise refuse("kptr in map can only be accessed using BPF_MEM instruction mode\n")
    if klass != BPF_LDX and not kptr.unref:
        what = "uptr" if field.kind == "uptr" else "referenced kptr"
        raise refuse(f"store to {what} disallowed\n")
    if klass == BPF_LDX:
        return mark_btf_ld_reg(env, PTR_TO_BTF_ID, kptr.btf, kptr.btf_id, _loaded_flags(env, kptr))
    if klass == BPF_ST:
        if insn.imm:
            raise refuse(f"BPF_ST imm must be 0 when storing to kptr at off={field.offset}\n")
        return None
    value = cur_regs(env)[value_regno]
    if not value.is_null and not map_kptr_match_type(env, kptr, value, value_regno):
        raise Reject(EACCES)
    return None


# ------------------------------------------------------------------ bpf_kptr_xchg


def process_kptr_func(env: Env, regno: int, meta: CallArgMeta) -> None:
    """The field that bpf_kptr_xchg works on."""
    reg = cur_regs(env)[regno]
    btf: Btf | None

    def refuse(text: str, errno: int = EINVAL) -> Reject:
        verbose(env, text)
        return Reject(errno)

    if type_is_ptr_alloc_obj(reg.type):
        record, btf = reg_btf_record(env, reg), reg.btf
    else:
        vmap = reg.map_ptr
        assert vmap is not None
        if vmap.btf is None:
            raise refuse(f"map '{vmap.name}' has to have BTF in order to use bpf_kptr_xchg\n")
        record, btf = vmap.record, vmap.btf
        meta.map_ptr = vmap
    if reg.bounds.var_off.mask:
        what = "doesn't have constant offset. kptr has to be at the constant offset"
        raise refuse(f"R{regno} {what}\n")
    if record is None or not any(field.is_kptr for field in record.fields):
        raise refuse(f"R{regno} has no valid kptr\n")
    off = reg.off + s64(reg.bounds.var_off.value)
    field = find_kptr(record, off)
    if field is None:
        raise refuse(f"off={off} doesn't point to kptr\n", EACCES)
    if field.kind not in ("kptr", "percpu_kptr"):
        raise refuse(f"off={off} kptr isn't referenced kptr\n", EACCES)
    assert btf is not None
    meta.kptr_field = resolve_kptr(env, field, btf)


def kptr_returned(env: Env, meta: CallArgMeta, flags: int) -> RegState:
    """What was in the field before: now the program's own."""
    from skep.kernel.verifier.regs import btf_target, pointer

    kptr: Kptr = meta.kptr_field
    if not is_kernel_btf(env, kptr.btf):
        flags |= MEM_ALLOC
        if kptr.percpu:
            flags |= MEM_PERCPU
    return pointer(PTR_TO_BTF_ID | flags, target=btf_target(kptr.btf, kptr.btf_id))
