"""What programs attach to through trampolines: which targets are refused with which words, what the context
holds, what may be returned. On skep's kernel alone: the machines that these tests know refuse such programs
before they look at them. The expectations are those of the kernel's documentation and messages.
"""

from __future__ import annotations

import errno as e
import struct
from collections.abc import Iterator

import pytest

import skep
from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.errors import VerifierError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import BPF_F_SLEEPABLE, AttachType, ProgType

ZERO = "r0 = 0\nexit"
FENTRY, FEXIT = AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT
FMOD_RET, MAC, CGROUP = AttachType.MODIFY_RETURN, AttachType.LSM_MAC, AttachType.LSM_CGROUP


class Types:
    """A small kernel's types, and those of a program of it."""

    def __init__(self) -> None:
        b = self.builder = BtfBuilder()
        self.int = b.add_int("int", 4, encoding=1)
        self.long = b.add_int("long", 8, encoding=1)
        self.task = b.add(t.Struct("task_struct", 8, (t.Member("pid", self.int, 0),)))
        self.buff = b.add(t.Struct("xdp_buff", 8, (t.Member("data", self.long, 0),)))
        self.md = b.add(t.Struct("xdp_md", 24, (t.Member("data", self.int, 0),)))
        self.other = b.add(t.Struct("other", 8, (t.Member("x", self.long, 0),)))
        self.wide = b.add(t.Struct("wide", 24, (t.Member("a", self.long, 0),)))
        convert = (
            t.Member("BPF_PROG_TYPE_XDP_prog", self.md, 0),
            t.Member("BPF_PROG_TYPE_XDP_kern", self.buff, 192),
        )
        b.add(t.Struct("bpf_ctx_convert", 32, convert))
        self.p_task, self.p_md, self.p_other = (b.add(t.Ptr(x)) for x in (self.task, self.md, self.other))
        self.void_p = b.add(t.Ptr(0))
        self.ids: dict[str, int] = {}
        self._functions()

    def function(self, name: str, ret: int, *params: int, linkage: int = 1) -> None:
        proto = self.builder.add(
            t.FuncProto(ret, tuple(t.Param(f"a{i}" if p else "", p) for i, p in enumerate(params)))
        )
        self.ids[name] = self.builder.add(t.Func(name, proto, linkage))

    def _functions(self) -> None:
        number, task = self.int, self.p_task
        self.function("traced", number, task, number)
        self.function("returns_pointer", task, number)
        self.function("returns_nothing", 0, task)
        self.function("returns_struct", self.other, number)
        self.function("variadic", number, number, 0)
        self.function("takes_wide", number, self.wide)
        self.function("thirteen", number, *[number] * 13)
        self.function("migrate_disable", 0)
        self.function("do_exit", 0, self.long)
        self.function("should_failslab", number, number)
        self.function("__x64_sys_getpgid", self.long, task)
        self.function("security_file_open", number, task)
        self.function("bpf_fentry_test1", number, number)
        self.function("bpf_modify_return_test", number, number)
        self.function("bpf_lsm_file_open", number, task)
        self.function("bpf_lsm_file_mprotect", number, task)
        self.function("bpf_lsm_task_free", 0, task)
        self.function("bpf_lsm_sock_graft", 0, task)
        self.function("bpf_lsm_getprocattr", number, task)
        self.function("bpf_lsm_verify_prog", number, task)
        self.function("bpf_lsm_inode_xattr_skipcap", number, task)
        self.ids["a_struct"] = self.task
        # The functions of programs.
        self.function("entry", number, self.p_md)
        self.function("get", number, number)
        self.function("get_two", number, number, number)
        self.function("get_long", number, self.long)
        self.function("get_other", number, self.p_other)
        self.function("hidden", number, number, linkage=0)
        self.function("with_ctx", number, self.p_md)

    def encode(self) -> bytes:
        return self.builder.encode()


TYPES = Types()


@pytest.fixture(scope="module")
def kernel() -> Iterator[Backend]:
    with skep.Kernel(btf=Btf.parse(TYPES.encode()), engine="interp") as kernel:
        yield kernel


def load(kernel: Backend, text: str, **how: object) -> tuple[int, str]:
    """errno and log."""
    how.setdefault("license", "GPL")
    try:
        loaded = commands.prog_load(kernel, insns=encode(assemble(text)), log_level=2, **how)  # type: ignore[arg-type]
    except VerifierError as error:
        return error.errno or 0, error.log
    kernel.close(loaded.fd)
    return 0, loaded.log


TARGETS = [
    ("an argument is traced", FENTRY, "traced", 0, 0, "func 'traced' arg0 has btf_id"),
    ("a number is no target", FENTRY, 0, 0, e.EINVAL, "Tracing programs must provide btf_id"),
    ("a number beyond the types is none", FENTRY, 999, 0, e.EINVAL, "attach_btf_id 999 is invalid"),
    ("what has no name is none", FENTRY, TYPES.p_task, 0, e.EINVAL, "doesn't have a name"),
    ("a structure is no function", FENTRY, "a_struct", 0, e.EINVAL, "is not a function"),
    ("a function is no tracepoint", AttachType.TRACE_RAW_TP, "traced", 0, e.EINVAL, "is not a typedef"),
    ("variable arguments cannot be passed on", FENTRY, "variadic", 0, e.EINVAL,
     "The function variadic with variable args is unsupported."),
    ("structures of more than 16 bytes cannot be passed on", FENTRY, "takes_wide", 0, e.EINVAL,
     "The function takes_wide arg0 type STRUCT is unsupported."),
    ("a structure cannot be returned", FEXIT, "returns_struct", 0, e.EINVAL,
     "The function returns_struct return type STRUCT is unsupported."),
    ("thirteen arguments are too many", FENTRY, "thirteen", 0, e.EINVAL,
     "The function thirteen has 13 arguments. Too many."),
    ("what trampolines call cannot be traced", FENTRY, "migrate_disable", 0, e.EINVAL,
     "Attaching tracing programs to function 'migrate_disable' is rejected."),
    ("what does not return has no exit", FEXIT, "do_exit", 0, e.EINVAL,
     "Attaching fexit/fmod_ret to __noreturn function 'do_exit' is rejected."),
    ("its entry can be traced", FENTRY, "do_exit", 0, 0, ""),
    ("the return value of most functions is fixed", FMOD_RET, "traced", 0, e.EINVAL,
     "traced() is not modifiable"),
    ("that of system calls is not", FMOD_RET, "__x64_sys_getpgid", 0, 0, ""),
    ("nor that of security hooks", FMOD_RET, "security_file_open", 0, 0, ""),
    ("nor that of functions marked so", FMOD_RET, "bpf_modify_return_test", 0, 0, ""),
    ("most functions are no place to sleep", FENTRY, "traced", BPF_F_SLEEPABLE, e.EINVAL,
     "traced is not sleepable"),
    ("system calls are", FENTRY, "__x64_sys_getpgid", BPF_F_SLEEPABLE, 0, ""),
    ("some that errors are injected into are not", FENTRY, "should_failslab", BPF_F_SLEEPABLE, e.EINVAL,
     "should_failslab is not sleepable"),
    ("functions marked as sleepable are", FMOD_RET, "bpf_fentry_test1", BPF_F_SLEEPABLE, 0, ""),
    ("tracepoints are not", AttachType.TRACE_RAW_TP, "traced", BPF_F_SLEEPABLE, e.EINVAL,
     "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attach", "target", "flags", "errno", "message"), [c[1:] for c in TARGETS], ids=[c[0] for c in TARGETS]
)
def test_targets(
    kernel: Backend, attach: int, target: str | int, flags: int, errno: int, message: str
) -> None:
    text = "r2 = *(u64 *)(r1 + 0)\n" + ZERO if target == "traced" and not errno else ZERO
    found = load(
        kernel,
        text,
        prog_type=ProgType.TRACING,
        expected_attach_type=attach,
        prog_flags=flags,
        attach_btf_id=TYPES.ids[target] if isinstance(target, str) else target,
    )
    assert found[0] == errno, found[1]
    assert message in found[1]


def read(off: int, size: int = 8) -> str:
    return f"r2 = *(u{size * 8} *)(r1 + {off})\n" + ZERO


CONTEXTS = [
    ("arguments of functions are pointers, but not trusted ones", FENTRY, "traced", read(0), 0,
     "R2=ptr_task_struct()"),
    ("fields are read through them", FENTRY, "traced",
     "r2 = *(u64 *)(r1 + 0)\nr3 = *(u32 *)(r2 + 0)\n" + ZERO, 0, "R3=scalar"),
    ("numbers are numbers", FENTRY, "traced", read(8), 0, "R2=scalar()"),
    ("there is no third argument", FENTRY, "traced", read(16), e.EACCES,
     "func 'traced' doesn't have 3-th argument"),
    ("after the function its return value follows", FEXIT, "traced", read(16), 0, "R2=scalar()"),
    ("... and nothing else", FEXIT, "traced", read(24), e.EACCES, "func 'traced' doesn't have 4-th argument"),
    ("a returned pointer is one", FEXIT, "returns_pointer", read(8), 0, "R2=ptr_task_struct()"),
    ("nothing is returned where there is nothing", FEXIT, "returns_nothing", read(8), e.EACCES,
     "func 'returns_nothing' doesn't have 3-th argument"),
    ("arguments begin at multiples of eight", FENTRY, "traced", read(4, 4), e.EACCES,
     "func 'traced' offset 4 is not multiple of 8"),
    ("pointers are read whole", FENTRY, "traced", read(0, 4), e.EACCES, "func 'traced' size 4 must be 8"),
    ("the context is not written", FENTRY, "traced", "r2 = 0\n*(u64 *)(r1 + 0) = r2\n" + ZERO, e.EACCES,
     "invalid bpf_context access off=0 size=8"),
    ("fentry returns 0", FENTRY, "traced", "r0 = 1\nexit", e.EINVAL,
     "At program exit the register R0 has smin=1 smax=1 should have been in [0, 0]"),
    ("fmod_ret returns what it likes", FMOD_RET, "security_file_open", "r0 = 7\nexit", 0, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attach", "target", "text", "errno", "message"), [c[1:] for c in CONTEXTS], ids=[c[0] for c in CONTEXTS]
)
def test_contexts(kernel: Backend, attach: int, target: str, text: str, errno: int, message: str) -> None:
    found = load(
        kernel,
        text,
        prog_type=ProgType.TRACING,
        expected_attach_type=attach,
        attach_btf_id=TYPES.ids[target],
    )
    assert found[0] == errno, found[1]
    assert message in found[1]


HOOKS = [
    ("a hook's arguments are trusted", MAC, "bpf_lsm_file_open", 0, read(0), 0,
     "R2=trusted_ptr_task_struct()"),
    ("unless the object is about to go", MAC, "bpf_lsm_task_free", 0, read(0), 0, "R2=ptr_task_struct()"),
    ("a hook of all kernels may be disabled", MAC, "bpf_lsm_getprocattr", 0, ZERO, e.EINVAL,
     "points to disabled hook bpf_lsm_getprocattr"),
    ("other functions are no hooks", MAC, "traced", 0, ZERO, e.EINVAL, "points to wrong type name traced"),
    ("nor is what is only named like one", MAC, "bpf_lsm_verify_prog", 0, ZERO, e.EINVAL,
     "points to wrong type name bpf_lsm_verify_prog"),
    ("hooks return 0", MAC, "bpf_lsm_file_open", 0, ZERO, 0, ""),
    ("or an error", MAC, "bpf_lsm_file_open", 0, "r0 = -1\nexit", 0, ""),
    ("but nothing positive", MAC, "bpf_lsm_file_open", 0, "r0 = 1\nexit", e.EINVAL,
     "At program exit the register R0 has smin=1 smax=1 should have been in [-4095, 0]"),
    ("some answer with yes or no", MAC, "bpf_lsm_inode_xattr_skipcap", 0, "r0 = 1\nexit", 0, ""),
    ("... and with nothing else", MAC, "bpf_lsm_inode_xattr_skipcap", 0, "r0 = -1\nexit", e.EINVAL,
     "should have been in [0, 1]"),
    ("a hook without a value takes any", MAC, "bpf_lsm_sock_graft", 0, "r0 = 55\nexit", 0, ""),
    ("what came of the hook is in its range", MAC, "bpf_lsm_file_open", 0,
     "r0 = *(u64 *)(r1 + 8)\nexit", 0, "smin=smin32=-4095,smax=smax32=0"),
    ("in a cgroup a hook answers with yes or no", CGROUP, "bpf_lsm_file_open", 0, "r0 = 1\nexit", 0, ""),
    ("... which one without a value cannot", CGROUP, "bpf_lsm_sock_graft", 0, ZERO, e.EINVAL,
     "Note, BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!"),
    ("some hooks may sleep", MAC, "bpf_lsm_file_open", BPF_F_SLEEPABLE, ZERO, 0, ""),
    ("others may not", MAC, "bpf_lsm_file_mprotect", BPF_F_SLEEPABLE, ZERO, e.EINVAL,
     "bpf_lsm_file_mprotect is not sleepable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attach", "target", "flags", "text", "errno", "message"),
    [c[1:] for c in HOOKS],
    ids=[c[0] for c in HOOKS],
)
def test_hooks(
    kernel: Backend, attach: int, target: str, flags: int, text: str, errno: int, message: str
) -> None:
    found = load(
        kernel,
        text,
        prog_type=ProgType.LSM,
        expected_attach_type=attach,
        prog_flags=flags,
        attach_btf_id=TYPES.ids[target],
    )
    assert found[0] == errno, found[1]
    assert message in found[1]


def test_hooks_want_a_license(kernel: Backend) -> None:
    how = {"expected_attach_type": MAC, "attach_btf_id": TYPES.ids["bpf_lsm_file_open"]}
    errno, log = load(kernel, ZERO, prog_type=ProgType.LSM, license="MIT", **how)
    assert (errno, "LSM programs must have a GPL compatible license" in log) == (e.EINVAL, True)


# ------------------------------------------------------------------ programs as targets


def functions(*records: tuple[int, str]) -> bytes:
    return b"".join(struct.pack("=II", slot, TYPES.ids[name]) for slot, name in records)


@pytest.fixture(scope="module")
def btf_fd(kernel: Backend) -> int:
    return commands.btf_load(kernel, TYPES.encode()).fd


@pytest.fixture(scope="module")
def target(kernel: Backend, btf_fd: int) -> int:
    """An XDP program with global functions and a static one."""
    text = """
        r6 = r1
        r1 = 1
        call get
        r1 = 1
        call hidden
        r1 = r6
        call with_ctx
        r0 = 1
        exit
    get:
        r0 = 1
        exit
    hidden:
        r0 = r1
        exit
    with_ctx:
        r0 = 1
        exit
    """
    return commands.prog_load(
        kernel,
        prog_type=ProgType.XDP,
        insns=encode(assemble(text)),
        license="GPL",
        btf_fd=btf_fd,
        func_info=functions((0, "entry"), (9, "get"), (11, "hidden"), (13, "with_ctx")),
    ).fd


REPLACEMENTS = [
    ("a function is replaced by one of its type", "get", "get", ZERO, 0, "Validating get() func#0..."),
    ("a replacement gets the context that it is told", "with_ctx", "with_ctx",
     "r2 = *(u32 *)(r1 + 0)\n" + ZERO, 0, "R2=pkt(r=0)"),
    ("a function that is not there is not replaced", "get_two", "get", ZERO, e.EINVAL,
     "Subprog get_two doesn't exist"),
    ("a static function is not replaced", "hidden", "get", ZERO, e.EINVAL,
     "hidden() is not a global function"),
    ("the replacement is global", "get", "hidden", ZERO, e.EINVAL, "hidden() is not a global function"),
    ("it takes as many arguments", "get", "get_two", ZERO, e.EINVAL,
     "get_two() has 2 args while get() has 1"),
    ("of the same size", "get", "get_long", ZERO, e.EINVAL,
     "arg0 in get_long() has size 8 while get() has 4"),
    ("of the same kind", "get", "with_ctx", ZERO, e.EINVAL,
     "arg0 in with_ctx() is PTR while get() has INT"),
    ("and to the same structure", "with_ctx", "get_other", ZERO, e.EINVAL,
     "arg0 get_other(struct other *) doesn't match with_ctx(struct xdp_md *)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("replaced", "own", "text", "errno", "message"),
    [c[1:] for c in REPLACEMENTS],
    ids=[c[0] for c in REPLACEMENTS],
)
def test_replacements(
    kernel: Backend, btf_fd: int, target: int, replaced: str, own: str, text: str, errno: int, message: str
) -> None:
    found = load(
        kernel,
        text,
        prog_type=ProgType.EXT,
        attach_prog_fd=target,
        attach_btf_id=TYPES.ids[replaced],
        btf_fd=btf_fd,
        func_info=functions((0, own)),
    )
    assert found[0] == errno, found[1]
    assert message in found[1]


def test_a_replacement_calls_what_the_program_may_call(kernel: Backend, btf_fd: int, target: int) -> None:
    how = {"attach_prog_fd": target, "btf_fd": btf_fd, "func_info": functions((0, "with_ctx"))}
    text = "r2 = 0\ncall {}\n" + ZERO
    for helper, errno in ((44, e.EINVAL), (26, e.EINVAL)):
        found = load(kernel, text.format(helper), prog_type=ProgType.EXT, **how,
                     attach_btf_id=TYPES.ids["with_ctx"])  # fmt: skip
        assert found[0] == errno
        changes = "Extension program changes packet data, while original does not"
        assert (changes if helper == 44 else "program of this type cannot use helper") in found[1]


def test_kernel_functions_are_not_replaced(kernel: Backend) -> None:
    errno, log = load(kernel, ZERO, prog_type=ProgType.EXT, attach_btf_id=TYPES.ids["traced"])
    assert (errno, "Cannot replace kernel functions" in log) == (e.EINVAL, True)


TRACED = [
    ("a program's function is traced", FENTRY, "get", read(0), 0, "R2=scalar()"),
    ("a program's context is the kernel's structure behind it", FENTRY, "with_ctx", read(0), 0,
     "R2=ptr_xdp_buff()"),
    ("its return value is seen", FEXIT, "get", read(8), 0, "R2=scalar()"),
    ("but not changed", FMOD_RET, "get", ZERO, e.EINVAL, "can't modify return codes of BPF programs"),
    ("a program has no tracepoints", AttachType.TRACE_RAW_TP, "get", ZERO, e.EINVAL,
     "Only FENTRY/FEXIT progs are attachable to another BPF prog"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attach", "function", "text", "errno", "message"), [c[1:] for c in TRACED], ids=[c[0] for c in TRACED]
)
def test_tracing_programs(
    kernel: Backend, target: int, attach: int, function: str, text: str, errno: int, message: str
) -> None:
    found = load(
        kernel,
        text,
        prog_type=ProgType.TRACING,
        expected_attach_type=attach,
        attach_prog_fd=target,
        attach_btf_id=TYPES.ids[function],
    )
    assert found[0] == errno, found[1]
    assert message in found[1]


def test_programs_that_trace_programs_are_traced_once(kernel: Backend, btf_fd: int, target: int) -> None:
    """Tracing the second in a row is refused, as is a replacement of what traces."""
    fds = [target]
    how = {"prog_type": ProgType.TRACING, "expected_attach_type": FENTRY, "btf_fd": btf_fd}
    for _ in range(2):
        loaded = commands.prog_load(
            kernel,
            insns=encode(assemble(ZERO)),
            license="GPL",
            attach_prog_fd=fds[-1],
            attach_btf_id=TYPES.ids["entry"],
            func_info=functions((0, "entry")),
            **how,  # type: ignore[arg-type]
        )
        fds.append(loaded.fd)
    errno, log = load(kernel, ZERO, attach_prog_fd=fds[-1], attach_btf_id=TYPES.ids["entry"], **how)
    assert (errno, "Cannot nest tracing program attach more than once" in log) == (e.EINVAL, True)
    errno, log = load(
        kernel,
        ZERO,
        prog_type=ProgType.EXT,
        attach_prog_fd=fds[1],
        attach_btf_id=TYPES.ids["entry"],
        btf_fd=btf_fd,
        func_info=functions((0, "entry")),
    )
    assert errno == e.EINVAL
    assert "Cannot extend fentry/fexit" in log or "Cannot replace static functions" in log
    for fd in fds[1:]:
        kernel.close(fd)


def test_a_program_keeps_what_it_attaches_to(btf_fd: int) -> None:
    """The target stays, after its last descriptor, as long as there is a program that traces it."""
    with skep.Kernel(btf=Btf.parse(TYPES.encode()), engine="interp") as kernel:
        fd = commands.btf_load(kernel, TYPES.encode()).fd
        code = encode(assemble("r0 = 1\nexit"))
        info = functions((0, "entry"))
        first = commands.prog_load(
            kernel, prog_type=ProgType.XDP, insns=code, license="GPL", btf_fd=fd, func_info=info
        )
        second = commands.prog_load(
            kernel,
            prog_type=ProgType.TRACING,
            expected_attach_type=FENTRY,
            insns=encode(assemble(ZERO)),
            license="GPL",
            attach_prog_fd=first.fd,
            attach_btf_id=TYPES.ids["entry"],
        )
        kernel.close(first.fd)
        assert commands.prog_get_next_id(kernel) == 1
        kernel.close(second.fd)
        assert commands.prog_get_next_id(kernel) is None
