"""BTF_LOAD, second phase: what types refer to (btf_check_all_types() in kernel/bpf/btf.c).

A type is resolved when everything that its size depends on is. Two kinds of chains are followed: through
pointers and modifiers, where structures end a chain, and through structures, arrays and modifiers, where
pointers end it. A type that comes up again in its own chain has no size or no meaning: a loop. Chains longer
than 32 are refused.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from enum import Enum, auto

from skep.btf import Btf
from skep.btf import types as t
from skep.errors import BtfError
from skep.kernel.btf_log import BtfLog, BtfRefusal
from skep.kernel.btf_meta import MetaChecker, Record

_MAX_DEPTH = 32
_U32_MAX = 0xFFFFFFFF

_MODIFIERS = (t.Typedef, t.Volatile, t.Const, t.Restrict, t.TypeTag)
_COMPOSITES = (t.Struct, t.Union)
_UNSIZED = (t.Void, t.Fwd, t.Func, t.FuncProto, t.DeclTag)
_SOURCE_ONLY = (t.Var, t.DeclTag, t.DataSec)  # nothing may refer to these but what is made for it
_RESOLVED = (*_MODIFIERS, t.Ptr, *_COMPOSITES, t.Array, t.Var, t.Func, t.DeclTag, t.DataSec)
_REGULAR_BYTES = (1, 2, 4, 8, 16)


class _Mode(Enum):
    UNDECIDED = auto()
    POINTER = auto()
    COMPOSITE = auto()


class Resolver:
    """One pass over the types, in the order of their ids."""

    def __init__(self, btf: Btf, checker: MetaChecker) -> None:
        self.btf = btf
        self.records: list[Record] = checker.records
        self.checker = checker
        self.log: BtfLog = checker.log
        self._resolved: set[int] = {0}
        self._chain: list[int] = []
        self._mode = _Mode.UNDECIDED

    def check(self) -> None:
        for type_id in range(1, len(self.btf.types)):
            type_ = self.btf.get(type_id)
            if isinstance(type_, _RESOLVED) and type_id not in self._resolved:
                self._resolve_from(type_id)
            if isinstance(type_, t.FuncProto):
                self._check_proto(type_id, type_)
        self._check_type_tags()

    # ── the walk ──

    def _resolve_from(self, type_id: int) -> None:
        """btf_resolve()"""
        self._chain, self._mode = [], _Mode.UNDECIDED
        try:
            self._visit(type_id)
        except BtfRefusal as refusal:
            if refusal.errno == errno.E2BIG:
                self._log_type(type_id, f"Exceeded max resolving depth:{_MAX_DEPTH}")
            if refusal.errno == errno.EEXIST:
                self._log_type(type_id, "Loop detected")
            raise

    def _visit(self, type_id: int) -> None:
        """env_stack_push(), and the kind's own way to its references."""
        if len(self._chain) == _MAX_DEPTH:
            raise BtfRefusal(errno.E2BIG)
        if type_id in self._chain:
            raise BtfRefusal(errno.EEXIST)
        type_ = self.btf.get(type_id)
        self._chain.append(type_id)
        if self._mode == _Mode.UNDECIDED:
            if isinstance(type_, t.Ptr):
                self._mode = _Mode.POINTER
            elif isinstance(type_, (*_COMPOSITES, t.Array)):
                self._mode = _Mode.COMPOSITE
        _RESOLVE[type(type_)](self, type_id, type_)
        self._chain.pop()
        self._resolved.add(type_id)

    def _follow(self, type_id: int) -> None:
        """Resolve what a type refers to, unless the chain ends there."""
        type_ = self.btf.get(type_id)
        if type_id in self._resolved or self._ends_chain(type_):
            return
        self._visit(type_id)

    def _ends_chain(self, type_: t.Type) -> bool:
        """env_type_is_resolve_sink()"""
        if self._mode == _Mode.POINTER:
            return not isinstance(type_, (*_MODIFIERS, t.Ptr))
        if self._mode == _Mode.COMPOSITE:
            return not isinstance(type_, (*_MODIFIERS, t.Array, *_COMPOSITES))
        return not isinstance(type_, _RESOLVED)

    # ── each kind ──

    def resolve_reference(self, type_id: int, type_: t.Type) -> None:
        """btf_modifier_resolve(), btf_ptr_resolve(): void, functions and forward declarations will do."""
        next_id: int = type_.type  # type: ignore[attr-defined]
        target = self._get(next_id)
        if target is None or isinstance(target, _SOURCE_ONLY):
            raise self._refuse(type_id, "Invalid type_id")
        self._follow(next_id)
        final_id = self.btf.skip(next_id)
        final = self.btf.get(final_id)
        if isinstance(type_, t.Ptr) and isinstance(final, t.Ptr):
            self._follow(final_id)
        # A function stands for its prototype once it is resolved; before, it is nothing that has a size.
        if isinstance(final, t.Func) and final_id not in self._resolved:
            raise self._refuse(type_id, "Invalid type_id")

    def resolve_var(self, type_id: int, type_: t.Type) -> None:
        """btf_var_resolve(): a variable has a size."""
        assert isinstance(type_, t.Var)
        target = self._get(type_.type)
        if target is None or isinstance(target, _SOURCE_ONLY):
            raise self._refuse(type_id, "Invalid type_id")
        self._follow(type_.type)
        if self._size(type_.type) is None:
            raise self._refuse(type_id, "Invalid type_id")

    def resolve_array(self, type_id: int, type_: t.Type) -> None:
        """btf_array_resolve()"""
        assert isinstance(type_, t.Array)
        if not self._follow_sized(type_.index_type):
            raise self._refuse(type_id, "Invalid index")
        index = self.btf.resolve(type_.index_type)
        if not isinstance(index, t.Int) or not _is_regular(index):
            raise self._refuse(type_id, "Invalid index")
        if not self._follow_sized(type_.type):
            raise self._refuse(type_id, "Invalid elem")
        size = self._size(type_.type)
        if size is None:
            raise self._refuse(type_id, "Invalid elem")
        element = self.btf.resolve(type_.type)
        if isinstance(element, t.Int) and not _is_regular(element):
            raise self._refuse(type_id, "Invalid array of int")
        if type_.nelems and size > _U32_MAX // type_.nelems:
            raise self._refuse(type_id, "Array size overflows U32_MAX")

    def resolve_composite(self, type_id: int, type_: t.Type) -> None:
        """btf_struct_resolve()"""
        assert isinstance(type_, (t.Struct, t.Union))
        for place, member in enumerate(type_.members):
            if not self._follow_sized(member.type) or self._size(member.type) is None:
                raise self._refuse_member(type_id, place, "Invalid member")
            why = self._misplaced(type_, member)
            if why:
                raise self._refuse_member(type_id, place, why, self.btf.skip(member.type))

    def resolve_func(self, type_id: int, type_: t.Type) -> None:
        """btf_func_check(): every argument of a function has a name."""
        assert isinstance(type_, t.Func)
        proto = self._get(type_.type)
        if not isinstance(proto, t.FuncProto):
            raise self._refuse(type_id, "Invalid type_id")
        for number, param in enumerate(proto.params, 1):
            if param.type and not param.name:
                raise self._refuse(type_id, f"Invalid arg#{number}")

    def resolve_decl_tag(self, type_id: int, type_: t.Type) -> None:
        """btf_decl_tag_resolve(): a tag is on a function, structure, variable or typedef, or a part of it."""
        assert isinstance(type_, t.DeclTag)
        target = self._get(type_.type)
        if not isinstance(target, (t.Func, *_COMPOSITES, t.Var, t.Typedef)):
            raise self._refuse(type_id, "Invalid type_id")
        self._follow(type_.type)
        if type_.component == -1:
            return
        parts = 0
        if isinstance(target, (t.Struct, t.Union)):
            parts = len(target.members)
        elif isinstance(target, t.Func) and isinstance(proto := self.btf.get(target.type), t.FuncProto):
            parts = len(proto.params)
        if type_.component >= parts:
            raise self._refuse(type_id, "Invalid component_idx")

    def resolve_datasec(self, type_id: int, type_: t.Type) -> None:
        """btf_datasec_resolve(): a section has variables, each with enough room."""
        assert isinstance(type_, t.DataSec)
        for place, variable in enumerate(type_.vars):
            self._mode = _Mode.UNDECIDED
            target = self._get(variable.type)
            if not isinstance(target, t.Var):
                raise self._refuse_variable(type_id, place, "Not a VAR kind member")
            self._follow(variable.type)
            size = self._size(target.type)
            if size is None:
                raise self._refuse_variable(type_id, place, "Invalid type")
            if variable.size < size:
                raise self._refuse_variable(type_id, place, "Invalid size")

    # ── members ──

    def _misplaced(self, composite: t.Struct | t.Union, member: t.Member) -> str:
        """The check_member and check_kflag_member of each kind: why the member cannot be where it is."""
        type_, size = self.btf.resolve(member.type), self.btf.size_of(member.type)
        if isinstance(type_, t.Int):
            return _misplaced_int(composite, member, type_)
        if member.bit_size and not isinstance(type_, t.Enum | t.Enum64):
            return "Invalid member bitfield_size"
        if member.bit_size > 32:
            return "Invalid member bitfield_size"
        if isinstance(type_, t.Float):
            if member.bit_offset % (min(8, type_.size) * 8):
                return "Member is not properly aligned"
        elif not member.bit_size and member.bit_offset % 8:
            return "Member is not byte aligned"
        end = member.bit_offset + (member.bit_size or size * 8)
        return "Member exceeds struct_size" if -(-end // 8) > composite.size else ""

    # ── prototypes and tags ──

    def _check_proto(self, type_id: int, proto: t.FuncProto) -> None:
        """btf_func_proto_check()"""
        if proto.ret:
            self._check_value(type_id, proto.ret, "Invalid return type")
        params = list(self.records[type_id - 1].items(2))
        if params and not params[-1][1]:
            if params[-1][0]:
                raise self._refuse(type_id, f"Invalid arg#{len(params)}")
            params.pop()
        for number, (name_off, param) in enumerate(params, 1):
            self._check_value(type_id, param, f"Invalid arg#{number}", name_off)

    def _check_value(self, proto_id: int, type_id: int, why: str, name_off: int = 0) -> None:
        """The type of an argument or result: it has a size."""
        type_ = self._get(type_id)
        bad_name = name_off and not (
            self.checker.is_offset(name_off) and self.checker.is_identifier(name_off)
        )
        if type_ is None or isinstance(type_, _SOURCE_ONLY) or bad_name:
            raise self._refuse(proto_id, why)
        if isinstance(type_, _RESOLVED) and type_id not in self._resolved:
            self._resolve_from(type_id)
        if self._size(type_id) is None:
            raise self._refuse(proto_id, why)

    def _check_type_tags(self) -> None:
        """btf_check_type_tags(): in a chain of modifiers the type tags come first."""
        for type_ in self.btf.types:
            tags = True
            while isinstance(type_, _MODIFIERS):
                if not isinstance(type_, t.TypeTag):
                    tags = False
                elif not tags:
                    raise self.log.refuse("Type tags don't precede modifiers")
                type_ = self.btf.get(type_.type)

    # ── small questions ──

    def _get(self, type_id: int) -> t.Type | None:
        return self.btf.get(type_id) if type_id < len(self.btf.types) else None

    def _size(self, type_id: int) -> int | None:
        """btf_type_id_size()"""
        if isinstance(self.btf.get(type_id), t.Var):
            return None
        try:
            return self.btf.size_of(type_id)
        except BtfError:
            return None

    def _follow_sized(self, type_id: int) -> bool:
        """Resolve what a part of a type is; False for what cannot be a part."""
        type_ = self._get(type_id)
        if type_ is None or isinstance(type_, (*_UNSIZED, *_SOURCE_ONLY)):
            return False
        self._follow(type_id)
        return True

    def _log_type(self, type_id: int, why: str = "") -> None:
        self.checker.log_type(self.records[type_id - 1], why)

    def _refuse(self, type_id: int, why: str) -> BtfRefusal:
        return self.checker.refuse(self.records[type_id - 1], why)

    def _refuse_member(self, type_id: int, place: int, why: str, member_type: int = 0) -> BtfRefusal:
        """`member_type` is shown instead of the member's own: the log looks behind modifiers."""
        record = self.records[type_id - 1]
        self.checker.log_type(record)
        name_off, own_type, offset = list(record.items(3))[place]
        self.checker.log_member(record, (name_off, member_type or own_type, offset), why)
        return BtfRefusal(errno.EINVAL)

    def _refuse_variable(self, type_id: int, place: int, why: str) -> BtfRefusal:
        record = self.records[type_id - 1]
        self.checker.log_type(record)
        self.checker.log_variable(list(record.items(3))[place], why)
        return BtfRefusal(errno.EINVAL)


def _is_regular(type_: t.Int) -> bool:
    """btf_type_int_is_regular(): an int that a C compiler has."""
    return not type_.bits % 8 and not type_.offset and type_.bits // 8 in _REGULAR_BYTES


def _misplaced_int(composite: t.Struct | t.Union, member: t.Member, type_: t.Int) -> str:
    """btf_int_check_member(), btf_int_check_kflag_member()"""
    bits, offset = type_.bits, member.bit_offset
    if composite.has_bit_sizes:
        if not _is_regular(type_):
            return "Invalid member base type"
        if not member.bit_size and offset % 8:
            return "Invalid member offset"
        if member.bit_size > bits:
            return "Invalid member bitfield_size"
        bits = member.bit_size or bits
    else:
        offset += type_.offset
        if offset > _U32_MAX:
            return "bits_offset exceeds U32_MAX"
    copied = bits + offset % 8
    if copied > 128:
        return "nr_copy_bits exceeds 128"
    return "Member exceeds struct_size" if offset // 8 + -(-copied // 8) > composite.size else ""


_RESOLVE: dict[type[t.Type], Callable[[Resolver, int, t.Type], None]] = {
    **dict.fromkeys((*_MODIFIERS, t.Ptr), Resolver.resolve_reference),
    **dict.fromkeys(_COMPOSITES, Resolver.resolve_composite),
    t.Array: Resolver.resolve_array,
    t.Var: Resolver.resolve_var,
    t.Func: Resolver.resolve_func,
    t.DeclTag: Resolver.resolve_decl_tag,
    t.DataSec: Resolver.resolve_datasec,
}
