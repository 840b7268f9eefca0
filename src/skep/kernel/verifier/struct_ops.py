"""Programs that implement an operation of a kernel table (struct_ops): which one, what its arguments are,
and to what its program may store.
"""

from __future__ import annotations

import dataclasses
from errno import EACCES, EINVAL
from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.errors import ENOTSUPP
from skep.kernel.progtypes.op_tables import OP_TABLES, OpTable
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.verifier.attach_target import AttachTarget
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.refs import acquire_reference
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import PTR_MAYBE_NULL, PTR_TO_BTF_ID, PTR_TRUSTED
from skep.kernel.verifier.subprog_split import subprog_cnt

#: Fields that are arrays may be stored to at any offset; others from their start.
_ANY_OFFSET: Final = frozenset({"icsk_ca_priv"})

_REFERENCE: Final = "__ref"
#: Ends of argument names -> what they make of the pointer.
_SUFFIXES: Final = {_REFERENCE: 0, "__nullable": PTR_MAYBE_NULL}


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _stub_fields(btf: Btf, table: OpTable, operation: str) -> tuple[CtxField, ...]:
    """Arguments that the kernel's stand-in for the operation says more of, by the ends of their names."""
    stub_id = btf.find(f"{table.name}__{operation}", Kind.FUNC)
    stub = btf.get(stub_id) if stub_id is not None else None
    proto = btf.get(stub.type) if isinstance(stub, t.Func) else None
    fields = []
    for index, param in enumerate(proto.params if isinstance(proto, t.FuncProto) else ()):
        ptr = btf.resolve(param.type)
        flag = next((flag for suffix, flag in _SUFFIXES.items() if param.name.endswith(suffix)), None)
        if flag is not None and isinstance(ptr, t.Ptr):
            fields.append(
                CtxField(
                    name=param.name,
                    offset=8 * index,
                    size=8,
                    reads=(8,),
                    type=PTR_TO_BTF_ID | PTR_TRUSTED | flag,
                    btf=btf.resolve(ptr.type).name,
                )
            )
    return tuple(fields)


def check_struct_ops_btf_id(env: Env) -> AttachTarget:
    request = env.request
    if not request.gpl_compatible:
        raise _refuse(env, "struct ops programs must have a GPL compatible license\n")
    btf, btf_id = request.attach_btf, request.attach_btf_id
    if btf is None or not btf_id:
        raise Reject(ENOTSUPP)
    type_ = btf.get(btf_id) if btf_id < len(btf.types) else None
    table = OP_TABLES.get(type_.name) if isinstance(type_, t.Struct) else None
    if table is None or not isinstance(type_, t.Struct):
        raise _refuse(env, f"attach_btf_id {btf_id} is not a supported struct\n", ENOTSUPP)
    index = env.expected_attach_type
    if index >= len(type_.members):
        raise _refuse(env, f"attach to invalid member idx {index} of struct {table.name}\n")
    member = type_.members[index]
    ptr = btf.resolve(member.type)
    proto = btf.resolve(ptr.type) if isinstance(ptr, t.Ptr) else None
    if not isinstance(proto, t.FuncProto):
        text = f"attach to invalid member {member.name}(@idx {index}) of struct {table.name}\n"
        raise _refuse(env, text)
    text = f"attach to unsupported member {member.name} of struct {table.name}\n"
    if member.name in table.unsupported:
        raise _refuse(env, text, ENOTSUPP)
    if env.sleepable and table.sleepable is not None and member.name not in table.sleepable:
        raise _refuse(env, text)
    if env.variant is not None:
        helpers = table.helpers - table.lacking.get(member.name, frozenset())
        env.variant = dataclasses.replace(env.variant, helpers=helpers)
        env.helper_protos.clear()
    fields = _stub_fields(btf, table, member.name)
    target = AttachTarget(btf, btf_id, member.name, proto, fields=fields, table=table)
    target.references.update((field.offset, 0) for field in fields if field.name.endswith(_REFERENCE))
    # Another program would not get the reference that its operation is promised.
    if target.references and any(info.has_tail_call for info in env.subprog_info[: subprog_cnt(env)]):
        raise _refuse(env, "program with __ref argument cannot tail call\n")
    return target


def acquire_arguments(env: Env) -> None:
    """The program starts with the references that it is given."""
    for off in env.attach_target.references:
        env.attach_target.references[off] = acquire_reference(env, 0)


# ------------------------------------------------------------------ stores


def _place(btf: Btf, struct_name: str, path: str) -> tuple[int, int]:
    """Offset and end of a field of a structure of the kernel."""
    type_id, offset = btf.find(struct_name, Kind.STRUCT) or 0, 0
    for name in path.split("."):
        type_ = btf.resolve(type_id)
        members = type_.members if isinstance(type_, (t.Struct, t.Union)) else ()
        member = next((member for member in members if member.name == name), None)
        if member is None:
            return -1, -1
        offset += member.bit_offset // 8
        type_id = member.type
    return offset, offset + btf.size_of(type_id)


def check_struct_ops_write(env: Env, reg: RegState, off: int, size: int) -> None:
    """A store through a pointer to a kernel structure."""
    table: OpTable = env.attach_target.table
    btf = reg.btf
    assert btf is not None
    type_ = btf.get(reg.btf_id)
    if type_.name != table.writable or not isinstance(type_, t.Struct):
        raise _refuse(env, f"{table.other_write}\n", EACCES)
    end = type_.size if not table.writable_fields else 0
    for struct_name, path in table.writable_fields:
        start, stop = _place(btf, struct_name, path)
        if off == start or (path in _ANY_OFFSET and start <= off < stop):
            end = stop
    if not end:
        raise _refuse(env, f"no write support to {table.writable} at off {off}\n", EACCES)
    if off + size > end:
        where = f" beyond the member of {table.writable} ended at {end}" if table.writable_fields else ""
        raise _refuse(env, f"write access at off {off} with size {size}{where}\n", EACCES)
