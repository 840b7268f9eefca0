"""Section .BTF_ids: built, resolved as the kernel's build does, read back."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from btf.test_dwarf import compiled
from skep.btf import Btf, BtfBuilder
from skep.elf.btf_ids import IdFlagSet, IdList, IdSet, TypeName, build, read_ids, resolve
from skep.errors import BtfError, ElfError

#: As the kernel's macros put it, with the sizes that they give to sets.
SOURCE = r"""
#define ID(kind, name, n) "__BTF_ID__" #kind "__" #name "__" #n ":\n.zero 4\n" \
    ".size __BTF_ID__" #kind "__" #name "__" #n ", 4\n"
__asm__(
".pushsection .BTF_ids,\"a\"\n"
"list:\n" ID(struct, sk_buff, 1) ".zero 4\n" ID(typedef, pid_t, 2) ID(struct, missing, 3)
"__BTF_ID__set__chosen:\n.zero 4\n"
ID(func, zebra, 4) ID(func, ant, 5) ID(union, sk_buff, 6)
".size __BTF_ID__set__chosen, .-__BTF_ID__set__chosen\n"
"__BTF_ID__set8__flagged:\n.zero 8\n"
ID(func, zebra, 7) ".long 5\n" ID(func, ant, 8) ".long 9\n"
".size __BTF_ID__set8__flagged, .-__BTF_ID__set8__flagged\n"
".popsection\n");
"""


@pytest.fixture
def types() -> Btf:
    b = BtfBuilder()
    number = b.add_int("int", 4, 1)
    proto = b.add_func_proto(number)
    b.add_func("ant", proto)
    b.add_typedef("pid_t", number)
    b.add_union("sk_buff", {"x": number})
    b.add_struct("sk_buff", {"x": number})
    b.add_func("zebra", proto)
    return b.build()


def words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data)


def test_ids_are_filled_in_and_sets_are_sorted(types: Btf, tmp_path: Path) -> None:
    path = compiled(tmp_path, SOURCE, "gcc")
    before = path.read_bytes()
    resolved = resolve(before, "source.o", types)
    assert resolved.missing == [TypeName("struct", "missing")]
    assert len(resolved.data) == len(before)
    from skep.elf import read

    section = read(resolved.data).section(".BTF_ids")
    assert section is not None
    assert words(section.data) == (6, 0, 4, 0, 3, 3, 5, 7, 2, 0, 3, 9, 7, 5)
    assert read_ids(resolved.data, "source.o") == {
        "chosen": [(3, 0), (5, 0), (7, 0)],
        "flagged": [(3, 9), (7, 5)],
    }


def test_a_file_with_types_needs_no_others(types: Btf, tmp_path: Path) -> None:
    from skep.elf.add import with_section

    path = compiled(tmp_path, SOURCE, "gcc")
    whole = with_section(path.read_bytes(), "source.o", ".BTF", types.data)
    assert read_ids(resolve(whole, "source.o").data, "source.o")["chosen"] == [(3, 0), (5, 0), (7, 0)]


def test_sections_are_built_from_names(types: Btf) -> None:
    ant, zebra = TypeName("func", "ant"), TypeName("func", "zebra")
    parts = {
        "list": IdList([TypeName("struct", "sk_buff"), None, TypeName("typedef", "pid_t")]),
        "set": IdSet([zebra, ant]),
        "flags": IdFlagSet({zebra: 5, ant: 9}, flags=1),
    }
    data, offsets = build(parts, types)
    assert words(data) == (6, 0, 4, 2, 3, 7, 2, 1, 3, 9, 7, 5)
    assert offsets == {"list": 0, "set": 12, "flags": 24}


def test_what_cannot_be_resolved_is_said(types: Btf, tmp_path: Path) -> None:
    plain = compiled(tmp_path, "int x;", "gcc")
    with pytest.raises(ElfError, match=r"source.o: has no section .BTF_ids"):
        resolve(plain.read_bytes(), "source.o", types)
    with pytest.raises(ElfError, match=r"has no section .BTF to find ids in"):
        resolve(compiled(tmp_path, SOURCE, "gcc").read_bytes(), "source.o")
    with pytest.raises(BtfError, match="no func named 'fly'"):
        build({"set": IdSet([TypeName("func", "fly")])}, types)
    with pytest.raises(BtfError, match="an id list has types of struct, union, typedef, func only"):
        build({"set": IdSet([TypeName("enum", "e")])}, types)


def test_a_set_that_ends_beyond_the_section_is_refused(types: Btf, tmp_path: Path) -> None:
    text = SOURCE.replace(", .-__BTF_ID__set__chosen", ", 4096")
    with pytest.raises(ElfError, match=r"symbol '__BTF_ID__set__chosen' with 4096 bytes .* is beyond"):
        resolve(compiled(tmp_path, text, "gcc").read_bytes(), "source.o", types)


def test_a_linked_file_has_addresses_in_place_of_offsets(types: Btf, tmp_path: Path) -> None:
    compiled(tmp_path, SOURCE, "gcc")
    whole = tmp_path / "whole"
    link = ["ld", "-e", "0", "--section-start=.BTF_ids=0x400000", tmp_path / "source.o", "-o", whole]
    subprocess.run(link, check=True, capture_output=True)
    resolved = resolve(whole.read_bytes(), "whole", types)
    assert read_ids(resolved.data, "whole")["chosen"] == [(3, 0), (5, 0), (7, 0)]
