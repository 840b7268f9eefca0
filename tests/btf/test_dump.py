"""Types as bpftool prints them: as a list, as JSON and as C, byte for byte, and C that compiles."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from btf.random_types import random_btf
from btf.test_btf import ALL_KINDS, build
from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.btf.dump_c import dump_c
from skep.btf.dump_raw import dump_raw, json_rows
from skep.errors import BtfError

VMLINUX = Path("/sys/kernel/btf/vmlinux")

MORE_KINDS = (
    *ALL_KINDS,
    t.Int("char", 1, encoding=2, bits=8),
    t.Int("odd", 4, bits=7, offset=3),
    t.Int("two", 1, encoding=3, bits=8),
    t.Func("sf", 14, 0),
    t.Func("ef", 14, 2),
    t.Var("v2", 1, 2),
    t.Var("v3", 1, 9),
    t.FuncProto(1),
    t.Struct("empty", 0),
    t.Fwd("fs"),
    t.Enum("fe", 4),
    t.Enum("e1", 1, (t.Enumerator("A", 1),)),
    t.Enum("e8", 8, (t.Enumerator("B", 1),)),
    t.Typedef("__gnuc_va_list", 0),
    t.Typedef("__builtin_va_list", 0),
    t.DataSec(".kc", 4, (t.SecVar(15, 0, 4),)),
)


def c_of(btf: Btf, *roots: int) -> str:
    parts: list[str] = []
    dump_c(btf, parts.append, roots or None)
    return "".join(parts)


def definitions(btf: Btf, *roots: int) -> str:
    """Without the lines before and after."""
    return c_of(btf, *roots).split("#endif\n\n", 1)[1].rsplit("#ifndef", 1)[0].strip()


def bpftool(*words: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("bpftool", path="/usr/sbin:/sbin:/usr/local/sbin:/usr/bin")
    if tool is None:
        pytest.skip("no bpftool on this machine")
    return subprocess.run([tool, *words], capture_output=True, text=True)


def assert_same_as_bpftool(path: Path, btf: Btf, *base: str) -> None:
    words = (*base, "btf", "dump", "file", str(path))
    assert "".join(f"{text}\n" for text in dump_raw(btf)) == bpftool(*words).stdout
    assert {"types": list(json_rows(btf))} == json.loads(bpftool("-j", *words).stdout)
    c = bpftool(*words, "format", "c")
    if c.returncode:  # a struct that holds itself: bpftool gives up, or crashes
        with pytest.raises(BtfError):
            c_of(btf)
    else:
        assert c_of(btf) == c.stdout


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_every_kind_is_printed_as_bpftool_prints_it(byteorder: str, tmp_path: Path) -> None:
    btf = build(MORE_KINDS, byteorder)
    path = tmp_path / "kinds.btf"
    path.write_bytes(btf.data)
    assert_same_as_bpftool(path, btf)


def test_split_types_are_printed_as_bpftool_prints_them(tmp_path: Path) -> None:
    base = build(ALL_KINDS[:10])
    builder = BtfBuilder(base)
    pointer = builder.add(t.Ptr(4))
    builder.add(t.Struct("s", 8, (t.Member("s", pointer, 0),)))
    for name, data in (("base", base.data), ("split", builder.encode())):
        (tmp_path / name).write_bytes(data)
    assert_same_as_bpftool(tmp_path / "split", builder.build(), "-B", str(tmp_path / "base"))


@pytest.mark.parametrize("seed", range(40))
def test_random_types_are_printed_as_bpftool_prints_them(seed: int, tmp_path: Path) -> None:
    btf = random_btf(seed)
    path = tmp_path / "random.btf"
    path.write_bytes(btf.data)
    assert_same_as_bpftool(path, btf)


@pytest.mark.skipif(not VMLINUX.exists(), reason="this kernel shows no BTF")
def test_a_whole_vmlinux_is_printed_as_bpftool_prints_it() -> None:
    text = bpftool("btf", "dump", "file", str(VMLINUX), "format", "c").stdout
    assert c_of(Btf.vmlinux()) == text


@pytest.mark.skipif(not VMLINUX.exists(), reason="this kernel shows no BTF")
def test_the_header_of_a_whole_vmlinux_compiles(tmp_path: Path) -> None:
    from skep.cc import compile

    (tmp_path / "vm.h").write_text(c_of(Btf.vmlinux()))
    source = tmp_path / "all.bpf.c"
    source.write_text('#include "vm.h"\nint pid(struct task_struct *t) { return t->pid; }\n')
    assert compile(source)[:4] == b"\x7fELF"


def test_c_of_one_root_has_what_it_needs_and_nothing_else() -> None:
    builder = BtfBuilder()
    number = builder.add_int("int", 4, 1)
    builder.add(t.Struct("other", 4, (t.Member("x", number, 0),)))
    far = builder.add(t.Struct("far", 4, (t.Member("x", number, 0),)))
    pointer = builder.add(t.Ptr(far))
    array = builder.add(t.Array(pointer, number, 3))
    root = builder.add(t.Struct("root", 32, (t.Member("n", number, 0), t.Member("p", array, 64))))
    assert (
        definitions(builder.build(), root)
        == "struct far;\n\nstruct root {\n\tint n;\n\tstruct far *p[3];\n};"
    )


def test_a_type_that_holds_itself_is_refused_by_its_id() -> None:
    btf = build((t.Struct("s", 8, (t.Member("s", 1, 0),)),))
    with pytest.raises(BtfError, match="type id 1: holds itself by value"):
        c_of(btf)


def doubling(make: type[t.Struct] | type[t.FuncProto]) -> Btf:
    """Each type has the one before it twice."""
    builder = BtfBuilder()
    last = builder.add_int("int", 4)
    for _ in range(60):
        if make is t.Struct:
            last = builder.add(t.Struct("", 8, (t.Member("a", last, 0), t.Member("b", last, 32))))
        else:
            last = builder.add(t.FuncProto(last, (t.Param("a", last),)))
    builder.add(t.Typedef("whole", builder.add(t.Ptr(last))))
    return builder.build()


@pytest.mark.parametrize("make", [t.Struct, t.FuncProto])
def test_types_that_would_double_with_each_level_are_refused(make: type[t.Struct]) -> None:
    with pytest.raises(BtfError, match=r"too often|more than"):
        c_of(doubling(make))


def test_a_missing_type_is_named() -> None:
    with pytest.raises(BtfError, match="type id 1: refers to type id 7, the last one is 1"):
        c_of(build((t.Ptr(7),)))
