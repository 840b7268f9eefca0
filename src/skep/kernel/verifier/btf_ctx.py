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
    if not isinstance(target, (t.Struct, t.Union)):
        return False
    row = PROG_TYPES.get(env.prog_type)
    wanted = row.ctx_struct if row is not None else ""
    return bool(wanted) and (target.name == wanted or target.name.startswith(wanted + "___"))


def kern_ctx_btf_id(env: Env) -> int:
    """The kernel's own structure behind the program's context (get_kern_ctx_btf_id)."""
    vmlinux = env.request.vmlinux
    table = vmlinux.find("bpf_ctx_convert", Kind.STRUCT) if vmlinux is not None else None
    if vmlinux is None or table is None or env.prog_type not in PROG_TYPES:
        raise Reject(EINVAL)
    name = f"BPF_PROG_TYPE_{ProgType(env.prog_type).name}_kern"
    convert = vmlinux.get(table)
    assert isinstance(convert, t.Struct)
    found = next((member.type for member in convert.members if member.name == name), 0)
    if not isinstance(vmlinux.get(found), (t.Struct, t.Union)):
        verbose(env, f"kern ctx type id {found} is not a struct\n")
        raise Reject(EINVAL)
    return found
