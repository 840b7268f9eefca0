"""Calls of kernel functions that get arguments which programs cannot give, or that are no calls at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from skep.isa.build import ld_imm64, mov64_imm, mov64_reg
from skep.isa.opcodes import BPF_PSEUDO_KFUNC_CALL
from skep.kernel.fixups.patch import CALL, Node
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter, same

#: Addresses in the kernel are not shown.
_ADDRESS: Final = 0


def rewrite_kfunc(rewriter: Rewriter, node: Node) -> Patch:
    insn = node.insn
    if insn.code != CALL or insn.src != BPF_PSEUDO_KFUNC_CALL:
        return None
    kfunc = rewriter.result.kfuncs.get((insn.imm, insn.off))
    found = _KFUNCS.get(kfunc.name) if kfunc is not None else None
    if found is not None:
        return found(node)
    if node.aux.arg_prog:
        return [*ld_imm64(node.aux.arg_prog, _ADDRESS), same(node)]
    return None


def _new(node: Node) -> Patch:
    """How large the object is, and where its special fields are described."""
    return [mov64_imm(1, node.aux.obj_new_size), *ld_imm64(2, _ADDRESS), same(node)]


def _described(node: Node) -> Patch:
    return [*ld_imm64(2, _ADDRESS), same(node)]


def _inserting(first: int) -> Callable[[Node], Patch]:
    """What is inserted: its description and where in it the node is, in two registers from `first` on."""

    def insert(node: Node) -> Patch:
        return [*ld_imm64(first, _ADDRESS), mov64_imm(first + 1, node.aux.insert_off), same(node)]

    return insert


def _cast(node: Node) -> Patch:
    return [mov64_reg(0, 1)]


_KFUNCS: Final[Mapping[str, Callable[[Node], Patch]]] = {
    "bpf_obj_new_impl": _new,
    "bpf_percpu_obj_new_impl": _new,
    "bpf_obj_drop_impl": _described,
    "bpf_percpu_obj_drop_impl": _described,
    "bpf_refcount_acquire_impl": _described,
    "bpf_list_push_front_impl": _inserting(3),
    "bpf_list_push_back_impl": _inserting(3),
    "bpf_rbtree_add_impl": _inserting(4),
    "bpf_cast_to_kern_ctx": _cast,
    "bpf_rdonly_cast": _cast,
}
