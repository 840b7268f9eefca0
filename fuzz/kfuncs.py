"""Calls of kernel functions with random arguments through both verifiers: the whole level-2 log must be
Linux's.

    python -m fuzz.kfuncs [--count N] [--seed N] [--only TEXT]

A program puts something into each argument register (null, numbers, stack, context, map, map value, a task)
and makes the call. skep's kernel gets the running kernel's types and symbols.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from dataclasses import dataclass

from tools.parity.normalise import first_difference, normalise

import skep
from skep.btf import Btf, Kind
from skep.btf.types import Func, FuncProto
from skep.cli.common import host_files
from skep.errors import VerifierError
from skep.isa import encode
from skep.isa.build import call_helper, exit_, mov64_imm, mov64_reg
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_PSEUDO_KFUNC_CALL, BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
from skep.kernel.kfuncs.rows import KFUNCS
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import why_not
from skep.uapi import BPF_F_SLEEPABLE, AttachType, FuncId, MapType, ProgType

_CALL, _LD_IMM64, _LDX_DW, _ST_DW, _STX_DW, _ADD_K = 0x85, 0x18, 0x79, 0x7A, 0x7B, 0x07
#: What an argument register may hold.
KINDS = ("null", "number", "unknown", "stack", "unwritten", "ctx", "map", "value", "value or null", "task")


@dataclass(frozen=True)
class Caller:
    """A kind of program. `task` is where its context has a task, -1 if nowhere."""

    prog_type: int
    attach_type: int = 0
    target: tuple[str, Kind] | None = None
    flags: int = 0
    task: int = -1


CALLERS = (
    Caller(ProgType.TRACING, AttachType.TRACE_RAW_TP, ("btf_trace_task_newtask", Kind.TYPEDEF), task=0),
    Caller(ProgType.TRACING, AttachType.TRACE_ITER, ("bpf_iter_task", Kind.FUNC), BPF_F_SLEEPABLE, task=8),
    Caller(ProgType.SCHED_CLS),
    Caller(ProgType.XDP),
    Caller(ProgType.SYSCALL, flags=BPF_F_SLEEPABLE),
    Caller(ProgType.RAW_TRACEPOINT),
    Caller(ProgType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS),
)


@dataclass(frozen=True)
class Call:
    """One program: who calls what with which arguments."""

    caller: Caller
    name: str
    arguments: tuple[str, ...]


def random_call(rng: random.Random, types: Btf, only: str = "") -> Call:
    """A function that the kernel has, called by a program that may."""
    while True:
        name = rng.choice([name for name in KFUNCS if only in name])
        caller = rng.choice(CALLERS)
        func_id = types.find(name, Kind.FUNC)
        if func_id is None or not KFUNCS[name].allowed(caller.prog_type, caller.attach_type):
            continue
        func = types.get(func_id)
        assert isinstance(func, Func)
        proto = types.get(func.type)
        assert isinstance(proto, FuncProto)
        one = rng.choice(KINDS)
        alike = rng.random() < 0.3
        arguments = (one if alike else rng.choice(KINDS) for _ in proto.params)
        return Call(caller, name, tuple(arguments))


def _argument(regno: int, kind: str, caller: Caller, map_fd: int) -> list[Insn]:
    if kind == "null" or (kind == "task" and caller.task < 0):
        return [mov64_imm(regno, 0)]
    if kind == "number":
        return [mov64_imm(regno, 8)]
    if kind in ("stack", "unwritten"):
        return [mov64_reg(regno, 10), Insn(_ADD_K, regno, 0, 0, -64 if kind == "stack" else -128)]
    if kind in ("map", "value"):
        source = BPF_PSEUDO_MAP_FD if kind == "map" else BPF_PSEUDO_MAP_VALUE
        return [Insn(_LD_IMM64, regno, source, 0, map_fd), Insn(0, 0, 0, 0, 0)]
    if kind == "task":
        return [Insn(_LDX_DW, regno, 6, caller.task, 0)]
    return [mov64_reg(regno, {"ctx": 6, "unknown": 8, "value or null": 9}[kind])]


def program(call: Call, types: Btf, map_fd: int) -> list[Insn]:
    """R6 the context, R8 any number, R9 a looked-up value, 64 bytes of stack written; then the call."""
    insns = [mov64_reg(6, 1)]
    insns += [Insn(_ST_DW, 10, 0, -8 * slot, 0) for slot in range(1, 9)]
    insns += [call_helper(FuncId.ktime_get_ns), mov64_reg(8, 0)]
    insns += [*_argument(1, "map", call.caller, map_fd), mov64_reg(2, 10), Insn(_ADD_K, 2, 0, 0, -8)]
    insns += [Insn(_STX_DW, 10, 8, -8, 0), call_helper(FuncId.map_lookup_elem), mov64_reg(9, 0)]
    for regno, kind in enumerate(call.arguments, 1):
        insns += _argument(regno, kind, call.caller, map_fd)
    insns.append(Insn(_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, types.id_of(call.name, Kind.FUNC)))
    return [*insns, mov64_imm(0, 0), exit_()]


class Judge:
    """One kernel, with the map that programs refer to."""

    def __init__(self, backend: Backend, types: Btf) -> None:
        self._backend = backend
        self._types = types
        self._map = commands.map_create(
            backend, map_type=MapType.ARRAY, key_size=4, value_size=64, max_entries=1, name="m"
        )

    def log(self, call: Call) -> list[str]:
        """The level-2 log; accepted or not is its last line but one."""
        caller = call.caller
        try:
            loaded = commands.prog_load(
                self._backend,
                prog_type=caller.prog_type,
                insns=encode(program(call, self._types, self._map)),
                log_level=2,
                expected_attach_type=caller.attach_type,
                attach_btf_id=self._types.id_of(*caller.target) if caller.target else 0,
                prog_flags=caller.flags,
            )
        except VerifierError as error:
            return [*normalise(error.log), f"errno {error.errno}"]
        self._backend.close(loaded.fd)
        return [*normalise(loaded.log), "accepted"]


def judges() -> tuple[Judge, Judge, Btf]:
    """skep's kernel in the likeness of the running one, and that one; and its types."""
    types = Btf.vmlinux()
    own = skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp", btf=types, files=host_files())
    return Judge(own, types), Judge(skep.Linux(), types), types


def main() -> int:
    """Compare; the exit status is 1 if a log differs."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.kfuncs")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="functions with this text in their name")
    args = parser.parse_args()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    ours, theirs, types = judges()
    rng = random.Random(args.seed)
    differing = 0
    for _ in range(args.count):
        call = random_call(rng, types, args.only)
        found = first_difference(ours.log(call), theirs.log(call))
        if found:
            differing += 1
            print(f"{call}\n  line {found[0]}: skep {found[1]!r}, Linux {found[2]!r}")
    print(f"{args.count} calls, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
