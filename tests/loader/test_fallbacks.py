"""Objects on kernels that lack something: skep's kernel made to refuse what an older one does not know."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

import skep
from skep.btf import Btf
from skep.btf import types as t
from skep.isa import decode
from skep.loader import features, from_elf
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.uapi import BPF_F_MMAPABLE, Cmd, FuncId
from skep.uapi import attrs as a
from skep.uapi.info import ProgInfo

from .sources import built

SOURCE = """
enum wide { BIG = 0x100000000 };
enum wide chosen = BIG;
#define tagged __attribute__((btf_type_tag("user")))
struct node { int tagged *p; double *real; } node;
int counter = 41;
const char meta[] SEC(".rodata") = "not read by any program";
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u32);
	__type(value, struct node); } table SEC(".maps");
__noinline int global_function(int x) { return x + 1; }
SEC("xdp") int count(struct xdp_md *ctx) { counter = global_function(counter); return XDP_PASS; }
SEC("tp/syscalls/sys_enter_bpf") int reads(void *ctx)
{
	u64 word = 0;
	bpf_probe_read_kernel(&word, 8, ctx);
	return word == 1;
}
"""


def _kinds(attr: bytearray, kernel: Kernel) -> set[type[t.Type]]:
    request = a.BtfLoad.parse(attr)
    raw = kernel._memory.read(request.btf, request.btf_size)
    return {type(row) for row in Btf.parse(raw).types}


def _calls(attr: bytearray, kernel: Kernel, helper: int) -> bool:
    request = a.ProgLoad.parse(attr)
    raw = kernel._memory.read(request.insns, 8 * request.insn_cnt)
    return any(insn.code == 0x85 and insn.src == 0 and insn.imm == helper for insn in decode(raw, "little"))


#: Feature -> (command, what of it the kernel does not know, its errno).
Refusal = tuple[Cmd, Callable[[bytearray, Kernel], bool], int]
REFUSALS: dict[str, Refusal] = {
    "prog_name": (Cmd.PROG_LOAD, lambda x, k: any(a.ProgLoad.parse(x).prog_name), errno.E2BIG),
    "exp_attach_type": (
        Cmd.PROG_LOAD,
        lambda x, k: a.ProgLoad.parse(x).expected_attach_type > 0,
        errno.E2BIG,
    ),
    "probe_read_kernel": (Cmd.PROG_LOAD, lambda x, k: _calls(x, k, FuncId.probe_read_kernel), errno.EINVAL),
    "array_mmap": (
        Cmd.MAP_CREATE,
        lambda x, k: bool(a.MapCreate.parse(x).map_flags & BPF_F_MMAPABLE),
        errno.EINVAL,
    ),
    "map_btf": (Cmd.MAP_CREATE, lambda x, k: a.MapCreate.parse(x).btf_fd > 0, errno.E2BIG),
    "prog_bind_map": (Cmd.PROG_BIND_MAP, lambda x, k: True, errno.EINVAL),
    "btf_float": (Cmd.BTF_LOAD, lambda x, k: t.Float in _kinds(x, k), errno.EINVAL),
    "btf_type_tag": (Cmd.BTF_LOAD, lambda x, k: t.TypeTag in _kinds(x, k), errno.EINVAL),
    "btf_enum64": (Cmd.BTF_LOAD, lambda x, k: t.Enum64 in _kinds(x, k), errno.EINVAL),
    "btf_datasec": (Cmd.BTF_LOAD, lambda x, k: t.DataSec in _kinds(x, k), errno.EINVAL),
    "btf_func": (Cmd.BTF_LOAD, lambda x, k: t.Func in _kinds(x, k), errno.EINVAL),
    "btf": (Cmd.BTF_LOAD, lambda x, k: True, errno.EINVAL),
}


class OldKernel(Kernel):
    """skep's kernel without some features."""

    def __init__(self, *missing: str) -> None:
        super().__init__()
        self.missing = missing

    def bpf(self, cmd: int, attr: bytearray) -> int:
        for name in self.missing:
            command, unknown, error = REFUSALS[name]
            if cmd == command and unknown(attr, self):
                raise OSError(error, name)
        return super().bpf(cmd, attr)


def _object() -> skep.Object:
    return skep.Object(from_elf(built(SOURCE), name="old.o"))


@pytest.mark.parametrize("missing", [(name,) for name in REFUSALS] + [tuple(REFUSALS)])
def test_the_object_loads_and_runs_without_it(missing: tuple[str, ...]) -> None:
    with OldKernel(*missing) as kernel, _object().load(kernel) as obj:
        assert obj.programs["count"].run(bytes(64)).retval == 2
        assert obj.globals["counter"] == 42
        assert bool(obj.programs["count"].info.name.strip(b"\0")) == ("prog_name" not in missing)
        assert bool(obj.maps["table"].info.btf_value_type_id) == (
            "map_btf" not in missing and "btf" not in missing
        )


def test_types_keep_their_ids_in_plainer_words() -> None:
    with (
        OldKernel("btf_datasec", "btf_enum64", "btf_float", "btf_type_tag") as kernel,
        _object().load(kernel) as obj,
    ):
        known = obj.spec.btf
        assert known is not None
        loaded = commands.obj_get_info_by_fd(kernel, obj.programs["count"].fd, ProgInfo())
        from skep.objects.map import btf_by_id

        plain = btf_by_id(kernel, loaded.btf_id)
        for before, after in zip(known.types, plain.types, strict=False):
            match before:
                case t.DataSec():
                    assert isinstance(after, t.Struct)
                    assert after.size == before.size
                case t.Enum64():
                    assert isinstance(after, t.Union)
                    assert [m.name for m in after.members] == ["BIG"]
                case t.TypeTag():
                    assert after == t.Const(before.type)
                case t.Var():
                    assert isinstance(after, t.Int)
                case t.Float():
                    assert isinstance(after, t.Struct)
                case _:
                    assert after == before


FEATURES = [row for row in vars(features).values() if isinstance(row, features.Feature)]


@pytest.mark.parametrize("feature", FEATURES, ids=lambda row: row.name)
def test_todays_kernels_have_every_feature(feature: features.Feature, backend: Backend) -> None:
    assert features.has(backend, feature)


@pytest.mark.parametrize(
    "feature", [row for row in FEATURES if row.name in REFUSALS], ids=lambda row: row.name
)
def test_a_kernel_that_lacks_a_feature_is_found_out(feature: features.Feature) -> None:
    with OldKernel(feature.name) as kernel:
        assert not features.has(kernel, feature)


def test_what_cannot_be_done_without_keeps_its_first_refusal() -> None:
    source = """struct { __uint(type, BPF_MAP_TYPE_HASH); } bad SEC(".maps");
    SEC("xdp") int p(void *c) { return 0; }"""
    with (
        OldKernel("map_btf", "prog_name") as kernel,
        pytest.raises(skep.KernelError, match="map 'bad'"),
    ):
        skep.Object(from_elf(built(source), name="bad.o")).load(kernel)


def test_constants_are_bound_to_programs_that_do_not_read_them(backend: Backend) -> None:
    with _object().load(backend) as obj:
        assert obj.maps[".rodata"].info.id in commands_map_ids(backend, obj.programs["count"].fd)


def commands_map_ids(backend: Backend, fd: int) -> list[int]:
    from skep.syscall.details import prog_details

    return list(prog_details(backend, fd).map_ids)
