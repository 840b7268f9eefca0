"""Whether an argument is the program's context, by the name of the structure that it points to."""

from __future__ import annotations

from typing import Final

from skep.btf import Btf
from skep.btf import types as t
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.env import Env
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
