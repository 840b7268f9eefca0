"""Specs become a kernel's maps and programs: all of it, or an error that names the part and nothing left."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from skep.errors import KernelError, LoaderError, VerifierError
from skep.loader import ObjectSpec, from_elf, load
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import MapType
from skep.uapi.info import MapInfo, ProgInfo

from .sources import FUNCTIONS, GLOBALS, MAPS, built

PACKET = bytes(64)


class Counting:
    """Counts the descriptors that a kernel has given and not taken back."""

    def __init__(self, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = 0
        bpf, close = backend.bpf, backend.close
        giving = {"MAP_CREATE", "PROG_LOAD", "BTF_LOAD", "OBJ_GET", "BTF_GET_FD_BY_ID"}

        def counted_bpf(cmd: int, attr: bytearray) -> int:
            result = bpf(cmd, attr)
            self.open += getattr(cmd, "name", "") in giving
            return result

        def counted_close(fd: int) -> None:
            self.open -= 1
            close(fd)

        monkeypatch.setattr(backend, "bpf", counted_bpf)
        monkeypatch.setattr(backend, "close", counted_close)


@pytest.fixture
def counting(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    counting = Counting(backend, monkeypatch)
    yield counting
    assert counting.open == 0


def test_programs_with_subprograms_load_and_run(backend: Backend, counting: Counting) -> None:
    spec = from_elf(built(FUNCTIONS), name="test.o")
    spec.programs["third"].autoload = False  # bpf_loop is a matter of its own
    loaded = load(spec, backend)
    runs = {
        name: commands.prog_test_run(backend, fd, data=PACKET).retval for name, fd in loaded.programs.items()
    }
    assert runs == {"first": 64 * 3 + 64 * 3 + 1, "second": 3, "no_calls": 3}
    info = commands.obj_get_info_by_fd(backend, loaded.programs["first"], ProgInfo())
    assert (info.nr_func_info, info.name.rstrip(b"\0")) == (4, b"first")
    assert info.nr_line_info > 4
    loaded.close(backend)


def test_global_data_is_filled_and_constants_are_frozen(backend: Backend, counting: Counting) -> None:
    spec = from_elf(built(GLOBALS), name="test.o")
    loaded = load(spec, backend)
    commands.prog_test_run(backend, loaded.programs["add"], data=PACKET)
    bss = commands.map_lookup_elem(backend, loaded.maps[".bss"], bytes(4), spec.maps[".bss"].value_size)
    assert struct.unpack_from("<Q", bss)[0] == 1
    with pytest.raises(KernelError, match="EPERM"):
        commands.map_update_elem(
            backend, loaded.maps[".rodata"], bytes(4), bytes(spec.maps[".rodata"].value_size)
        )
    loaded.close(backend)


@pytest.mark.linux
def test_maps_of_all_forms_are_created_on_linux(linux: Backend) -> None:
    spec = from_elf(built(MAPS), name="test.o")
    spec.maps["shared"].pin_by_name = False
    loaded = load(spec, linux)
    info = commands.obj_get_info_by_fd(linux, loaded.maps["typed"], MapInfo())
    assert (info.type, info.btf_key_type_id) == (MapType.HASH, spec.maps["typed"].key_type_id)
    inner = commands.map_lookup_elem(linux, loaded.maps["outer"], struct.pack("=I", 3), 4)
    first = commands.obj_get_info_by_fd(linux, loaded.maps["first"], MapInfo())
    assert struct.unpack("=I", inner) == (first.id,)
    program = commands.map_lookup_elem(linux, loaded.maps["jumps"], struct.pack("=I", 1), 4)
    target = commands.obj_get_info_by_fd(linux, loaded.programs["target"], ProgInfo())
    assert struct.unpack("=I", program) == (target.id,)
    loaded.close(linux)


def test_a_refused_program_is_named_and_nothing_stays_open(backend: Backend, counting: Counting) -> None:
    spec = from_elf(
        built(GLOBALS + 'SEC("xdp/wrong") int wrong(struct xdp_md *c) { return *(int *)(long)c->data; }'),
        name="test.o",
    )
    with pytest.raises(VerifierError, match=r"loading program 'wrong' \(section 'xdp/wrong'\)") as caught:
        load(spec, backend)
    assert "invalid mem access 'scalar'" in caught.value.log or "invalid access to packet" in caught.value.log


def test_a_refused_map_is_named_and_nothing_stays_open(backend: Backend, counting: Counting) -> None:
    spec = from_elf(built(GLOBALS), name="test.o")
    spec.maps[".data"].key_size = 8
    with pytest.raises(KernelError, match=r"map '.data': .*EINVAL"):
        load(spec, backend)


UNSUPPORTED = """
extern int kernel_function(int) __ksym;
extern const void kernel_symbol __ksym;
extern int CONFIG_HZ __kconfig __weak;
SEC("tc") int others(void *ctx) { return (long)&kernel_symbol + CONFIG_HZ; }
SEC("xdp") int uses(struct xdp_md *ctx) { return kernel_function(1); }
SEC("xdp") int plain(struct xdp_md *ctx) { return XDP_PASS; }
SEC("odd") int mystery(void *ctx) { return 0; }
"""


def unsupported(name: str) -> ObjectSpec:
    spec = from_elf(built(UNSUPPORTED), name="test.o")
    for program in spec.programs.values():
        program.autoload = program.name == name
    return spec


def test_programs_that_need_what_is_missing_do_not_keep_the_others_from_loading(
    backend: Backend, counting: Counting
) -> None:
    loaded = load(unsupported("plain"), backend)
    assert commands.prog_test_run(backend, loaded.programs["plain"], data=PACKET).retval == 2
    loaded.close(backend)
    with pytest.raises(LoaderError, match=r"program 'uses'.*'kernel_function'"):
        load(unsupported("uses"), backend)


def test_a_section_that_says_nothing_needs_a_type(backend: Backend) -> None:
    with pytest.raises(LoaderError, match=r"test: program 'mystery' \(section 'odd'\).* no program type"):
        load(unsupported("mystery"), backend)


def test_objects_of_the_other_byte_order_are_refused(backend: Backend) -> None:
    spec = from_elf(built(GLOBALS), name="test.o")
    spec.byteorder = "big"
    with pytest.raises(LoaderError, match="is big-endian, this machine is little-endian"):
        load(spec, backend)
