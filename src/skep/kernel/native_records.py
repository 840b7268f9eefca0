"""Special fields as the data plane knows them: a native record for each type that has some.

A record lives as long as its machine: objects that programs allocate can outlive the maps and programs that
they came from.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from skep._runtime import SYMBOLS, NativeRecord
from skep.btf import Btf, Kind
from skep.btf.types import Fwd, Struct
from skep.kernel.btf_record import BtfRecord, SpecialField, struct_meta

if TYPE_CHECKING:
    from skep._runtime._native import RecordField
    from skep.kernel.machine import Machine

#: enum skep_field_kind of _runtime/record.h
_LOCK, _TIMER, _WORK, _KPTR, _LIST, _TREE, _REFCOUNT, _NODE = range(8)
_KINDS: Final = {
    "bpf_spin_lock": _LOCK,
    "bpf_res_spin_lock": _LOCK,
    "bpf_timer": _TIMER,
    "bpf_wq": _WORK,
    "bpf_task_work": _NODE,  # nothing runs it, and so nothing is in it
    "bpf_list_head": _LIST,
    "bpf_rb_root": _TREE,
    "bpf_refcount": _REFCOUNT,
    "bpf_list_node": _NODE,
    "bpf_rb_node": _NODE,
}
_DROP: Final = SYMBOLS["bpf_obj_drop_impl"]
#: Kinds of pointers whose references are counted.
_COUNTED: Final = frozenset({"kptr", "percpu_kptr"})


class NativeRecords:
    """The records of one machine, by BTF and type."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._objects: dict[tuple[int, int], NativeRecord | None] = {}
        self._btfs: list[Btf] = []  # kept, so that their addresses stay theirs

    def of_value(self, btf: Btf, record: BtfRecord) -> NativeRecord:
        """For the values of a map."""
        native = NativeRecord()
        self._fill(native, btf, record)
        return native

    def of_object(self, btf: Btf, type_id: int) -> NativeRecord | None:
        """For objects of a type that programs allocate; None when it has no special fields."""
        key = id(btf), type_id
        if key not in self._objects:
            record = struct_meta(btf, type_id)
            native = self._objects[key] = NativeRecord() if record else None
            self._btfs.append(btf)
            if native is not None and record is not None:  # known already to types that point back to it
                self._fill(native, btf, record)
        return self._objects[key]

    def address(self, btf: Btf | None, type_id: int) -> int:
        """Of the record of an object's type, 0 when it has no special fields."""
        native = self.of_object(btf, type_id) if btf is not None else None
        return native.address if native is not None else 0

    def _fill(self, native: NativeRecord, btf: Btf, record: BtfRecord) -> None:
        refcount, lock = record.find("bpf_refcount"), record.find("bpf_spin_lock")
        fields = [self._field(btf, field) for field in record.fields]
        native.set_fields(refcount.offset if refcount else -1, lock.offset if lock else -1, fields)

    def _field(self, btf: Btf, field: SpecialField) -> RecordField:
        kind = _KPTR if field.is_kptr else _KINDS[field.kind]
        destroy = _DROP if kind in (_LIST, _TREE) else 0
        if field.kind in _COUNTED:
            destroy = self._destructor(btf, field)
        return kind, field.offset, field.size, field.node_offset, destroy

    def _destructor(self, btf: Btf, field: SpecialField) -> int:
        """Objects of a kernel type have their own, `skep_drop_TYPE`; those of a program's type are ours."""
        type_ = btf.get(field.type_id)
        if not isinstance(type_, Struct | Fwd):
            raise OSError(errno.EINVAL, "a kernel pointer points to a structure")
        vmlinux = self._machine.vmlinux
        is_kernel = vmlinux is not None and vmlinux.btf.find(type_.name, Kind.STRUCT) is not None
        return SYMBOLS.get(f"skep_drop_{type_.name}", 0) if is_kernel else _DROP
