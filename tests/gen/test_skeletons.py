"""Skeletons: the Python one type-checks and runs, the C ones are what bpftool writes."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import skep
from loader.sources import built
from skep.errors import InputError
from skep.gen.c_skeleton import c_skeleton
from skep.gen.c_subskeleton import c_subskeleton
from skep.gen.facts import read_facts
from skep.gen.python_skeleton import python_skeleton
from skep.syscall.backend import Backend

SOURCE = """
enum verdict { DROP = 1, PASS = 2 };
struct flow { u32 address; u16 port; u8 mac[6]; struct { char a; u64 b; } inner; enum verdict verdict; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
	__type(key, struct flow); __type(value, u64); } flows SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1);
	__type(key, u32); __type(value, u64); } seen SEC(".maps");
int limit = 3;
u64 sum;
char small;
struct flow last = { .port = 7 };
const volatile char name[8] = "skep";
int hot[4] SEC(".data.hot");
int (*callback)(void);
extern int LINUX_KERNEL_VERSION __kconfig;
SEC("xdp") int count(struct xdp_md *ctx)
{
	u32 zero = 0;
	u64 *value = bpf_map_lookup_elem(&seen, &zero);
	if (value)
		*value += 1;
	sum += limit + name[0] + hot[1] + small + last.port + LINUX_KERNEL_VERSION * !callback;
	return hot[0] ? XDP_DROP : XDP_PASS;
}
"""

#: As much of libbpf's header as a skeleton uses.
LIBBPF = """
#include <stddef.h>
typedef unsigned int u32; typedef unsigned long long u64;
typedef unsigned char u8; typedef unsigned short u16;
enum verdict { DROP = 1 };
struct flow { u32 address; u16 port; u8 mac[6]; struct { char a; u64 b; } inner; enum verdict verdict; };
struct bpf_object; struct bpf_map; struct bpf_program; struct bpf_link; struct bpf_object_open_opts;
struct bpf_map_skeleton { const char *name; struct bpf_map **map; void **mmaped; struct bpf_link **link; };
struct bpf_prog_skeleton { const char *name; struct bpf_program **prog; struct bpf_link **link; };
struct bpf_var_skeleton { const char *name; struct bpf_map **map; void **addr; };
struct bpf_object_skeleton { size_t sz; const char *name; const void *data; size_t data_sz;
	struct bpf_object **obj; int map_cnt; int map_skel_sz; struct bpf_map_skeleton *maps;
	int prog_cnt; int prog_skel_sz; struct bpf_prog_skeleton *progs; };
struct bpf_object_subskeleton { size_t sz; const struct bpf_object *obj; int map_cnt; int map_skel_sz;
	struct bpf_map_skeleton *maps; int prog_cnt; int prog_skel_sz; struct bpf_prog_skeleton *progs;
	int var_cnt; int var_skel_sz; struct bpf_var_skeleton *vars; };
int bpf_object__open_skeleton(struct bpf_object_skeleton *, const struct bpf_object_open_opts *);
int bpf_object__load_skeleton(struct bpf_object_skeleton *);
int bpf_object__attach_skeleton(struct bpf_object_skeleton *);
void bpf_object__detach_skeleton(struct bpf_object_skeleton *);
void bpf_object__destroy_skeleton(struct bpf_object_skeleton *);
int bpf_object__open_subskeleton(struct bpf_object_subskeleton *);
void bpf_object__destroy_subskeleton(struct bpf_object_subskeleton *);
"""

USE = """
from counter import Counter, enum_verdict
with Counter.open_and_load() as counter:
    total: int = counter.bss.sum
    ports: list[int] = [flow.port for flow in counter.maps.flows]
    values: list[list[int]] = list(counter.maps.seen.values())
    address: int = counter.data.last.address
    mac: bytes = counter.data.last.mac
    name: str = counter.rodata.name
    ok: bool = counter.data.last.verdict == enum_verdict.PASS
    counter.data_hot.hot = (1, 0, 0, 0)
    counter.programs.count.run(bytes(64))
"""

#: Each must be refused: line -> what mypy calls it.
MISUSE = {
    'counter.bss.sum = "x"': "assignment",
    "counter.programs.cuont": "attr-defined",
    "counter.maps.seen[b'']": "index",
    "counter.data.last.prot": "attr-defined",
    "counter.nosection": "attr-defined",
}


@pytest.fixture(scope="module")
def object_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("gen") / "counter.o"
    path.write_bytes(built(SOURCE))
    return str(path)


def _module(object_file: str, folder: Path) -> Path:
    path = folder / "counter.py"
    path.write_text(python_skeleton(read_facts(object_file)))
    return path


def test_the_python_skeleton_loads_and_runs(object_file: str, tmp_path: Path, backend: Backend) -> None:
    spec = importlib.util.spec_from_file_location("counter", _module(object_file, tmp_path))
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.Counter() as counter:
        counter.data.limit = 1000
        counter.rodata.name = "zebra"
        assert counter.load(backend) is counter
        assert counter.programs.count.run(bytes(64)).retval == 2
        assert counter.bss.sum > 1000 + ord("z")
        assert sum(counter.maps.seen[0]) == 1
        assert counter.data.last.port == 7
    assert module.enum_verdict.PASS == 2


def test_mypy_accepts_right_uses_and_finds_wrong_ones(object_file: str, tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not installed")
    _module(object_file, tmp_path)
    wrong = "".join(f"    {line}\n" for line in MISUSE)
    (tmp_path / "use.py").write_text(USE + wrong)
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "use.py", "counter.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(Path(skep.__file__).parents[1])},
        check=False,
    )
    first = USE.count("\n") + 1
    expected = {(first + at, code) for at, code in enumerate(MISUSE.values())}
    errors = re.findall(r"use.py:(\d+): error: .*\[([a-z-]+)\]", found.stdout)
    assert {(int(line), code) for line, code in errors} == expected, found.stdout + found.stderr


@pytest.mark.parametrize("make", [c_skeleton, c_subskeleton])
def test_a_c_compiler_accepts_the_headers(make: Any, object_file: str, tmp_path: Path) -> None:
    folder = tmp_path / "bpf"
    folder.mkdir()
    (folder / "libbpf.h").write_text(LIBBPF)
    (tmp_path / "counter.h").write_text(make(read_facts(object_file)))
    (tmp_path / "main.c").write_text('#include "counter.h"\n')
    words = ["gcc", "-Wall", "-Werror", "-Wno-unused-function", "-fsyntax-only", "-I.", "main.c"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _bpftool(*words: str) -> str:
    if shutil.which("bpftool") is None:
        pytest.skip("bpftool is not installed")
    return subprocess.run(["bpftool", *words], capture_output=True, text=True, check=True).stdout


def _version() -> tuple[int, ...]:
    found = re.search(r"v(\d+)\.(\d+)", _bpftool("version"))
    assert found
    return tuple(map(int, found.groups()))


def _common(text: str) -> list[str]:
    """What every version of bpftool writes alike: declarations, life cycle, the object's bytes, checks."""
    text = re.sub(r"#define BPF_SKEL_SUPPORTS_MAP_AUTO_ATTACH 1\n\n", "", text)
    head, _, rest = text.partition("__create_skeleton(struct counter *obj)\n{")
    _, _, tail = rest.partition("elf_bytes(size_t *sz)\n{")
    names = re.findall(r'name = "(.*)";', rest)
    return [*head.splitlines(), *names, *re.findall(r"^\\x.*|^\\0.*", tail, re.M), tail[-2000:]]


def test_the_c_skeleton_is_bpftools(object_file: str) -> None:
    ours, theirs = c_skeleton(read_facts(object_file)), _bpftool("gen", "skeleton", object_file)
    if _version() >= (7, 5):
        assert ours == theirs
    else:
        assert _common(ours)[:-1] == _common(theirs)[:-1]
        assert _common(ours)[-1].endswith(_common(theirs)[-1].partition("#ifdef __cplusplus")[2])


def test_the_subskeleton_is_bpftools(object_file: str) -> None:
    if _version() < (7, 5):
        pytest.skip("bpftool before 7.5 writes another subskeleton")
    assert c_subskeleton(read_facts(object_file)) == _bpftool("gen", "subskeleton", object_file)


def test_a_name_that_code_cannot_have_is_refused(object_file: str) -> None:
    with pytest.raises(InputError, match="is no name for code"):
        read_facts(object_file, "a-b")


def test_the_command_writes_skeletons_and_linked_objects(object_file: str, tmp_path: Path) -> None:
    def gen(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "skep", "gen", *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    linked = str(tmp_path / "linked.o")
    assert gen("object", linked, object_file) == ""
    assert "class Other(Skeleton):" in gen("skeleton", linked, "name", "other")
    assert "struct linked {" in gen("skeleton", linked, "--language", "c")


def test_a_skeleton_is_made_of_c_source_as_of_its_object() -> None:
    facts = read_facts(str(Path(__file__).resolve().parents[2] / "examples/xdp_blocklist.bpf.c"))
    assert (facts.name, facts.programs) == ("xdp_blocklist_bpf", ("firewall",))
