"""How a register came to what it holds where the path ended: a slice of the path, from the end backwards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from skep.explain.effects import Effect, effect
from skep.explain.log import Log, Step

MOST = 12


@dataclass(frozen=True, slots=True)
class Event:
    """One step that matters, and in words what it did."""

    step: Step
    what: str
    register: str = ""
    state: str = ""  # of the register, afterwards


#: How a pointer's type in a log reads in a sentence.
WORDS = (
    ("ctx", "the context"),
    ("map_value", "a map's value"),
    ("map_key", "a map's key"),
    ("pkt_meta", "the packet's metadata"),
    ("pkt", "the packet"),
    ("fp", "the stack"),
    ("mem", "a block of memory"),
    ("rdonly_mem", "read-only memory"),
    ("ringbuf_mem", "a ring buffer record"),
    ("sock", "a socket"),
    ("tcp_sock", "a TCP socket"),
    ("buf", "a buffer"),
    ("arena", "the arena"),
)


def pointed_to(state: str) -> str:
    """What a register with this state points to; "" for a number."""
    kind = re.split(r"[(\d]", state)[0].removesuffix("_or_null")
    found = next((words for name, words in WORDS if kind == name), "")
    if found:
        return found
    struct = re.match(r"(?:\w+_)?ptr_(?:or_null_)?(\w+)\(", state)
    return f"struct {struct[1]}" if struct else ""


class History:
    """States along a path, and the slices of it."""

    def __init__(self, log: Log) -> None:
        self._path = log.path
        self._entry = log.entry

    def before(self, at: int, frame: int, name: str) -> str:
        """The newest state of a register that the log printed before the step; "" if there is none."""
        for index in range(at - 1, -1, -1):
            step = self._path[index]
            if step.frame == frame and name in step.after:
                return step.after[name]
            if step.frame == frame and name in effect(step.asm).writes:
                return ""
        return self._entry.get(name, "") if frame == 0 else ""

    def slice(self, names: Iterable[str], at: int) -> list[Event]:
        """What made these registers what they are before step `at`, oldest first."""
        if not self._path:
            return []
        frame, wanted, found = self._path[min(at, len(self._path) - 1)].frame, set(names), list[Event]()
        index = at - 1
        while index >= 0 and wanted and len(found) < MOST:
            step = self._path[index]
            if step.frame == frame:
                found += self._look(index, step, wanted)
            index -= 1
        if "R1" in wanted and frame == 0 and index < 0 and self._path[0].insn == 0:
            found.append(Event(self._path[0], "the program starts with the context in r1", "R1"))
        return found[::-1]

    def _look(self, index: int, step: Step, wanted: set[str]) -> list[Event]:
        act = effect(step.asm)
        if act.kind == "branch":
            return self._branch(index, step, act, wanted)
        if act.kind == "store" and act.slot in wanted:
            wanted.discard(act.slot)
            wanted.update(name for name in act.reads if name != act.base)
            return [Event(step, f"stored to the stack at {act.slot}", act.slot, step.after.get(act.slot, ""))]
        written = [name for name in act.writes if name in wanted]
        if not written:
            return []
        if act.kind == "call" and written != ["R0"] and "R0" not in written:
            wanted.difference_update(written)
            gone = ", ".join(name.lower() for name in written)
            return [Event(step, f"the call leaves nothing in r1 to r5 ({gone} is lost)", written[0])]
        name = written[0]
        wanted.difference_update(written)
        what = self._wrote(index, step, act, name, wanted)
        return [Event(step, what, name, step.after.get(name, ""))]

    def _wrote(self, index: int, step: Step, act: Effect, name: str, wanted: set[str]) -> str:
        """What the instruction put into the register; adds what that came from to `wanted`."""
        lower = name.lower()
        if act.kind == "call":
            return f"returned by {act.name or 'a function of the program'}"
        if act.kind == "constant":
            return f"{lower} is set to a constant"
        if act.kind == "move":
            wanted.update(act.reads)
            return f"{lower} becomes a copy of {act.reads[0].lower()}"
        if act.kind == "load":
            if act.slot:
                wanted.add(act.slot)
                return f"{lower} is read back from the stack at {act.slot}"
            origin = pointed_to(self.before(index, step.frame, act.base))
            return f"{lower} is loaded from {origin or f'where {act.base.lower()} points'}"
        wanted.update(read for read in act.reads if read != "R10")
        return f"{lower} is changed"

    def _branch(self, index: int, step: Step, act: Effect, wanted: set[str]) -> list[Event]:
        name = next((read for read in act.reads if read in wanted), "")
        if not name or index + 1 >= len(self._path):
            return []
        return [Event(step, self.way(index), name, step.after.get(name, ""))]

    def way(self, index: int) -> str:
        """Which way a branch went on this path."""
        step = self._path[index]
        condition = step.asm.removeprefix("if ").split(" goto ")[0]
        taken = self._path[index + 1].insn != step.insn + 1
        return f"taken: {condition} holds" if taken else f"not taken: {condition} does not hold"

    def branches(self, start: int) -> list[Event]:
        """The branches from a step on to the end."""
        steps = enumerate(self._path[:-1])
        found = [Event(step, self.way(index)) for index, step in steps
                 if index >= start and effect(step.asm).kind == "branch"]  # fmt: skip
        return found[-MOST // 2 :]

    def comparisons(self) -> list[Event]:
        """Branches that compare with the packet's end."""
        found = []
        for index, step in enumerate(self._path[:-1]):
            act = effect(step.asm)
            if act.kind != "branch":
                continue
            states = [step.after.get(name) or self.before(index, step.frame, name) for name in act.reads]
            if any(state.startswith("pkt_end") for state in states):
                found.append(Event(step, self.way(index)))
        return found[-MOST // 2 :]

    def index_of(self, insn: int) -> int | None:
        """Where the path last was at an instruction."""
        return next((i for i in range(len(self._path) - 1, -1, -1) if self._path[i].insn == insn), None)
