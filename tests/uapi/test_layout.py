"""The struct language against C's own layout, which the kernel's BTF records."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skep.uapi import _structs
from skep.uapi.attrs import ATTR_SIZE, ATTRS
from skep.uapi.layout import U8, U16, U64, Bytes8, Struct, U32x4

ROOT = Path(__file__).resolve().parents[2]


class Mixed(Struct, size=40):
    """One of each, with all the padding that C puts in."""

    small: U8 = 0
    half: U16 = 0
    wide: U64 = 0
    name: Bytes8 = b""
    words: U32x4 = (0,) * 4


def test_members_are_naturally_aligned() -> None:
    offsets = {name: field.offset for name, field in Mixed.FIELDS.items()}
    assert offsets == {"small": 0, "half": 2, "wide": 8, "name": 16, "words": 24}


def test_what_is_packed_parses_back() -> None:
    value = Mixed(small=1, half=2, wide=1 << 63, name=b"abcdefgh", words=(1, 2, 3, 4))
    assert Mixed.parse(value.pack()) == value
    assert len(value.pack()) == Mixed.SIZE


def test_a_short_structure_is_zero_where_it_ends() -> None:
    value = Mixed.parse(b"\x07")
    assert value.small == 7
    assert value.wide == 0


def test_what_lies_beyond_the_structure_is_not_looked_at() -> None:
    assert Mixed.parse(bytes(Mixed.SIZE) + b"\xff") == Mixed(name=bytes(8))


def test_writing_into_less_room_writes_what_fits() -> None:
    room = bytearray(4)
    Mixed(small=1, half=2).pack_into(room)
    assert bytes(room) == b"\x01\x00\x02\x00"


def test_a_misspelt_member_is_an_error() -> None:
    with pytest.raises(TypeError, match="no member smal"):
        Mixed(smal=1)  # type: ignore[call-arg]


def test_a_wrong_size_is_found_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match="members take 8 bytes, not 4"):
        type("Wrong", (Struct,), {"__annotations__": {"a": "U32", "b": "U32"}, "a": 0, "b": 0}, size=4)


def test_an_unknown_type_is_found_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match="U33 is no C type"):
        type("Wrong", (Struct,), {"__annotations__": {"a": "U33"}, "a": 0}, size=4)


def test_repr_shows_what_is_set() -> None:
    assert repr(_structs.MapElem(map_fd=3, flags=1)) == "MapElem(map_fd=3, flags=1)"


def test_every_command_knows_its_attributes() -> None:
    assert max(row.layout.SIZE for row in ATTRS.values()) == ATTR_SIZE
    for row in ATTRS.values():
        assert row.last in row.layout.FIELDS
        assert row.known <= row.layout.SIZE


@pytest.mark.linux
@pytest.mark.slow
def test_generated_files_are_what_this_kernel_gives() -> None:
    if not Path("/usr/sbin/bpftool").exists():
        pytest.skip("bpftool, which reads the kernel's BTF, is not installed")
    command = [sys.executable, str(ROOT / "tools/gen_uapi.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True)
    if "no enumeration" in result.stderr or "6.18" not in Path("/proc/version").read_text():
        pytest.skip("the files are generated from Linux 6.18")
    assert result.returncode == 0, result.stdout + result.stderr
