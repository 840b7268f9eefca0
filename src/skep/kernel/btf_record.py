"""Special fields of map values: locks, timers, kernel pointers and the like, found by the names of their
types.

A value's BTF says where they are. Programs touch them through helpers only, and maps treat them apart when
they copy values. Source: `btf_parse_fields` of Linux 6.18, whose errno come out of here.
"""

from __future__ import annotations

import errno
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from skep.btf import Btf, Kind
from skep.btf.types import Array, DataSec, DeclTag, Ptr, Struct, Type, TypeTag, Union, Var

#: Structures by name: size and alignment.
STRUCTURES: Final = {
    "bpf_spin_lock": (4, 4),
    "bpf_res_spin_lock": (4, 4),
    "bpf_timer": (16, 8),
    "bpf_wq": (16, 8),
    "bpf_task_work": (8, 8),
    "bpf_refcount": (4, 4),
    "bpf_list_head": (16, 8),
    "bpf_list_node": (24, 8),
    "bpf_rb_root": (16, 8),
    "bpf_rb_node": (32, 8),
}

#: Heads of lists and roots of trees, and the structure that links their elements.
GRAPH_ROOTS: Final = {"bpf_list_head": "bpf_list_node", "bpf_rb_root": "bpf_rb_node"}
GRAPH_NODES: Final = frozenset(GRAPH_ROOTS.values())

#: What may be in an array of special fields.
_REPEATABLE: Final = frozenset({"kptr_untrusted", "kptr", "percpu_kptr", "uptr", *GRAPH_ROOTS})

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
    #: What a kernel pointer points to, or a list or tree contains.
    type_id: int = 0
    #: Of a list or tree: where its elements have their node.
    node_offset: int = 0

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

    def at(self, offset: int) -> SpecialField | None:
        """The field that starts there."""
        return next((field for field in self.fields if field.offset == offset), None)

    @property
    def has_lock(self) -> bool:
        return self.find("bpf_spin_lock") is not None or self.find("bpf_res_spin_lock") is not None

    @property
    def has_graph_node(self) -> bool:
        return any(field.kind in GRAPH_NODES for field in self.fields)


class _Tables:
    """What is looked up often in one BTF: its declaration tags, and the records of its structures."""

    def __init__(self, btf: Btf) -> None:
        self.contains: dict[tuple[int, int], list[str]] = {}
        self.special_ids: set[int] = set()
        self.records: dict[int, BtfRecord | None] = {}
        for type_id in range(1, len(btf.types)):
            type_ = btf.get(type_id)
            if isinstance(type_, DeclTag) and type_.name.startswith(_CONTAINS):
                tags = self.contains.setdefault((type_.type, type_.component), [])
                tags.append(type_.name.removeprefix(_CONTAINS))
            elif isinstance(type_, Struct) and type_.name in _ALLOC_OBJ_FIELDS:
                self.special_ids.add(type_id)
            elif isinstance(type_, Ptr):
                tag = btf.get(type_.type)
                if isinstance(tag, TypeTag) and tag.name in _KPTR_TAGS:
                    self.special_ids.add(type_id)


_CONTAINS: Final = "contains:"
_ALLOC_OBJ_FIELDS: Final = frozenset(
    {"bpf_spin_lock", "bpf_res_spin_lock", "bpf_refcount", *GRAPH_ROOTS, *GRAPH_NODES}
)
_tables: weakref.WeakKeyDictionary[Btf, _Tables] = weakref.WeakKeyDictionary()


def _tables_of(btf: Btf) -> _Tables:
    found = _tables.get(btf)
    if found is None:
        found = _tables[btf] = _Tables(btf)
    return found


def struct_meta(btf: Btf, type_id: int) -> BtfRecord | None:
    """The special fields of objects that programs allocate themselves; None for a structure without any.

    Only a structure with such a member of its own has them (btf_find_struct_meta).
    """
    tables = _tables_of(btf)
    if type_id not in tables.records:
        type_ = btf.get(type_id)
        has = isinstance(type_, Struct | Union) and any(m.type in tables.special_ids for m in type_.members)
        size = type_.size if isinstance(type_, Struct | Union) else 0
        tables.records[type_id] = parse_record(btf, type_id, size) if has else None
    return tables.records[type_id]


def parse_record(btf: Btf, type_id: int, value_size: int) -> BtfRecord | None:
    """The special fields of a value of this type; None where it has none. OSError as Linux has it."""
    type_id = btf.skip(type_id)
    if not isinstance(btf.get(type_id), Struct | DataSec):
        return None
    fields = sorted(_fields_of(btf, type_id, 0, 0), key=lambda field: field.offset)
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
    record = BtfRecord(tuple(fields))
    _check_graph(record)
    return record


def _check_graph(record: BtfRecord) -> None:
    if not record.has_lock and any(record.find(root) for root in GRAPH_ROOTS):
        raise OSError(errno.EINVAL, "a list or tree without a bpf_spin_lock beside it")
    if record.find("bpf_refcount") is None and all(record.find(node) for node in GRAPH_NODES):
        raise OSError(errno.EINVAL, "an element of a list and of a tree without a bpf_refcount")


def _fields_of(btf: Btf, type_id: int, base: int, depth: int) -> Iterator[SpecialField]:
    type_ = btf.get(type_id)
    if isinstance(type_, DataSec):
        for var in type_.vars:
            member = btf.get(var.type)
            inner = member.type if isinstance(member, Var) else 0
            yield from _field(btf, inner, base + var.offset, depth, (var.type, -1))
    elif isinstance(type_, Struct | Union):
        for index, part in enumerate(type_.members):
            yield from _field(btf, part.type, base + part.bit_offset // 8, depth, (type_id, index))


def _field(
    btf: Btf, type_id: int, offset: int, depth: int, declared: tuple[int, int]
) -> Iterator[SpecialField]:
    """The special fields in a member: itself, or those in the structure or array that it is."""
    type_id = btf.skip(type_id)
    type_ = btf.get(type_id)
    repeat = 1
    while isinstance(type_, Array):
        repeat *= type_.nelems
        type_id = btf.skip(type_.type)
        type_ = btf.get(type_id)
    found = list(_one(btf, type_id, type_, offset, depth, declared))
    if not found or not repeat:
        return
    if repeat > 1 and any(field.kind not in _REPEATABLE for field in found):
        raise OSError(errno.EINVAL, f"an array of {found[0].kind}")
    if repeat > MAX_FIELDS:
        raise OSError(errno.E2BIG, f"an array of {repeat} special fields")
    stride = 8 if isinstance(type_, Ptr) else getattr(type_, "size", 0)
    for index in range(repeat):
        for field in found:
            yield replace(field, offset=field.offset + index * stride)


def _one(
    btf: Btf, type_id: int, type_: Type, offset: int, depth: int, declared: tuple[int, int]
) -> Iterator[SpecialField]:
    if isinstance(type_, Ptr):
        yield from _pointer(btf, type_, offset)
    elif isinstance(type_, Struct) and type_.name in STRUCTURES:
        size, align = STRUCTURES[type_.name]
        if offset % align:
            raise OSError(errno.EINVAL, f"{type_.name} is misaligned at offset {offset}")
        if type_.size != size:  # another structure of that name
            return
        if type_.name in GRAPH_ROOTS:
            yield _graph_root(btf, type_.name, offset, declared)
        else:
            yield SpecialField(type_.name, offset, size)
    elif isinstance(type_, Struct) and depth < _MAX_NESTING:
        yield from _fields_of(btf, type_id, offset, depth + 1)


def _pointer(btf: Btf, pointer: Ptr, offset: int) -> Iterator[SpecialField]:
    target = btf.get(pointer.type)
    if isinstance(target, TypeTag) and target.name in _KPTR_TAGS:
        if offset % 8:
            raise OSError(errno.EINVAL, f"a kernel pointer is misaligned at offset {offset}")
        yield SpecialField(target.name, offset, 8, btf.skip(target.type))


def _graph_root(btf: Btf, kind: str, offset: int, declared: tuple[int, int]) -> SpecialField:
    """A list or tree says in a tag of its declaration, `contains:STRUCT:MEMBER`, what its elements are."""
    tags = _tables_of(btf).contains.get(declared, [])
    struct_name, colon, node_name = tags[0].partition(":") if len(tags) == 1 else ("", "", "")
    if not colon or not node_name:
        raise OSError(errno.EINVAL, f"{kind} at offset {offset} does not say what it contains")
    value_id = btf.find(struct_name, Kind.STRUCT)
    if value_id is None:
        raise OSError(errno.ENOENT, f"{kind} contains struct {struct_name}, which the types lack")
    value = btf.get(value_id)
    assert isinstance(value, Struct)
    nodes = [member for member in value.members if member.name == node_name]
    if not nodes:
        raise OSError(errno.ENOENT, f"struct {struct_name} has no member {node_name}")
    node = btf.get(nodes[0].type)
    if len(nodes) > 1 or not isinstance(node, Struct) or node.name != GRAPH_ROOTS[kind]:
        raise OSError(errno.EINVAL, f"{struct_name}.{node_name} is no {GRAPH_ROOTS[kind]}")
    size, _ = STRUCTURES[kind]
    return SpecialField(kind, offset, size, value_id, nodes[0].bit_offset // 8)
