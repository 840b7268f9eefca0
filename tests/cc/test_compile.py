"""Finding a compiler and calling it."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from skep.cc import INCLUDE, Options, command_line, compile, find_compiler
from skep.elf import read
from skep.errors import CompileError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HEADERS = sorted(str(path.relative_to(INCLUDE)) for path in INCLUDE.rglob("*.h"))
SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("xdp") int pass(struct xdp_md *ctx) { return XDP_PASS; }
"""
ZIG = f"{sys.executable} -m ziglang cc"


def source(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "test.bpf.c"
    path.write_text(text)
    return path


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_an_object_has_code_and_type_information(tmp_path: Path, byteorder: str) -> None:
    elf = read(compile(source(tmp_path, SOURCE), Options(byteorder=byteorder)))  # type: ignore[arg-type]
    assert elf.byteorder == byteorder
    elf.require_bpf()
    assert elf.section("xdp")
    assert elf.section(".BTF")
    assert elf.section(".BTF.ext")


@pytest.mark.skipif(not find_spec("ziglang"), reason="the package ziglang is not installed")
def test_ziglang_makes_the_same_kind_of_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKEP_CLANG", ZIG)
    assert find_compiler().family == "zig"
    elf = read(compile(source(tmp_path, SOURCE)))
    elf.require_bpf()
    assert elf.section(".BTF")


def test_diagnostics_are_in_the_error(tmp_path: Path) -> None:
    path = source(tmp_path, "int f(void) { return missing; }\n")
    with pytest.raises(CompileError) as caught:
        compile(path)
    assert f"{path}: does not compile" in str(caught.value)
    assert "test.bpf.c:1:22: error: use of undeclared identifier 'missing'" in str(caught.value)


def test_without_a_compiler_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKEP_CLANG", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("skep.cc.compiler.find_spec", lambda name: None)
    with pytest.raises(CompileError, match=r"pip install 'skep\[cc\]'"):
        compile(source(tmp_path, SOURCE))


def test_a_wrong_skep_clang_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKEP_CLANG", "/no/such/clang")
    with pytest.raises(CompileError, match="SKEP_CLANG='/no/such/clang' is no clang with the bpf target"):
        compile(source(tmp_path, SOURCE))


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"nothing\.c: no such file"):
        compile(tmp_path / "nothing.c")


def test_options_reach_the_command() -> None:
    options = Options(include_dirs=("/inc",), defines={"A": "1", "B": None}, cpu="v4", extra=("-Werror",))
    command = command_line(find_compiler(), "in.c", "out.o", options)
    assert {"-I/inc", "-DA=1", "-DB", "-mcpu=v4", "-Werror"} <= set(command)


@pytest.mark.parametrize("header", HEADERS)
def test_each_header_compiles_alone(tmp_path: Path, header: str) -> None:
    compile(source(tmp_path, f"#include <{header}>\n"), Options(extra=("-Werror",)))


def test_all_headers_compile_together_in_any_order(tmp_path: Path) -> None:
    for order in (HEADERS, HEADERS[::-1]):
        text = "".join(f"#include <{header}>\n" for header in order)
        compile(source(tmp_path, text), Options(extra=("-Werror",)))


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.bpf.c")), ids=lambda path: path.name)
def test_examples_compile_without_warnings(example: Path) -> None:
    compile(example, Options(extra=("-Werror",)))
