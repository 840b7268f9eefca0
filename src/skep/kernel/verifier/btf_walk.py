"""Structures as BTF describes them: what lies at an offset, and whether one type may stand for another.

`btf_struct_walk` goes from a structure down to what an access hits: a scalar, a pointer to another structure,
or an inner structure. A pointer to a structure is as good as one to its first member, so comparing types is
the same walk at offset 0.
"""

from __future__ import annotations

import weakref
from errno import EACCES, EFAULT, EINVAL
from typing import Final, final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.errors import BtfError
from skep.kernel.btf_record import struct_meta
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RCU,
    MEM_USER,
    PTR_TO_BTF_ID,
    PTR_TO_MEM,
    PTR_UNTRUSTED,
    SCALAR_VALUE,
)

#: Type tags of pointers in structures that mean something to the verifier.
TYPE_TAG_FLAGS: Final = {"user": MEM_USER, "percpu": MEM_PERCPU, "rcu": MEM_RCU}

#: One of two structures with this suffix is the other, but never cast to it.
_NOCAST_SUFFIX: Final = "___init"


def _refuse(env: Env | None, text: str, errno: int) -> Reject:
    if env is not None:
        verbose(env, text)
    return Reject(errno)


def _name(type_: t.Type) -> str:
    return type_.name or "(anon)"


def is_struct(type_: t.Type) -> bool:
    """A structure or union (Linux: btf_type_is_struct)."""
    return isinstance(type_, (t.Struct, t.Union))


def is_scalar(type_: t.Type) -> bool:
    return isinstance(type_, (t.Int, t.Enum, t.Enum64))


def skip_modifiers(btf: Btf, type_id: int) -> int:
    """Behind const, volatile, tags and typedefs (Linux: btf_type_skip_modifiers)."""
    return btf.skip(type_id)


# What a walk comes to.
WALK_SCALAR: Final = 0
WALK_PTR: Final = 1  # a pointer to a structure
WALK_PTR_UNTRUSTED: Final = 2  # another pointer: fit for loads that may fault
WALK_STRUCT: Final = 3


@final
class Hit:
    """What an access of a structure hits; `btf_id` is a structure, for two of the kinds."""

    __slots__ = ("btf_id", "field_name", "flag", "kind")

    def __init__(self, kind: int, flag: int, btf_id: int = 0, field_name: str = "") -> None:
        self.kind: Final = kind
        self.btf_id: Final = btf_id
        self.flag: Final = flag
        self.field_name: Final = field_name

    @property
    def is_struct(self) -> bool:
        return self.kind == WALK_STRUCT


def _resolve_size(btf: Btf, type_id: int) -> tuple[int, int, int]:
    """Size of a member; what it or its elements are; how many (Linux: __btf_resolve_size)."""
    type_id = btf.skip(type_id)
    count = 1
    type_ = btf.get(type_id)
    is_array = isinstance(type_, t.Array)
    while isinstance(type_, t.Array):
        count *= type_.nelems
        type_id = btf.skip(type_.type)
        type_ = btf.get(type_id)
    return btf.size_of(type_id) * count, type_id, count if is_array else -1


class _Walk:
    """One walk: the structure at hand and the offset in it."""

    def __init__(self, env: Env | None, btf: Btf, size: int, walk_flex_arrays: bool, flag: int) -> None:
        self.env = env
        self.btf = btf
        self.size = size
        self.walk_flex_arrays = walk_flex_arrays
        self.flag = flag
        #: The kernel's structures are laid out by a compiler; a program's may claim members that overlap.
        self.members_apart = env is not None and btf is env.request.vmlinux

    def step(self, type_id: int, off: int) -> Hit:
        """From this structure to the first thing that is not merely further inside."""
        while True:
            type_ = self.btf.resolve(type_id)
            if not isinstance(type_, (t.Struct, t.Union)):
                raise _refuse(self.env, f"Type '{_name(type_)}' is not a struct\n", EINVAL)
            if isinstance(type_, t.Union) and len(type_.members) != 1:
                self.flag |= PTR_UNTRUSTED
            if off + self.size > type_.size:
                inner = self._flexible_element(type_, off)
                if inner is None:
                    return Hit(WALK_SCALAR, self.flag)
                type_id, off = inner
                continue
            found = self._member(type_, off)
            if isinstance(found, Hit):
                return found
            type_id, off = found

    def _beyond(self, type_: t.Composite, off: int) -> Reject:
        text = f"access beyond struct {_name(type_)} at off {off} size {self.size}\n"
        return _refuse(self.env, text, EACCES)

    def _flexible_element(self, type_: t.Composite, off: int) -> tuple[int, int] | None:
        """An element of the array without length at the structure's end; None: of scalars."""
        btf = self.btf
        last = type_.members[-1] if type_.members else None
        array = btf.resolve(last.type) if last is not None else None
        if not self.walk_flex_arrays or last is None or not isinstance(array, t.Array) or array.nelems:
            raise self._beyond(type_, off)
        start = last.bit_offset // 8
        if off < start:
            raise self._beyond(type_, off)
        element = btf.resolve(array.type)
        if isinstance(element, t.Int):
            return None
        if not isinstance(element, (t.Struct, t.Union)) or not element.size:
            raise self._beyond(type_, off)
        return array.type, (off - start) % element.size

    def _member(self, type_: t.Composite, off: int) -> Hit | tuple[int, int]:
        members = type_.members
        last = len(members) - 1 if self.members_apart and isinstance(type_, t.Struct) else 0
        for index, member in enumerate(members):
            start = member.bit_offset // 8
            if off + self.size <= start:
                break
            if index < last and start < off and members[index + 1].bit_offset // 8 <= off:
                continue  # it ends where the next one starts, before the access
            if member.bit_size:
                end = (member.bit_offset + member.bit_size + 7) // 8
                if off <= start and end <= off + self.size:
                    return Hit(WALK_SCALAR, self.flag)
                continue
            if off < start:
                break
            found = self._hit_member(type_, member, off, start)
            if found is not None:
                return found
        text = f"struct {_name(type_)} doesn't have field at offset {off}\n"
        raise _refuse(self.env, text, EINVAL)

    def _hit_member(
        self, type_: t.Composite, member: t.Member, off: int, start: int
    ) -> Hit | tuple[int, int] | None:
        """None: the access lies behind this member. A pair: go on inside."""
        try:
            size, member_id, count = _resolve_size(self.btf, member.type)
        except BtfError:
            raise _refuse(self.env, f"field {member.name} doesn't have size\n", EFAULT) from None
        end = start + size
        if off >= end:
            return None
        if count >= 0:
            size //= count
            start += (off - start) // size * size
        found = self.btf.get(member_id)
        if is_struct(found):
            if off == start:
                return Hit(WALK_STRUCT, self.flag, member_id)
            return member_id, off - start
        if isinstance(found, t.Ptr):
            return self._pointer(type_, member.name, found, off, start, size)
        if off + self.size > end and not self.flag & PTR_UNTRUSTED:
            text = (
                f"access beyond the end of member {member.name} (mend:{end}) in struct {_name(type_)} "
                f"with off {off} size {self.size}\n"
            )
            raise _refuse(self.env, text, EACCES)
        return Hit(WALK_SCALAR, self.flag)

    def _pointer(self, type_: t.Composite, name: str, pointer: t.Ptr, off: int, start: int, size: int) -> Hit:
        """A pointer must be read as a whole; one to a structure is a typed pointer again."""
        if size != self.size or off != start:
            text = (
                f"cannot access ptr member {name} with moff {start} in struct {_name(type_)} "
                f"with off {off} size {self.size}\n"
            )
            raise _refuse(self.env, text, EACCES)
        tag = self.btf.get(pointer.type)
        flag = TYPE_TAG_FLAGS.get(tag.name, 0) if isinstance(tag, t.TypeTag) else 0
        target = self.btf.skip(pointer.type)
        if not is_struct(self.btf.get(target)):
            return Hit(WALK_PTR_UNTRUSTED, self.flag)
        return Hit(WALK_PTR, self.flag | flag, target, name)


def btf_struct_walk(
    env: Env | None, btf: Btf, type_id: int, off: int, size: int, *, walk_flex_arrays: bool, flag: int = 0
) -> Hit:
    """What `size` bytes at `off` of the structure are. With an `env`, a refusal says why."""
    return _Walk(env, btf, size, walk_flex_arrays, flag).step(type_id, off)


def btf_struct_access(env: Env, reg: RegState, off: int, size: int) -> tuple[int, Hit]:
    """What a load through the pointer gives: SCALAR_VALUE, PTR_TO_BTF_ID or PTR_TO_MEM, and what was hit."""
    btf = reg.btf
    assert btf is not None
    alloc = reg.type & MEM_ALLOC != 0
    record = struct_meta(btf, reg.btf_id) if alloc else None
    for field in record.fields if record is not None else ():
        if off < field.offset + field.size and field.offset < off + size:
            verbose(env, f"direct access to {field.type_name} is disallowed\n")
            raise Reject(EACCES)
    type_id, flag = reg.btf_id, 0
    while True:
        hit = btf_struct_walk(env, btf, type_id, off, size, walk_flex_arrays=not alloc, flag=flag)
        if hit.kind == WALK_PTR_UNTRUSTED:
            return PTR_TO_MEM, hit
        if hit.kind != WALK_STRUCT:
            return (PTR_TO_BTF_ID if hit.kind == WALK_PTR and not alloc else SCALAR_VALUE), hit
        type_id, off, flag = hit.btf_id, 0, hit.flag


def btf_types_are_same(btf1: Btf, id1: int, btf2: Btf, id2: int) -> bool:
    """Also where one of them is a module's, and the type the kernel's."""
    return id1 == id2 and (btf1 is btf2 or btf1.home(id1) is btf2.home(id2))


def btf_struct_ids_match(
    env: Env, btf: Btf, type_id: int, off: int, need_btf: Btf, need_id: int, strict: bool, walk_flex: bool
) -> bool:
    """Whether what lies at this offset of the structure is, or starts with, the structure that is needed."""
    if off == 0 and btf_types_are_same(btf, type_id, need_btf, need_id):
        return True
    if strict:
        return False
    while True:
        try:
            hit = btf_struct_walk(env, btf, type_id, off, 1, walk_flex_arrays=walk_flex)
        except Reject:
            return False
        if not hit.is_struct:
            return False
        if btf_types_are_same(btf, hit.btf_id, need_btf, need_id):
            return True
        type_id, off = hit.btf_id, 0


_safe_fields: weakref.WeakKeyDictionary[Btf, dict[tuple[int, str], frozenset[tuple[str, int]]]] = (
    weakref.WeakKeyDictionary()
)


def _promised_fields(btf: Btf, type_id: int, suffix: str) -> frozenset[tuple[str, int]]:
    """Name and target of each pointer in the structure of that name with a suffix, if there is one."""
    type_ = btf.get(type_id)
    safe_id = btf.find(type_.name + suffix, Kind(type_.kind)) if type_.name else None
    safe = btf.get(safe_id) if safe_id is not None else None
    if not isinstance(safe, (t.Struct, t.Union)):
        return frozenset()
    pointers = ((member.name, btf.get(member.type)) for member in safe.members)
    return frozenset((name, btf.skip(ptr.type)) for name, ptr in pointers if isinstance(ptr, t.Ptr))


def btf_nested_type_is_trusted(btf: Btf, type_id: int, field_name: str, btf_id: int, suffix: str) -> bool:
    """Whether the kernel promises something of this field: its BTF has a structure of the same name with a
    suffix that lists such fields.
    """
    known = _safe_fields.setdefault(btf, {})
    if (type_id, suffix) not in known:
        known[type_id, suffix] = _promised_fields(btf, type_id, suffix)
    return (field_name, btf_id) in known[type_id, suffix]


def btf_type_ids_nocast_alias(btf1: Btf, id1: int, btf2: Btf, id2: int) -> bool:
    """Whether one is an alias of the other that must not be cast to it (`nf_conn___init`)."""
    name1, name2 = btf1.get(id1).name, btf2.get(id2).name
    return name1 != name2 and (name1 + _NOCAST_SUFFIX == name2 or name2 + _NOCAST_SUFFIX == name1)


def is_scalar_struct(env: Env, btf: Btf, type_: t.Type, depth: int = 0) -> bool:
    """Whether there is nothing but numbers in it (Linux: __btf_type_is_scalar_struct)."""
    if not isinstance(type_, (t.Struct, t.Union)):
        return False
    for member in type_.members:
        inner = btf.resolve(member.type)
        if isinstance(inner, (t.Struct, t.Union)):
            if depth >= 3:
                verbose(env, "max struct nesting depth exceeded\n")
                return False
            if not is_scalar_struct(env, btf, inner, depth + 1):
                return False
            continue
        if isinstance(inner, t.Array):
            if not inner.nelems:
                return False
            inner = btf.resolve(inner.type)
        if not is_scalar(inner):
            return False
    return True
