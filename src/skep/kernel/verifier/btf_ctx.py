"""Whether an argument is the program's context, by the name of the structure that it points to."""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.uapi import ProgType

#: What Linux calls a kind of type in messages.
_KIND_STR: Final = (
    "UNKNOWN",
    "INT",
    "PTR",
    "ARRAY",
    "STRUCT",
    "UNION",
    "ENUM",
    "FWD",
    "TYPEDEF",
    "VOLATILE",
    "CONST",
    "RESTRICT",
    "FUNC",
    "FUNC_PROTO",
    "VAR",
    "DATASEC",
    "FLOAT",
    "DECL_TAG",
    "TYPE_TAG",
    "ENUM64",
)


def btf_type_str(type_: t.Type) -> str:
    return _KIND_STR[int(type_.kind)]


def btf_is_prog_ctx_type(env: Env, btf: Btf, ptr: t.Ptr, arg: int) -> bool:
    """Whether the pointer is declared as one to this program type's context, or to a flavour of it."""
    target = btf.types[ptr.type]
    if env.prog_type == ProgType.KPROBE:
        while isinstance(target, (t.Const, t.Volatile, t.Restrict, t.TypeTag)):
            target = btf.types[target.type]
        if isinstance(target, t.Typedef) and target.name == "bpf_user_pt_regs_t":
            return True
    target = btf.types[btf.skip(ptr.type)]
    return isinstance(target, (t.Struct, t.Union)) and is_ctx_struct(env.prog_type, target)


def is_ctx_struct(prog_type: int, type_: t.Type) -> bool:
    """Whether it is the structure that programs of this type know as their context, or a flavour of it."""
    row = PROG_TYPES.get(prog_type)
    wanted = row.ctx_struct if row is not None else ""
    return bool(wanted) and (type_.name == wanted or type_.name.startswith(wanted + "___"))


def kern_ctx_btf_id(env: Env, prog_type: int | None = None) -> int:
    """The kernel's own structure behind the program's context (get_kern_ctx_btf_id)."""
    prog_type = env.prog_type if prog_type is None else prog_type
    vmlinux = env.request.vmlinux
    table = vmlinux.find("bpf_ctx_convert", Kind.STRUCT) if vmlinux is not None else None
    if vmlinux is None or table is None or prog_type not in PROG_TYPES:
        raise Reject(EINVAL)
    name = f"BPF_PROG_TYPE_{ProgType(prog_type).name}_kern"
    convert = vmlinux.get(table)
    assert isinstance(convert, t.Struct)
    found = next((member.type for member in convert.members if member.name == name), 0)
    if not isinstance(vmlinux.get(found), (t.Struct, t.Union)):
        verbose(env, f"kern ctx type id {found} is not a struct\n")
        raise Reject(EINVAL)
    return found
