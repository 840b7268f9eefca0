"""A kernel's own types: given by its maker, an object like other BTF, and what programs attach to."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

import skep
from skep.btf import Btf, Kind
from skep.btf.build import BtfBuilder
from skep.btf.types import Func, FuncProto, Param, Ptr, Typedef, Var
from skep.errors import ENOTSUPP, KernelError, VerifierError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.isa.build import exit_, mov64_imm
from skep.isa.insn import Insn
from skep.kernel.machine import Engine
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from skep.uapi import AttachType, ProgType
from skep.uapi.info import BtfInfo, ProgInfo


def kernel_types() -> Btf:
    """A kernel with one structure, one tracepoint that has it, and a variable."""
    build = BtfBuilder()
    number = build.add_int("int", 4, 1)
    task = build.add_struct("task_struct", [("pid", number, 0), ("tgid", number, 4)], 8)
    pointer = build.add(Ptr(task))
    proto = build.add(FuncProto(0, (Param("", build.add(Ptr(0))), Param("task", pointer))))
    build.add(Typedef("btf_trace_task_newtask", build.add(Ptr(proto))))
    build.add(Func("do_something", build.add(FuncProto(number)), 0))
    build.add(Var("some_number", number, 0))
    return build.build()


@pytest.fixture
def types() -> Btf:
    return kernel_types()


def load(kernel: skep.Kernel, text: str, attach_btf_id: int) -> commands.ProgLoaded:
    return commands.prog_load(
        kernel,
        prog_type=ProgType.TRACING,
        insns=encode(assemble(text)),
        expected_attach_type=AttachType.TRACE_RAW_TP,
        attach_btf_id=attach_btf_id,
        log_level=2,
    )


def test_the_types_are_the_first_btf_object_and_have_a_name(types: Btf) -> None:
    with skep.Kernel(btf=types) as kernel:
        first = commands.btf_get_next_id(kernel) or 0
        fd = commands.btf_get_fd_by_id(kernel, first)
        info = commands.obj_get_info_by_fd(kernel, fd, BtfInfo())
        assert (first, info.kernel_btf, info.name_len) == (1, 1, len("vmlinux"))


def test_a_kernel_without_types_has_no_btf_object() -> None:
    with skep.Kernel(btf=False) as kernel:
        assert commands.btf_get_next_id(kernel) is None


def test_types_can_come_from_a_file_which_is_read_once(tmp_path: Path, types: Btf) -> None:
    path = tmp_path / "vmlinux"
    path.write_bytes(types.data)
    with skep.Kernel(btf=path) as one, skep.Kernel(btf=path) as two:
        assert one.machine.vmlinux is not None
        assert two.machine.vmlinux is not None
        assert one.machine.vmlinux.btf is two.machine.vmlinux.btf
        assert one.read_file("/sys/kernel/btf/vmlinux") == types.data


def test_arguments_of_a_tracepoint_are_trusted_pointers(types: Btf) -> None:
    with skep.Kernel(btf=types, engine="interp") as kernel:
        target = types.id_of("btf_trace_task_newtask")
        text = "r2 = *(u64 *)(r1 + 0)\nr3 = *(u32 *)(r2 + 4)\nr0 = 0\nexit"
        loaded = load(kernel, text, attach_btf_id=target)
    assert "R2=trusted_ptr_task_struct()" in loaded.log


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("r2 = *(u64 *)(r1 + 8)\nr0 = 0\nexit", "func 'task_newtask' doesn't have 2-th argument"),
        (
            "r2 = *(u64 *)(r1 + 0)\nr3 = *(u64 *)(r2 + 8)\nr0 = 0\nexit",
            "access beyond struct task_struct at off 8 size 8",
        ),
        ("r2 = *(u64 *)(r1 + 0)\nr3 = 0\n*(u32 *)(r2 + 0) = r3\nr0 = 0\nexit", "only read is supported"),
    ],
)
def test_what_the_types_do_not_permit_is_refused(types: Btf, text: str, message: str) -> None:
    with skep.Kernel(btf=types) as kernel, pytest.raises(VerifierError) as refused:
        load(kernel, text, attach_btf_id=types.id_of("btf_trace_task_newtask"))
    assert message in refused.value.log


def test_a_target_that_is_no_tracepoint_is_refused(types: Btf) -> None:
    with skep.Kernel(btf=types) as kernel, pytest.raises(VerifierError) as refused:
        load(kernel, "r0 = 0\nexit", attach_btf_id=types.id_of("do_something"))
    assert "is not a typedef" in refused.value.log


def test_a_kernel_without_types_has_nothing_to_attach_to() -> None:
    with skep.Kernel() as kernel, pytest.raises(KernelError) as refused:
        load(kernel, "r0 = 0\nexit", attach_btf_id=1)
    assert refused.value.errno == errno.EINVAL


def test_a_symbol_without_an_address_is_refused(tmp_path: Path, types: Btf) -> None:
    symbols = tmp_path / "kallsyms"
    symbols.write_text("ffffffff81000000 T do_something\n")
    variable = types.id_of("some_number")
    insns = (Insn(0x18, 1, 3, 0, variable), Insn(0, 0, 0, 0, 0), mov64_imm(0, 0), exit_())
    with skep.Kernel(btf=types, engine="interp") as kernel:
        assert commands.prog_load(kernel, prog_type=ProgType.XDP, insns=encode(insns)).fd
    with (
        skep.Kernel(btf=types, files={"/proc/kallsyms": str(symbols)}) as kernel,
        pytest.raises(VerifierError) as refused,
    ):
        commands.prog_load(kernel, prog_type=ProgType.XDP, insns=encode(insns), log_level=1)
    assert "failed to find the address for kernel symbol 'some_number'" in refused.value.log


# ------------------------------------------------------------------ descriptors of types

_VMLINUX = Path("/sys/kernel/btf/vmlinux")

DESCRIPTORS = [
    ("a function of a module without any array", "kfunc", 1, (), errno.EPROTO),
    ("... with an array that has no descriptor there", "kfunc", 1, (0,), errno.EINVAL),
    ("... with one that is not open", "kfunc", 1, (0, 999), errno.EBADF),
    ("... with one of a program's types", "kfunc", 1, (0, "btf"), errno.EINVAL),
    ("... at a place before the array", "kfunc", -1, (), errno.EINVAL),
    ("a variable of types that are not open", "var", 999, (), errno.EINVAL),
    ("a variable that a program's types do not have", "var", "btf", (), errno.ENOENT),
    ("a variable of the kernel", "var", 0, (), 0),
    ("a target in types that are not open", "target", 999, (), errno.EINVAL),
    ("a target in a program's types", "target", "btf", (), ENOTSUPP),
    ("a target in the kernel", "target", 0, (), 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "where", "fds", "expected"), [c[1:] for c in DESCRIPTORS], ids=[c[0] for c in DESCRIPTORS]
)
@pytest.mark.linux
def test_descriptors_of_types_are_those_of_modules(
    linux: Linux, kind: str, where: int | str, fds: tuple[int | str, ...], expected: int
) -> None:
    with skep.Kernel(btf=_VMLINUX, engine="interp") as own:
        found = [_load_with(kernel, kind, where, fds) for kernel in (own, linux)]
    assert found[0] == found[1]
    assert found[0][0] == expected


def _load_with(
    kernel: Backend, kind: str, where: int | str, fds: tuple[int | str, ...]
) -> tuple[int, str, int]:
    """errno, log, and the BTF object that the program is said to attach to."""
    types = Btf.vmlinux()
    own = commands.btf_load(kernel, kernel_types().data).fd
    function, number = types.id_of("bpf_rdonly_cast", Kind.FUNC), own if where == "btf" else int(where)
    first = {
        "kfunc": (Insn(0x85, 0, 2, number, function),),
        "var": (Insn(0x18, 1, 3, 0, function), Insn(0, imm=number)),
        "target": (),
    }[kind]
    attached: dict[str, int] = {"prog_type": ProgType.SCHED_CLS}
    if kind == "target":
        attached = {
            "prog_type": ProgType.TRACING,
            "expected_attach_type": AttachType.TRACE_RAW_TP,
            "attach_btf_id": types.id_of("btf_trace_sys_enter", Kind.TYPEDEF),
            "attach_prog_fd": number,
        }
    array = [own if fd == "btf" else int(fd) for fd in fds]
    try:
        code = encode((*first, mov64_imm(0, 0), exit_()))
        loaded = commands.prog_load(kernel, insns=code, map_fds=array, **attached)
    except KernelError as error:
        return error.errno or 0, getattr(error, "log", ""), 0
    finally:
        kernel.close(own)
    target = commands.obj_get_info_by_fd(kernel, loaded.fd, ProgInfo()).attach_btf_obj_id
    kernel.close(loaded.fd)
    return 0, "", target


# ------------------------------------------------------------------ symbols when programs run


def _constant(types: Btf, name: str) -> tuple[Insn, ...]:
    return (Insn(0x18, 0, 3, 0, types.id_of(name)), Insn(0), exit_())


@pytest.mark.parametrize("engine", ["jit", "interp"])
def test_the_address_of_a_function_is_a_number(engine: Engine, tmp_path: Path, types: Btf) -> None:
    symbols = tmp_path / "kallsyms"
    symbols.write_text("ffffffff81234560 T do_something\n")
    insns = encode(_constant(types, "do_something"))
    for files, expected in (({"/proc/kallsyms": str(symbols)}, 0x81234560), ({}, None)):
        with skep.Kernel(btf=types, engine=engine, files=files) as kernel:
            fd = commands.prog_load(kernel, prog_type=ProgType.SCHED_CLS, insns=insns).fd
            found = commands.prog_test_run(kernel, fd, data=bytes(64)).retval
        assert found == expected if expected else found  # never NULL


def test_what_cannot_run_says_why_in_the_log(types: Btf) -> None:
    insns = encode((*_constant(types, "some_number")[:2], mov64_imm(0, 0), exit_()))
    with skep.Kernel(btf=types, engine="jit") as kernel, pytest.raises(VerifierError) as refused:
        commands.prog_load(kernel, prog_type=ProgType.SCHED_CLS, insns=insns)
    assert refused.value.errno == ENOTSUPP
    why = "insn 0: the userspace kernel has no variables of its own"
    assert refused.value.log.splitlines()[-1] == f"skep's kernel cannot run this program: {why}"
    assert why in str(refused.value)
