"""What the verifier knew at each step of its exploration, and whether a run of the program stays within it.

`Exploration` observes a verification: a tree of visits, each an instruction with the state before it, joined
by the steps between them; where a path ended because a checkpoint covered it, the step goes to that
checkpoint's visit. `Follower` then walks a concrete run along that tree. At each instruction the registers
must lie in the state of a visit that the run can have got to.

A checkpoint covers states whose scalars differ from its own, as long as nothing that follows needs their
values (they are not marked precise). Such registers and stack slots are *forgotten* from there on: the
verifier claims nothing of them, nor of what is computed from them, until something else is written there.
That is followed instruction by instruction, so a value that was needed after all but was not marked shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from errno import E2BIG

from fuzz.world import World, holds
from skep._runtime import peek
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.interp import Frame
from skep.kernel.verifier.env import Env, Reject
from skep.kernel.verifier.program_info import InsnAux
from skep.kernel.verifier.regs import BPF_ADD_CONST, RegState
from skep.kernel.verifier.regtypes import NOT_INIT, SCALAR_VALUE
from skep.kernel.verifier.state import STACK_SPILL, FuncState, StackSlot, VerifierState

_SLOTS = 16  # key of the first stack slot in a frame's forgotten places; registers are 0 to 10


@dataclass(eq=False, slots=True)
class FrameState:
    """One call frame of a visit."""

    regs: tuple[RegState, ...]
    stack: tuple[StackSlot, ...]
    callsite: int

    @classmethod
    def of(cls, func: FuncState) -> FrameState:
        return cls(tuple(func.regs), tuple(func.stack), func.callsite)


@dataclass(eq=False, slots=True)
class Visit:
    """An instruction that was verified in a state, and where its paths went on: by instruction."""

    insn: int
    frames: tuple[FrameState, ...]
    steps: dict[int, list[Step]] = field(default_factory=dict)
    #: Where the precision marks of this state end up, if it was remembered.
    checkpoint: VerifierState | None = None

    def is_precise(self, frame: int, register: int) -> bool:
        return self.checkpoint is None or bool(self.checkpoint.frame[frame].precise_regs >> register & 1)


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    to: Visit
    #: The state was covered by that of the visit, but for values that nobody needs.
    slack: bool = False


class Exploration:
    """Records one verification (`skep.kernel.verifier.request.Observer`), of at most `limit` steps."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.entries: dict[int, list[Visit]] = {}
        self.visits = 0

    def visit(self, env: Env) -> None:
        state = env.cur_state
        self.visits += 1
        if self.visits > self._limit:
            raise Reject(E2BIG)
        if state.speculative:
            return
        visit = Visit(
            env.insn_idx,
            tuple(FrameState.of(func) for func in state.frame[: state.curframe + 1]),
        )
        before, newest = state.note, state.parent
        if newest is not None and newest.insn_idx == env.insn_idx and newest.note is before:
            newest.note = visit
            visit.checkpoint = newest
        if isinstance(before, Visit):
            before.steps.setdefault(visit.insn, []).append(Step(visit))
        else:
            self.entries.setdefault(visit.insn, []).append(visit)
        state.note = visit

    def covered(self, env: Env, insn_idx: int, old: VerifierState, exact: bool) -> None:
        before = env.cur_state.note
        if not env.cur_state.speculative and isinstance(before, Visit) and isinstance(old.note, Visit):
            before.steps.setdefault(insn_idx, []).append(Step(old.note, slack=not exact))


class Unsound(Exception):
    """A run did what the verifier excludes; `insn` is the instruction of the program as loaded."""

    def __init__(self, insn: int, what: str) -> None:
        super().__init__(f"insn {insn}: {what}")
        self.insn = insn
        self.what = what


@dataclass(slots=True)
class _Level:
    """The exploration that the run is in: the main program's, or that of a global function."""

    depth: int  # number of concrete frames at its entry
    frame: Frame  # the last of them: after an exception the same depth is another function's
    visits: list[Visit]

    def is_in(self, frames: list[Frame]) -> bool:
        return len(frames) >= self.depth and frames[self.depth - 1] is self.frame


class Follower:
    """Walks one run along an exploration; `step` is the interpreter's `on_step`.

    `checked` counts the scalars and pointers that were compared, `skipped` those of which nothing was known.
    """

    def __init__(
        self,
        exploration: Exploration,
        aux: list[InsnAux],
        program: FixedProgram,
        world: World,
    ) -> None:
        self._exploration = exploration
        self._aux = aux
        self._program = program
        self._world = world
        self._present = set(program.origins)
        self._levels: list[_Level] = []
        self._forgotten: list[set[int]] = []
        self.frames: Callable[[], list[Frame]] = list
        self.checked = 0
        self.skipped = 0

    def step(self, slot: int, frame: Frame) -> None:
        origins = self._program.origins
        frames = self.frames()
        self._follow_frames(frames)
        if slot == 0 or origins[slot] != origins[slot - 1]:
            self._advance(origins[slot], frames)
        self._forget_with(self._program.insns[slot], frame, frames)

    # ── the tree ──

    def _advance(self, origin: int, frames: list[Frame]) -> None:
        while self._levels and not self._levels[-1].is_in(frames):
            self._levels.pop()
        if not self._levels:
            self._enter(origin, frames)
            return
        level = self._levels[-1]
        found = self._reachable(level.visits, origin, frames)
        if not found and len(frames) > level.depth:
            self._enter(origin, frames)
        else:
            level.visits = self._fitting(found, origin, frames)

    def _enter(self, origin: int, frames: list[Frame]) -> None:
        """Into the main program or a global function, whose first instructions may be gone."""
        start = max((entry for entry in self._exploration.entries if entry <= origin), default=0)
        entries = [Step(visit) for visit in self._exploration.entries.get(start, ())]
        before = Visit(start - 1, (), {start: entries})
        self._levels.append(_Level(len(frames), frames[-1], [before]))
        self._levels[-1].visits = self._fitting(self._reachable([before], origin, frames), origin, frames)

    def _reachable(self, visits: list[Visit], origin: int, frames: list[Frame]) -> list[Step]:
        """Steps to the instruction, over instructions that the run does not make.

        Those are the ones that the fixups removed, and a call that calls back again. Many paths end in the
        same checkpoint; it counts once.
        """
        seen, todo, found = set(), list(visits), dict[tuple[int, bool], Step]()
        while todo:
            visit = todo.pop()
            for insn, steps in visit.steps.items():
                if insn == origin:
                    found |= {(id(step.to), step.slack): step for step in steps}
                elif insn not in self._present or self._aux[insn].calls_callback:
                    for step in steps:
                        if id(step.to) not in seen:
                            seen.add(id(step.to))
                            todo.append(step.to)
                            self._forget(self._differences(step, frames)[1])
        return list(found.values())

    def _fitting(self, steps: list[Step], origin: int, frames: list[Frame]) -> list[Visit]:
        if not steps:
            raise Unsound(origin, "the run is where the verifier's paths do not lead")
        fitting, wrong, lost = [], "", set[tuple[int, int]]()
        for step in steps:
            mismatch, forgets = self._differences(step, frames)
            if mismatch:
                wrong = wrong or mismatch
            else:
                fitting.append(step.to)
                lost |= forgets
        if not fitting:
            raise Unsound(origin, wrong)
        self._forget(lost)
        return [*fitting, *self._forks(fitting, frames)]

    def _forks(self, visits: list[Visit], frames: list[Frame]) -> list[Visit]:
        """Visits of the same instruction with less in their state: the verifier splits some states in two."""
        again = [step for visit in visits for step in visit.steps.get(visit.insn, ()) if not step.slack]
        return [step.to for step in again if not self._differences(step, frames)[0]]

    # ── one state ──

    def _differences(self, step: Step, frames: list[Frame]) -> tuple[str, set[tuple[int, int]]]:
        """What in the concrete frames is outside of the visit's state, and what is to be forgotten."""
        base = self._levels[-1].depth - 1
        visit, lost = step.to, set[tuple[int, int]]()
        for number, state in enumerate(visit.frames):
            if base + number >= len(frames):
                break
            last = number + 1 == len(visit.frames)
            live = self._aux[visit.insn if last else visit.frames[number + 1].callsite].live_regs_before
            for register in range(11):
                if register < 10 and not live >> register & 1:
                    continue
                wrong = self._check(visit, number, register, frames)
                if wrong is None:
                    continue
                is_scalar = state.regs[register].type == SCALAR_VALUE
                if not (step.slack and is_scalar and not visit.is_precise(number, register)):
                    return f"r{register} of frame {number} {wrong}", lost
                lost.add((base + number, register))
            if step.slack:
                lost |= {(base + number, key) for key in _changed_slots(state, frames[base + number])}
        return "", lost

    def _check(self, visit: Visit, number: int, register: int, frames: list[Frame]) -> str | None:
        """Why the register is not in the state; None if it is."""
        base = self._levels[-1].depth - 1
        reg = visit.frames[number].regs[register]
        if reg.type == NOT_INIT:
            return None
        value = frames[base + number].registers[register]
        if value is None:
            return f"was never written, the verifier has {self._world.describe(reg)}"
        if reg.type != SCALAR_VALUE:
            answer = self._world.check_pointer(reg, value, frames[base:])
            self.checked += answer is not None
            self.skipped += answer is None
            return f"is {value:#x}: {answer}" if answer else None
        if register in self._forgotten[base + number]:
            self.skipped += 1
            return None
        self.checked += 1
        return None if holds(reg.bounds, value) else f"is {value:#x}, not {self._world.describe(reg)}"

    # ── forgotten places ──

    def _forget(self, places: set[tuple[int, int]]) -> None:
        for depth, key in places:
            self._forgotten[depth].add(key)

    def _follow_frames(self, frames: list[Frame]) -> None:
        """A new frame inherits what is forgotten of its arguments; what came back in r0 is left by `exit`."""
        while len(self._forgotten) > len(frames):
            self._forgotten.pop()
        while len(self._forgotten) < len(frames):
            callers = self._forgotten[-1] if self._forgotten else set()
            self._forgotten.append({register for register in range(1, 6) if register in callers})

    def _forget_with(self, insn: Insn, frame: Frame, frames: list[Frame]) -> None:
        """Before the instruction: what will be forgotten after it."""
        mine, klass = self._forgotten[len(frames) - 1], insn.code & 7
        if not any(self._forgotten):
            return
        if klass in (op.BPF_ALU, op.BPF_ALU64):
            moves = insn.code & op.OP_MASK == op.BPF_MOV
            reads = {insn.src} if insn.code & op.BPF_X and insn.code & op.OP_MASK != op.BPF_END else set()
            _assign(mine, insn.dst, bool(mine & (reads if moves else reads | {insn.dst})))
        elif klass == op.BPF_LDX:
            slots = self._slots(frame.get(insn.src) + insn.off, insn, frames)
            _assign(
                mine,
                insn.dst,
                any(key in self._forgotten[depth] for depth, key in slots),
            )
        elif klass in (op.BPF_STX, op.BPF_ST):
            self._forget_store(insn, frame, frames, mine)
        elif klass == op.BPF_LD:
            _assign(mine, insn.dst if insn.code & op.MODE_MASK == op.BPF_IMM else 0, False)
        elif insn.code == op.BPF_JMP | op.BPF_EXIT:
            if len(frames) > 1:
                _assign(self._forgotten[len(frames) - 2], 0, 0 in mine)
        elif insn.code == op.BPF_JMP | op.BPF_CALL:
            if insn.src != op.BPF_PSEUDO_CALL:
                _assign(mine, 0, False)
        elif insn.code & op.OP_MASK != op.BPF_JA:
            self._forget_compared(insn, len(frames), mine)

    def _forget_compared(self, insn: Insn, depth: int, mine: set[int]) -> None:
        """What is learnt by comparing with something forgotten, also of what is linked to the operands."""
        operands = {insn.dst, insn.src} if insn.code & op.BPF_X else {insn.dst}
        if not mine & operands:
            return
        mine |= operands
        base = self._levels[-1].depth - 1
        for visit in self._levels[-1].visits:
            current = visit.frames[depth - 1 - base].regs if depth - 1 - base < len(visit.frames) else ()
            ids = {current[register].id & ~BPF_ADD_CONST for register in operands if current} - {0}
            for number, state in enumerate(visit.frames):
                linked = [key for key, reg in _places(state) if reg.id & ~BPF_ADD_CONST in ids]
                self._forgotten[base + number] |= set(linked)

    def _forget_store(self, insn: Insn, frame: Frame, frames: list[Frame], mine: set[int]) -> None:
        lost = insn.code & 7 == op.BPF_STX and insn.src in mine
        slots = list(self._slots(frame.get(insn.dst) + insn.off, insn, frames))
        known = any(key in self._forgotten[depth] for depth, key in slots)
        if insn.code & 7 == op.BPF_STX and insn.code & op.MODE_MASK == op.BPF_ATOMIC:
            if insn.imm & op.BPF_FETCH and known:
                mine.add(0 if insn.imm == op.BPF_CMPXCHG else insn.src)
            lost = lost or known
        whole = op.SIZE_BYTES[insn.code & op.SIZE_MASK] == 8
        for depth, key in slots:
            _assign(self._forgotten[depth], key, lost or (known and not whole))

    def _slots(self, address: int, insn: Insn, frames: list[Frame]) -> Iterator[tuple[int, int]]:
        """The stack slots that an access touches."""
        size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
        for depth, frame in enumerate(frames):
            top = frame.region.start + frame.region.size
            if frame.region.holds(address & (1 << 64) - 1, size):
                for at in range(address, address + size):
                    yield depth, _SLOTS + (top - 1 - at) // 8


def _assign(places: set[int], key: int, forgotten: bool) -> None:
    if forgotten:
        places.add(key)
    else:
        places.discard(key)


def _places(state: FrameState) -> Iterator[tuple[int, RegState]]:
    """Registers and spilled registers, with their keys."""
    yield from enumerate(state.regs)
    yield from ((_SLOTS + spi, slot.spilled) for spi, slot in enumerate(state.stack))


def _changed_slots(state: FrameState, frame: Frame) -> Iterator[int]:
    """Slots of spilled scalars that hold other values than the state has, or values that are not compared."""
    top = frame.region.start + frame.region.size
    for spi, slot in enumerate(state.stack):
        if not slot.is_spilled_scalar_reg or 8 * (spi + 1) > frame.region.size:
            continue
        whole = slot.types[0] == STACK_SPILL
        if not whole or not holds(slot.spilled.bounds, peek(top - 8 * (spi + 1), 8)):
            yield _SLOTS + spi
