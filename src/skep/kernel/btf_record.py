"""Special fields of map values: locks, timers, kernel pointers and the like, found by the names of their
types.

A value's BTF says where they are. Programs touch them through helpers only, and maps treat them apart when
they copy values. Source: `btf_parse_fields` of Linux 6.18, whose errno come out of here.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from skep.btf import Btf
from skep.btf.types import Array, DataSec, Ptr, Struct, Type, TypeTag, Union

#: Structures by name: size and alignment.
STRUCTURES: Final = {
    "bpf_spin_lock": (4, 4),
    "bpf_res_spin_lock": (8, 4),
    "bpf_timer": (16, 8),
    "bpf_wq": (16, 8),
    "bpf_task_work": (8, 8),
    "bpf_refcount": (4, 4),
    "bpf_list_head": (16, 8),
    "bpf_list_node": (24, 8),
    "bpf_rb_root": (16, 8),
    "bpf_rb_node": (32, 8),
}

#: There is one of these in a value at most.
_UNIQUE: Final = frozenset(
    {"bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer", "bpf_wq", "bpf_task_work", "bpf_refcount"}
)

#: Type tags that make a pointer a kernel pointer kept in a map.
_KPTR_TAGS: Final = frozenset({"kptr_untrusted", "kptr", "percpu_kptr", "uptr"})
_KPTR_NAMES: Final = {"percpu_kptr": "percpu_kptr", "uptr": "uptr"}

#: btf_record's BTF_FIELDS_MAX.
MAX_FIELDS: Final = 11
_MAX_NESTING: Final = 4


@dataclass(frozen=True, slots=True)
class SpecialField:
    """One special field. `kind` is the structure's name, or the tag of a kernel pointer."""

    kind: str
    offset: int
    size: int
    #: What a kernel pointer points to.
    type_id: int = 0

    @property
    def is_kptr(self) -> bool:
        return self.kind in _KPTR_TAGS

    @property
    def type_name(self) -> str:
        """As the verifier's messages have it."""
        return _KPTR_NAMES.get(self.kind, "kptr") if self.is_kptr else self.kind


@dataclass(frozen=True, slots=True)
class BtfRecord:
    """The special fields of a type, in order."""

    fields: tuple[SpecialField, ...]

    def find(self, kind: str) -> SpecialField | None:
        """The first field of this kind."""
        return next((field for field in self.fields if field.kind == kind), None)

    @property
    def has_lock(self) -> bool:
        return self.find("bpf_spin_lock") is not None or self.find("bpf_res_spin_lock") is not None


def parse_record(btf: Btf, type_id: int, value_size: int) -> BtfRecord | None:
    """The special fields of a value of this type; None where it has none. OSError as Linux has it."""
    type_ = btf.resolve(type_id)
    if not isinstance(type_, Struct | DataSec):
        return None
    fields = sorted(_fields_of(btf, type_, 0, 0), key=lambda field: field.offset)
    if not fields:
        return None
    if len(fields) > MAX_FIELDS:
        raise OSError(errno.E2BIG, f"more than {MAX_FIELDS} special fields")
    for kind in _UNIQUE:
        if sum(field.kind == kind for field in fields) > 1:
            raise OSError(errno.E2BIG, f"more than one {kind} in a value")
    end = 0
    for field in fields:
        if field.offset < end:
            raise OSError(errno.EEXIST, f"special fields overlap at offset {field.offset}")
        end = field.offset + field.size
        if end > value_size:
            raise OSError(errno.EFAULT, f"a special field ends beyond the value, at {end}")
    return BtfRecord(tuple(fields))


def _fields_of(btf: Btf, type_: Type, base: int, depth: int) -> Iterator[SpecialField]:
    if isinstance(type_, DataSec):
        for var in type_.vars:
            member = btf.get(var.type)
            yield from _field(btf, getattr(member, "type", 0), base + var.offset, depth)
    elif isinstance(type_, Struct | Union):
        for part in type_.members:
            yield from _field(btf, part.type, base + part.bit_offset // 8, depth)


def _field(btf: Btf, type_id: int, offset: int, depth: int) -> Iterator[SpecialField]:
    """The special fields in a member: itself, or those in the structure or array that it is."""
    type_ = btf.resolve(type_id)
    repeat = 1
    while isinstance(type_, Array):
        repeat *= type_.nelems
        type_ = btf.resolve(type_.type)
    if isinstance(type_, Ptr):
        found = list(_pointer(btf, type_, offset))
    elif isinstance(type_, Struct) and type_.name in STRUCTURES:
        size, align = STRUCTURES[type_.name]
        if offset % align:
            raise OSError(errno.EINVAL, f"{type_.name} is misaligned at offset {offset}")
        found = [SpecialField(type_.name, offset, size)]
    elif isinstance(type_, Struct) and depth < _MAX_NESTING:
        found = list(_fields_of(btf, type_, offset, depth + 1))
    else:
        return
    stride = 8 if isinstance(type_, Ptr) else getattr(type_, "size", 0)
    if found and repeat > MAX_FIELDS:
        raise OSError(errno.E2BIG, f"an array of {repeat} special fields")
    for index in range(repeat if found else 0):
        for field in found:
            yield SpecialField(field.kind, field.offset + index * stride, field.size, field.type_id)


def _pointer(btf: Btf, pointer: Ptr, offset: int) -> Iterator[SpecialField]:
    target = btf.get(pointer.type)
    if isinstance(target, TypeTag) and target.name in _KPTR_TAGS:
        if offset % 8:
            raise OSError(errno.EINVAL, f"a kernel pointer is misaligned at offset {offset}")
        yield SpecialField(target.name, offset, 8, target.type)
