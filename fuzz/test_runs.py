"""Calls of PROG_TEST_RUN with random members, on skep and on Linux: errno, return value, what is written.

    python -m fuzz.test_runs [--count N] [--seed N]

A call begins as a good one for the program's type; then some of its members become others: sizes at the
borders of everything, pointers to nowhere, flags, counts. A difference is printed with the members, after as
many of the changes as possible were taken back.
"""

from __future__ import annotations

import argparse
import ctypes
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import skep
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall.backend import Backend
from skep.syscall.linux import why_not
from skep.syscall.prog_load import prog_load
from skep.uapi import BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, AttachType, Cmd, ProgType
from skep.uapi import attrs as a

#: Members of a call; bytes stand for a pointer to them.
Members = dict[str, bytes | int]

_FRAME = bytes(6) + bytes(range(6)) + b"\x08\x00\x45" + bytes(range(1, 60)) + bytes(range(256)) * 320
_SIZES = (
    0,
    1,
    8,
    13,
    14,
    15,
    20,
    34,
    60,
    74,
    100,
    2000,
    3408,
    3409,
    3520,
    3521,
    3712,
    3713,
    4096,
    4097,
    9000,
)
_COUNTS = (0, 1, 2, 3, 7, 255, 256, 257)
_POINTERS = ("data_in", "data_out", "ctx_in", "ctx_out")
_MOVE = "r6 = r1\nr2 = -20\ncall 44\nr1 = r6\nr2 = -4\ncall 54\nexit"


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of program, with the size of its context, of which the places `settable` may hold something."""

    prog_type: ProgType
    context: int
    settable: tuple[int, ...] = ()
    text: str = "r0 = 1\nexit"
    attach_type: int = 0
    flags: int = 0
    takes_data: bool = True


SUBJECTS = (
    Subject(ProgType.XDP, 24, (0, 4, 8, 12, 16, 20)),
    Subject(ProgType.XDP, 24, (0, 4, 8, 12, 16, 20), _MOVE, flags=BPF_F_XDP_HAS_FRAGS),
    Subject(ProgType.SCHED_CLS, 192, (8, 32, 36, 40, 48, 152, 160, 164, 168, 172, 180)),
    Subject(ProgType.SOCKET_FILTER, 192, (8, 32, 48, 164)),
    Subject(ProgType.CGROUP_SKB, 192, (8, 32, 48, 164)),
    Subject(ProgType.LWT_IN, 192, (8, 32, 48, 164)),
    Subject(ProgType.FLOW_DISSECTOR, 56, (0, 4, 48), "r0 = 0\nexit"),
    Subject(
        ProgType.SK_LOOKUP, 72, (0, 8, 12, 16, 40, 60, 64), attach_type=AttachType.SK_LOOKUP, takes_data=False
    ),
    Subject(ProgType.RAW_TRACEPOINT, 24, (0, 8), "r0 = *(u64 *)(r1 + 8)\nexit", takes_data=False),
    Subject(
        ProgType.SYSCALL, 24, (0, 4), "r0 = *(u32 *)(r1 + 4)\nexit", flags=BPF_F_SLEEPABLE, takes_data=False
    ),
)


def load(backend: Backend, subject: Subject) -> int:
    return prog_load(
        backend,
        prog_type=subject.prog_type,
        insns=encode(assemble(subject.text)),
        expected_attach_type=subject.attach_type,
        prog_flags=subject.flags,
        license="GPL",
    ).fd


def answer(backend: Backend, fd: int, members: Mapping[str, bytes | int]) -> dict[str, object]:
    """All that the caller can see."""
    attr, buffers = a.ProgTestRun(prog_fd=fd), {}
    for name, value in members.items():
        if isinstance(value, bytes):
            buffers[name] = ctypes.create_string_buffer(value, max(len(value), 1))
            value = ctypes.addressof(buffers[name])
        setattr(attr, name, value)
    raw = bytearray(attr.pack())
    try:
        backend.bpf(Cmd.PROG_TEST_RUN, raw)
        number = 0
    except OSError as refused:
        number = refused.errno or 0
    after = a.ProgTestRun.parse(raw)
    seen: dict[str, object] = {name: buffer.raw for name, buffer in buffers.items()}
    return seen | {"errno": number, "retval": after.retval, "out": (after.data_size_out, after.ctx_size_out)}


def good(rng: random.Random, subject: Subject) -> Members:
    """A call that works, mostly."""
    members: Members = {}
    if subject.takes_data:
        members |= {"data_in": _FRAME[: rng.choice((74, 74, 9000))], "data_size_in": 74}
    if not subject.takes_data or rng.random() < 0.3:
        members |= {"ctx_in": _context(rng, subject), "ctx_size_in": subject.context}
    return members


def _context(rng: random.Random, subject: Subject) -> bytes:
    ctx = bytearray(subject.context + rng.choice((0, 0, 8, 5000)))
    if subject.prog_type == ProgType.SK_LOOKUP:
        ctx[8] = 2
    if subject.prog_type == ProgType.XDP:
        ctx[4] = rng.choice((20, 74, 74))
    for place in rng.sample(subject.settable, rng.choice((0, 0, 1, 2))):
        ctx[place] = rng.choice((1, 74, 200, 255))  # among them no device but the loopback
    if rng.random() < 0.1:
        ctx[rng.randrange(len(ctx))] = 1
    return bytes(ctx)


def change(rng: random.Random, subject: Subject) -> Members:
    """One member, or a pointer with its size, as something else."""
    what = rng.choice(("size", "out", "ctx", "ctx out", "pointer", "flags", "count"))
    if what == "size":
        return {"data_size_in": rng.choice(_SIZES), "data_in": _FRAME}
    if what == "out":
        return {"data_out": bytes(10000), "data_size_out": rng.choice(_SIZES)}
    if what == "ctx":
        return {
            "ctx_in": _context(rng, subject).ljust(70000, b"\0"),
            "ctx_size_in": rng.choice((*_SIZES, 24, 65536)),
        }
    if what == "ctx out":
        return {"ctx_out": bytes(300), "ctx_size_out": rng.choice((0, 1, 23, 24, 56, 72, 191, 192, 200))}
    if what == "pointer":
        return {rng.choice(_POINTERS): rng.choice((0, 1))}
    if what == "flags":
        return {"flags": rng.choice((1, 2, 3, 4, 8, 1 << 31))}
    return {
        rng.choice(("repeat", "cpu", "batch_size", "retval", "duration", "data_size_out")): rng.choice(
            _COUNTS
        )
    }


def is_fair(members: Members) -> bool:
    """Linux keeps the program on a CPU that only it knows of, and live frames really go somewhere."""
    return not (members.get("flags", 0) == 1 and members.get("cpu", 0))


def differences(ours: Backend, theirs: Backend, *, count: int, seed: int) -> Iterator[str]:
    rng = random.Random(seed)
    descriptors = [(subject, load(ours, subject), load(theirs, subject)) for subject in SUBJECTS]
    for _ in range(count):
        subject, mine, other = rng.choice(descriptors)
        base, changes = good(rng, subject), [change(rng, subject) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
        if not is_fair(_with(base, changes)) or not _differ(ours, mine, theirs, other, _with(base, changes)):
            continue
        for one in list(changes):
            rest = [each for each in changes if each is not one]
            if _differ(ours, mine, theirs, other, _with(base, rest)):
                changes = rest
        members = _with(base, changes)
        said = [_short(answer(*where, members)) for where in ((ours, mine), (theirs, other))]
        yield f"{subject.prog_type.name} {_short(members)}\n  skep  {said[0]}\n  Linux {said[1]}"


def _with(base: Members, changes: list[Members]) -> Members:
    members = dict(base)
    for each in changes:
        members |= each
    return members


def _differ(ours: Backend, mine: int, theirs: Backend, other: int, members: Members) -> bool:
    return answer(ours, mine, members) != answer(theirs, other, members)


def _short(values: Mapping[str, object]) -> dict[str, object]:
    """Bytes as their number and first few."""
    return {
        name: f"{len(value)}:{value[:24].hex()}" if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def main() -> int:
    """Compare, print, exit with 1 for a difference."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.test_runs")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    found = 0
    with skep.Linux() as linux, skep.Kernel(ncpus=linux.possible_cpus()) as kernel:
        for text in differences(kernel, linux, count=args.count, seed=args.seed):
            found += 1
            print(text)
    print(f"{args.count} calls, {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
