"""Programs that attach to functions of other programs and of modules, through the loader and the objects.

On skep's kernel alone: the machines that these tests know refuse what needs a trampoline with EPERM before
they look at it, and have no modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from errno import EINVAL

import pytest

import skep
from skep.btf import Btf, BtfBuilder, Kind
from skep.btf import types as t
from skep.errors import InputError, LoaderError, VerifierError
from skep.loader import from_elf
from skep.syscall import btf_objects, commands
from skep.syscall.backend import Backend
from skep.uapi import AttachType, ProgType

from .sources import built

TARGET = """
__noinline int get_constant(long val) { return val - 122; }
__noinline int length(struct __sk_buff *skb) { return skb->len; }
static __noinline int hidden(struct __sk_buff *skb) { return skb->mark; }
SEC("tc") int whole(struct __sk_buff *skb) { return get_constant(1) + length(skb) + hidden(skb); }
"""

PROGRAMS = """
SEC("?freplace/get_constant") int new_constant(long val) { return val + 7; }
SEC("?freplace") int new_length(struct __sk_buff *skb) { return skb->mark; }
SEC("?freplace/get_constant") int two_arguments(long val, int more) { return val + more; }
SEC("?freplace/hidden") int of_static(struct __sk_buff *skb) { return 0; }
SEC("?fentry/get_constant") int entry(u64 *ctx) { return ctx[0] == 122 ? 0 : 0; }
SEC("?fexit/get_constant") int left(u64 *ctx) { return ctx[1] == 122 ? 0 : 0; }
SEC("?fmod_ret/get_constant") int changed(u64 *ctx) { return 0; }
SEC("?fentry/nowhere") int nowhere(u64 *ctx) { return 0; }
SEC("?fexit/call_me") int in_module(u64 *ctx) {
    struct task_struct *task = (void *)ctx[0];
    return ctx[1] && task->pid ? 0 : 0;
}
SEC("?fentry/mine:call_me") int in_named_module(u64 *ctx) { return 0; }
SEC("?fentry/other:call_me") int in_other_module(u64 *ctx) { return 0; }
SEC("?tp_btf/mine:event") int traces_module(u64 *ctx) { return 0; }
SEC("?xdp") int packets(void *ctx) { return 0; }
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void unregistered(void) __ksym;
extern const int counter __ksym;
SEC("?tc") int calls(void *ctx) { bpf_rcu_read_lock(); bpf_rcu_read_unlock(); return 3; }
SEC("?tc") int calls_what_it_may_not(void *ctx) { unregistered(); return 0; }
SEC("?tc") int reads(void *ctx) { return counter; }
"""


class Types:
    """Of a small kernel, and of a module of it."""

    def __init__(self) -> None:
        b = BtfBuilder()
        number = b.add_int("int", 4, encoding=1)
        buff = b.add(t.Struct("sk_buff", 8, ()))
        skb = b.add(t.Struct("__sk_buff", 8, ()))
        rows = (
            t.Member("BPF_PROG_TYPE_SCHED_CLS_prog", skb, 0),
            t.Member("BPF_PROG_TYPE_SCHED_CLS_kern", buff, 64),
        )
        b.add(t.Struct("bpf_ctx_convert", 16, rows))
        task = b.add(t.Struct("task_struct", 4096, (t.Member("pid", number, 8 * 1200),)))
        self.kernel = b.build()
        m = BtfBuilder(self.kernel)
        to_task = m.add(t.Ptr(task))
        proto = m.add(t.FuncProto(number, (t.Param("task", to_task),)))
        m.add(t.Func("call_me", proto, 0))
        event = m.add(t.FuncProto(0, (t.Param("", m.add(t.Ptr(0))), t.Param("task", to_task))))
        m.add(t.Typedef("btf_trace_event", m.add(t.Ptr(event))))
        nothing = m.add(t.FuncProto(0, ()))
        for name in ("bpf_rcu_read_lock", "bpf_rcu_read_unlock", "unregistered"):
            m.add(t.Func(name, nothing, 0))
        m.add(t.Var("counter", number, 1))
        self.module = m.build()


@pytest.fixture
def kernel() -> Iterator[Backend]:
    types = Types()
    with skep.Kernel(btf=types.kernel, modules={"mine": types.module}, engine="interp") as kernel:
        yield kernel


@pytest.fixture
def target(kernel: Backend) -> Iterator[skep.Program]:
    with skep.Object(from_elf(built(TARGET), name="target.o")) as obj:
        yield obj.load(kernel).programs["whole"]


def choose(name: str) -> skep.Object:
    """The object with that program alone."""
    obj = skep.Object(from_elf(built(PROGRAMS), name="test.o"))
    obj.programs[name].autoload = True
    return obj


@pytest.mark.parametrize(
    ("name", "function"),
    [("new_constant", ""), ("new_length", "length"), ("entry", ""), ("left", ""), ("entry", "whole")],
)
def test_a_program_s_functions_are_found_by_name(
    kernel: Backend, target: skep.Program, name: str, function: str
) -> None:
    with choose(name) as obj:
        obj.programs[name].set_attach_target(target, function)
        info = obj.load(kernel).programs[name].info
        types = Btf.parse(btf_objects.contents(kernel, target.info.btf_id))
        assert info.attach_btf_obj_id == target.info.btf_id
        wanted = (
            function
            or {"entry": "get_constant", "left": "get_constant", "new_constant": "get_constant"}[name]
        )
        assert types.get(info.attach_btf_id).name == wanted


def test_a_descriptor_will_do(kernel: Backend, target: skep.Program) -> None:
    with choose("entry") as obj:
        obj.programs["entry"].set_attach_target(target.fd)
        obj.load(kernel)


REFUSED_BY_LOADER = [
    ("new_constant", False, "", "replaces a function of another program; say of which"),
    ("new_length", True, "", "neither the section nor set_attach_target\\(\\) names the function"),
    ("nowhere", True, "", "its target, program 'whole', has no function 'nowhere'"),
    ("nowhere", False, "", "the kernel has no 'nowhere' to attach to"),
    ("in_other_module", False, "", "the kernel has no 'other:call_me' to attach to"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "of_program", "function", "message"), REFUSED_BY_LOADER)
def test_what_the_loader_cannot_find_it_says(
    kernel: Backend, target: skep.Program, name: str, of_program: bool, function: str, message: str
) -> None:
    obj = choose(name)
    if of_program:
        obj.programs[name].set_attach_target(target, function)
    with pytest.raises(LoaderError, match=f"test: program '{name}' .*{message}"):
        obj.load(kernel)


REFUSED_BY_KERNEL = [
    ("two_arguments", "two_arguments() has 2 args while get_constant() has 1"),
    ("of_static", "hidden() is not a global function"),
    ("changed", "can't modify return codes of BPF programs"),
]


@pytest.mark.parametrize(("name", "message"), REFUSED_BY_KERNEL)
def test_what_does_not_fit_the_verifier_refuses(
    kernel: Backend, target: skep.Program, name: str, message: str
) -> None:
    obj = choose(name)
    obj.programs[name].set_attach_target(target)
    with pytest.raises(VerifierError) as caught:
        obj.load(kernel)
    assert caught.value.errno == EINVAL
    assert message in caught.value.log


def test_a_target_without_types_has_no_functions(kernel: Backend) -> None:
    code = bytes.fromhex("b7000000000000009500000000000000")
    bare = commands.prog_load(kernel, prog_type=ProgType.SCHED_CLS, insns=code, name="bare").fd
    obj = choose("entry")
    obj.programs["entry"].set_attach_target(bare)
    with pytest.raises(LoaderError, match="its target, program 'bare', was loaded without types"):
        obj.load(kernel)


def test_a_target_that_is_no_program_is_refused(kernel: Backend) -> None:
    obj = choose("entry")
    obj.programs["entry"].set_attach_target(999)
    with pytest.raises(LoaderError, match="its target is no loaded program"):
        obj.load(kernel)


def test_only_programs_for_functions_have_targets(kernel: Backend, target: skep.Program) -> None:
    obj = choose("packets")
    with pytest.raises(InputError, match="'packets' attaches to no function"):
        obj.programs["packets"].set_attach_target(target)
    with pytest.raises(InputError, match="can only be set before"):
        target.set_attach_target(None, "x")


@pytest.mark.parametrize("name", ["in_module", "in_named_module", "traces_module"])
def test_modules_are_searched_after_the_kernel(kernel: Backend, name: str) -> None:
    with choose(name) as obj:
        info = obj.load(kernel).programs[name].info
        module = btf_objects.describe(kernel, info.attach_btf_obj_id)
        assert (module.name, module.kernel_btf) == ("mine", True)
    # The types of the modules are let go when everything is loaded.
    assert kernel.machine.fds.files == {}  # type: ignore[attr-defined]


def test_functions_of_modules_are_called(kernel: Backend) -> None:
    with choose("calls") as obj:
        assert obj.load(kernel).programs["calls"].run(bytes(64)).retval == 3


def test_functions_that_no_set_has_are_not_called(kernel: Backend) -> None:
    with pytest.raises(VerifierError, match="calling kernel function unregistered is not allowed"):
        choose("calls_what_it_may_not").load(kernel)


def test_variables_of_modules_are_read_only_memory(kernel: Backend) -> None:
    with choose("reads") as obj:
        obj.load(kernel, log_level=2)
        assert "rdonly_mem(sz=4)" in obj.programs["reads"].log


def test_a_kernel_shows_its_modules_types(kernel: Backend) -> None:
    base = Btf.parse(kernel.read_file("/sys/kernel/btf/vmlinux"))
    types = Btf.parse(kernel.read_file("/sys/kernel/btf/mine"), base)
    assert types.find("call_me", Kind.FUNC) is not None
    with pytest.raises(FileNotFoundError):
        kernel.read_file("/sys/kernel/btf/yours")


def test_modules_need_a_kernel() -> None:
    with pytest.raises(InputError, match="continue those of the kernel"):
        skep.Kernel(modules={"mine": Types().module})


def test_a_function_s_target_may_be_named_before_load(kernel: Backend) -> None:
    with choose("nowhere") as obj:
        obj.programs["nowhere"].set_attach_target(None, "call_me")
        assert obj.load(kernel).programs["nowhere"].info.attach_btf_id
        assert obj.programs["nowhere"].spec.attach_type == AttachType.TRACE_FENTRY
