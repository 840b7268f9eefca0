"""A map as the verifier sees it: its numbers as plain attributes, and the map itself.

Registers compare maps by identity, so there is one `VMap` per map in a verification; an inner map's template
is one too, reached through `inner_map_meta` of the outer one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.kernel.btf_record import BtfRecord


@final
class VMap:
    """`map` is `skep.kernel.maps.base.Map` (or a template with the same attributes); the rest are its values
    at load.
    """

    __slots__ = (
        "btf",
        "btf_key_type_id",
        "btf_value_type_id",
        "bypass_spec_v1",
        "frozen",
        "id",
        "inner_map_meta",
        "key_size",
        "map",
        "map_extra",
        "map_flags",
        "map_type",
        "max_entries",
        "name",
        "record",
        "value_size",
    )

    def __init__(self, map: Any, *, is_template: bool = False) -> None:
        self.map: Any = map
        self.id: int = map.id
        # An inner map's template has no name in Linux, whatever map it was taken from.
        self.name: str = "" if is_template else map.name
        self.map_type: int = int(map.map_type)
        self.key_size: int = map.key_size
        self.value_size: int = map.value_size
        self.max_entries: int = map.max_entries
        self.map_flags: int = map.map_flags
        self.map_extra: int = map.map_extra
        self.frozen: bool = map.frozen
        self.bypass_spec_v1: bool = map.bypass_spec_v1
        self.btf: Btf | None = map.btf
        self.btf_key_type_id: int = map.btf_key_type_id
        self.btf_value_type_id: int = map.btf_value_type_id
        inner = getattr(map, "inner_map_meta", None)
        self.inner_map_meta: VMap | None = VMap(inner, is_template=True) if inner is not None else None
        #: Special fields of the value (spin_lock, timer, kptr...); None where there are none.
        self.record: BtfRecord | None = map.record
