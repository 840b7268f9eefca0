"""Kernel pointers kept in map values."""

from __future__ import annotations

from skep.kernel.btf_record import BtfRecord, SpecialField
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.unsupported import not_yet


def find_kptr(record: BtfRecord, off: int) -> SpecialField | None:
    """The kernel pointer field at this offset of a value, if there is one."""
    for field in record.fields:
        if field.offset == off and field.is_kptr:
            return field
    return None


def check_map_kptr_access(
    env: Env, regno: int, value_regno: int, insn_idx: int, field: SpecialField
) -> RegState | None:
    raise not_yet(env, "kernel pointers in maps")
