"""From a log to an explanation: find the kind, the place, the history, and say what would make it pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from skep.errors import errno_name
from skep.explain.call_kinds import CALL_KINDS, RELEASES
from skep.explain.effects import effect
from skep.explain.history import Event, History
from skep.explain.kind import Groups, Kind, code, prose
from skep.explain.log import Log, Source, Step, parse
from skep.explain.memory_kinds import MEMORY_KINDS
from skep.explain.rule_kinds import RULE_KINDS
from skep.explain.words import sentence

KINDS: Final = (*MEMORY_KINDS, *CALL_KINDS, *RULE_KINDS)

_UNKNOWN: Final = Kind(
    name="other",
    pattern="",
    title="rejected",
    means="skep has no words of its own for this message.",
    way_out="The path below is what led to it; the whole log is there with --log-level 2.",
)
_NO_LOG: Final = {
    1: "Loading needs a capability that the caller lacks, or this kernel does not let anyone load such a "
    "program: it was refused before verification.",
    2: "Something that the load names does not exist: it was refused before verification.",
    7: "The program is longer than this caller may load (4096 instructions without CAP_BPF), or its "
    "attributes are larger than the kernel knows.",
    22: "The kernel refused the attributes of the load before verification: an attach type, a flag or a "
    "record size that it does not know.",
}
_HOTTEST: Final = 6


@dataclass(frozen=True, slots=True)
class Hot:
    """Instructions of one source line, and how often the verifier went through them."""

    insns: tuple[int, int]
    visits: int
    source: Source | None


@dataclass(slots=True)
class Explanation:
    """Why a program is rejected. `step` is None where the message is of no single instruction."""

    kind: str
    title: str
    means: str
    way_out: str
    code: str
    message: str
    step: Step | None
    insn: int | None = None
    source: Source | None = None
    #: Registers to blame, with what the log says of them before the instruction.
    registers: dict[str, str] = field(default_factory=dict)
    history: list[Event] = field(default_factory=list)
    hot: list[Hot] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """A stable schema; what is unknown is null, "" or empty."""
        return {
            "kind": self.kind,
            "title": self.title,
            "message": self.message,
            "means": self.means,
            "way_out": self.way_out,
            "code": self.code,
            "insn": self.insn,
            "asm": self.step.asm if self.step else None,
            "source": _source_json(self.source),
            "registers": [_register_json(name, state) for name, state in self.registers.items()],
            "history": [_event_json(event) for event in self.history],
            "hot": [_hot_json(row) for row in self.hot],
        }


def _event_json(event: Event) -> dict[str, Any]:
    step = event.step
    return {
        "insn": step.insn if step else None,
        "asm": step.asm if step else None,
        "source": _source_json(step.source) if step else None,
        "what": event.words,
        "register": event.register,
        "state": event.state,
    }


def _register_json(name: str, state: str) -> dict[str, str]:
    return {"register": name, "state": state, "words": sentence(name.lower(), state)}


def _hot_json(row: Hot) -> dict[str, Any]:
    return {"insns": list(row.insns), "visits": row.visits, "source": _source_json(row.source)}


def _source_json(source: Source | None) -> dict[str, Any] | None:
    return {"file": source.file, "line": source.line, "text": source.text} if source else None


def kind_of(message: str) -> tuple[Kind, Groups]:
    """The first row whose pattern is in the message."""
    for kind in KINDS:
        groups = kind.match(message)
        if groups is not None:
            return kind, groups
    return _UNKNOWN, {}


def explain(log: str, *, errno: int = 0, places: Mapping[int, Source] | None = None) -> Explanation | None:
    """Why the log ends as it does; None for a log of an accepted program.

    `places` are source lines by instruction, where the caller has the object; without, the log's own serve.
    """
    read = parse(log)
    message = "\n".join(read.message)
    if not message:
        return _without_message(read, errno)
    kind, groups = kind_of(message)
    history = History(read)
    if groups.get("insn") and (acquired := history.index_of(int(groups["insn"]))) is not None:
        name = effect(read.path[acquired].asm).name
        groups["release"] = RELEASES.get(name, f"/* release what {name} returned */")
    found = Explanation(
        kind.name,
        prose(kind.title, groups),
        prose(kind.means, groups),
        prose(kind.way_out, groups),
        code(kind.code, groups),
        message,
        read.last,
    )
    _place(found, read, groups, places or {})
    _blame(found, kind, groups, history, read)
    if kind.show == "heat":
        found.hot = hottest(read)
    return found


def _without_message(read: Log, errno: int) -> Explanation | None:
    if not errno:
        return None
    means = _NO_LOG.get(errno, "The kernel said no without a word in the log.")
    way = "Check the program type, the section's name and the privileges of the caller."
    return Explanation("no-log", f"refused with {errno_name(errno)}", means, way, "", "", read.last)


def _place(found: Explanation, read: Log, groups: Groups, places: Mapping[int, Source]) -> None:
    """The instruction and source line: the one that was verified last, or the one the message names."""
    named = next((groups[key] for key in ("insn2", "insn3") if groups.get(key)), "")
    if read.last is not None:
        found.insn, found.source = read.last.insn, read.last.source
    elif named or groups.get("insn"):
        found.insn = int(named or groups["insn"])
    if found.source is None and found.insn is not None:
        found.source = places.get(found.insn) or read.sources.get(found.insn)


def _blame(found: Explanation, kind: Kind, groups: Groups, history: History, read: Log) -> None:
    """The registers, and the part of the path that the kind asks for."""
    if read.last is None:
        return
    at, names = len(read.path) - 1, _names(kind, groups, read.last)
    registers = [name for name in names if name.startswith("R")]
    found.registers = {name: history.before(at, read.last.frame, name) for name in registers}
    if kind.show == "register":
        found.history = history.slice(names, at)
    elif kind.show == "packet":
        found.history = _in_order([*history.slice(names, at), *history.comparisons()], read)
    elif kind.show == "since":
        found.history = _since(kind, history, read, groups)


def _names(kind: Kind, groups: Groups, last: Step) -> list[str]:
    """Registers and stack slots to look at: those that the message names, else the kind, else all that the
    instruction reads."""
    act = effect(last.asm)
    names = [f"R{groups['reg']}"] if groups.get("reg") else []
    for name in kind.registers if not names else ():
        names += [act.base] if name == "address" and act.base else [name] if name != "address" else []
    if not names and kind.show == "register":
        names = [name for name in act.reads if name != "R10"]
    if kind.with_size and names and act.kind == "call":
        names.append(f"R{int(names[0][1:]) + 1}")
    if kind.with_slots and groups.get("off"):
        first = int(groups["off"])
        names += [f"fp{at - at % 8}" for at in range(first, first + min(int(groups["size"]), 64), 8)]
    return names


def _in_order(events: list[Event], read: Log) -> list[Event]:
    """By their place on the path, each step once."""
    order = {id(step): number for number, step in enumerate(read.path)}
    steps = {id(event.step): event for event in events}
    return sorted(steps.values(), key=lambda event: order.get(id(event.step), -1))


def _since(kind: Kind, history: History, read: Log, groups: Groups) -> list[Event]:
    """The calls that matter, such as the one that a reference comes from, and which way the path went after
    the first of them."""
    if groups.get("insn", "").isdigit():
        start = history.index_of(int(groups["insn"]))
        calls = [] if start is None else [start]
    else:
        calls = history.calls(re.compile(kind.calls))
    if not calls:
        return []
    said = "acquired here" if groups.get("insn") else ""
    events = [Event(read.path[index], said) for index in calls]
    return _in_order([*events, *history.branches(calls[0])], read)


def hottest(read: Log) -> list[Hot]:
    """The source lines (instructions, without line_info) that the verifier was at most often."""
    visits: Counter[object] = Counter()
    insns: dict[object, tuple[int, int]] = {}
    for insn, count in read.visits.items():
        source = read.sources.get(insn)
        key = (source.file, source.line, source.text) if source else insn
        low, high = insns.get(key, (insn, insn))
        insns[key] = (min(low, insn), max(high, insn))
        visits[key] += count
    return [
        Hot(insns[key], count, read.sources.get(insns[key][0])) for key, count in visits.most_common(_HOTTEST)
    ]
