"""The rows of program types and helpers agree with each other, and with Linux where it can be asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skep.kernel.helpers import registry
from skep.kernel.helpers.types import PTR_MAYBE_NULL, PTR_TO_PACKET
from skep.kernel.progtypes.registry import PROG_TYPES, helper_proto, variant_of
from skep.uapi import AttachType, FuncId, ProgType

ROOT = Path(__file__).resolve().parents[2]


def test_every_program_type_has_a_row_under_its_number() -> None:
    assert sorted(PROG_TYPES) == [int(p) for p in ProgType if p]
    assert all(PROG_TYPES[p].name == p.name.lower() for p in ProgType if p)


def test_every_helper_has_one_common_row() -> None:
    assert sorted(registry.PROTOS) == [int(f) for f in FuncId if f]
    assert all(registry.PROTOS[f].name == f.name for f in FuncId if f)


def test_rows_of_one_helper_agree_on_its_name() -> None:
    assert {(row.id, row.name) for row in registry.ROWS} == {(int(f), f.name) for f in FuncId if f}


def test_a_size_follows_memory_and_a_map_comes_before_its_key() -> None:
    from skep.kernel.helpers import types as t

    for row in registry.ROWS:
        kinds = [t.base_type(a) for a in row.args]
        for place, kind in enumerate(kinds):
            if kind in (t.ARG_CONST_SIZE, t.ARG_CONST_SIZE_OR_ZERO):
                assert kinds[place - 1] == t.ARG_PTR_TO_MEM, row.name
            if kind == t.ARG_PTR_TO_MAP_KEY:
                assert t.ARG_CONST_MAP_PTR in kinds[:place], row.name
        assert len(row.arg_btf) in (0, len(kinds)), row.name
        assert len(row.arg_sizes) in (0, len(kinds)), row.name


@pytest.mark.parametrize("prog_type", [p for p in ProgType if p], ids=lambda p: p.name.lower())
def test_fields_lie_in_order_and_helpers_have_rows(prog_type: ProgType) -> None:
    for variant in PROG_TYPES[prog_type].variants:
        assert list(variant.fields) == sorted(variant.fields, key=lambda f: f.offset)
        assert all(registry.find(prog_type, h) is not None for h in variant.helpers)


CASES = [
    ("XDP reads where the packet starts", ProgType.XDP, 0, 0, 4, False, True),
    ("XDP does not read half of a pointer", ProgType.XDP, 0, 0, 2, False, False),
    ("XDP does not write its context", ProgType.XDP, 0, 16, 4, True, False),
    ("the egress device is for devmap programs", ProgType.XDP, 0, 20, 4, False, False),
    ("devmap programs read the egress device", ProgType.XDP, AttachType.XDP_DEVMAP, 20, 4, False, True),
    ("tc writes the mark", ProgType.SCHED_CLS, 0, 8, 4, True, True),
    ("tc does not write half of the mark", ProgType.SCHED_CLS, 0, 8, 2, True, False),
    ("socket filters write two bytes of cb", ProgType.SOCKET_FILTER, 0, 50, 2, True, True),
    ("cb is not read at an odd place", ProgType.SOCKET_FILTER, 0, 49, 2, False, False),
    ("a read does not run over the end of cb", ProgType.SOCKET_FILTER, 0, 64, 8, False, False),
    ("IPv6 binds see the IPv6 address", ProgType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND, 8, 4,
     False, True),
    ("IPv4 binds do not", ProgType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND, 8, 4, False, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prog_type", "attach", "off", "size", "write", "allowed"),
    [c[1:] for c in CASES],
    ids=[c[0] for c in CASES],
)
def test_context_fields(
    prog_type: ProgType, attach: int, off: int, size: int, write: bool, allowed: bool
) -> None:
    variant = variant_of(prog_type, attach)
    assert variant is not None
    field = variant.field_at(off)
    assert (field is not None and field.allows(off, size, write)) == allowed


def test_an_attach_type_that_the_type_insists_on_must_be_one_of_its_own() -> None:
    assert variant_of(ProgType.CGROUP_SOCK_ADDR, AttachType.XDP) is None
    assert variant_of(ProgType.XDP, 999) is not None


def test_pointers_that_may_be_null_say_so() -> None:
    variant = variant_of(ProgType.SCHED_CLS, 0)
    assert variant is not None
    by_name = {field.name: field for field in variant.fields}
    assert by_name["sk"].type & PTR_MAYBE_NULL
    assert by_name["data"].type == PTR_TO_PACKET


def test_capabilities_decide_which_helpers_are_there() -> None:
    variant = variant_of(ProgType.SOCKET_FILTER, 0)
    assert variant is not None
    kind = ProgType.SOCKET_FILTER
    assert helper_proto(variant, kind, FuncId.trace_printk) is not None
    assert helper_proto(variant, kind, FuncId.trace_printk, perfmon=False) is None
    assert helper_proto(variant, kind, FuncId.spin_lock, perfmon=False) is not None
    assert helper_proto(variant, kind, FuncId.spin_lock, bpf=False, perfmon=False) is None
    assert helper_proto(variant, kind, FuncId.map_lookup_elem, bpf=False, perfmon=False) is not None
    assert helper_proto(variant, kind, FuncId.xdp_adjust_head) is None


@pytest.mark.slow
@pytest.mark.linux
@pytest.mark.usefixtures("linux")
def test_the_probed_tables_are_what_this_linux_says() -> None:
    tool = ROOT / "tools/probe_progtypes.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.linux
@pytest.mark.usefixtures("linux")
def test_kernel_functions_are_for_the_programs_that_this_linux_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.probe_kfuncs"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
