"""Cutting and patching programs, and the passes that do it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from skep.isa.asm import assemble
from skep.isa.disasm import format_insn
from skep.isa.insn import Insn
from skep.kernel.fixups.ctx_access import convert_ctx_accesses
from skep.kernel.fixups.dead_code import (
    opt_hard_wire_dead_code_branches,
    opt_remove_dead_code,
    opt_remove_nops,
    sanitize_dead_code,
)
from skep.kernel.fixups.patch import Code
from skep.kernel.helpers.types import NOT_INIT, PTR_TO_CTX
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.uapi import ProgType


@dataclass
class Aux:
    """The part of what the verifier learned that these passes read."""

    seen: bool = True
    ptr_type: int = NOT_INIT


def code_of(text: str, unseen: tuple[int, ...] = (), starts: tuple[int, ...] = (0,)) -> Code:
    insns = assemble(text)
    return Code(insns, [Aux(seen=slot not in unseen) for slot in range(len(insns))], starts)


def lines(code: Code) -> list[str]:
    insns, _ = code.layout()
    return [format_insn(insns, i) for i, insn in enumerate(insns) if insn.code]


def test_a_program_that_is_not_touched_comes_back_as_it_was() -> None:
    text = "r1 = 0x123456789 ll\nif r1 == 0 goto L\ncall L2\nL:\nr0 = 0\nexit\nL2:\nr0 = 1\nexit"
    insns, origins = code_of(text, starts=(0, 6)).layout()
    assert insns == assemble(text)
    assert origins == tuple(range(len(insns)))


def test_jumps_over_a_patch_grow_and_jumps_to_its_place_reach_its_start() -> None:
    code = code_of("if r1 == 0 goto L\nr0 = 1\nL:\nr0 = 2\nif r0 != 2 goto L\nexit")
    code.replace(2, assemble("r0 = 7\nr0 = 8\nr0 = 9"))
    code.replace(1, assemble("r3 = 1\nr3 = 2"))
    insns, origins = code.layout()
    assert insns[0].off == 2
    assert insns[6].off == -4
    assert origins == (0, 1, 1, 2, 2, 2, 3, 4)


def test_a_removed_target_hands_its_jumps_to_the_next_instruction() -> None:
    code = code_of("if r1 == 0 goto L\nr0 = 1\nL:\nr0 = 2\nr0 = 3\nexit")
    code.remove({id(code.nodes[2])})
    assert lines(code) == [
        "(15) if r1 == 0x0 goto pc+1", "(b7) r0 = 1", "(b7) r0 = 3", "(95) exit",
    ]  # fmt: skip


def test_a_function_that_is_dead_is_forgotten() -> None:
    code = code_of("r0 = 0\nexit\nr0 = 1\nexit\nr0 = 2\nexit", unseen=(2, 3), starts=(0, 2, 4))
    opt_remove_dead_code(code)
    code.layout()
    assert [node.slot for node in code.functions] == [0, 2]


BRANCHES = [
    ("a branch never taken is removed with its target", "if r1 == 0 goto L\nr0 = 0\nexit\nL:\nr0 = 1\nexit",
     (3, 4), ["(b7) r0 = 0", "(95) exit"]),
    ("a branch always taken is removed with its fall-through",
     "if r1 == 0 goto L\nr0 = 0\nexit\nL:\nr0 = 1\nexit",
     (1, 2), ["(b7) r0 = 1", "(95) exit"]),
    ("a branch that goes both ways stays", "if r1 == 0 goto L\nr0 = 0\nL:\nexit", (),
     ["(15) if r1 == 0x0 goto pc+1", "(b7) r0 = 0", "(95) exit"]),
    ("a chain of jumps to the next instruction vanishes whole", "goto L\nL:\ngoto M\nM:\nr0 = 0\nexit", (),
     ["(b7) r0 = 0", "(95) exit"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unseen", "left"), [b[1:] for b in BRANCHES], ids=[b[0] for b in BRANCHES])
def test_dead_code(text: str, unseen: tuple[int, ...], left: list[str]) -> None:
    code = code_of(text, unseen)
    opt_hard_wire_dead_code_branches(code)
    opt_remove_dead_code(code)
    opt_remove_nops(code)
    assert lines(code) == left


def test_dead_code_of_unprivileged_programs_becomes_traps() -> None:
    code = code_of("r0 = 0\nexit\nr0 = 1\nexit", unseen=(2, 3))
    sanitize_dead_code(code)
    assert lines(code)[2:] == ["(05) goto pc-1", "(05) goto pc-1"]


XDP = {"data": (0, 8), "data_end": (8, 8), "ingress_ifindex": (40, 4)}
SKB = {"len": (100, 4), "cb": (60, 20), "data": (8, 8), "tstamp": (24, 8), "mark": (80, 4)}

CONTEXTS = [
    ("a packet pointer is loaded whole", ProgType.XDP, XDP, "r2 = *(u32 *)(r1 + 4)",
     ["(79) r2 = *(u64 *)(r1 +8)"]),
    ("a field is loaded from its own place", ProgType.XDP, XDP, "r2 = *(u32 *)(r1 + 12)",
     ["(61) r2 = *(u32 *)(r1 +40)"]),
    ("a byte of a field is shifted down and cut out", ProgType.SCHED_CLS, SKB, "r2 = *(u8 *)(r1 + 2)",
     ["(61) r2 = *(u32 *)(r1 +100)", "(74) w2 >>= 16", "(54) w2 &= 255"]),
    ("the low half of a field is cut out", ProgType.SCHED_CLS, SKB, "r2 = *(u16 *)(r1 + 0)",
     ["(61) r2 = *(u32 *)(r1 +100)", "(54) w2 &= 65535"]),
    ("half of a wide field is shifted in 64 bits", ProgType.CGROUP_SKB, SKB, "r2 = *(u64 *)(r1 + 152)",
     ["(79) r2 = *(u64 *)(r1 +24)"]),
    ("cb keeps its bytes in place", ProgType.SCHED_CLS, SKB, "r2 = *(u16 *)(r1 + 54)",
     ["(69) r2 = *(u16 *)(r1 +66)"]),
    ("a store goes to the member", ProgType.SCHED_CLS, SKB, "*(u32 *)(r1 + 8) = r3",
     ["(63) *(u32 *)(r1 +80) = r3"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prog_type", "layout", "text", "expected"), [c[1:] for c in CONTEXTS], ids=[c[0] for c in CONTEXTS]
)
def test_context_access(
    prog_type: ProgType, layout: dict[str, tuple[int, int]], text: str, expected: list[str]
) -> None:
    insns = assemble(text)
    code = Code(insns, [Aux(ptr_type=PTR_TO_CTX)], (0,))
    variant = PROG_TYPES[prog_type].variant(0)
    assert variant is not None
    convert_ctx_accesses(code, variant, layout, {})
    assert lines(code) == expected


def test_a_field_that_the_runtime_lacks_is_named() -> None:
    code = Code([Insn(0x61, 2, 1, 16)], [Aux(ptr_type=PTR_TO_CTX)], (0,))
    variant = PROG_TYPES[ProgType.XDP].variant(0)
    assert variant is not None
    with pytest.raises(OSError, match="rx_queue_index"):
        convert_ctx_accesses(code, variant, XDP, {})


def test_a_function_whose_first_instruction_goes_stays_the_same_function() -> None:
    from skep.isa.asm import assemble

    insns = assemble("call f\nexit\nf:\nr1 = 0\nr0 = 1\nexit")
    code = Code(insns, [Aux(seen=True) for _ in insns], (0, 2))
    code.remove({id(code.functions[1])})
    assert code.numbers == [0, 1]
    assert code.functions[1].insn == insns[3]
