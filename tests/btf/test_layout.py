"""The layout view: pahole's numbers for the same structs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from skep.btf import Bits, Btf, BtfBuilder, Kind
from skep.btf.layout import layout
from skep.errors import BtfError

VMLINUX = Path("/sys/kernel/btf/vmlinux")


def flow() -> tuple[Btf, int]:
    b = BtfBuilder()
    u8, u32, u64 = b.add_int("u8", 1), b.add_int("u32", 4), b.add_int("u64", 8)
    inner = b.add_union("", {"x": u32, "y": u8})
    type_id = b.add_struct(
        "flow",
        {
            "a": u8,
            "b": u64,
            "": inner,
            "f": Bits(u32, 5),
            "g": Bits(u32, 3),
            "c": b.add_array(u64, 7),
            "d": u8,
        },
    )
    return b.build(), type_id


def test_members_holes_and_cache_lines_are_told() -> None:
    found = layout(*flow())
    assert [(item.name, item.offset, item.size) for item in found.fields] == [
        *(("a", 0, 1), ("b", 8, 8), ("", 16, 4), ("f", 20, 4), ("g", 20, 4), ("c", 24, 56), ("d", 80, 1)),
    ]
    assert [item.hole_bytes for item in found.fields] == [0, 7, 0, 0, 0, 0, 0]
    assert [item.hole_bits for item in found.fields] == [0, 0, 0, 0, 0, 24, 0]
    assert [item.name for item in found.fields[2].fields] == ["x", "y"]
    assert (found.size, found.padding, found.cache_lines) == (88, 7, 2)


def test_the_text_is_c_with_comments() -> None:
    text = layout(*flow()).text()
    assert text.startswith("struct flow {\n\tu8 a;")
    assert re.search(r"\tu32 g:3; +/\* +20: 5  4 \*/\n\n\t/\* XXX 24 bits hole \*/", text)
    assert "/* XXX 7 bytes hole */" in text
    assert "/* size: 88, cachelines: 2 (64 bytes), members: 7 */" in text
    assert "/* last cacheline: 24 bytes */" in text
    code = re.sub(r"/\*.*?\*/", "", text)
    assert re.sub(r"\s+", " ", code).strip() == (
        "struct flow { u8 a; u64 b; union { u32 x; u8 y; }; u32 f:5; u32 g:3; u64 c[7]; u8 d; };"
    )


def test_what_has_no_members_has_no_layout() -> None:
    btf, _ = flow()
    with pytest.raises(BtfError, match="type id 1: a INT has no layout"):
        layout(btf, 1)


@pytest.mark.skipif(not VMLINUX.exists(), reason="this kernel shows no BTF")
@pytest.mark.parametrize("name", ["task_struct", "sk_buff", "file", "bpf_map", "net_device", "inode"])
def test_the_numbers_are_paholes(name: str) -> None:
    tool = shutil.which("pahole")
    if tool is None:
        pytest.skip("no pahole on this machine")
    text = subprocess.run(
        [tool, "-F", "btf", "-C", name, VMLINUX], check=True, capture_output=True, text=True
    ).stdout
    btf = Btf.vmlinux()
    found = layout(btf, btf.id_of(name, Kind.STRUCT))
    size, lines, members = map(int, re.findall(r"size: (\d+), cachelines: (\d+), members: (\d+)", text)[-1])
    assert (found.size, found.cache_lines, len(found.fields)) == (size, lines, members)
    holes = re.findall(r"\bholes: (\d+), sum holes: (\d+)", text.rsplit("/* size:", 1)[1])
    assert [(str(found.holes), str(found.hole_bytes))] == (holes or [("0", "0")])
    padding = re.findall(r"/\* padding: (\d+)", text.rsplit("/* size:", 1)[1])
    assert found.padding == int(padding[0] if padding else 0)
    plain = re.findall(r"^\t[^\t].*?\b(\w+)(?:\[\d*\])?; +/\* +(\d+) +(\d+) \*/$", text, flags=re.M)
    ours = {item.name: (item.offset, item.size) for item in found.fields}
    assert {row[0]: (int(row[1]), int(row[2])) for row in plain}.items() <= ours.items()
    assert len(plain) > 5
