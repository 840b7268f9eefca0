"""Ask the running Linux which program types may call which kernel functions, and compare with the rows.

Usage: python -m tools.probe_kfuncs     (as root, on a kernel whose bpf(2) is open to us)

For every function that the kernel's BTF marks as callable and every program type that loads here, a program
that calls it: "is not allowed" or anything else, and whether it wants a program that can sleep. Prints each
difference from `skep.kernel.kfuncs.rows`; the exit status is 1 if there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from skep.btf import Btf, Kind
from skep.btf.types import DeclTag
from skep.errors import KernelError, VerifierError
from skep.isa import encode
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ALU64, BPF_CALL, BPF_EXIT, BPF_JMP, BPF_MOV, BPF_PSEUDO_KFUNC_CALL
from skep.kernel.kfuncs.proto import KF_SLEEPABLE
from skep.kernel.kfuncs.rows import KFUNCS
from skep.syscall import commands
from skep.syscall.linux import Linux, why_not
from skep.uapi import BPF_F_SLEEPABLE, AttachType, ProgType

#: Types that must say where they attach.
_ATTACH_TYPES = {
    ProgType.CGROUP_SKB: AttachType.CGROUP_INET_INGRESS,
    ProgType.CGROUP_SOCK: AttachType.CGROUP_INET_SOCK_CREATE,
    ProgType.CGROUP_SOCK_ADDR: AttachType.CGROUP_INET4_BIND,
    ProgType.CGROUP_SOCKOPT: AttachType.CGROUP_GETSOCKOPT,
    ProgType.SK_LOOKUP: AttachType.SK_LOOKUP,
    ProgType.NETFILTER: AttachType.NETFILTER,
}
#: Types that this probe cannot load: they attach to programs, to trampolines, or to an operation.
_SKIPPED = {ProgType.UNSPEC, ProgType.EXT, ProgType.LSM, ProgType.STRUCT_OPS, ProgType.TRACING}


@dataclass(frozen=True)
class Caller:
    """A kind of program that may or may not call a function."""

    name: str
    prog_type: int
    attach_type: int = 0
    attach_btf_id: int = 0
    flags: int = 0


def callers(types: Btf) -> Iterator[Caller]:
    """One for each program type, two for tracing."""
    for prog_type in ProgType:
        if prog_type not in _SKIPPED:
            flags = BPF_F_SLEEPABLE if prog_type == ProgType.SYSCALL else 0
            yield Caller(prog_type.name.lower(), prog_type, _ATTACH_TYPES.get(prog_type, 0), 0, flags)
    for name, attach_type, target in (
        ("raw tracepoint", AttachType.TRACE_RAW_TP, types.id_of("btf_trace_sys_enter", Kind.TYPEDEF)),
        ("iterator", AttachType.TRACE_ITER, types.id_of("bpf_iter_task", Kind.FUNC)),
    ):
        yield Caller(name, ProgType.TRACING, attach_type, target)


def callable_functions(types: Btf) -> dict[str, int]:
    """Functions that the kernel's build tagged, by name."""
    tags = (tag for tag in types.types if isinstance(tag, DeclTag) and tag.name == "bpf_kfunc")
    return {types.get(tag.type).name: tag.type for tag in tags}


def log_of_call(linux: Linux, caller: Caller, function: int) -> str:
    """What the verifier says of a program that does nothing but this call."""
    program = (
        Insn(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, function),
        Insn(BPF_ALU64 | BPF_MOV, 0, 0, 0, 0),
        Insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    )
    try:
        loaded = commands.prog_load(
            linux,
            prog_type=caller.prog_type,
            insns=encode(program),
            log_level=1,
            expected_attach_type=caller.attach_type,
            attach_btf_id=caller.attach_btf_id,
            prog_flags=caller.flags,
        )
    except VerifierError as error:
        return error.log
    except KernelError:
        return ""
    linux.close(loaded.fd)
    return loaded.log


def differences(linux: Linux, types: Btf) -> Iterator[str]:
    """Each answer of Linux that the rows do not give."""
    for name, function in callable_functions(types).items():
        row = KFUNCS.get(name)
        for caller in callers(types):
            log = log_of_call(linux, caller, function)
            if not log:
                continue  # a program of this type cannot be loaded here at all
            allowed = f"calling kernel function {name} is not allowed" not in log
            ours = row is not None and row.allowed(caller.prog_type, caller.attach_type)
            if allowed != ours:
                yield f"{name} in {caller.name} programs: Linux {allowed}, row {ours}"
            elif row is not None and not row.flags & KF_SLEEPABLE and "must be sleepable" in log:
                yield f"{name}: sleeps on Linux, not in the row"


def main() -> int:
    """Print the differences."""
    if reason := why_not():
        print(f"nothing asked: {reason}", file=sys.stderr)
        return 0
    with Linux() as linux:
        found = list(differences(linux, Btf.vmlinux()))
    for line in found:
        print(line)
    print(f"{len(KFUNCS)} rows, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
