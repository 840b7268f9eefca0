"""Golden cases of the verifier: a program in assembly, and the verdict and log that Linux gives for it.

::

    [case a constant offset beyond the stack is refused]
    type: SOCKET_FILTER          program type (default XDP)
    attach: CGROUP_INET_EGRESS   expected attach type
    level: 1                     log level (default 2)
    flags: 1                     prog_flags
    map: counters HASH 8 8 10    name, type, key size, value size, entries[, flags[, map_extra]]; then
                                 `r1 = counters ll`, or `r1 = counters_value ll`: the first value's address
    slow: yes                    minutes of a million instructions: for the parity harness alone
    raw: yes                     instructions are numbers, as no assembler makes them: code dst src off imm
    [prog]
        r0 = *(u64 *)(r10 - 520)
        exit
    [log EACCES]
    func#0 @0
    ...

A line `* 300: if r6 == {} goto +0` stands for 300 lines, `{}` for the number from 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from skep.errors import VerifierError, errno_name
from skep.isa import Insn, encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import AttachType, MapType, ProgType

_LD_IMM64 = 0x18
_MAP = 0x5E000000  # what stands for a map's descriptor until there is one
_VALUE = 0x5F000000  # ... for the address of its first value


@dataclass
class Case:
    name: str
    options: list[tuple[str, str]] = field(default_factory=list)
    program: list[str] = field(default_factory=list)
    verdict: str = ""
    log: list[str] = field(default_factory=list)

    def option(self, key: str, default: str = "") -> str:
        return next((value for name, value in self.options if name == key), default)

    def render(self) -> str:
        lines = [f"[case {self.name}]", *(f"{key}: {value}" for key, value in self.options)]
        return "\n".join([*lines, "[prog]", *self.program, f"[log {self.verdict}]", *self.log]) + "\n"


def parse(path: Path) -> list[Case]:
    cases: list[Case] = []
    part = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("[case "):
            cases.append(Case(line[6:].rstrip("]")))
            part = "options"
        elif line == "[prog]":
            part = "prog"
        elif line.startswith("[log") and part == "prog":
            cases[-1].verdict = line[4:].strip(" ]")
            part = "log"
        elif part == "options" and line:
            key, colon, value = line.partition(":")
            if not colon:
                raise ValueError(f"{path.name}:{number}: not an option: {line}")
            cases[-1].options.append((key, value.strip()))
        elif part == "prog":
            cases[-1].program.append(line)
        elif part == "log":
            cases[-1].log.append(line)
    for case in cases:
        while case.log and not case.log[-1]:
            case.log.pop()
    return cases


def write(path: Path, cases: list[Case]) -> None:
    path.write_text("\n".join(case.render() for case in cases))


def run(case: Case, backend: Backend) -> tuple[str, list[str]]:
    """Load the program: "accepted" or the errno's name, and the log with nothing in it that varies."""
    symbols: dict[str, int] = {}
    fds: list[int] = []
    try:
        for key, value in case.options:
            if key == "map":
                name = value.split()[0]
                symbols[name] = _MAP + len(fds)
                symbols[f"{name}_value"] = _VALUE + len(fds)
                fds.append(_create_map(backend, value))
        insns = tuple(_with_maps(insn, fds) for insn in _instructions(case, symbols))
        verdict, log = _load(case, backend, encode(insns))
    finally:
        for fd in fds:
            backend.close(fd)
    return verdict, normalise(log).splitlines()


def _instructions(case: Case, symbols: dict[str, int]) -> Sequence[Insn]:
    lines = []
    for line in case.program:
        repeated = re.match(r"\s*\* (\d+): (.*)", line)
        lines += [repeated[2].replace("{}", str(n)) for n in range(int(repeated[1]))] if repeated else [line]
    if case.option("raw"):
        return [Insn(*(int(number, 0) for number in line.split())) for line in lines]
    return assemble("\n".join(lines), symbols)


def _create_map(backend: Backend, value: str) -> int:
    name, kind, key_size, value_size, entries, *more = value.split()
    return commands.map_create(
        backend,
        map_type=MapType[kind],
        key_size=int(key_size),
        value_size=int(value_size),
        max_entries=int(entries),
        map_flags=int(more[0], 0) if more else 0,
        map_extra=int(more[1], 0) if more[1:] else 0,
        name=name,
    )


def _with_maps(insn: Insn, fds: list[int]) -> Insn:
    if insn.code == _LD_IMM64:
        for base, source in ((_MAP, 1), (_VALUE, 2)):
            if base <= insn.imm < base + len(fds):
                return replace(insn, src=source, imm=fds[insn.imm - base])
    return insn


def _load(case: Case, backend: Backend, insns: bytes) -> tuple[str, str]:
    attach = case.option("attach")
    try:
        loaded = commands.prog_load(
            backend,
            prog_type=ProgType[case.option("type", "XDP")],
            expected_attach_type=AttachType[attach] if attach else 0,
            insns=insns,
            log_level=int(case.option("level", "2")),
            prog_flags=int(case.option("flags", "0"), 0),
        )
    except VerifierError as refusal:
        return errno_name(refusal.errno or 0), refusal.log
    backend.close(loaded.fd)
    return "accepted", loaded.log


def normalise(log: str) -> str:
    log = re.sub(r"(\(18\) r\d+ = )0xffff[0-9a-f]{12}\b", r"\g<1><kernel address>", log)
    return re.sub(r"verification time \d+ usec", "verification time N usec", log)


DATA = Path(__file__).parent / "data"


def all_cases() -> list[tuple[Path, Case]]:
    return [(path, case) for path in sorted(DATA.glob("*.test")) for case in parse(path)]


def update(backend: Backend) -> None:
    """Ask Linux about every case again."""
    for path in sorted(DATA.glob("*.test")):
        cases = parse(path)
        for case in cases:
            case.verdict, case.log = run(case, backend)
        write(path, cases)
