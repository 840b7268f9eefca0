"""Calls of kernel functions for the engines: by name, with the arguments that only the verifier knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skep.btf import Btf
from skep.btf import types as t
from skep.isa.opcodes import BPF_PSEUDO_KFUNC_CALL
from skep.kernel.fixups.patch import CALL, Code
from skep.kernel.kfuncs.proto import KF_FASTCALL
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.uapi import ProgType

if TYPE_CHECKING:
    from skep.kernel.fixups.patch import Node
    from skep.kernel.verifier.kfunc_meta import Kfunc
    from skep.kernel.verifier.request import VerifyRequest, VerifyResult

#: Functions that the kernel gives the size of an object, in this register.
_SIZES = {"bpf_obj_new_impl": 1, "bpf_percpu_obj_new_impl": 1}
#: ... and where in an object its node is.
_NODE_OFFSETS = {"bpf_list_push_front_impl": 4, "bpf_list_push_back_impl": 4, "bpf_rbtree_add_impl": 5}
#: Dynptrs of packets that the program must not write to.
_READ_ONLY_PACKETS = frozenset({"bpf_dynptr_from_skb", "bpf_dynptr_from_skb_meta", "bpf_dynptr_from_xdp"})


@dataclass(frozen=True, slots=True)
class KfuncCall:
    """One call of a kernel function: its name, how many registers it reads, those of them that the kernel
    fills in, and the bits of its result (0: it has none).
    """

    name: str
    arguments: int = 5
    constants: tuple[tuple[int, int], ...] = ()
    bits: int = 64
    returns_pointer: bool = False
    #: Type of the object to make, of the program's BTF: r2 is the record of its special fields.
    object_type: int = 0
    #: It leaves r1 to r5 alone.
    is_fastcall: bool = False


def kfunc_calls(code: Code, request: VerifyRequest, result: VerifyResult) -> dict[int, KfuncCall]:
    """The calls by slot; the code must have been laid out."""
    return {
        node.slot: _described(node, result.kfuncs[node.insn.imm, node.insn.off], request)
        for node in code.nodes
        if node.insn.code == CALL and node.insn.src == BPF_PSEUDO_KFUNC_CALL and node.insn.imm
    }


def _described(node: Node, kfunc: Kfunc, request: VerifyRequest) -> KfuncCall:
    btf, proto = kfunc.btf, kfunc.proto
    name, constants = kfunc.name, []
    if name in _SIZES:
        constants.append((_SIZES[name], node.aux.obj_new_size))
    if name in _NODE_OFFSETS:
        constants.append((_NODE_OFFSETS[name], node.aux.insert_off))
    if name in _READ_ONLY_PACKETS and not _writes_packets(request.prog_type):
        name += "_rdonly"
    pointer = isinstance(btf.resolve(proto.ret), t.Ptr)
    return KfuncCall(
        name=name,
        arguments=len(proto.params),
        constants=tuple(constants),
        bits=_bits(btf, proto.ret),
        returns_pointer=pointer,
        object_type=node.aux.btf_id if kfunc.name in _SIZES and node.aux.kptr_struct_meta else 0,
        is_fastcall=kfunc.row is not None and bool(kfunc.row.flags & KF_FASTCALL),
    )


def _writes_packets(prog_type: int) -> bool:
    return "w" in PROG_TYPES[prog_type].packet and prog_type != ProgType.CGROUP_SOCKOPT


def _bits(btf: Btf, type_id: int) -> int:
    match btf.resolve(type_id):
        case t.Void():
            return 0
        case t.Ptr():
            return 64
    return min(64, btf.size_of(type_id) * 8)
