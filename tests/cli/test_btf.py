"""`skep btf`: bpftool's grammar and output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from btf.test_btf import ALL_KINDS, build
from btf.test_dump import bpftool
from cli.test_commands import skep


@pytest.fixture
def types(tmp_path: Path) -> str:
    path = tmp_path / "kinds.btf"
    path.write_bytes(build(ALL_KINDS).data)
    return str(path)


@pytest.mark.parametrize("option", ["", "-j", "-p"])
def test_dump_prints_what_bpftool_prints(types: str, option: str) -> None:
    options = (option,) if option else ()
    words = ("btf", "dump", "file", types)
    assert skep(*words, *options).stdout == bpftool(*options, *words).stdout


def test_dump_as_c_prints_what_bpftool_prints(types: str) -> None:
    words = ("btf", "dump", "file", types, "format", "c")
    assert skep(*words).stdout == bpftool(*words).stdout


def test_words_may_be_shortened_and_options_stand_anywhere(types: str) -> None:
    whole = skep("btf", "dump", "file", types, "-j").stdout
    assert skep("btf", "-j", "d", "f", types).stdout == whole
    assert skep("btf", "d", "-j", "f", types, "format", "raw").stdout == whole


def test_one_root_is_printed_alone(types: str) -> None:
    rows = json.loads(skep("btf", "dump", "file", types, "root_id", "4", "-j").stdout)["types"]
    assert [row["id"] for row in rows] == [4]
    text = skep("btf", "dump", "file", types, "format", "c", "root_id", "4").stdout
    assert "struct s {" in text
    assert "union u {" not in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dump", "file", "/nonexistent"], "/nonexistent: No such file"),
        (["dump", "file", "/etc/passwd"], "/etc/passwd"),
        (["dump", "file"], "the file is missing"),
        (["dump", "pill", "x"], "the source is 'pill', possible are id, prog, map, file"),
        (["dump", "file", "TYPES", "format", "json"], "the format is 'json', possible are raw, c"),
        (["dump", "file", "TYPES", "format", "c", "-j"], "JSON output for C-syntax dump is not supported"),
        (["dump", "file", "TYPES", "root_id", "99"], "root_id 99: there are types 1 to 24"),
        (["dump", "file", "TYPES", "root_id", "x"], "the root id is 'x', no number"),
        (["paint"], "the verb is 'paint'"),
        (["show", "id", "7"], "BTF_GET_FD_BY_ID 7"),
    ],
)
def test_what_cannot_be_done_is_said(types: str, words: list[str], message: str) -> None:
    words = [types if word == "TYPES" else word for word in words]
    done = skep("btf", *words, check=1)
    assert message in done.stderr + done.stdout


def test_show_lists_what_a_kernel_holds(linux: object) -> None:
    rows = json.loads(skep("btf", "show", "--linux", "-j").stdout)
    assert {"id": 1, "kernel": True, "name": "vmlinux"}.items() <= rows[0].items()
    assert skep("btf", "list", "--linux", "id", "1").stdout.startswith("1: name [vmlinux]  size ")


def test_types_of_a_loaded_map_are_found_by_its_id(linux: object) -> None:
    import skep as package

    source = Path(__file__).parents[2] / "examples/xdp_count.bpf.c"
    with package.Linux() as kernel, package.open(source).load(kernel) as loaded:
        from skep.syscall import btf_objects, commands

        map_id = max(btf_objects.ids(kernel, commands.map_get_next_id))
        btf_id = btf_objects.map_info(kernel, map_id).btf_id
        assert loaded.maps
        rows = json.loads(skep("btf", "dump", "map", "id", str(map_id), "value", "-j", "--linux").stdout)
        assert len(rows["types"]) == 1
        line = skep("btf", "show", "id", str(btf_id), "--linux").stdout
        assert f"map_ids {map_id}" in line or str(map_id) in line.split("map_ids ")[1]


def test_encode_puts_types_into_the_file_or_beside_it(tmp_path: Path) -> None:
    from btf.test_dwarf import SECOND_FILE, compiled

    path = compiled(tmp_path, SECOND_FILE, "gcc", "-g")
    before = path.read_bytes()
    skep("btf", "encode", str(path), "detached", str(tmp_path / "out.btf"))
    assert path.read_bytes() == before
    skep("btf", "encode", str(path))
    skep("btf", "encode", str(path))
    text = skep("btf", "dump", "file", str(path)).stdout
    assert text == skep("btf", "dump", "file", str(tmp_path / "out.btf")).stdout
    assert text == bpftool("btf", "dump", "file", str(path)).stdout
    assert "FUNC 'bar'" in text


def test_layout_reads_btf_and_dwarf(tmp_path: Path) -> None:
    from btf.test_dwarf import SECOND_FILE, compiled

    path = compiled(tmp_path, SECOND_FILE, "gcc", "-g")
    text = skep("btf", "layout", str(path), "inner").stdout
    assert "/* XXX 1 byte hole */" in text
    skep("btf", "encode", str(path))
    assert skep("btf", "layout", str(path), "inner").stdout == text
    assert json.loads(skep("btf", "layout", str(path), "inner", "-j").stdout)["hole_bytes"] == 1
    assert "no struct, union or typedef 'none'" in skep("btf", "layout", str(path), "none", check=1).stderr


def test_resolve_ids_fills_in_the_section(tmp_path: Path) -> None:
    from btf.test_dwarf import compiled
    from elf.test_btf_ids import SOURCE

    path = compiled(tmp_path, SOURCE, "gcc")
    (tmp_path / "types.btf").write_bytes(build(ALL_KINDS).data)
    done = skep("btf", "resolve_ids", str(path), "from", str(tmp_path / "types.btf"))
    assert "unresolved: struct sk_buff" in done.stderr
