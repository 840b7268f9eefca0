"""What MAP_CREATE asks for, as the map families see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skep.btf import Btf


@dataclass(frozen=True, slots=True, kw_only=True)
class MapParams:
    """The attributes of MAP_CREATE; the names are those of `union bpf_attr`.

    The flags are all that were asked for, but for BPF_F_TOKEN_FD: some types take no rights of the
    descriptor among them.
    """

    map_type: int
    key_size: int
    value_size: int
    max_entries: int
    map_flags: int = 0
    map_extra: int = 0
    name: str = ""
    numa_node: int = -1  # NUMA_NO_NODE
    inner_map_fd: int = 0
    btf: Btf | None = None
    btf_key_type_id: int = 0
    btf_value_type_id: int = 0
    btf_vmlinux_value_type_id: int = 0
