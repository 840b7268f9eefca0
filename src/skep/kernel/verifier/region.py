"""Memory of known size: map values and keys, ring buffer samples, and whatever else has a length.

A pointer is a region, a fixed offset and a variable one; the access is safe if it is so at both ends of what
the variable offset may be.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Any, Final

from skep.errors import ENOTSUPP
from skep.kernel.verifier.access import ACCESS_DIRECT, BPF_MAX_VAR_OFF, BPF_READ, BPF_WRITE
from skep.kernel.verifier.bounds import S64_MIN, s64
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_PACKET_META,
)
from skep.kernel.verifier.vmap import VMap
from skep.uapi import BPF_F_RDONLY_PROG, BPF_F_WRONLY_PROG, MapType

# Looking into an enum takes long, so what every call asks for is a number here.
_ARRAY: Final = int(MapType.ARRAY)
_ARENA: Final = int(MapType.ARENA)

NEGATIVE: Final = "R{} min value is negative, either use unsigned index or do a if (index >=0) check.\n"


def _within(env: Env, regno: int, off: int, size: int, mem_size: int, zero_size_allowed: bool) -> bool:
    """Whether [off, off + size) lies in the region; the log says if it does not (__check_mem_access)."""
    if off >= 0 and (size > 0 or (size == 0 and zero_size_allowed)) and off + size <= mem_size:
        return True
    if env.log.level:
        _report_outside(env, regno, off, size, mem_size)
    return False


def _report_outside(env: Env, regno: int, off: int, size: int, mem_size: int) -> None:
    reg = cur_regs(env)[regno]
    if reg.type == PTR_TO_MAP_KEY:
        text = f"invalid access to map key, key_size={mem_size} off={off} size={size}\n"
    elif reg.type == PTR_TO_MAP_VALUE:
        text = f"invalid access to map value, value_size={mem_size} off={off} size={size}\n"
    elif reg.type in (PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_PACKET_END):
        text = (
            f"invalid access to packet, off={off} size={size}, R{regno}(id={reg.id},off={off},r={mem_size})\n"
        )
    else:
        text = f"invalid access to memory, mem_size={mem_size} off={off} size={size}\n"
    verbose(env, text)


def check_within(env: Env, regno: int, off: int, size: int, mem_size: int, zero_size_allowed: bool) -> bool:
    """For callers that add their own line to the log before they reject."""
    return _within(env, regno, off, size, mem_size, zero_size_allowed)


def check_mem_region_access(
    env: Env, regno: int, off: int, size: int, mem_size: int, zero_size_allowed: bool
) -> None:
    """An access at `off` from a pointer that may have a variable offset."""
    bounds = cur_regs(env)[regno].bounds
    smin = bounds.smin_value
    if smin < 0 and (smin == S64_MIN or not -(1 << 31) <= off + smin < 1 << 31 or smin + off < 0):
        verbose(env, NEGATIVE.format(regno))
        raise Reject(EACCES)
    if not _within(env, regno, smin + off, size, mem_size, zero_size_allowed):
        verbose(env, f"R{regno} min value is outside of the allowed memory range\n")
        raise Reject(EACCES)
    umax = bounds.umax_value
    if umax >= BPF_MAX_VAR_OFF:
        verbose(env, f"R{regno} unbounded memory access, make sure to bounds check any such access\n")
        raise Reject(EACCES)
    if not _within(env, regno, umax + off, size, mem_size, zero_size_allowed):
        verbose(env, f"R{regno} max value is outside of the allowed memory range\n")
        raise Reject(EACCES)


# ------------------------------------------------------------------ map values


def check_map_access_type(env: Env, regno: int, off: int, size: int, access_type: int) -> None:
    """Maps may be read-only or write-only for programs."""
    vmap = cur_regs(env)[regno].map_ptr
    assert vmap is not None
    if access_type == BPF_WRITE and vmap.map_flags & BPF_F_RDONLY_PROG:
        what = "write into"
    elif access_type == BPF_READ and vmap.map_flags & BPF_F_WRONLY_PROG:
        what = "read from"
    else:
        return
    verbose(env, f"{what} map forbidden, value_size={vmap.value_size} off={off} size={size}\n")
    raise Reject(EACCES)


def check_map_access(env: Env, regno: int, off: int, size: int, zero_size_allowed: bool, source: int) -> None:
    """An access to a map's value; special fields in it (locks, timers, pointers) have their own ways."""
    reg = cur_regs(env)[regno]
    vmap = reg.map_ptr
    assert vmap is not None
    check_mem_region_access(env, regno, off, size, vmap.value_size, zero_size_allowed)
    if vmap.record is None:
        return
    low = reg.smin_value + off
    high = reg.umax_value + off + size
    for field in vmap.record.fields:
        if low < field.offset + field.size and field.offset < high:
            _check_field_access(env, reg, field, off, size, source)


def _check_field_access(env: Env, reg: RegState, field: Any, off: int, size: int, source: int) -> None:
    if not field.is_kptr:
        verbose(env, f"{field.type_name} cannot be accessed directly by load/store\n")
    elif source != ACCESS_DIRECT:
        verbose(env, "kptr cannot be accessed indirectly by helper\n")
    elif reg.bounds.var_off.mask:
        verbose(env, "kptr access cannot have variable offset\n")
    elif field.offset != off + s64(reg.bounds.var_off.value):
        at = (off + reg.bounds.var_off.value) & (1 << 64) - 1
        verbose(env, f"kptr access misaligned expected={field.offset} off={at}\n")
    elif size != 8:
        verbose(env, "kptr access size must be BPF_DW\n")
    else:
        return
    raise Reject(EACCES)


def map_is_rdonly(vmap: VMap) -> bool:
    """Neither programs nor user space will ever write to the map again."""
    return bool(vmap.map_flags & BPF_F_RDONLY_PROG) and vmap.frozen


def has_direct_value(vmap: VMap) -> bool:
    """Whether the map type gives out addresses of its values at load."""
    return vmap.map_type in (_ARRAY, _ARENA)


def direct_value(vmap: VMap) -> bytes:
    """The only value of a read-only array."""
    if vmap.max_entries != 1:
        raise Reject(ENOTSUPP)
    value: bytes = vmap.map.lookup(bytes(4))
    return value


def map_direct_read(vmap: VMap, off: int, size: int, is_ldsx: bool, byteorder: str) -> int:
    """What a load from a read-only map gives, as an unsigned 64-bit number (Linux: bpf_map_direct_read)."""
    value = direct_value(vmap)
    if not 0 <= off <= vmap.value_size - size:
        raise Reject(EINVAL)
    word = value[off : off + size] if byteorder == "little" else value[off : off + size][::-1]
    return int.from_bytes(word, "little", signed=is_ldsx) & (1 << 64) - 1
