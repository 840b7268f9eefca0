"""How a register came to what it holds where the path ended: a slice of the path, from the end backwards.

Backwards, because only the values wanted at the end matter: each step that wrote one of them is an event,
and what it read is wanted before it. Calls of the program's own functions are followed both ways: what a
callee got in r1 to r5 is wanted in its caller, and what it returned is wanted in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from skep.explain.effects import Effect, effect
from skep.explain.log import Log, Step
from skep.explain.words import describe, is_number, quantity, sentence

MOST: Final = 12
_ARGUMENTS: Final = frozenset(f"R{number}" for number in range(1, 6))
_OPPOSITE: Final = {
    "==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<",
    "s>": "s<=", "s<=": "s>", "s<": "s>=", "s>=": "s<",
}  # fmt: skip
_CONDITION: Final = re.compile(r"if (\S+) (\S+) (\S+) goto ")


@dataclass(frozen=True, slots=True)
class Event:
    """One step that matters, and in words what it did. `step` is None for what was so from the start."""

    step: Step | None
    what: str
    register: str = ""
    state: str = ""  # of the register, afterwards

    @property
    def words(self) -> str:
        """What it did, and what is known since."""
        known = sentence(self.register.lower(), self.state)
        return f"{self.what}: {known}" if self.what and known else self.what or known


@dataclass(slots=True)
class _Slice:
    """Where a slice is on its way back: the frame, what is wanted in it, and callers' wants meanwhile."""

    frame: int
    wanted: set[str]
    outside: list[set[str]]
    found: list[Event]


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
            if step.frame < frame:
                return step.entered.get(name, "")
        return self._entry.get(name, "") if frame == 0 else ""

    def slice(self, names: Iterable[str], at: int) -> list[Event]:
        """What made these registers what they are before step `at`, oldest first."""
        if not self._path:
            return []
        todo = _Slice(self._path[min(at, len(self._path) - 1)].frame, set(names), [], [])
        index = at - 1
        while index >= 0 and (todo.wanted or todo.outside) and len(todo.found) < MOST:
            step = self._path[index]
            if step.frame == todo.frame:
                todo.found += self._look(index, step, todo)
            elif step.frame < todo.frame:
                self._leave(step, todo)
            elif effect(step.asm).kind == "exit" and "R0" in todo.wanted:
                todo.outside.append(todo.wanted - {"R0"})
                todo.frame, todo.wanted = step.frame, {"R0"}
            index -= 1
        if index < 0 and todo.frame == 0 and "R1" in todo.wanted and self._entry.get("R1", "")[:3] == "ctx":
            todo.found.append(Event(None, "the program starts", "R1", self._entry["R1"]))
        return todo.found[::-1]

    def _leave(self, call: Step, todo: _Slice) -> None:
        """At the call that a callee was entered by: its arguments are the caller's registers."""
        passed = sorted(todo.wanted & _ARGUMENTS)
        if passed:
            names = ", ".join(name.lower() for name in passed)
            todo.found.append(Event(call, f"the function is called with {names}"))
        todo.frame = call.frame
        todo.wanted = set(passed) | (todo.outside.pop() if todo.outside else set())

    def _look(self, index: int, step: Step, todo: _Slice) -> list[Event]:
        act, wanted = effect(step.asm), todo.wanted
        if act.kind == "branch":
            return self._branch(index, step, act, wanted)
        if act.kind == "store" and act.slot in wanted:
            if act.size == 8:
                wanted.discard(act.slot)
            wanted.update(name for name in act.reads if name != act.base)
            what = f"{quantity(act.size, 'byte')} stored at {act.at}"
            return [Event(step, what, act.slot, step.after.get(act.slot, ""))]
        written = [name for name in act.writes if name in wanted]
        if not written:
            return []
        wanted.difference_update(written)
        if act.kind == "call" and "R0" not in written:
            gone = ", ".join(name.lower() for name in written)
            return [Event(step, f"the call leaves nothing in {gone}")]
        name = written[0]
        return [Event(step, self._wrote(index, step, act, name, wanted), name, step.after.get(name, ""))]

    def _wrote(self, index: int, step: Step, act: Effect, name: str, wanted: set[str]) -> str:
        """How the instruction made the register; adds what that came from to `wanted`."""
        if act.kind == "call":
            return f"returned by {act.name}" if act.name else "returned by a function of the program"
        if act.kind == "constant":
            return "a constant" if is_number(step.after.get(name, "")) else ""
        if act.kind == "move":
            wanted.update(act.reads)
            return f"copied from {act.reads[0].lower()}" if act.reads[0] != name else "its low 32 bits"
        if act.kind == "load" and act.slot:
            wanted.add(act.slot)
            return f"read back from {act.at}"
        if act.kind == "load":
            origin = describe(self.before(index, step.frame, act.base))
            return f"loaded from {origin or f'where {act.base.lower()} points'}"
        wanted.update(read for read in act.reads if read != "R10")
        return "" if step.after.get(name) else f"{name.lower()} is computed"

    def _branch(self, index: int, step: Step, act: Effect, wanted: set[str]) -> list[Event]:
        name = next((read for read in act.reads if read in wanted), "")
        if not name or index + 1 >= len(self._path):
            return []
        return [self._compared(index, name)]

    def _compared(self, index: int, name: str) -> Event:
        """A branch, and what it says of a register: of pointers only how much of the packet is there."""
        step = self._path[index]
        state = step.after.get(name, "")
        return Event(step, self.way(index), name, state if is_number(state) or state[:4] == "pkt(" else "")

    def way(self, index: int) -> str:
        """Which way a branch went on this path, and what holds since."""
        step = self._path[index]
        found = _CONDITION.match(step.asm)
        if found is None:
            return ""
        left, sign, right = found.groups()
        right = "NULL" if right == "0x0" and self._is_pointer(index, left) else right
        if self._path[index + 1].insn != step.insn + 1:
            return f"taken, as {left} {sign} {right}"
        if sign not in _OPPOSITE:
            return f"not taken, as {left} {sign} {right} is 0"
        return f"not taken, as {left} {_OPPOSITE[sign]} {right}"

    def _is_pointer(self, index: int, register: str) -> bool:
        step, name = self._path[index], register.upper()
        state = self.before(index, step.frame, name) or step.after.get(name, "")
        return bool(state) and not is_number(state)

    def branches(self, start: int) -> list[Event]:
        """The branches from a step on to the end."""
        steps = enumerate(self._path[:-1])
        found = [Event(step, self.way(index)) for index, step in steps
                 if index >= start and effect(step.asm).kind == "branch"]  # fmt: skip
        return found[-MOST // 2 :]

    def calls(self, names: re.Pattern[str]) -> list[int]:
        """Where the path calls functions with such names, the last ones; not counting its end."""
        path = enumerate(self._path[:-1])
        found = [index for index, step in path if (name := effect(step.asm).name) and names.search(name)]
        return found[-MOST // 2 :]

    def comparisons(self) -> list[Event]:
        """Branches that compare with the packet's end."""
        found = []
        for index, step in enumerate(self._path[:-1]):
            act = effect(step.asm)
            if act.kind != "branch":
                continue
            states = {
                name: step.after.get(name) or self.before(index, step.frame, name) for name in act.reads
            }
            if any(state.startswith("pkt_end") for state in states.values()):
                packet = next((name for name, state in states.items() if state.startswith("pkt(")), "")
                found.append(self._compared(index, packet))
        return found[-MOST // 2 :]

    def index_of(self, insn: int) -> int | None:
        """Where the path last was at an instruction."""
        return next((i for i in range(len(self._path) - 1, -1, -1) if self._path[i].insn == insn), None)
