"""A program as a list of instructions whose jumps point to instructions, so that it can be cut and patched.

In memory, jumps count slots, and inserting one instruction would mean to correct every jump that crosses it,
every table of offsets and every function's start. Here an instruction is a `Node`; a jump holds its target. A
node keeps its identity when its instruction is replaced, so that jumps to it reach the first instruction of a
patch. Offsets exist again only in what `layout` returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

from skep.isa.codec import LD_IMM64
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_CALL,
    BPF_EXIT,
    BPF_JA,
    BPF_JCOND,
    BPF_JMP,
    BPF_JMP32,
    BPF_K,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_FUNC,
)

_CLASS = 0x07
_OP = 0xF0
GOTO = BPF_JMP | BPF_JA
GOTOL = BPF_JMP32 | BPF_JA
CALL = BPF_JMP | BPF_CALL
MAY_GOTO = BPF_JMP | BPF_JCOND | BPF_K


def is_jump(insn: Insn) -> bool:
    """Any instruction that may continue at an offset of its own, calls aside."""
    return insn.code & _CLASS in (BPF_JMP, BPF_JMP32) and insn.code & _OP not in (BPF_CALL, BPF_EXIT)


def is_conditional(insn: Insn) -> bool:
    """A jump that may also fall through."""
    return is_jump(insn) and insn.code not in (GOTO, GOTOL)


def _refers_to_function(insn: Insn) -> bool:
    if insn.code == CALL:
        return insn.src == BPF_PSEUDO_CALL
    return insn.code == LD_IMM64 and insn.src == BPF_PSEUDO_FUNC


@final
@dataclass(eq=False, slots=True)
class Node:
    """One instruction (`ld_imm64` with both slots), what the verifier knows of it, and where it jumps."""

    insn: Insn
    #: The slot that it had in the program as loaded.
    origin: int
    aux: Any
    #: Second slot of an ld_imm64.
    upper: Insn | None = None
    #: Where a jump goes, which function a call or a function pointer means.
    target: Node | None = None
    slot: int = field(default=-1, repr=False)
    #: A rewrite has written it, or has put something around it.
    patched: bool = field(default=False, repr=False)

    @property
    def slots(self) -> int:
        return 2 if self.upper is not None else 1


@final
class Code:
    """The nodes in order, and the first node of each function."""

    def __init__(self, insns: Sequence[Insn], auxes: Sequence[Any], starts: Iterable[int]) -> None:
        self.nodes: list[Node] = []
        by_slot: dict[int, Node] = {}
        slot = 0
        while slot < len(insns):
            wide = insns[slot].code == LD_IMM64
            node = Node(insns[slot], slot, auxes[slot], insns[slot + 1] if wide else None)
            by_slot[slot] = node
            self.nodes.append(node)
            slot += node.slots
        for node in self.nodes:
            target = self._target_slot(node)
            if target is not None:
                node.target = by_slot[target]
        # Where functions start now, and which of the given starts each of them was.
        self.functions: list[Node] = [by_slot[start] for start in starts]
        self.numbers: list[int] = list(range(len(self.functions)))

    @staticmethod
    def _target_slot(node: Node) -> int | None:
        insn = node.insn
        if insn.code == GOTOL or _refers_to_function(insn):
            return node.origin + 1 + insn.imm
        if is_jump(insn):
            return node.origin + 1 + insn.off
        return None

    def replace(self, index: int, parts: Sequence[Insn | Node]) -> int:
        """Put these in the place of one instruction; the index after the last of them.

        The first takes over its identity, so what pointed to it points to the patch. Instructions whose jumps
        have offsets jump within the patch, or to what follows it; nodes have targets already.
        """
        old = self.nodes[index]
        made = self._made(parts, old)
        follower = self.nodes[index + 1] if index + 1 < len(self.nodes) else None
        self._link(made, follower)
        first = made[0]
        old.insn, old.upper, old.target = first.insn, first.upper, first.target
        old.patched = True
        for node in made[1:]:
            if node.target is first:
                node.target = old
        self.nodes[index + 1 : index + 1] = made[1:]
        return index + len(made)

    @staticmethod
    def _made(parts: Sequence[Insn | Node], old: Node) -> list[Node]:
        made: list[Node] = []
        rest = iter(parts)
        for part in rest:
            if isinstance(part, Insn):
                upper = next(rest) if part.code == LD_IMM64 else None
                assert upper is None or isinstance(upper, Insn)
                part = Node(part, old.origin, old.aux, upper)
            part.patched = True
            made.append(part)
        return made

    @staticmethod
    def _link(made: Sequence[Node], follower: Node | None) -> None:
        """Give the jumps of a patch their targets."""
        by_slot: dict[int, Node | None] = {}
        slot = 0
        for node in made:
            by_slot[slot] = node
            slot += node.slots
        by_slot[slot] = follower
        slot = 0
        for node in made:
            slot += node.slots
            if node.target is None and is_jump(node.insn):
                node.target = by_slot[slot + node.insn.off]

    def insert_before(self, index: int, insns: Sequence[Insn]) -> None:
        """New instructions ahead of one, which jumps to it do not run; a function that began there begins
        with them.
        """
        old = self.nodes[index]
        made = self._made(insns, old)
        self._link(made, old)
        old.patched = True
        self.nodes[index:index] = made
        self.functions = [made[0] if first is old else first for first in self.functions]
        for node in self.nodes:
            if node.target is old and _refers_to_function(node.insn):
                node.target = made[0]

    def append_function(self, insns: Sequence[Insn], aux: Any) -> Node:
        """A function at the end, which the program did not have."""
        first, *rest = (Node(insn, self.nodes[-1].origin, aux) for insn in insns)
        self.nodes += [first, *rest]
        self.functions.append(first)
        self.numbers.append(max(self.numbers) + 1)
        return first

    def remove(self, dead: set[int]) -> None:
        """Drop nodes (by id()); what pointed to one points to the next that is left.

        A function that vanishes whole is forgotten.
        """
        successor: Node | None = None
        moved: dict[int, Node | None] = {}
        starts = {id(node) for node in self.functions}
        for node in reversed(self.nodes):
            if id(node) not in dead:
                successor = node
            moved[id(node)] = successor
            if id(node) in starts and id(node) in dead and successor is not None:
                # Nothing is left of the function if the next node that is left belongs to another one.
                if id(successor) in starts:
                    moved[id(node)] = None
                else:
                    starts.add(id(successor))
        self.nodes = [node for node in self.nodes if id(node) not in dead]
        for node in self.nodes:
            if node.target is not None:
                node.target = moved[id(node.target)]
        self.numbers = [n for n, node in zip(self.numbers, self.functions, strict=True) if moved[id(node)]]
        self.functions = [first for node in self.functions if (first := moved[id(node)]) is not None]

    def layout(self) -> tuple[tuple[Insn, ...], tuple[int, ...]]:
        """The slots of the program, and for each the slot that it comes from."""
        slot = 0
        for node in self.nodes:
            node.slot = slot
            slot += node.slots
        insns: list[Insn] = []
        origins: list[int] = []
        for node in self.nodes:
            insns.append(self._placed(node))
            origins.append(node.origin)
            if node.upper is not None:
                insns.append(node.upper)
                origins.append(node.origin + 1)
        return tuple(insns), tuple(origins)

    @staticmethod
    def _placed(node: Node) -> Insn:
        insn = node.insn
        if node.target is None:
            return insn
        distance = node.target.slot - node.slot - 1
        if insn.code == GOTOL or _refers_to_function(insn):
            return replace(insn, imm=distance)
        if not -0x8000 <= distance < 0x8000:
            raise OSError(34, f"a jump of {distance} slots does not fit an instruction")
        return replace(insn, off=distance)
