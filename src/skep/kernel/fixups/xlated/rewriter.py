"""What every rewrite gets to know: the program, its verdict, and what was decided about the machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, final

from skep.isa.insn import Insn
from skep.kernel.fixups.patch import Code, Node

if TYPE_CHECKING:
    from skep.kernel.verifier.request import VerifyRequest, VerifyResult

#: What takes the place of one instruction; None leaves it as it is.
Patch = Sequence[Insn | Node] | None


@dataclass(frozen=True, slots=True)
class Arch:
    """What differs between machines."""

    timed_may_goto: bool = True
    inlines_smp_processor_id: bool = True
    percpu_insn: bool = True
    ptr_xchg: bool = True
    #: 32-bit instructions leave the upper half of their result alone.
    needs_zext: bool = False


@final
@dataclass(slots=True)
class Rewriter:
    """One program being rewritten. Functions keep the numbers that they had in the program as loaded."""

    request: VerifyRequest
    result: VerifyResult
    code: Code
    arch: Arch = field(default_factory=Arch)
    #: Which function the current instruction is in.
    function: int = 0
    #: Bytes of stack of each function, with what rewrites have added.
    stack_depths: dict[int, int] = field(default_factory=dict)
    #: ... and what was added for may_goto.
    stack_extra: dict[int, int] = field(default_factory=dict)
    #: What BPF_F_TEST_RND_HI32 fills upper halves with: the same for every program, so that a load can be
    #: repeated.
    random: Random = field(default_factory=lambda: Random(0))
    #: A tc program looks at the type of the packet's time stamp.
    tstamp_type_access: bool = False

    def __post_init__(self) -> None:
        self.stack_depths = {n: subprog.stack_depth for n, subprog in enumerate(self.result.subprogs)}

    def each(self, rewrite: Callable[[Rewriter, Node], Patch]) -> None:
        """Offer every instruction to a rewrite, once; what it writes is not offered to it again."""
        code = self.code
        starts = {id(node): number for number, node in zip(code.numbers, code.functions, strict=True)}
        index = 0
        while index < len(code.nodes):
            node = code.nodes[index]
            self.function = starts.get(id(node), self.function)
            patch = rewrite(self, node)
            index = index + 1 if patch is None else code.replace(index, patch)


def same(node: Node, insn: Insn | None = None) -> Node:
    """The instruction itself, for a patch that puts something around it."""
    return Node(insn or node.insn, node.origin, node.aux, node.upper, node.target)
