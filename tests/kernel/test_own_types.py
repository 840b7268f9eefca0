"""The types of skep's own kernel: what is in them, and programs that need them on a plain `Kernel()`."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

import skep
from btf.test_dump import bpftool
from cli.test_commands import skep as command
from loader.sources import built
from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.btf.btf import check_references
from skep.cc import Options, compile
from skep.errors import LoaderError
from skep.kernel.kfuncs.rows import KFUNCS
from skep.kernel.progtypes.attach_lists import LSM_SLEEPABLE
from skep.kernel.vmlinux import OWN_TYPES
from skep.loader import from_elf
from skep.objects import Object
from skep.syscall.backend import Backend

TRACING = """
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
int pid, seen, value, facts, missing;
struct not_there { int x; } __attribute__((preserve_access_index));
struct task_struct___other { int nothing_like_it; } __attribute__((preserve_access_index));
struct task_struct *bpf_task_from_pid(int pid) __ksym;
void bpf_task_release(struct task_struct *task) __ksym;

SEC("tp_btf/sys_enter") int BPF_PROG(enter, struct pt_regs *regs, long id) { return regs->ax == id; }
SEC("raw_tp/sys_enter") int raw(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	pid = task->pid;
	seen = ctx->args[1];
	facts = bpf_core_field_exists(task->mm) + 2 * bpf_core_type_exists(struct sk_buff)
		+ 4 * bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_map_lookup_elem);
	missing = bpf_core_type_exists(struct not_there)
		+ bpf_core_field_exists(((struct task_struct___other *)task)->nothing_like_it);
	value = bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF);
	return 0;
}
SEC("?iter/task") int over_tasks(struct bpf_iter__task *ctx)
{
	return ctx->task ? 0 : 1;
}
SEC("?syscall") int with_kfuncs(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	seen = task->tgid;
	bpf_task_release(task);
	return 1;
}
"""

#: Of types that Linux refuses here.
TRAMPOLINES = """
#include <bpf/bpf_tracing.h>
SEC("fentry/do_unlinkat") int BPF_PROG(unlinking, int dfd, struct filename *name) { return 0; }
SEC("lsm/file_open") int BPF_PROG(opening, struct file *file) { return file->f_flags & 1 ? -1 : 0; }
SEC("lsm.s/bprm_creds_for_exec") int BPF_PROG(running, struct linux_binprm *bprm) { return 0; }
"""

SMALL = """
#include "own_vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
char LICENSE[] SEC("license") = "GPL";
int tgid;
SEC("raw_tp/sys_enter") int raw(u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	tgid = task->group_leader->tgid;
	return 0;
}
"""


@pytest.fixture(scope="module")
def types() -> Btf:
    return Btf.from_file(OWN_TYPES)


def names(types: Btf, kind: Kind) -> set[str]:
    return {type_.name for type_ in types.types if type_.kind == kind}


def test_all_references_and_names_are_there(types: Btf) -> None:
    check_references(types)


def test_each_kernel_function_that_programs_may_call_has_its_prototype_and_tag(types: Btf) -> None:
    tagged = {
        types.get(tag.type).name
        for tag in types.types
        if isinstance(tag, t.DeclTag) and tag.name == "bpf_kfunc"
    }
    assert set(KFUNCS) <= tagged


def test_hooks_and_contexts_are_there(types: Btf) -> None:
    functions, structs = names(types, Kind.FUNC), names(types, Kind.STRUCT)
    assert functions >= LSM_SLEEPABLE - {"bpf_lsm_key_free"}  # not every kernel has it
    assert {"bpf_iter_task", "bpf_iter_bpf_map", "do_unlinkat", "tcp_v4_connect"} <= functions
    assert {
        "task_struct",
        "sk_buff",
        "xdp_buff",
        "net_device",
        "sock",
        "pt_regs",
        "vm_area_struct",
    } <= structs
    assert len([name for name in names(types, Kind.TYPEDEF) if name.startswith("btf_trace_")]) > 500
    convert = types.get(types.id_of("bpf_ctx_convert", Kind.STRUCT))
    assert isinstance(convert, t.Struct)
    assert {"BPF_PROG_TYPE_XDP_prog", "BPF_PROG_TYPE_SCHED_CLS_kern"} <= {m.name for m in convert.members}


def test_structures_are_those_of_linux(types: Btf) -> None:
    if not platform.release().startswith("6.18.") or platform.machine() != "x86_64":
        pytest.skip("the structures of another kernel")
    linux = Btf.vmlinux()
    for name in ("sk_buff", "xdp_buff", "sock_common", "bpf_map", "pt_regs", "iphdr"):
        ours, theirs = (btf.get(btf.id_of(name, Kind.STRUCT)) for btf in (types, linux))
        assert isinstance(ours, t.Struct)
        assert isinstance(theirs, t.Struct)
        places = [[(m.name, m.bit_offset) for m in struct.members] for struct in (ours, theirs)]
        assert (ours.size, places[0]) == (theirs.size, places[1])


def test_tracing_programs_relocate_load_and_run(backend: Backend) -> None:
    with Object(from_elf(built(TRACING), name="own.o")) as obj:
        obj.programs["over_tasks"].autoload = obj.programs["with_kfuncs"].autoload = True
        obj.load(backend)
        obj.programs["raw"].run(ctx=bytes(8) + (39).to_bytes(8, "little"))
        assert (obj.bss.seen, obj.bss.facts, obj.bss.missing, obj.bss.value) == (39, 7, 0, 27)


def test_programs_on_functions_and_security_hooks_load() -> None:
    with skep.Kernel() as kernel, Object(from_elf(built(TRAMPOLINES), name="own.o")) as obj:
        obj.load(kernel)
        assert set(obj.programs) == {"unlinking", "opening", "running"}


def test_a_task_is_a_structure_of_these_types() -> None:
    with skep.Kernel() as kernel, Object(from_elf(built(TRACING), name="own.o")) as obj:
        kernel.machine.native.pid_tgid = 7 << 32 | 8
        obj.load(kernel)
        obj.programs["raw"].run(ctx=bytes(16))
        assert obj.bss.pid == 8


def test_a_program_built_with_the_header_of_these_types_loads_and_runs(tmp_path: Path) -> None:
    header = command("btf", "dump", "id", "1", "format", "c").stdout
    (tmp_path / "own_vmlinux.h").write_text(header)
    assert header == bpftool("btf", "dump", "file", str(OWN_TYPES), "format", "c").stdout
    (tmp_path / "small.bpf.c").write_text(SMALL)
    data = compile(tmp_path / "small.bpf.c", Options(include_dirs=(tmp_path,)))
    with skep.Kernel() as kernel, Object(from_elf(data, name="small.o")) as obj:
        kernel.machine.native.pid_tgid = 7 << 32 | 8
        obj.load(kernel)
        obj.programs["raw"].run(ctx=bytes(16))
        assert obj.bss.tgid == 7


def test_a_kernel_can_be_without_types() -> None:
    obj = Object(from_elf(built(TRACING), name="own.o"))
    with skep.Kernel(btf=False) as kernel, pytest.raises(LoaderError, match="needs the kernel's types"):
        obj.load(kernel)
