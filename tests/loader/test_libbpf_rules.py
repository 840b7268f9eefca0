"""Small rules that programs written against libbpf depend on."""

from __future__ import annotations

import pytest

from skep.btf import types as t
from skep.btf.kinds import BTF_FUNC_STATIC, BTF_VAR_STATIC
from skep.errors import InputError, KernelError, LoaderError, VerifierError
from skep.loader import ObjectSpec, from_elf, load
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_MMAPABLE, MapType

from .sources import built


def spec_of(source: str) -> ObjectSpec:
    return from_elf(built(source), name="test.o")


def linkage(spec: ObjectSpec, name: str) -> int:
    assert spec.btf is not None
    return next(
        type_.linkage for type_ in spec.btf.types if isinstance(type_, t.Func | t.Var) and type_.name == name
    )


def test_hidden_functions_and_variables_count_as_static() -> None:
    spec = spec_of("""
    __hidden int hidden SEC(".data.secret");
    int open SEC(".data.open");
    __hidden __noinline int helper(int x) { return x + hidden + open; }
    SEC("xdp") int p(struct xdp_md *ctx) { return helper(1) + helper(2); }
    """)
    assert linkage(spec, "helper") == BTF_FUNC_STATIC
    assert linkage(spec, "hidden") == BTF_VAR_STATIC
    assert not spec.maps[".data.secret"].flags & BPF_F_MMAPABLE
    assert spec.maps[".data.open"].flags & BPF_F_MMAPABLE


CALLBACK = """
#define __exception_cb(name) __attribute__((btf_decl_tag("exception_callback:" #name)))
extern void bpf_throw(u64 cookie) __ksym;
__noinline int handler(u64 cookie) { return cookie + 1; }
SEC("tc") __exception_cb(handler) int p(struct __sk_buff *skb) { bpf_throw(41); return 0; }
SEC("?tc") __exception_cb(nobody) int q(struct __sk_buff *skb) { return 0; }
"""


def test_an_exception_callback_follows_the_program_though_nothing_calls_it() -> None:
    spec = spec_of(CALLBACK)
    assert [info.slot for info in spec.programs["p"].func_info] == [0, spec.programs["p"].func_info[1].slot]
    spec.programs["q"].autoload = True
    with pytest.raises(LoaderError, match=r"program 'q'.*exception callback 'nobody' is no global function"):
        load(spec, Linux())


@pytest.mark.linux
def test_an_exception_reaches_its_callback_on_linux() -> None:
    kernel = Linux()
    loaded = load(spec_of(CALLBACK), kernel)
    assert commands.prog_test_run(kernel, loaded.programs["p"], data=bytes(64)).retval == 42
    loaded.close(kernel)


OPTIONAL = """
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u32); }
	table SEC(".maps");
const volatile bool use;
SEC("xdp") int guarded(struct xdp_md *ctx) { u32 k = 0; return use ? !bpf_map_lookup_elem(&table, &k) : 7; }
SEC("?xdp") int always(struct xdp_md *ctx) { u32 k = 0; return !bpf_map_lookup_elem(&table, &k); }
"""


def test_a_map_that_is_not_created_must_not_be_reached(backend: Backend) -> None:
    spec = spec_of(OPTIONAL)
    spec.maps["table"].autocreate = False
    loaded = load(spec, backend)
    assert "table" not in loaded.maps
    assert commands.prog_test_run(backend, loaded.programs["guarded"], data=bytes(64)).retval == 7
    loaded.close(backend)
    spec.programs["always"].autoload = True
    with pytest.raises(VerifierError, match="BPF map 'table' is referenced but wasn't created"):
        load(spec, backend)


ARENA = """
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE); __uint(max_entries, 4); }
	arena SEC(".maps");
int __attribute__((address_space(1))) counter SEC(".addr_space.1") = 5;
SEC("syscall") int p(void *ctx) { return ++counter; }
"""


@pytest.mark.linux
def test_variables_of_an_arena_are_there_before_the_program_and_shared_with_it() -> None:
    kernel = Linux()
    spec = spec_of(ARENA)
    assert (spec.maps["arena"].type, spec.maps["arena"].contents) == (MapType.ARENA, b"\5\0\0\0")
    try:
        loaded = load(spec, kernel)
    except KernelError as error:
        pytest.skip(f"no arenas here: {error}")
    assert commands.prog_test_run(kernel, loaded.programs["p"]).retval == 6
    assert bytes(loaded.memory[0][:4]) == b"\6\0\0\0"
    loaded.close(kernel)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (ARENA.replace("arena SEC", "one SEC").replace("TYPE_ARENA", "TYPE_ARRAY"), "0 maps are arenas"),
        (
            'extern int elsewhere(int); SEC("xdp") int p(void *c) { return elsewhere(1); }',
            "'elsewhere' is neither defined in the object nor declared as the kernel's",
        ),
    ],
)
def test_what_has_no_home_is_refused(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(spec_of(source), Linux())


def test_functions_in_text_are_no_programs() -> None:
    assert not spec_of("int alone(int x) { return x; }").programs


def test_configuration_values_lie_widest_first() -> None:
    spec = spec_of("""
    extern bool CONFIG_A __kconfig; extern int CONFIG_B __kconfig; extern char CONFIG_C[3] __kconfig;
    extern u64 CONFIG_D __kconfig;
    SEC("xdp") int p(struct xdp_md *ctx) { return CONFIG_A + CONFIG_B + CONFIG_C[0] + CONFIG_D; }
    """)
    places = {name: extern.offset for name, extern in spec.externs.items()}
    assert places == {"CONFIG_D": 0, "CONFIG_B": 8, "CONFIG_A": 12, "CONFIG_C": 13}
    assert spec.maps[".kconfig"].value_size == 16
