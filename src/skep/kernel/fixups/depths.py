"""The stack that each function has once Linux has rewritten the program, as the log's statistics tell it.

skep's engines loop and count without taking from the program's stack; what Linux takes is found here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from skep.kernel.fixups.patch import CALL, MAY_GOTO, Node
from skep.kernel.fixups.pipeline import code_of, trim
from skep.uapi import FuncId

if TYPE_CHECKING:
    from skep.kernel.verifier.request import VerifyRequest, VerifyResult

#: Registers that an inlined bpf_loop keeps, 8 bytes each.
_LOOP_BYTES: Final = 24
#: The count of a may_goto and the time when it began.
_MAY_GOTO_BYTES: Final = 16


def rewritten_stack_depths(request: VerifyRequest, result: VerifyResult) -> list[int]:
    """Bytes for each function that is left, in their order."""
    code = code_of(result)
    # What is inlined is decided by the program as it was verified, with what is never run.
    loops = _by_function(code.nodes, code.functions, _is_inlined_loop)
    trim(code, request)
    gotos = _by_function(code.nodes, code.functions, lambda node: node.insn.code == MAY_GOTO)
    depths = []
    for number, has_goto in zip(code.numbers, gotos, strict=True):
        depth = result.subprogs[number].stack_depth
        if loops[number]:
            depth = (depth + 7 & ~7) + _LOOP_BYTES
        depths.append(depth + (_MAY_GOTO_BYTES if has_goto else 0))
    return depths


def _is_inlined_loop(node: Node) -> bool:
    insn = node.insn
    return bool(
        insn.code == CALL and not insn.src and insn.imm == FuncId.loop and node.aux.loop_fit_for_inline
    )


def _by_function(nodes: list[Node], functions: list[Node], fits: Callable[[Node], bool]) -> list[bool]:
    """For each function whether it has such an instruction."""
    found = [False] * len(functions)
    starts = {id(node): number for number, node in enumerate(functions)}
    number = 0
    for node in nodes:
        number = starts.get(id(node), number)
        found[number] = found[number] or fits(node)
    return found
