"""The API that people use: open, edit, load, run, read maps and variables, on every kernel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import skep
from skep.objects import Object
from skep.syscall.backend import Backend

SOURCE = """
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct flow { u32 address; u16 port; u16 pad; };
struct stats { u64 packets; u32 last[2]; };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow);
	__type(value, struct stats);
	__uint(max_entries, 8);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 2);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, 4);
} bytes SEC(".maps");

int counter = 5;
u64 total;
const volatile u32 step = 1;
char name[8] = "skep";

SEC("xdp") int count(struct xdp_md *ctx)
{
	struct flow key = { .address = 1, .port = 80 };
	struct stats *stats = bpf_map_lookup_elem(&flows, &key);
	u32 zero = 0;
	u64 *mine = bpf_map_lookup_elem(&per_cpu, &zero);

	counter += step;
	total += ctx->data_end - ctx->data;
	if (stats)
		stats->packets++;
	if (mine)
		*mine += 1;
	return bpf_map_lookup_elem(&bytes, &zero) ? XDP_PASS : XDP_ABORTED;
}

SEC("?xdp") int spare(struct xdp_md *ctx) { return XDP_DROP; }
SEC("tc") int mark(struct __sk_buff *skb) { return skb->mark; }
char LICENSE[] SEC("license") = "GPL";
"""
PACKET = bytes(64)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("objects") / "flows.bpf.c"
    path.write_text(SOURCE)
    return path


@pytest.fixture
def obj(source: Path) -> Object:
    return skep.open(source)


def test_source_and_object_files_open_alike(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "flows.bpf.o"
    path.write_bytes(skep.compile(source))
    assert skep.open(path).spec == skep.open(source).spec


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(skep.InputError, match=r"none\.o: No such file or directory"):
        skep.open(tmp_path / "none.o")


def test_a_program_runs_and_its_maps_are_python_values(obj: Object, backend: Backend) -> None:
    with obj.load(backend):
        flows = obj.maps["flows"]
        flows[{"address": 1, "port": 80}] = {"packets": 41, "last": [1, 2]}
        flows[{"address": 2}] = {}
        result = obj.programs["count"].run(PACKET)
        assert (result.retval, result.data_out) == (2, PACKET)
        assert flows[{"address": 1, "port": 80}].packets == 42
        assert {key.address: value.last for key, value in flows.items()} == {1: (1, 2), 2: (0, 0)}
        assert len(flows) == 2
        assert {"address": 2, "port": 0} in flows
        del flows[{"address": 2}]
        with pytest.raises(KeyError):
            flows[{"address": 2}]
        with pytest.raises(KeyError):
            del flows[{"address": 2}]
        flows.clear()
        assert list(flows) == []


def test_variables_are_read_and_written_before_and_after_load(obj: Object, backend: Backend) -> None:
    assert (obj.data.counter, obj.globals["step"], obj.bss.total, obj.data.name) == (5, 1, 0, "skep")
    obj.rodata.step = 10
    obj.globals["counter"] = 100
    obj.bss.total = 7
    with obj.load(backend):
        obj.programs["count"].run(PACKET)
        assert (obj.data.counter, obj.bss.total) == (110, 71)
        obj.data.counter += 1
        obj.data.name = "bees"
        obj.programs["count"].run(PACKET)
        assert (obj.globals["counter"], obj.data.name) == (121, "bees")
        with pytest.raises(skep.InputError, match=r"'step' is in section .rodata, which is frozen"):
            obj.rodata.step = 2
    assert set(obj.globals) == {"counter", "total", "step", "name"}


def test_unknown_variables_are_refused_with_the_known_ones(obj: Object) -> None:
    with pytest.raises(KeyError, match="no variable 'other'; there are: counter, name, "):
        obj.globals["other"]
    with pytest.raises(AttributeError, match=r"no variable 'other' in section \.data"):
        obj.data.other = 1


def test_per_cpu_values_are_lists(obj: Object, backend: Backend) -> None:
    with obj.load(backend):
        cpus = backend.possible_cpus()
        per_cpu = obj.maps["per_cpu"]
        per_cpu[1] = list(range(cpus))
        assert per_cpu[1] == list(range(cpus))
        obj.programs["count"].run(PACKET, repeat=5)
        assert sum(per_cpu[0]) == 5
        with pytest.raises(skep.BtfError, match=f"a value is a list of {cpus}, one for each possible CPU"):
            per_cpu[1] = 5


def test_maps_without_types_take_bytes(obj: Object, backend: Backend) -> None:
    with obj.load(backend):
        table = obj.maps["bytes"]
        table[2] = b"12345678"
        assert table[2] == b"12345678"
        assert list(table) == [0, 1, 2, 3]
        with pytest.raises(skep.BtfError, match="a value is 8 bytes, as the map has no type information"):
            table[2] = b"short"
        with pytest.raises(KeyError):
            table[4]


def test_size_is_set_before_load_only(obj: Object, backend: Backend) -> None:
    obj.maps["flows"].max_entries = 1
    with obj.load(backend):
        flows = obj.maps["flows"]
        assert flows.info.max_entries == 1
        flows[{"address": 1}] = {}
        with pytest.raises(skep.KernelError, match="map 'flows': map update: E2BIG"):
            flows[{"address": 2}] = {}
        with pytest.raises(skep.InputError, match="max_entries can only be set before"):
            flows.max_entries = 2


def test_elements_deleted_during_iteration_do_not_disturb_it(obj: Object, backend: Backend) -> None:
    with obj.load(backend):
        flows = obj.maps["flows"]
        for number in range(8):
            flows[{"address": number}] = {"packets": number}
        seen = []
        for key in flows:
            seen.append(key.address)
            del flows[key]
        assert sorted(seen) == list(range(8))
        assert not list(flows)


def test_programs_that_are_off_are_not_loaded(obj: Object, backend: Backend) -> None:
    why = "program 'spare' is not loaded: its autoload is off"
    with obj.load(backend), pytest.raises(skep.InputError, match=why):
        obj.programs["spare"].run(PACKET)
    obj.programs["spare"].autoload = True
    with obj.load(backend):
        assert obj.programs["spare"].run(PACKET).retval == 1


def test_a_context_is_given_by_its_members(obj: Object, backend: Backend) -> None:
    with obj.load(backend):
        assert obj.programs["mark"].run(PACKET, ctx={"mark": 77}).retval == 77


def test_using_what_is_not_loaded_says_so(obj: Object) -> None:
    with pytest.raises(skep.InputError, match="map 'flows' is not loaded"):
        obj.maps["flows"][{"address": 1}]
    with pytest.raises(skep.InputError, match="program 'count' is not loaded"):
        obj.programs["count"].run(PACKET)


def test_an_object_can_be_closed_and_loaded_again(obj: Object, backend: Backend) -> None:
    for _ in range(2):
        obj.load(backend)
        with pytest.raises(skep.InputError, match="is already loaded"):
            obj.load(backend)
        assert obj.programs["count"].run(PACKET).retval == 2
        assert obj.data.counter == 6
        obj.close()
        obj.close()


def test_the_verifiers_log_is_kept_on_request(obj: Object, backend: Backend) -> None:
    with obj.load(backend, log_level=2):
        assert "processed" in obj.programs["count"].log


def test_a_map_can_be_had_from_its_descriptor(obj: Object, backend: Backend) -> None:
    with obj.load(backend):
        obj.maps["flows"][{"address": 3}] = {"packets": 9}
        again = skep.Map.from_fd(backend, obj.maps["flows"].fd)
        assert (again.name, again.max_entries) == ("flows", 8)
        assert next(again.values()).packets == 9


def test_importing_skep_imports_no_room() -> None:
    code = "import sys, skep; print([name for name in sys.modules if name.startswith('skep.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['skep.errors']"


@pytest.mark.parametrize("name", skep.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(skep, name) is not None
    assert name in dir(skep)


ARRAYS = """
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
int first;
u64 per_cpu[2];
int sum SEC(".data.sum");
int percpu_last[4] SEC(".data.last");
SEC("xdp") int fill(struct xdp_md *ctx) { first = 1; sum = percpu_last[0]; return per_cpu[0]; }
char LICENSE[] SEC("license") = "GPL";
"""


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("objects") / "arrays.bpf.c"
    path.write_text(ARRAYS)
    return path


def test_a_section_that_ends_in_an_array_can_be_resized(arrays: Path, backend: Backend) -> None:
    obj = skep.open(arrays)
    obj.resize(".data.last", 4 * 100)
    obj.globals["percpu_last"] = list(range(7, 107))
    with obj.load(backend):
        obj.programs["fill"].run(PACKET)
        assert obj.globals["sum"] == 7
        assert obj.globals["percpu_last"][99] == 106
        assert obj.maps[".data.last"].info.value_size == 400
        with pytest.raises(skep.InputError, match="only be resized before"):
            obj.resize(".data.last", 4)


@pytest.mark.parametrize(
    ("section", "size", "message"),
    [
        (".data.last", 10, "10 bytes are no whole number of elements of 'percpu_last'"),
        (".data.last", 0, "no whole number"),
        (".data.sum", 8, "does not end in an array"),
        (".data.none", 8, "no section of variables '.data.none'; there are: "),
    ],
)
def test_other_sizes_of_a_section_are_refused(arrays: Path, section: str, size: int, message: str) -> None:
    with pytest.raises(skep.LoaderError, match=message):
        skep.open(arrays).resize(section, size)


def test_a_map_of_another_object_is_used_in_the_place_of_a_new_one(source: Path, backend: Backend) -> None:
    with skep.open(source).load(backend) as first:
        second = skep.open(source)
        second.maps["flows"].reuse(first.maps["flows"])
        with second.load(backend):
            second.maps["flows"][{"address": 5}] = {}
            assert {"address": 5} in first.maps["flows"]
            assert second.maps["flows"].info.id == first.maps["flows"].info.id
            with pytest.raises(skep.InputError, match="reuse can only be set before"):
                second.maps["flows"].reuse(first.maps["flows"])
        assert len(first.maps["flows"]) == 1


def test_a_map_of_another_kind_is_not_used(source: Path, backend: Backend) -> None:
    with skep.open(source).load(backend) as first:
        second = skep.open(source)
        second.maps["flows"].reuse(first.maps["bytes"])
        with pytest.raises(skep.LoaderError, match="map 'flows': the one to be used has"):
            second.load(backend)


def test_a_map_is_pinned_where_its_path_says_and_found_there_again(source: Path) -> None:
    with skep.Kernel() as kernel:
        kernel.mkdir("/sys/fs/bpf/mine")
        for expected in (0, 1):
            obj = skep.open(source)
            obj.maps["flows"].pin_path = "/sys/fs/bpf/mine/flows"
            with obj.load(kernel):
                assert len(obj.maps["flows"]) == expected
                obj.maps["flows"][{"address": 1}] = {}
