"""A map's elements as text, as `bpftool map dump` prints them."""

from __future__ import annotations

from typing import Any

from ..btf.show import show, write
from ..uapi import MapType
from .map import Map

_OF_MAPS = (MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS)


def dump_map(map: Map, *, as_json: bool = False, pretty: bool = True) -> str:
    """All elements. Plain: by their types where the map has them, else in hexadecimal. JSON: the bytes,
    and the values by their types as "formatted" beside them.
    """
    if as_json:
        return write([_json_entry(map, key, value) for key, value in map.raw_items()], pretty=pretty)
    if _is_typed(map):
        return write([_typed_entry(map, key, value, plain=True) for key, value in map.raw_items()])
    entries = [_hex_text(map, key, value) for key, value in map.raw_items()]
    return "\n".join([*entries, f"Found {len(entries)} element{'' if len(entries) == 1 else 's'}"])


def _is_typed(map: Map) -> bool:
    return bool(map.btf and map.spec.value_type_id)


def _typed_entry(map: Map, key: bytes, value: bytes, *, plain: bool) -> dict[str, Any]:
    assert map.btf is not None
    btf, value_type = map.btf, map.spec.value_type_id
    entry: dict[str, Any] = {}
    if map.spec.key_type_id:
        entry["key"] = show(btf, map.spec.key_type_id, key, plain=plain)
    if map.is_per_cpu:
        entry["values"] = [
            {"cpu": cpu, "value": show(btf, value_type, part, plain=plain)}
            for cpu, part in enumerate(map.split_cpus(value))
        ]
    else:
        entry["value"] = show(btf, value_type, value, plain=plain)
    return entry


def _json_entry(map: Map, key: bytes, value: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": _hex_list(key)}
    if map.is_per_cpu:
        parts = enumerate(map.split_cpus(value))
        entry["values"] = [{"cpu": cpu, "value": _hex_list(part)} for cpu, part in parts]
    else:
        entry["value"] = _hex_list(value)
    if _is_typed(map):
        entry["formatted"] = _typed_entry(map, key, value, plain=False)
    return entry


def _hex_list(raw: bytes) -> list[str]:
    return [f"0x{byte:02x}" for byte in raw]


def _hex_lines(raw: bytes) -> str:
    """Sixteen bytes a line, in two groups."""
    lines = (raw[at : at + 16] for at in range(0, len(raw), 16))
    return "\n".join("  ".join(filter(None, (line[:8].hex(" "), line[8:].hex(" ")))) for line in lines)


def _hex_text(map: Map, key: bytes, value: bytes) -> str:
    if map.is_per_cpu:
        gap = "\n" if map.value_size > 16 else " "
        parts = enumerate(map.split_cpus(value))
        values = "\n".join(f"value (CPU {cpu:02}):{gap}{_hex_lines(part)}" for cpu, part in parts)
        return f"key:\n{_hex_lines(key)}\n{values}"
    gap = "\n" if len(key) > 16 or len(value) > 16 else " "
    between = "  " if len(key) + len(value) <= 24 and gap == " " else "\n"
    if map.type in _OF_MAPS:
        return f"key:{gap}{_hex_lines(key)}{between}inner_map_id:{gap}{map.decode_value(value)} "
    return f"key:{gap}{_hex_lines(key)}{between}value:{gap}{_hex_lines(value)}"
