"""struct_ops: a structure of the kernel whose function pointers are programs.

The map is made, so that its programs can be verified. What registers it in a kernel needs the subsystem that
would call the programs, and is refused.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Final

from skep.btf.types import Struct
from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.uapi import BPF_F_LINK, BPF_F_VTYPE_BTF_OBJ_FD

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams

#: The kernel wraps each such structure in one with this prefix.
_VALUE_PREFIX: Final = "bpf_struct_ops_"


class StructOps(Map):
    """A map with the one value."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        _check_value_type(machine, params)
        super().__init__(machine, params)
        self.btf_vmlinux_value_type_id = params.btf_vmlinux_value_type_id

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        """bpf_struct_ops_map_sys_lookup_elem(): before it is registered, all zero."""
        if struct.unpack("<I", key)[0]:
            raise OSError(errno.ENOENT, "there is only element 0")
        return bytes(self.value_size)

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(ENOTSUPP, "no subsystem of this kernel can be implemented by programs yet")

    def delete(self, key: bytes) -> None:
        if self.map_flags & BPF_F_LINK:
            raise OSError(errno.EOPNOTSUPP, "a link registers this map, not an update")
        raise OSError(errno.ENOENT, "the map is not registered")

    def next_key(self, key: bytes | None = None) -> bytes:
        if key is not None and struct.unpack("<I", key)[0] == 0:
            raise OSError(errno.ENOENT, "there is only element 0")
        return bytes(4)


def _check_value_type(machine: Machine, params: MapParams) -> None:
    """bpf_struct_ops_map_alloc(): the type is one of the kernel's wrappers."""
    if params.map_flags & BPF_F_VTYPE_BTF_OBJ_FD:
        raise OSError(errno.EINVAL, "there are no modules whose types could be implemented")
    if machine.vmlinux is None:
        raise OSError(ENOTSUPP, "this kernel has no types of its own")
    types = machine.vmlinux.btf
    type_id = params.btf_vmlinux_value_type_id
    wrapper = types.get(type_id) if type_id < len(types.types) else None
    if not isinstance(wrapper, Struct) or not wrapper.name.startswith(_VALUE_PREFIX):
        raise OSError(ENOTSUPP, f"type {type_id} is nothing that programs can implement")
    if wrapper.size != params.value_size:
        raise OSError(errno.EINVAL, f"a value has {wrapper.size} bytes, not {params.value_size}")
