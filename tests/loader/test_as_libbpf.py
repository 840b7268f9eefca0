"""What skep's loader asks Linux for is what libbpf asks it for."""

from __future__ import annotations

import ctypes.util
import shutil
from pathlib import Path

import pytest
from tools.parity.libbpf.compare import compare
from tools.parity.libbpf.record import build_recorder

from .sources import GLOBALS, MAPS, built

LIBRARY = ctypes.util.find_library("bpf")

pytestmark = [
    pytest.mark.linux,
    pytest.mark.skipif(LIBRARY is None, reason="no libbpf.so is installed"),
    pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc, which builds the recorder"),
]

KERNEL = """
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
extern int CONFIG_HZ __kconfig;
extern const int bpf_prog_active __ksym __weak;
extern void nothing_here(void) __ksym __weak;
const volatile int limit = 3;
struct task_struct___other { int pid; char absent[3]; } __attribute__((preserve_access_index));
static __noinline int first(struct task_struct *task) { return BPF_CORE_READ(task, mm, pgd) ? 1 : 2; }
__hidden __noinline int second(int n) { return n + limit; }
SEC("raw_tp/sys_enter") int traced(void *ctx)
{
	struct task_struct___other *task = (void *)bpf_get_current_task();
	int sum = bpf_core_field_exists(task->absent) ? 5 : BPF_CORE_READ(task, pid);
	if (&nothing_here)
		sum += 1;
	return sum + first((void *)task) + second(CONFIG_HZ) + bpf_core_type_size(struct task_struct)
		+ bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF) + !!&bpf_prog_active;
}
SEC("kprobe/f") int BPF_KPROBE(probed, int a) { return second(a); }
SEC("tc") int classified(struct __sk_buff *skb) { return second(skb->len); }
SEC("cgroup_skb/egress") int leaving(struct __sk_buff *skb) { return 1; }
SEC("cgroup/connect4") int connecting(struct bpf_sock_addr *ctx) { return 1; }
SEC("xdp.frags") int fragments(struct xdp_md *ctx) { return XDP_PASS; }
"""
#: Without what needs a libbpf of 2024 or a bpffs.
PLAIN_MAPS = MAPS[: MAPS.index("struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1)")].replace(
    "__ulong(map_extra, 3);", ""
)
SOURCES = {"maps": PLAIN_MAPS, "globals": GLOBALS, "kernel": KERNEL}


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_recorder(tmp_path_factory.mktemp("recorder"))


@pytest.mark.parametrize("name", SOURCES)
def test_linux_is_asked_for_the_same(name: str, tmp_path: Path, recorder: Path) -> None:
    path = tmp_path / f"{name}.bpf.o"
    path.write_bytes(built(SOURCES[name]))
    rows = compare(recorder, str(LIBRARY), path)
    assert {row.program: row.differences for row in rows if row.differences} == {}
    assert {"instructions", "maps", "types"} <= set().union(*(row.asked for row in rows))


def test_the_comparison_sees_a_difference(tmp_path: Path, recorder: Path) -> None:
    """One that there is: libbpf loads no object of which some program has a missing symbol."""
    path = tmp_path / "missing.bpf.o"
    path.write_bytes(
        built("""
    extern void nothing_here(void) __ksym;
    SEC("xdp") int fine(struct xdp_md *ctx) { return 1; }
    SEC("?xdp") int other(struct xdp_md *ctx) { nothing_here(); return 1; }
    """)
    )
    fine = next(row for row in compare(recorder, str(LIBRARY), path) if row.program == "fine")
    assert "outcome" in fine.differences
