"""Kernel symbols as 64-bit constants: variables and functions of the kernel's BTF.

A per-CPU variable is a pointer for bpf_per_cpu_ptr, a structure is a pointer to it, any other variable is
read-only memory of its size. Linux puts the address into the instruction; here it stays the type's id.
"""

from __future__ import annotations

import weakref
from errno import EINVAL, ENOENT

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.errors import BtfError
from skep.isa.insn import Insn
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.program_info import InsnAux
from skep.kernel.verifier.regs import RegState, btf_target, mem_target, pointer
from skep.kernel.verifier.regtypes import MEM_PERCPU, MEM_RDONLY, PTR_TO_BTF_ID, PTR_TO_MEM, base_type

_percpu: weakref.WeakKeyDictionary[Btf, frozenset[int]] = weakref.WeakKeyDictionary()


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _percpu_vars(btf: Btf) -> frozenset[int]:
    """The variables of the per-CPU section."""
    if btf not in _percpu:
        section_id = btf.find(".data..percpu", Kind.DATASEC)
        section = btf.get(section_id) if section_id is not None else None
        rows = section.vars if isinstance(section, t.DataSec) else ()
        _percpu[btf] = frozenset(row.type for row in rows)
    return _percpu[btf]


def _types(env: Env, fd: int) -> Btf:
    """Of the kernel, or with a descriptor of a module."""
    if not fd:
        if env.request.vmlinux is None:
            text = "kernel is missing BTF, make sure CONFIG_DEBUG_INFO_BTF=y is specified in Kconfig.\n"
            raise _refuse(env, text)
        return env.request.vmlinux
    try:
        return env.request.get_btf(fd)
    except OSError:
        raise _refuse(env, "invalid module BTF object FD specified.\n") from None


def check_pseudo_btf_id(env: Env, insn: Insn, second: Insn, aux: InsnAux) -> None:
    """Find the symbol, and note what a register that holds its address is."""
    btf, type_id = _types(env, second.imm), insn.imm
    if not 0 <= type_id < len(btf.types):
        raise _refuse(env, f"ldimm64 insn specifies invalid btf_id {type_id}.\n", ENOENT)
    symbol = btf.get(type_id)
    if not isinstance(symbol, (t.Func, t.Var)):
        text = f"pseudo btf_id {type_id} in ldimm64 isn't KIND_VAR or KIND_FUNC\n"
        raise _refuse(env, text)
    symbols = env.request.symbols if btf is env.request.vmlinux else None
    if symbols is not None and symbol.name not in symbols:
        text = f"ldimm64 failed to find the address for kernel symbol '{symbol.name}'.\n"
        raise _refuse(env, text, ENOENT)
    if isinstance(symbol, t.Func):
        aux.reg_type, aux.mem_size = PTR_TO_MEM | MEM_RDONLY, 0
        return
    type_ = btf.resolve(symbol.type)
    if type_id in _percpu_vars(btf):
        aux.reg_type, aux.btf, aux.btf_id = PTR_TO_BTF_ID | MEM_PERCPU, btf, symbol.type
    elif isinstance(type_, (t.Struct, t.Union)):
        aux.reg_type, aux.btf, aux.btf_id = PTR_TO_BTF_ID, btf, symbol.type
    else:
        aux.reg_type = PTR_TO_MEM | MEM_RDONLY
        try:
            aux.mem_size = btf.size_of(symbol.type)
        except BtfError:
            text = f"ldimm64 unable to resolve the size of type '{type_.name}': -22\n"
            raise _refuse(env, text) from None


def kernel_symbol_reg(aux: InsnAux) -> RegState:
    if base_type(aux.reg_type) == PTR_TO_BTF_ID:
        return pointer(aux.reg_type, target=btf_target(aux.btf, aux.btf_id))
    return pointer(aux.reg_type, target=mem_target(aux.mem_size))
