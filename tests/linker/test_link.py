"""Linking objects: what the linked one holds and does, and what is refused; bpftool's linker is the judge."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import skep
from loader.sources import built
from skep.btf import Btf, Kind
from skep.elf import ElfFile
from skep.elf.reader import SHT_NOBITS, STT_SECTION
from skep.errors import InputError, LoaderError
from skep.linker import link, link_files
from skep.loader import from_elf
from skep.syscall.backend import Backend

MAP = """struct pair { u32 a; u64 b; };
%s struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, u32);
	__type(value, struct pair); } shared SEC(".maps");
"""
MAIN = (
    MAP % ""
    + """
extern int other_counter;
extern int LINUX_KERNEL_VERSION __kconfig;
int counter = 5;
static int hidden_static = 7;
static volatile int in_bss;
const char text[] = "from main";
__weak int weak_func(int x) { return x + 1; }
int lib(int x);
static __noinline int local(int x) { hidden_static += x; return hidden_static; }
SEC("xdp") int main_prog(struct xdp_md *ctx)
{
	u32 key = 1;
	int found = lib(other_counter);
	struct pair *pair = bpf_map_lookup_elem(&shared, &key);
	in_bss++;
	return weak_func(local(counter)) + found + (pair ? pair->b : 0) + text[2] + (LINUX_KERNEL_VERSION > 0);
}
"""
)
LIBRARY = (
    MAP % "extern"
    + """
extern int counter;
extern int LINUX_KERNEL_VERSION __kconfig;
int other_counter = 3;
static int hidden_static = 70;
static volatile int in_bss;
const char text_b[] = "from library";
__weak int weak_func(int x) { return x + 200; }
static __noinline int local(int x) { hidden_static += x; return hidden_static + in_bss; }
__hidden int lib(int x)
{
	struct pair pair = {1, 20};
	u32 key = 1;
	bpf_map_update_elem(&shared, &key, &pair, 0);
	return local(x) + counter + weak_func(1) + text_b[1] + (LINUX_KERNEL_VERSION == 0);
}
SEC("xdp") int library_prog(struct xdp_md *ctx) { return lib(2); }
SEC("tc") int another(struct __sk_buff *skb) { return local(1); }
"""
)

#: main_prog: weak_func(5+7)=13, lib(3)=(70+3)+5+2+'r'=194, the pair's 20, 'o', 1.
EXPECTED = 13 + 194 + 20 + ord("o") + 1


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("linker")
    paths = []
    for name, source in (("main", MAIN), ("library", LIBRARY)):
        path = folder / f"{name}.o"
        path.write_bytes(built(source, name))
        paths.append(str(path))
    return paths


def _objects(*sources: str) -> list[ElfFile]:
    return [ElfFile(built(source, f"part{at}"), f"part{at}.o") for at, source in enumerate(sources)]


def test_the_linked_object_runs(files: list[str], backend: Backend) -> None:
    with skep.Object(from_elf(link_files(files), name="linked.o")) as obj:
        obj.load(backend)
        assert obj.programs["main_prog"].run(bytes(64)).retval == EXPECTED
        assert obj.maps["shared"][1].b == 20
        assert list(obj.programs) == ["main_prog", "library_prog", "another"]


def test_lines_and_names_follow_their_instructions(files: list[str]) -> None:
    spec = from_elf(link_files(files), name="linked.o")
    assert spec.btf is not None
    lines = [spec.btf.string(line.line_off).strip() for line in spec.programs["main_prog"].line_info]
    assert "in_bss++;" in lines
    assert "return local(x) + counter + weak_func(1) + text_b[1] + (LINUX_KERNEL_VERSION == 0);" in lines
    names = [spec.btf.get(start.type_id).name for start in spec.programs["library_prog"].func_info]
    assert names == ["library_prog", "local", "weak_func"]  # lib is part of it


def _shape(data: bytes) -> dict[str, object]:
    """All of an object but the order of its symbols and types, which linkers are free to choose."""
    elf = ElfFile(data, "shape")
    home = {section.index: section.name for section in elf.sections}
    kept = [
        s for s in elf.sections if s.name and not s.name.startswith((".BTF", ".rel", ".strtab", ".symtab"))
    ]
    return {
        "sections": [
            (s.name, s.type, s.flags, s.size, s.data) for s in kept if s.type != SHT_NOBITS or s.size
        ],
        "symbols": sorted(
            (s.name, s.value, s.size, s.bind, s.type, s.visibility, home.get(s.section, ""))
            for s in elf.symbols
            if s.type != STT_SECTION
        ),
        "relocations": {
            s.name: [(r.offset, r.type, r.symbol.name) for r in elf.relocations(s)] for s in kept
        },
    }


@pytest.fixture
def theirs(files: list[str], tmp_path: Path) -> bytes:
    if shutil.which("bpftool") is None:
        pytest.skip("bpftool is not installed")
    path = tmp_path / "theirs.o"
    subprocess.run(["bpftool", "gen", "object", str(path), *files], check=True)
    return path.read_bytes()


def test_sections_symbols_and_relocations_are_those_of_bpftool(files: list[str], theirs: bytes) -> None:
    ours = _shape(link_files(files))
    for part, value in _shape(theirs).items():
        assert ours[part] == value, part


def test_programs_are_those_of_bpftools_object(files: list[str], theirs: bytes) -> None:
    ours, others = (from_elf(data, name="linked.o") for data in (link_files(files), theirs))
    for name, program in others.programs.items():
        assert ours.programs[name].insns == program.insns
        assert [line.line_col for line in ours.programs[name].line_info] == [
            line.line_col for line in program.line_info
        ]


def test_bpftool_links_what_skep_has_linked(files: list[str], theirs: bytes, tmp_path: Path) -> None:
    path, again = tmp_path / "ours.o", tmp_path / "again.o"
    path.write_bytes(link_files(files))
    subprocess.run(["bpftool", "gen", "object", str(again), str(path)], check=True)
    assert (
        from_elf(again).programs["main_prog"].insns
        == from_elf(theirs, name="a.o").programs["main_prog"].insns
    )


def test_types_that_both_have_stand_there_once(files: list[str]) -> None:
    section = ElfFile(link_files(files), "linked.o").section(".BTF")
    assert section is not None
    btf = Btf.parse(section.data)
    for name, kind in (
        ("pair", Kind.STRUCT),
        ("xdp_md", Kind.STRUCT),
        ("counter", Kind.VAR),
        ("lib", Kind.FUNC),
    ):
        assert len(list(btf.ids(name, kind))) == 1, name


def test_a_strong_function_replaces_a_weak_one() -> None:
    weak = '__weak int pick(void) { return 1; }\nSEC("xdp") int p(void *ctx) { return pick(); }'
    for order in ((weak, "int pick(void) { return 2; }"), ("int pick(void) { return 2; }", weak)):
        with skep.Object(from_elf(link(_objects(*order)), name="weak.o")) as obj:
            assert obj.load().programs["p"].run(bytes(64)).retval == 2


def test_what_no_object_defines_stays_for_the_loader() -> None:
    source = 'extern int CONFIG_HZ __kconfig __weak; SEC("xdp") int %s(void *ctx) { return CONFIG_HZ; }'
    spec = from_elf(link(_objects(source % "a", source % "b")), name="externs.o")
    assert list(spec.externs) == ["CONFIG_HZ"]
    assert len(spec.programs) == 2


REFUSED = {
    "both define it": ("int x = 1;", "int x = 2;", "'x' is defined here and in part0.o"),
    "function and data": (
        "int x(void) { return 1; }",
        "extern int x; int y(void) { return x; }",
        "a FUNC there, a VAR here",
    ),
    "other size": (
        "int x = 1;",
        "extern long x; int y(void) { return x; }",
        "'x' is not what it is in part0.o",
    ),
    "other signature": (
        "int f(int a) { return a; }",
        "int f(int a, int b); int y(void) { return f(1, 2); }",
        "signat",
    ),
    "other map": (
        MAP % "",
        (MAP % "extern").replace("max_entries, 8", "max_entries, 9")
        + 'SEC("xdp") int p(void *ctx) { u32 k = 0; return !bpf_map_lookup_elem(&shared, &k); }',
        "'shared' is not what it is in part0.o",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_objects_that_contradict_each_other_are_refused(case: str) -> None:
    first, second, message = REFUSED[case]
    with pytest.raises(LoaderError, match=message):
        link(_objects(first, second))


def test_objects_of_two_licenses_are_refused() -> None:
    other = built("int x;").replace(b"GPL\0", b"MIT\0", 1)
    with pytest.raises(LoaderError, match="section 'license' is 'MIT'; in another object it is 'GPL'"):
        link([ElfFile(built("int y;"), "gpl.o"), ElfFile(other, "mit.o")])


def test_nothing_to_link_is_an_error() -> None:
    with pytest.raises(InputError, match="no objects"):
        link([])
