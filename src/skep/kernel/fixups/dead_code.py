"""What no path reaches goes away: Linux rewrites branches that always go one way, then removes what is left
dead.

Unprivileged programs keep their length; there, dead instructions become jumps to themselves, which would stop
a CPU that got there by speculation.
"""

from __future__ import annotations

from skep.isa.insn import Insn
from skep.kernel.fixups.patch import GOTO, MAY_GOTO, Code, Node, is_conditional

NOP = Insn(GOTO)
TRAP = Insn(GOTO, 0, 0, -1)


def opt_hard_wire_dead_code_branches(code: Code) -> None:
    """A branch with one side never taken becomes a jump to the other."""
    for index, node in enumerate(code.nodes):
        if not is_conditional(node.insn) or node.insn.code == MAY_GOTO or not node.aux.seen:
            continue
        assert node.target is not None
        if index + 1 < len(code.nodes) and not code.nodes[index + 1].aux.seen:
            node.insn = NOP
        elif not node.target.aux.seen:
            node.insn, node.target = NOP, code.nodes[index + 1]


def opt_remove_dead_code(code: Code) -> None:
    """Drop what was never visited."""
    dead = {id(node) for node in code.nodes if not node.aux.seen}
    if dead:
        code.remove(dead)


def opt_remove_nops(code: Code) -> None:
    """Drop jumps to the next instruction, in one pass: a jump that becomes one by this stays, unless it was
    a may_goto that went and this is what stood before it.
    """
    nodes = code.nodes
    dead: set[int] = set()
    alive: list[int] = []  # what precedes, as far as it is left
    for index in range(len(nodes) - 1):
        following = nodes[index + 1]
        place = index
        while _jumps_to(nodes[place], following):
            dead.add(id(nodes[place]))
            if nodes[place].insn.code != MAY_GOTO or not alive:
                break
            place = alive.pop()
        if id(nodes[place]) not in dead:
            alive.append(place)
    if dead:
        code.remove(dead)


def _jumps_to(node: Node, following: Node) -> bool:
    return node.insn.code in (GOTO, MAY_GOTO) and node.target is following


def sanitize_dead_code(code: Code) -> None:
    """Make dead instructions harmless in place, for programs that must keep their length."""
    for node in code.nodes:
        if not node.aux.seen:
            node.insn, node.upper, node.target = TRAP, None, node
