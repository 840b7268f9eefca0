"""What the kernel defines for an object: configuration values, its symbols and functions, attach targets."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

import skep
from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.errors import LoaderError, VerifierError
from skep.loader import ObjectSpec, from_elf, load
from skep.loader.externs import KCONFIG
from skep.loader.kconfig import kconfig_contents
from skep.loader.kernel_view import VMLINUX, KernelView
from skep.loader.ksyms import POISON_KFUNC, KsymResolver
from skep.loader.specs import ExternReference, ExternSpec
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux

from .sources import built


class Files(Kernel):
    """skep's kernel with files that a test gives it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(btf=False)
        self.files = files

    def read_file(self, path: str) -> bytes:
        return self.files[path] if path in self.files else super().read_file(path)


CONFIG = """\
# a comment
CONFIG_YES=y
CONFIG_MODULE=m
# CONFIG_NO is not set
CONFIG_NUMBER=-3
CONFIG_HEX=0xffffffff
CONFIG_BIG=18446744073709551615
CONFIG_TEXT="some text"
"""

KCONFIG_SOURCE = """
extern bool CONFIG_YES __kconfig;
extern enum libbpf_tristate CONFIG_MODULE __kconfig;
extern char CONFIG_LETTER __kconfig __weak;
extern int CONFIG_NUMBER __kconfig;
extern u32 CONFIG_HEX __kconfig;
extern u64 CONFIG_BIG __kconfig;
extern char CONFIG_TEXT[6] __kconfig;
extern u16 CONFIG_MISSING __kconfig __weak;
extern unsigned LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_UNHEARD_OF __kconfig __weak;
SEC("xdp") int p(struct xdp_md *ctx) {
	return CONFIG_YES + CONFIG_MODULE + CONFIG_LETTER + CONFIG_NUMBER + CONFIG_HEX + CONFIG_BIG
		+ CONFIG_TEXT[ctx->data & 3] + CONFIG_MISSING + LINUX_KERNEL_VERSION + LINUX_UNHEARD_OF;
}
"""


def values(spec: ObjectSpec, kernel: KernelView) -> dict[str, bytes]:
    """Each configuration value's bytes."""
    contents = kconfig_contents(spec, kernel)
    assert spec.btf is not None
    return {
        name: contents[extern.offset : extern.offset + spec.btf.size_of(extern.type_id)]
        for name, extern in spec.externs.items()
    }


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"/boot/config-6.18.3-test": CONFIG.encode()}, id="the file in boot"),
        pytest.param({"/proc/config.gz": gzip.compress(CONFIG.encode())}, id="the kernel's own"),
    ],
)
def test_configuration_values_take_the_form_of_their_types(files: dict[str, bytes]) -> None:
    spec = from_elf(built(KCONFIG_SOURCE), name="test.o")
    with Files({"/proc/sys/kernel/osrelease": b"6.18.3-test\n", **files}) as kernel:
        assert values(spec, KernelView(kernel)) == {
            "CONFIG_YES": b"\1",
            "CONFIG_MODULE": struct.pack("=I", 2),
            "CONFIG_LETTER": b"\0",
            "CONFIG_NUMBER": struct.pack("=i", -3),
            "CONFIG_HEX": b"\xff" * 4,
            "CONFIG_BIG": b"\xff" * 8,
            "CONFIG_TEXT": b"some \0",
            "CONFIG_MISSING": bytes(2),
            "LINUX_KERNEL_VERSION": struct.pack("=I", 6 << 16 | 18 << 8 | 3),
            "LINUX_UNHEARD_OF": b"\0",
        }


def test_given_text_comes_before_the_kernel_s_configuration() -> None:
    spec = from_elf(built("extern char CONFIG_A __kconfig, CONFIG_B __kconfig;" + USE_A), name="test.o")
    with Files({"/proc/config.gz": gzip.compress(b"CONFIG_A=n\nCONFIG_B=m\n")}) as kernel:
        found = values(spec, KernelView(kernel, kconfig="CONFIG_A=y\nCONFIG_OTHER=y\n"))
    assert found == {"CONFIG_A": b"y", "CONFIG_B": b"m"}


USE_A = 'SEC("xdp") int p(struct xdp_md *ctx) { return CONFIG_A + CONFIG_B; }'


@pytest.mark.parametrize(
    ("declaration", "text", "message"),
    [
        ("int CONFIG_A", "", "the kernel's configuration does not set it"),
        ("int CONFIG_A", "CONFIG_A=y", "says y, which is no number"),
        ("signed short CONFIG_A", "CONFIG_A=40000", "40000 does not fit into the variable's 2 bytes"),
        ("u8 CONFIG_A", "CONFIG_A=256", "256 does not fit into the variable's 1 bytes"),
        ("bool CONFIG_A", "CONFIG_A=m", "says m, which does not fit the variable's type"),
        ("char CONFIG_A[4]", "CONFIG_A=7", "says 7, which does not fit the variable's type"),
        ("int CONFIG_A[2]", "CONFIG_A=7", "says 7, which does not fit the variable's type"),
        ("int OTHER_A", "", "begins with neither CONFIG_ nor LINUX_"),
        ("int LINUX_A", "", "begins with neither CONFIG_ nor LINUX_, or is no known fact"),
    ],
)
def test_a_value_that_cannot_be_had_is_an_error(declaration: str, text: str, message: str) -> None:
    name = declaration.split()[-1].split("[")[0]
    source = f'extern {declaration} __kconfig; SEC("xdp") int p(void *ctx) {{ return *(char *)&{name}; }}'
    spec = from_elf(built(source), name="test.o")
    with Kernel() as kernel, pytest.raises(LoaderError, match=message):
        load(spec, kernel, kconfig=text)


def test_programs_read_configuration_values_and_users_do_not_write_them(backend: Backend) -> None:
    source = 'extern int CONFIG_A __kconfig; SEC("xdp") int p(struct xdp_md *ctx) { return CONFIG_A; }'
    loaded = load(from_elf(built(source), name="test.o"), backend, kconfig="CONFIG_A=42")
    assert commands.prog_test_run(backend, loaded.programs["p"], data=bytes(64)).retval == 42
    with pytest.raises(OSError, match="EPERM"):
        commands.map_update_elem(backend, loaded.maps[KCONFIG], bytes(4), bytes(4))
    loaded.close(backend)


@pytest.mark.linux
def test_linux_says_its_version_and_that_it_knows_cookies() -> None:
    source = """
    extern int LINUX_KERNEL_VERSION __kconfig;
    extern bool LINUX_HAS_BPF_COOKIE __kconfig;
    SEC("xdp") int p(struct xdp_md *ctx) { return LINUX_HAS_BPF_COOKIE ? LINUX_KERNEL_VERSION : 0; }
    """
    kernel = Linux()
    loaded = load(from_elf(built(source), name="test.o"), kernel)
    version = commands.prog_test_run(kernel, loaded.programs["p"], data=bytes(64)).retval
    loaded.close(kernel)
    assert version >= 5 << 16


KSYMS = """
extern const void kernel_text __ksym;
extern const int typed __ksym;
extern const int other_type __ksym __weak;
extern const int missing __ksym __weak;
extern int function(int) __ksym;
extern int function___two(int) __ksym;
extern int absent(int) __ksym __weak;
SEC("xdp") int p(struct xdp_md *ctx) {
	return (long)&kernel_text + (long)&typed + (long)&other_type + (long)&missing + function(1)
		+ function___two(2) + absent(2);
}
"""


def kernel_types() -> Btf:
    builder = BtfBuilder()
    integer = builder.add_int("int", 4, encoding=1)
    proto = builder.add(t.FuncProto(integer, (t.Param("x", integer),)))
    builder.add(t.Func("function", proto, 1))
    builder.add(t.Var("typed", builder.add(t.Const(integer)), 1))
    builder.add(t.Var("other_type", builder.add(t.Ptr(integer)), 1))
    return builder.build()


KALLSYMS = b"""\
ffffffff81000000 T kernel_text
ffffffff81000010 T kernel_text_end
ffffffff82000000 t twice
ffffffff83000000 t twice.llvm.4711
0000000000001234 D of_module\t[module]
"""


def test_symbols_become_ids_and_addresses_and_missing_ones_nothing() -> None:
    spec = from_elf(built(KSYMS), name="test.o")
    program, types = spec.programs["p"], kernel_types()
    insns = list(program.insns)
    with Files({VMLINUX: types.data, "/proc/kallsyms": KALLSYMS}) as kernel:
        KsymResolver(spec, KernelView(kernel)).apply(insns, program.externs, "here")
    found = {
        reference.name: (
            insns[reference.slot].code,
            insns[reference.slot].src,
            insns[reference.slot].imm & 0xFFFFFFFF,
            insns[reference.slot + 1].imm & 0xFFFFFFFF if insns[reference.slot].code == 0x18 else 0,
        )
        for reference in program.externs
    }
    assert found == {
        "kernel_text": (0x18, 0, 0x81000000, 0xFFFFFFFF),
        "typed": (0x18, 3, types.id_of("typed"), 0),
        "other_type": (0x18, 0, 0, 0),
        "missing": (0x18, 0, 0, 0),
        "function": (0x85, 2, types.id_of("function"), 0),
        "function___two": (0x85, 2, types.id_of("function"), 0),
        "absent": (0x85, 0, POISON_KFUNC + list(spec.externs).index("absent"), 0),
    }


@pytest.mark.parametrize(
    ("name", "address"), [("kernel_text", 0xFFFFFFFF81000000), ("of_module", 0x1234), ("kernel", None)]
)
def test_addresses_go_by_the_whole_name(name: str, address: int | None) -> None:
    with Files({"/proc/kallsyms": KALLSYMS}) as kernel:
        assert KernelView(kernel).address_of(name) == address


def resolve(extern: ExternSpec, local: Btf, files: Mapping[str, bytes]) -> None:
    spec = ObjectSpec(name="test", externs={extern.name: extern}, btf_data=local.data)
    from skep.isa.build import ld_imm64

    with Files(files) as kernel:
        KsymResolver(spec, KernelView(kernel)).apply(
            list(ld_imm64(1, 0)), [ExternReference(0, extern.name)], "here"
        )


@pytest.mark.parametrize(
    ("name", "type_id", "files", "message"),
    [
        ("gone", 0, {"/proc/kallsyms": KALLSYMS}, "'gone': is not in /proc/kallsyms"),
        ("twice", 0, {"/proc/kallsyms": KALLSYMS}, "'twice': /proc/kallsyms has 2 addresses"),
        ("gone", 1, {VMLINUX: kernel_types().data}, "'gone': the kernel's types have no variable"),
        ("gone", 2, {VMLINUX: kernel_types().data}, "'gone': the kernel's types have no function"),
        (
            "other_type",
            1,
            {VMLINUX: kernel_types().data},
            "'other_type': the kernel's variable has another type",
        ),
        ("function", 1, {VMLINUX: kernel_types().data}, "'function': the kernel's types have no variable"),
        ("typed", 1, {}, f"'typed': needs the kernel's types, and {VMLINUX} cannot be read"),
    ],
)
def test_a_symbol_that_must_be_there_and_is_not_is_an_error(
    name: str, type_id: int, files: Mapping[str, bytes], message: str
) -> None:
    with pytest.raises(LoaderError, match=message):
        resolve(ExternSpec(name, ".ksyms", type_id), kernel_types(), files)


@pytest.mark.linux
def test_kernel_functions_are_called_on_linux() -> None:
    source = """
    extern void bpf_rcu_read_lock(void) __ksym;
    extern void bpf_rcu_read_unlock(void) __ksym;
    extern void bpf_never_heard_of(void) __ksym __weak;
    SEC("tc") int p(struct __sk_buff *skb) {
        bpf_rcu_read_lock();
        bpf_rcu_read_unlock();
        if (bpf_never_heard_of)
            bpf_never_heard_of();
        return 5;
    }
    SEC("?tc") int unguarded(struct __sk_buff *skb) { bpf_never_heard_of(); return 0; }
    """
    kernel = Linux()
    spec = from_elf(built(source), name="test.o")
    loaded = load(spec, kernel)
    assert commands.prog_test_run(kernel, loaded.programs["p"], data=bytes(64)).retval == 5
    loaded.close(kernel)
    spec.programs["unguarded"].autoload = True
    with pytest.raises(VerifierError, match="kfunc 'bpf_never_heard_of' is referenced but wasn't resolved"):
        load(spec, kernel)


@pytest.mark.linux
def test_hooks_are_found_among_linux_s_types() -> None:
    source = """
    SEC("tp_btf/sched_switch") int switched(u64 *ctx) { return 0; }
    SEC("iter/bpf_map") int walk(void *ctx) { return 0; }
    SEC("?tp_btf/no_such_event") int never(u64 *ctx) { return 0; }
    SEC("?fentry") int nothing(u64 *ctx) { return 0; }
    SEC("?freplace/other") int instead(void *ctx) { return 0; }
    """
    kernel = Linux()
    spec = from_elf(built(source), name="test.o")
    load(spec, kernel).close(kernel)
    for name, message in (
        ("never", "the kernel has no 'no_such_event' to attach to"),
        ("nothing", "does not say what to attach to"),
        ("instead", "replaces a function of another program"),
    ):
        spec.programs[name].autoload = True
        with pytest.raises(LoaderError, match=rf"test: program '{name}' .*{message}"):
            load(spec, kernel)
        spec.programs[name].autoload = False


_ASKS = """
extern int LINUX_KERNEL_VERSION __kconfig;
SEC("xdp") int p(void *ctx) { return LINUX_KERNEL_VERSION; }
"""


def test_skeps_kernel_has_the_version_of_the_linux_it_follows() -> None:
    with Kernel() as kernel, skep.Object(from_elf(built(_ASKS), name="test.o")) as obj:
        assert obj.load(kernel).programs["p"].run(bytes(64)).retval == (6 << 16 | 18 << 8)


def test_a_kernel_that_shows_no_release_has_no_version(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    spec = from_elf(built(_ASKS), name="test.o")
    files = {"/proc/kallsyms": str(tmp_path / "empty")}
    with Kernel(files=files) as kernel, pytest.raises(LoaderError, match="the version of skep's kernel"):
        load(spec, kernel)
