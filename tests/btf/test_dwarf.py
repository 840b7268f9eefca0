"""DWARF to BTF: what pahole makes of the same object files, and what broken ones give."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from btf.meaning import meanings
from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.btf.dwarf import encode
from skep.elf.types import read_btf
from skep.errors import BtfError

TYPES = """
#include <stdarg.h>
typedef unsigned int u32;
enum color { RED, GREEN = 5, BLUE = -1 };
enum big { HUGE = 1ULL << 40, SMALL = 1 };
enum { ANON1, ANON2 };
struct fwd; union ufwd;
struct bits { int a:3; unsigned b:5; long long c:33; u32 d:7; enum color e:4; _Bool f:1; };
struct inner { char c; short s; };
struct pk { char c; int i; } __attribute__((packed));
struct all {
  signed char sc; unsigned char uc; char ch; unsigned short us; unsigned long ul; long long ll;
  float f; double d; long double ld; _Bool b; __int128 i128;
  struct inner in; struct fwd *fp; union ufwd *uf;
  int arr[3][4]; int flex0[0]; int (*fn)(int, char *, ...); void *vp; const volatile char *cvp;
  char *restrict rp; int vec __attribute__((vector_size(16)));
  union { int x; float y; }; struct { int anon_a; int :4; int anon_b:2; } named;
  enum color col; enum big bg; struct all *next; int tail[];
};
typedef int (*cb_t)(struct all *, const char *fmt, va_list);
int global_var = 5; static int static_var; const int ro[4] = {1}; __thread int tls; extern int ext_var;
#define PERCPU __attribute__((section(".data..percpu")))
int PERCPU pcpu_var; static struct inner PERCPU pcpu_static; struct inner PERCPU *pcpu_pointer;
static inline int inl(int x) { return x * 2 + ext_var; }
int foo(int a, struct all *p, cb_t cb) {
  static int count; struct local { int q; } l = { a };
  static_var += a; count++; pcpu_static.s++; return inl(a) + p->i128 + ANON2 + count + l.q;
}
static __attribute__((noinline)) void sfoo(const char *s, ...) { static_var++; }
void noargs(void) { sfoo("x"); }
void oldstyle() {}
int (*retfp(void))(int) { return 0; }
struct bits *ub(struct bits *b, struct pk *p) { return b; }
int unnamed(int, int b) { return b; }
unsigned long vla(int n, int a[n]) { return sizeof(int) * n; }
int constant_size(void) { int room[ANON2 + 3]; room[0] = 1; return room[0]; }
"""

SECOND_FILE = """
struct inner { char c; short s; };
struct fwd { int z; struct inner *i; };
union ufwd { int k; } uu;
struct pk { int different; } pk;
int bar(struct fwd *f) { return f->z; }
"""

TAGS = """
#define T(x) __attribute__((btf_type_tag(#x)))
#define D(x) __attribute__((btf_decl_tag(#x)))
struct D(st) s { int D(mem) a; int T(t1) T(t2) *p; };
typedef int D(td) my_t;
my_t D(fn) f(int D(arg) x, struct s *y) { return x; }
int D(var) __attribute__((section(".data..percpu"))) v;
"""

NO_INT = "long f(long a[4]) { return a[0]; } struct s { long a[3]; } s;"


def gcc(source: Path, out: Path, *options: str) -> Path:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("no gcc on this machine")
    subprocess.run([compiler, *options, "-w", "-c", source, "-o", out], check=True)
    return out


def clang(source: Path, out: Path, *options: str) -> Path:
    import sys

    pytest.importorskip("ziglang")
    command = [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-linux-gnu", *options]
    subprocess.run([*command, "-w", "-c", source, "-o", out], check=True, capture_output=True)
    return out


def compiled(folder: Path, text: str, compiler: str, *options: str) -> Path:
    source = folder / "source.c"
    source.write_text(text)
    return {"gcc": gcc, "clang": clang}[compiler](source, folder / "source.o", *options)


def pahole(path: Path) -> Btf:
    tool = shutil.which("pahole")
    if tool is None:
        pytest.skip("no pahole on this machine")
    copy = path.with_suffix(".pahole.o")
    shutil.copy(path, copy)
    subprocess.run([tool, "-J", copy], check=True)
    return read_btf(copy)


def assert_same_meaning(path: Path) -> None:
    ours, theirs = meanings(encode(path)), meanings(pahole(path))
    assert sorted((ours - theirs).elements()) == sorted((theirs - ours).elements()) == []


@pytest.mark.parametrize("dwarf", ["-gdwarf-4", "-gdwarf-5"])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("text", [TYPES, NO_INT, SECOND_FILE], ids=["types", "no int", "second file"])
def test_types_mean_what_pahole_says(tmp_path: Path, text: str, compiler: str, dwarf: str) -> None:
    if compiler == "clang":  # gcc alone takes these two
        text = text.replace("int vec __attribute__((vector_size(16)));", "")
    assert_same_meaning(compiled(tmp_path, text, compiler, dwarf, "-O1"))


def test_an_atomic_number_is_a_number(tmp_path: Path) -> None:
    btf = encode(compiled(tmp_path, "struct s { _Atomic int n; } s;", "gcc", "-g"))
    struct = btf.get(btf.id_of("s"))
    assert isinstance(struct, t.Struct)
    assert btf.get(struct.members[0].type).name == "int"


def test_tags_mean_what_pahole_says(tmp_path: Path) -> None:
    assert_same_meaning(compiled(tmp_path, TAGS, "clang", "-g"))


def linked(folder: Path, *options: str) -> Path:
    parts = []
    for name, text in (("one", TYPES), ("two", SECOND_FILE)):
        (folder / f"{name}.c").write_text(text)
        parts.append(gcc(folder / f"{name}.c", folder / f"{name}.o", *options))
    subprocess.run(["ld", "-r", *parts, "-o", folder / "both.o"], check=True)
    return folder / "both.o"


def test_two_files_share_their_types(tmp_path: Path) -> None:
    path = linked(tmp_path, "-g", "-O1")
    assert_same_meaning(path)
    btf = encode(path)
    assert len(list(btf.ids("inner", Kind.STRUCT))) == 1
    assert len(list(btf.ids("pk", Kind.STRUCT))) == 2


def test_per_cpu_variables_are_in_their_section(tmp_path: Path) -> None:
    btf = encode(compiled(tmp_path, TYPES, "gcc", "-g", "-O1"))
    section = btf.get(btf.id_of(".data..percpu", Kind.DATASEC))
    assert isinstance(section, t.DataSec)
    names = {btf.get(item.type).name: item.size for item in section.vars}
    assert names == {"pcpu_var": 4, "pcpu_static": 4, "pcpu_pointer": 8}


def test_all_variables_and_floating_point_on_request(tmp_path: Path) -> None:
    path = compiled(tmp_path, TYPES, "gcc", "-g", "-O1")
    btf = encode(path, floats=True, all_variables=True)
    assert btf.get(btf.id_of("double")) == t.Float("double", 8)
    data = btf.get(btf.id_of(".data", Kind.DATASEC))
    assert isinstance(data, t.DataSec)
    assert [btf.get(item.type).name for item in data.vars] == ["global_var"]
    assert encode(path).find(".data") is None


def test_what_a_base_has_is_left_out(tmp_path: Path) -> None:
    base = encode(compiled(tmp_path, SECOND_FILE, "gcc", "-g"))
    split = encode(compiled(tmp_path, TYPES, "gcc", "-g"), base=base)
    own = {split.get(type_id).name for type_id in range(split.start_id, len(split.types))}
    assert "all" in own
    assert "inner" not in own


def test_a_file_without_debugging_information_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BtfError, match=r"source.o: no debugging information in it; compile with -g"):
        encode(compiled(tmp_path, SECOND_FILE, "gcc", "-g0"))


@pytest.mark.parametrize("seed", range(6))
def test_broken_dwarf_gives_an_error_that_names_the_file(tmp_path: Path, seed: int) -> None:
    path = compiled(tmp_path, SECOND_FILE, "gcc", "-g")
    good, random = path.read_bytes(), Random(seed)
    for _ in range(25):
        raw = bytearray(good)
        for _ in range(random.randint(1, 6)):
            raw[random.randrange(len(raw))] = random.randrange(256)
        path.write_bytes(raw[: random.choice((len(raw), random.randrange(len(raw))))])
        try:
            encode(path)
        except BtfError as error:
            assert "source.o" in str(error)  # noqa: PT017
