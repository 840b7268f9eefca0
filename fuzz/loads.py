"""Broken loads (`fuzz.broken`) for both kernels: PROG_LOAD and BTF_LOAD with bytes, sizes, addresses and
numbers that cannot be.

    python -m fuzz.loads [--count 10000] [--seed 1] [--show 10]

What both answer has to be the same: errno, the log, and what they write back into the attributes. A userspace
kernel that raises anything but an errno counts as a difference too.
"""

from __future__ import annotations

import argparse
import ctypes
import mmap
import random
import re
import struct
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.parity.normalise import first_difference, normalise

from fuzz.broken import LOG_ROOM, MAP_LOAD, Load, broken, layout_of, types
from skep.errors import errno_name
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.uapi import MapType, ProgType

if TYPE_CHECKING:
    from skep.syscall.backend import Backend

_TWO = encode(assemble("r0 = 2\nexit"))
_STATS = 4
#: Of the map, maybe cut at the start of a log.
_ADDRESS = re.compile(r"0x[0-9a-f]{16}|^x?[0-9a-f]{1,16}(?= +; R1=map_ptr)")
#: Descriptors that a flag or a count asks for: 0 may be one of another kind.
_ASKED = ("prog_btf_fd", "prog_token_fd", "btf_token_fd")


@dataclass(frozen=True, slots=True)
class Answer:
    """`written` is what of the attributes the kernel changed."""

    verdict: str
    written: tuple[tuple[str, int], ...]
    log: str


class Room:
    """Memory in which each blob ends where nothing follows, so that what reads on gets EFAULT."""

    def __init__(self) -> None:
        self._maps: dict[str, tuple[mmap.mmap, int]] = {}
        self._last: dict[str, int] = {}

    def put(self, name: str, blob: bytes) -> int:
        """Its address."""
        pages = -(-max(len(blob), 1) // mmap.PAGESIZE)
        key = f"{name} {pages}"
        if key not in self._maps:
            area = mmap.mmap(-1, (pages + 1) * mmap.PAGESIZE)
            end = ctypes.addressof(ctypes.c_char.from_buffer(area)) + pages * mmap.PAGESIZE
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.mprotect(ctypes.c_void_p(end), ctypes.c_size_t(mmap.PAGESIZE), 0):
                raise OSError(ctypes.get_errno(), "mprotect")
            self._maps[key] = area, end
        end = self._maps[key][1]
        ctypes.memmove(end - len(blob), blob, len(blob))
        self._last[name] = end - len(blob)
        return end - len(blob)

    def read(self, name: str, size: int) -> bytes:
        """What is now where the blob was put last."""
        return ctypes.string_at(self._last[name], size)


def _is_timed(load: Load) -> bool:
    """Whether the log's length differs from load to load: it says how long verification took, or in which
    modules of the running kernel a structure is.
    """
    level = load.members.get("log_level", 0)
    return (isinstance(level, int) and bool(level & _STATS)) or bool(load.members.get("core_relo_cnt", 0))


class Kernel:
    """One of the two, with an object of each kind."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.room = Room()
        self.fds = {
            "none": 0x3FFFFFFF,
            "types": commands.btf_load(backend, types()).fd,
            "map": commands.map_create(
                backend, map_type=MapType.ARRAY, key_size=4, value_size=16, max_entries=1
            ),
            "program": commands.prog_load(backend, prog_type=ProgType.XDP, insns=_TWO).fd,
        }  # fmt: skip

    def answer(self, load: Load) -> Answer:
        """What it says."""
        attr = self._attributes(load)
        before = bytes(attr)
        try:
            self.backend.close(self.backend.bpf(load.cmd, attr))
            verdict = "ok"
        except OSError as error:
            verdict = errno_name(error.errno or 0)
        except Exception as error:
            verdict = f"raised {type(error).__name__}: {error}"
        timed = _is_timed(load)
        written = tuple(
            (field.name, int.from_bytes(attr[field.offset : field.end], "little"))
            for field in layout_of(load).FIELDS.values()
            if attr[field.offset : field.end] != before[field.offset : field.end]
            and not (timed and field.name == "log_true_size")
        )
        return Answer(verdict, written, self._log(load))

    def _log(self, load: Load) -> str:
        """Without what differs from load to load; of one that was cut short, how long it is."""
        for name, blob in load.blobs.items():
            size = load.members.get(name.replace("_buf", "_size"), 0)
            if name.endswith("log_buf") and isinstance(size, int) and size <= len(blob):
                text = self.room.read(name, len(blob)).partition(b"\0")[0].decode(errors="replace")
                if size == LOG_ROOM:
                    return "\n".join(normalise(text))
                return "" if _is_timed(load) else _ADDRESS.sub("ADDRESS", text)
        return ""

    def _attributes(self, load: Load) -> bytearray:
        layout = layout_of(load)
        attr = bytearray(max(load.size, layout.SIZE))
        absent = dict.fromkeys(set(_ASKED) & set(layout.FIELDS), "none")
        members = {name: self.fds[value] if isinstance(value, str) else value
                   for name, value in (absent | load.members).items()}  # fmt: skip
        for name, blob in load.blobs.items():
            if name == "prog_name":
                members[name] = int.from_bytes(blob[:16], "little")
            else:
                members[name] = self.room.put(name, self._with_map(blob) if name == "insns" else blob)
        for name, number in members.items():
            place = layout.FIELDS[name]
            attr[place.offset : place.end] = (number & (1 << 8 * place.size) - 1).to_bytes(
                place.size, "little"
            )
        raw = attr[: load.size]
        if load.tail and load.size > layout.SIZE + len(load.tail):
            raw[-len(load.tail) :] = load.tail
        return raw

    def _with_map(self, code: bytes) -> bytes:
        return code.replace(
            MAP_LOAD, MAP_LOAD[:1] + b"\x11" + MAP_LOAD[2:4] + struct.pack("=i", self.fds["map"])
        )


def comparable(load: Load, theirs: Answer) -> bool:
    """Some types cannot be loaded on this machine by anyone, before anything else is looked at; and whether a
    log is too long for its buffer may depend on the time.
    """
    return theirs.verdict != "EPERM" and not (theirs.verdict == "ENOSPC" and _is_timed(load))


def difference(ours: Answer, theirs: Answer) -> str:
    """The first thing in which they differ; "" if nothing does."""
    if ours.verdict != theirs.verdict:
        return f"verdict: skep {ours.verdict}, Linux {theirs.verdict}"
    if found := first_difference(ours.log.splitlines(), theirs.log.splitlines()):
        return f"log line {found[0]}: skep {found[1]!r}, Linux {found[2]!r}"
    if ours.written != theirs.written:
        return f"written: skep {ours.written}, Linux {theirs.written}"
    return ""


@dataclass(slots=True)
class Outcome:
    loads: int = 0
    compared: int = 0
    accepted: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    reports: list[str] = field(default_factory=list)


def campaign(count: int, seed: int, skep: Kernel, linux: Kernel) -> Outcome:
    """All loads of a seed."""
    rng, outcome = random.Random(seed), Outcome()
    for number in range(count):
        load = broken(rng)
        outcome.loads += 1
        theirs = linux.answer(load)
        if not comparable(load, theirs):
            continue
        outcome.compared += 1
        outcome.verdicts[theirs.verdict] += 1
        if found := difference(skep.answer(load), theirs):
            head = f"{load.cmd.name} {number} of seed {seed}: {'; '.join(load.done)}"
            outcome.reports.append(f"{head}\n    {found}")
    return outcome


def main() -> int:
    from skep.cli.common import kernel_types
    from skep.syscall.inproc import Kernel as Skep
    from skep.syscall.linux import Linux

    parser = argparse.ArgumentParser(
        prog="fuzz.loads", description="Compare what kernels say to broken loads."
    )
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="how many differences to print")
    options, start = parser.parse_args(), time.monotonic()
    outcome = campaign(
        options.count, options.seed, Kernel(Skep(engine="interp", btf=kernel_types(None))), Kernel(Linux())
    )
    for report in outcome.reports[: options.show]:
        print(report)
    print(
        f"{outcome.loads} loads in {time.monotonic() - start:.0f} s, {outcome.compared} compared: "
        f"{dict(outcome.verdicts.most_common())}"
    )
    print(f"{len(outcome.reports)} differences")
    return 1 if outcome.reports else 0


if __name__ == "__main__":
    sys.exit(main())
