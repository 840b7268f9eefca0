"""CO-RE explained, and the types that objects need of a kernel: what bpftool keeps."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from btf.test_core_libbpf import case
from btf.test_dump import bpftool
from cli.test_commands import skep
from skep.btf import Btf
from skep.btf.core_explain import explain
from skep.btf.core_min import min_core_btf
from skep.btf.dump_raw import dump_raw
from skep.btf.ext import CoreRelo
from skep.cc import compile
from skep.elf.types import parse_btf, read_with_ext

LOCAL = """
#define CORE __attribute__((preserve_access_index))
struct inner { int x; } CORE;
struct thing { int pid; char name[4]; struct inner *in; int gone; struct inner flat; } CORE;
struct nowhere { int x; } CORE;
enum colour { RED, GREEN };
#define ASK(index, what) \\
    __attribute__((section("socket"), used)) unsigned long p##index(void *ctx) { return what; }
#define T ((struct thing *)0)
ASK(0, __builtin_preserve_field_info(T->pid, 0))
ASK(1, __builtin_preserve_field_info(T->gone, 0))
ASK(2, __builtin_preserve_field_info(T->gone, 2))
ASK(3, __builtin_preserve_field_info(T->name[3], 0))
ASK(4, __builtin_preserve_field_info(T->flat, 0))
ASK(5, __builtin_preserve_field_info(((struct nowhere *)0)->x, 0))
ASK(6, __builtin_preserve_type_info(*(struct thing *)0, 2))
ASK(7, __builtin_preserve_enum_value(*(typeof(enum colour) *)GREEN, 1))
"""

TARGET = """
struct inner { int x; };
struct thing { long pad; int pid; char name[2]; struct inner *in; int gone_by; int flat; } thing;
typedef struct { int x; } nowhere; nowhere n;
enum colour { RED, GREY, GREEM } colour;
"""

EXPECTED = {
    "p0": ("resolved", 8, "", [""]),
    "p1": ("poisoned", None, "", ["struct thing has no member 'gone'; there is gone_by"]),
    "p2": ("absent", 0, "", ["struct thing has no member 'gone'; there is gone_by"]),
    "p3": ("poisoned", None, "", ["element 3 is beyond the 2 of char[2]"]),
    "p4": ("poisoned", None, "", ["member 'flat' is int, which struct inner cannot be read from"]),
    "p5": ("poisoned", None, "the target has no struct 'nowhere', but a typedef of that name", []),
    "p6": ("absent", 0, "", ["member 'name' is char[2] there and char[4] here"]),
    "p7": ("poisoned", None, "", ["it has no enumerator 'GREEN'; there is GREEM, GREY"]),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The object, and the target's types."""
    folder = tmp_path_factory.mktemp("core")
    for name, text in (("local", LOCAL), ("target", TARGET)):
        (folder / f"{name}.bpf.c").write_text(text)
        (folder / f"{name}.o").write_bytes(compile(folder / f"{name}.bpf.c"))
    types = parse_btf((folder / "target.o").read_bytes(), "target.o")
    (folder / "target.btf").write_bytes(types.data)
    return folder / "local.o", folder / "target.btf"


def test_each_relocation_says_where_it_went_and_why_not(files: tuple[Path, Path]) -> None:
    rows = json.loads(skep("btf", "core", str(files[0]), "--btf", str(files[1]), "-j").stdout)
    (report,) = rows
    found = {
        row["program"]: (
            row["outcome"],
            row["value"],
            row["reason"],
            [candidate["reason"] for candidate in row["candidates"]],
        )
        for row in report["relocations"]
    }
    assert found == EXPECTED
    assert (report["resolved"], report["absent"], report["poisoned"]) == (1, 2, 5)


def test_the_text_names_source_line_and_instructions(files: tuple[Path, Path]) -> None:
    text = skep("btf", "core", str(files[0]), "program", "p1", "--btf", str(files[1])).stdout
    assert f"{files[1]}: 1 poisoned" in text
    assert "; ASK(1, __builtin_preserve_field_info(T->gone, 0)) @ line" in text
    assert "->  (85) call unknown#195896080" in text
    assert "does not fit: struct thing has no member 'gone'; there is gone_by" in text
    assert "p0:" not in text


def test_an_archive_of_kernels_is_a_report_for_each(files: tuple[Path, Path], tmp_path: Path) -> None:
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:xz") as archive:
        archive.add(files[1], "5.4.0.btf")
    (tmp_path / "6.1.btf.tar.xz").write_bytes(inner.getvalue())
    outer = tmp_path / "kernels.tar.gz"
    with tarfile.open(outer, "w:gz") as archive:
        archive.add(files[1], "5.15.0.btf")
        archive.add(tmp_path / "6.1.btf.tar.xz", "6.1.btf.tar.xz")
    rows = json.loads(skep("btf", "core", str(files[0]), "--btf", str(outer), "-j").stdout)
    assert [row["target"].removeprefix(str(outer)) for row in rows] == [
        "/5.15.0.btf",
        "/6.1.btf.tar.xz/5.4.0.btf",
    ]
    assert rows[0]["poisoned"] == rows[1]["poisoned"] == 5


def test_a_folder_of_kernels_is_a_report_for_each(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "x86_64"
    folder.mkdir()
    shutil.copy(files[1], folder / "5.4.0.btf")
    with tarfile.open(folder / "6.1.btf.tar.xz", "w:xz") as archive:
        archive.add(files[1], "6.1.btf")
    rows = json.loads(skep("btf", "core", str(files[0]), "--btf", str(tmp_path), "-j").stdout)
    assert [row["target"].removeprefix(str(folder)) for row in rows] == [
        "/5.4.0.btf",
        "/6.1.btf.tar.xz/6.1.btf",
    ]
    empty = tmp_path / "empty"
    empty.mkdir()
    done = skep("btf", "core", str(files[0]), "--btf", str(empty), check=1)
    assert "no .btf file and no archive" in done.stderr


def test_without_a_machine_s_types_an_object_is_explained_on_skep_s_kernel(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from skep.cli import btf_core
    from skep.cli.words import Words

    monkeypatch.setattr(btf_core, "kernel_types", lambda path: None)
    (found,) = btf_core.core(argparse.Namespace(btf=None), Words([str(files[0])], ""))
    assert found.target == "skep's kernel"
    assert found.relocations


def test_an_object_that_cannot_be_loaded_says_why(files: tuple[Path, Path]) -> None:
    local, _ = read_with_ext(files[0])
    explanation = explain(local, Btf.from_file(files[1]), CoreRelo(0, 1, "0:9:1", 0))
    assert explanation.outcome == "refused"
    assert "0:9:1" in explanation.reason


@pytest.mark.parametrize("seed", [1, 4])
def test_the_types_that_an_object_needs_are_those_that_bpftool_keeps(seed: int, tmp_path: Path) -> None:
    path, target = case(seed, tmp_path)
    out = tmp_path / "min.btf"
    done = bpftool("gen", "min_core_btf", str(target), str(out), str(path))
    ours = min_core_btf(Btf.from_file(target), [read_with_ext(path)])
    assert done.returncode == 0, done.stderr
    assert list(dump_raw(ours)) == list(dump_raw(Btf.from_file(out)))
    skep("gen", "min_core_btf", str(target), str(tmp_path / "ours.btf"), str(path))
    assert (tmp_path / "ours.btf").read_bytes() == ours.data


@pytest.mark.linux
def test_an_object_relocates_to_its_minimal_types_as_to_the_whole_kernel(tmp_path: Path) -> None:
    from btf.test_core_libbpf import ours

    path, target = case(1, tmp_path)
    small = tmp_path / "small.btf"
    small.write_bytes(min_core_btf(Btf.from_file(target), [read_with_ext(path)]).data)
    whole, minimal = ours(path, target), ours(path, small)
    same = [name for name in whole if whole[name] == minimal[name]]
    assert len(same) > 0.8 * len(whole)  # type ids differ, and a whole struct cannot match a reduced one
