"""What the JIT makes of programs beyond the value of r0: errors, callbacks, which registers are pointers."""

from __future__ import annotations

import ctypes

import pytest

from skep._runtime import call
from skep.isa import build as b
from skep.isa import opcodes as op
from skep.isa.asm import assemble
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.interp.native import NATIVE_FUNCTION
from skep.kernel.jit.blocks import split
from skep.kernel.jit.emit import STORES_AT_ONCE
from skep.kernel.jit.engine import compile, compile_batch
from skep.kernel.jit.flow import analyse
from skep.kernel.jit.lower import lower
from skep.kernel.jit.target import LEVELS
from skep.kernel.jit.unit import Unit
from skep.kernel.vm import bare_program


def text_of(insns: tuple[Insn, ...]) -> str:
    program = bare_program(insns)
    unit = Unit(program)
    lower(program, unit)
    return unit.text()


ERRORS = {
    "insn 0: kernel function 1 is not known": (b.call_kfunc(1), b.exit_()),
    "insn 0: calls by register are not supported": (b.callx(1), b.exit_()),
    "insn 0: the userspace kernel has no variables of its own": (*b.ld_btf_id(1, 5), b.exit_()),
    "insn 1: unknown opcode ff": (b.mov64_imm(0, 0), Insn(0xFF), b.exit_()),
    "addr_space_cast in a program without an arena": (b.addr_space_cast(1, 2, 0, 1), b.exit_()),
    "jump out of range from insn 0 to 7": (b.ja(6), b.exit_()),
    "jump out of range from insn 1 to -1": (b.mov64_imm(0, 0), b.ja(-3), b.exit_()),
    "last insn 0 of the function at 0 is not an exit or jump": (b.mov64_imm(0, 0),),
    "jump into the middle of ld_imm64 at insn 1": (b.ja(1), *b.ld_imm64(0, 1), b.exit_()),
}


@pytest.mark.parametrize("message", ERRORS)
def test_what_cannot_be_compiled_is_named(message: str) -> None:
    with pytest.raises(OSError, match=message):
        text_of(ERRORS[message])


def test_the_same_program_gives_the_same_text() -> None:
    insns = assemble("r2 = *(u64 *)(r1 + 0)\nr0 = r2\nif r2 == 0 goto 1f\nr0 += 1\n1: exit")
    assert text_of(insns) == text_of(insns)


def test_a_register_that_is_dereferenced_is_a_pointer_from_its_origin() -> None:
    """r2 is loaded in one block and walks through memory in another: no number ever becomes a pointer."""
    text = text_of(
        assemble(
            """
            r2 = *(u64 *)(r1 + 0)
            r0 = 0
            r3 = 10
        1:  r4 = *(u8 *)(r2 + 0)
            r0 += r4
            r2 += 1
            r3 -= 1
            if r3 != 0 goto 1b
            exit
            """
        )
    )
    assert "load ptr" in text
    assert "inttoptr" not in text.replace("inttoptr i64 %a1", "")


def test_an_address_with_the_index_first_has_the_pointer_as_base() -> None:
    insns = assemble("r3 = *(u8 *)(r1 + 0)\nr3 <<= 2\nr3 += r1\nr0 = *(u8 *)(r3 + 0)\nexit")
    program = bare_program(insns)
    (function,) = split(program)
    assert analyse(program, function).bases == {2}


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("r0 = r1\nexit", 0b10),
        ("r0 = 1\nexit", 0),
        ("r0 = r1\nr0 += r2\nexit", 0b110),
        ("call 5\nexit", 0),
        ("call 1\nexit", 0b110),
        ("lock *(u64 *)(r10 - 8) += r3\nr0 = 0\nexit", 1 << 10 | 1 << 3),
        ("r0 = cmpxchg_64(r1 + 0, r0, r2)\nexit", 0b111),
    ],
)
def test_registers_that_are_alive_at_the_start(text: str, live: int) -> None:
    program = bare_program(assemble(text))
    (function,) = split(program)
    assert analyse(program, function).live[0] == live


def test_a_helper_calls_back_into_the_program() -> None:
    """A stand-in for bpf_loop: calls r2 with 0 to r1 - 1 and r3."""

    def loop(count: int, callback: int, context: int, r4: int, r5: int, run: int) -> int:
        for number in range(count):
            call(callback, number, context, 0, 0, 0, run)
        return count

    helper = NATIVE_FUNCTION(loop)
    insns = assemble(
        """
        *(u64 *)(r10 - 8) = 0
        r1 = 5
        r2 = add ll
        r3 = r10
        r3 += -8
        call 181
        r0 = *(u64 *)(r10 - 8)
        exit
    add:
        r3 = *(u64 *)(r2 + 0)
        r3 += r1
        *(u64 *)(r2 + 0) = r3
        r0 = 0
        exit
        """
    )
    assert insns[2].src == op.BPF_PSEUDO_FUNC
    start = len(insns) - 5
    program = FixedProgram(insns, subprogs=(0, start), stack_depths=(8, 0))
    address = ctypes.cast(helper, ctypes.c_void_p).value or 0
    code = compile(program, resolve_helper=lambda helper: address, cache=None)
    assert call(code.entry) == 10


def test_a_thousand_jumps_for_nothing_compile() -> None:
    """LLVM's passes over control flow would fail an assertion of theirs and take the process along."""
    jumps = "\n".join(
        f"1: r5 = *(u32 *)(r1 + 0)\nif r5 > {number} goto 1f\nr4 = r5" for number in range(3000)
    )
    insns = assemble(f"r0 = 1\n{jumps}\n1: r0 += 1\nexit")
    code = compile(bare_program(insns), resolve_helper=lambda helper: 0, cache=None)
    memory = ctypes.create_string_buffer(8)
    assert call(code.entry, ctypes.addressof(memory)) == 2


def test_long_runs_of_stores_are_cut() -> None:
    """LLVM would compare each with all before it: a quarter of a second for a thousand."""
    stores = "\n".join(f"*(u8 *)(r1 + {number % 200}) = {number % 100}" for number in range(1000))
    text = text_of(assemble(f"r0 = 0\n{stores}\nexit"))
    assert text.count("asm sideeffect") == 1000 // STORES_AT_ONCE


LEVELS_OF = {"r0 = 1\nexit": 0, "r0 += r1\n" * 2000 + "exit": 1, "r0 += r1\n" * 60000 + "exit": 2}


@pytest.mark.parametrize("level", LEVELS_OF.values())
def test_what_is_larger_is_compiled_with_less_effort(level: int) -> None:
    source = next(source for source, number in LEVELS_OF.items() if number == level)
    size = len(text_of(assemble(source)))
    assert next(number for number, row in enumerate(LEVELS) if size <= row.size) == level


def test_many_programs_compile_into_one_module() -> None:
    programs = [bare_program((b.mov64_imm(0, number), b.exit_())) for number in range(5)]
    code = compile_batch(programs)
    assert [call(entry) for entry in code.entries] == [0, 1, 2, 3, 4]


def test_may_goto_ends_a_loop_that_would_not_end() -> None:
    insns = assemble("r0 = 0\n1: may_goto 2f\nr0 += 1\ngoto 1b\n2: exit")
    code = compile(bare_program(insns), resolve_helper=lambda helper: 0, cache=None)
    assert call(code.entry) == 8 * 1024 * 1024 - 1
