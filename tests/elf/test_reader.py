"""Reading ELF objects: what is in them, what is refused, and that nothing else happens."""

from __future__ import annotations

import struct
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skep.cc import compile
from skep.elf import read
from skep.errors import ElfError, SkepError
from skep.loader import from_elf

SOURCE = """
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 8);
} woo SEC(".maps");

SEC("xdp/simple") int simple(struct xdp_md *ctx)
{
	u32 key = 0;
	u64 *packets = bpf_map_lookup_elem(&woo, &key);

	if (packets)
		*packets += 1;
	return XDP_PASS;
}
"""


@cache
def count_object() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "count.bpf.c")
        path.write_text(SOURCE)
        return compile(path)


def patched(at: int, layout: str, *values: int) -> bytes:
    raw = bytearray(count_object())
    struct.pack_into(layout, raw, at, *values)
    return bytes(raw)


def test_sections_symbols_and_relocations_of_an_object() -> None:
    elf = read(count_object(), "count.o")
    section = elf.section("xdp/simple")
    assert section is not None
    assert section.is_code
    program = next(symbol for symbol in elf.symbols if symbol.name == "simple")
    assert (program.section, program.value, program.size) == (section.index, 0, section.size)
    (relocation,) = elf.relocations(section)
    assert (relocation.type, relocation.symbol.name, relocation.addend) == (1, "woo", None)
    maps = elf.section(".maps")
    assert maps is not None
    assert maps.size == 32


def test_a_file_is_named_in_errors_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "text.o"
    path.write_text("no object")
    with pytest.raises(ElfError, match=r"text\.o: not an ELF file"):
        read(path)


SHOFF = 40  # of the ELF header


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda raw: b"", "the file is empty", id="empty"),
        pytest.param(lambda raw: raw[:40], "truncated in the ELF header, after 40 of 64", id="half a header"),
        pytest.param(lambda raw: raw[:-10], "truncated", id="the last bytes are missing"),
        pytest.param(lambda raw: patched(4, "B", 1), "a 32-bit ELF file", id="32-bit"),
        pytest.param(lambda raw: patched(5, "B", 3), "unknown byte order 3", id="byte order"),
        pytest.param(lambda raw: patched(18, "<H", 62), "made for ELF machine 62, not for BPF", id="x86"),
        pytest.param(
            lambda raw: patched(16, "<H", 2), "ELF type 2 is no relocatable object", id="executable"
        ),
        pytest.param(
            lambda raw: patched(62, "<H", 999), "section name table is section 999", id="name table"
        ),
        pytest.param(
            lambda raw: patched(SHOFF, "<Q", 1 << 40),
            "the header of section 0 would be at",
            id="header offset",
        ),
        pytest.param(lambda raw: patched(60, "<H", 9999), "truncated: 9999 section headers", id="too many"),
    ],
)
def test_foreign_and_broken_files_are_refused_by_place(change, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ElfError, match=message) as caught:
        read(change(count_object()), "count.o").require_bpf()
    assert str(caught.value).startswith("count.o: ")


def section_header(name: str) -> int:
    elf = read(count_object())
    (start,) = struct.unpack_from("<Q", count_object(), SHOFF)
    return start + 64 * next(section.index for section in elf.sections if section.name == name)


def test_a_relocation_of_an_unknown_type_is_refused_with_its_symbol() -> None:
    table = read(count_object()).section(".relxdp/simple")
    assert table is not None
    (info,) = struct.unpack_from("<Q", count_object(), table.offset + 8)
    data = patched(table.offset + 8, "<Q", info & ~0xFFFFFFFF | 77)
    with pytest.raises(
        ElfError, match=r"'xdp/simple', function 'simple'.* relocation type 77 for symbol 'woo'"
    ):
        from_elf(data)


def test_a_relocation_of_a_missing_symbol_is_refused() -> None:
    table = read(count_object()).section(".relxdp/simple")
    assert table is not None
    data = patched(table.offset + 8, "<Q", 4000 << 32 | 1)
    with pytest.raises(ElfError, match=r"section '.relxdp/simple'.*wants symbol 4000, there are"):
        from_elf(data)


def test_a_section_beyond_the_file_is_named() -> None:
    data = patched(section_header("xdp/simple") + 24, "<Q", 1 << 40)
    with pytest.raises(ElfError, match=r"truncated: section \d+ 'xdp/simple' is .* bytes at offset 0x1"):
        read(data)


@settings(deadline=None)
@given(st.data())
def test_no_mutation_of_an_object_does_anything_but_raise_a_clear_error(data: st.DataObject) -> None:
    raw = bytearray(count_object())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(raw)), st.integers(0, len(raw))))
    with suppress(SkepError):
        from_elf(bytes(raw[:cut]))
