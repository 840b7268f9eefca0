"""The checked interpreter finds what a verifier must not let through, and says where."""

from __future__ import annotations

import ctypes

import pytest

from skep._runtime import SYMBOLS, call
from skep.isa import build as b
from skep.isa.asm import assemble
from skep.isa.insn import Insn
from skep.kernel import vm
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.interp import (
    BadAccess,
    BadControl,
    Frame,
    Interp,
    InterpError,
    OutOfSteps,
    Region,
    UninitialisedRegister,
)
from skep.kernel.interp.native import NATIVE_FUNCTION
from skep.kernel.model.record import Record

BAD = {
    "a read below the stack": ("r0 = *(u64 *)(r10 - 520); exit", BadAccess, 0),
    "a read above the stack": ("r0 = *(u64 *)(r10 + 0); exit", BadAccess, 0),
    "a read across the end of the stack": (
        "*(u32 *)(r10 - 4) = 0; r0 = *(u64 *)(r10 - 4); exit",
        BadAccess,
        1,
    ),
    "a read of stack that was never written": ("r0 = *(u8 *)(r10 - 1); exit", BadAccess, 0),
    "a read of stack that was half written": (
        "*(u32 *)(r10 - 8) = 0; r0 = *(u64 *)(r10 - 8); exit",
        BadAccess,
        1,
    ),
    "a read behind the memory block": ("r0 = *(u8 *)(r1 + 8); exit", BadAccess, 0),
    "a write before the memory block": ("*(u8 *)(r1 - 1) = 0; r0 = 0; exit", BadAccess, 0),
    "a read through null": ("r1 = 0; r0 = *(u64 *)(r1 + 0); exit", BadAccess, 1),
    "a write to a number": ("r1 = -1; *(u64 *)(r1 + 0) = 0; r0 = 0; exit", BadAccess, 1),
    "an atomic operation outside": ("r2 = 1; lock *(u64 *)(r1 + 8) += r2; r0 = 0; exit", BadAccess, 1),
    "a register that was never written": ("r0 = r6; exit", UninitialisedRegister, 0),
    "r0 at the exit": ("exit", UninitialisedRegister, 0),
    "an operand": ("r0 = 1; r0 += r7; exit", UninitialisedRegister, 1),
    "r0 after a call of a function that sets none": ("call 1f; exit; 1: exit", UninitialisedRegister, 1),
    "r1 after a call": ("call 1f; r0 = r1; exit; 1: r0 = 0; exit", UninitialisedRegister, 1),
    "a jump out of the program": ("r0 = 0; goto +5; exit", BadControl, 7),
    "the end of the program": ("r0 = 0", BadControl, 1),
    "calls that never end": ("1: call 1b; exit", BadControl, 0),
    "a helper where there are none": ("r1 = 0; r2 = 0; call 1; exit", BadControl, 2),
}


def assembled(text: str) -> tuple[Insn, ...]:
    return assemble(text.replace("; ", "\n"))


@pytest.mark.parametrize("what", BAD)
def test_it_refuses(what: str) -> None:
    text, error, insn = BAD[what]
    with pytest.raises(error) as caught:
        vm.run(assembled(text), bytes(8), "interp")
    assert isinstance(caught.value, InterpError)
    assert caught.value.insn == insn
    assert str(caught.value).startswith(f"insn {insn}: ")


def test_a_bad_access_names_the_nearest_object() -> None:
    with pytest.raises(BadAccess) as caught:
        vm.run(assembled("r0 = *(u16 *)(r1 + 9); exit"), bytes(8), "interp")
    assert "memory block+9 (8 bytes)" in caught.value.what
    assert caught.value.size == 2


@pytest.mark.parametrize("name", ["unknown opcode", "a field that must be zero"])
def test_an_instruction_that_there_is_not(name: str) -> None:
    bad = {"unknown opcode": Insn(0xFF), "a field that must be zero": Insn(0xB7, 0, 0, 5, 1)}[name]
    with pytest.raises(BadControl, match="insn 0: there is no such instruction"):
        vm.run((bad, b.exit_()), engine="interp")


def test_a_kernel_function_that_nobody_knows_cannot_be_called() -> None:
    with pytest.raises(BadControl, match="insn 0: nothing can be called by"):
        vm.run((b.call_kfunc(1), b.exit_()), engine="interp")


def test_read_only_memory_can_be_read_and_not_written() -> None:
    block = ctypes.create_string_buffer(b"\x2a", 8)
    region = Region("rodata", ctypes.addressof(block), 8, writable=False)
    read = vm.bare_program(assembled("r0 = *(u8 *)(r1 + 0); exit"))
    assert Interp(read, regions=[lambda: [region]]).run(region.start) == 42
    write = vm.bare_program(assembled("*(u8 *)(r1 + 0) = 0; r0 = 0; exit"))
    with pytest.raises(BadAccess, match="insn 0: write to read-only memory"):
        Interp(write, regions=[lambda: [region]]).run(region.start)


def test_unwritten_stack_can_be_allowed() -> None:
    program = vm.bare_program(assembled("r0 = *(u64 *)(r10 - 8); exit"))
    assert Interp(program, allow_uninit_stack=True).run() == 0


def test_steps_are_limited() -> None:
    with pytest.raises(OutOfSteps, match="no end after 100 steps"):
        vm.run((b.ja(-1),), engine="interp", step_limit=100)


def test_each_step_can_be_watched() -> None:
    seen = []

    def on_step(slot: int, frame: Frame) -> None:
        seen.append((slot, frame.registers[0]))

    program = vm.bare_program(assembled("r0 = 1; r0 += 2; exit"))
    assert Interp(program, on_step=on_step).run() == 3
    assert seen == [(0, None), (1, 1), (2, 3)]


def test_what_a_program_writes_shows_in_a_bytearray() -> None:
    memory = bytearray(8)
    vm.run(assembled("*(u32 *)(r1 + 4) = 0x1020304; r0 = 0; exit"), memory, "interp")
    assert memory == bytes(4) + b"\x04\x03\x02\x01"


def test_a_function_may_leave_without_a_result_that_nobody_looks_at() -> None:
    assert vm.run(assembled("call 1f; r0 = 3; exit; 1: exit"), engine="interp") == 3


def test_a_call_that_is_written_into_the_code_leaves_registers_alone() -> None:
    """The fixups take spills away around it: get_smp_processor_id."""
    program = vm.bare_program(assembled("r1 = 7; call 8; r0 = r1; exit"))
    cpu = SYMBOLS["bpf_get_smp_processor_id"]
    run = Record("skep_run")
    assert Interp(program, resolve_helper=lambda helper: cpu).run(run=run.address) == 7


CALLBACK = """
    *(u64 *)(r10 - 8) = 0
    r1 = 5
    r2 = add ll
    r3 = r10
    r3 += -8
    r4 = 0
    call 181
    r0 = *(u64 *)(r10 - 8)
    exit
add:
    r3 = *(u64 *)(r2 + OFFSET)
    r3 += r1
    *(u64 *)(r2 + 0) = r3
    r0 = 0
    exit
"""


def run_callback(offset: int) -> int:
    def loop(count: int, callback: int, context: int, r4: int, r5: int, run: int) -> int:
        for number in range(count):
            if call(callback, number, context, 0, 0, 0, run):
                break
        return count

    helper = NATIVE_FUNCTION(loop)
    insns = assemble(CALLBACK.replace("OFFSET", str(offset)))
    program = FixedProgram(insns, subprogs=(0, len(insns) - 5), stack_depths=(8, 0))
    address = ctypes.cast(helper, ctypes.c_void_p).value or 0
    return Interp(program, resolve_helper=lambda helper: address).run()


def test_a_helper_calls_back_into_the_program() -> None:
    assert run_callback(0) == 10


def test_what_goes_wrong_in_a_callback_is_raised_after_the_helper() -> None:
    with pytest.raises(BadAccess, match="insn 10: read outside of all memory"):
        run_callback(8)
