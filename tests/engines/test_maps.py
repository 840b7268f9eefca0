"""Programs with maps on both of skep's engines: lookups, values by address, tail calls."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Iterator

import pytest

from skep._runtime import LAYOUTS, SYMBOLS, call, poke
from skep.isa import build as b
from skep.isa import encode
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.helpers.registry import PROTOS
from skep.kernel.interp import BadAccess, Interp, Region
from skep.kernel.jit.engine import NativeProgram, compile
from skep.kernel.machine import Machine
from skep.kernel.maps.base import Map
from skep.kernel.maps.params import MapParams
from skep.kernel.maps.registry import create_map
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.uapi import MapType, ProgType

LOOKUP, TAIL_CALL, GET_CPU = 1, 12, 8
Run = Callable[..., int]


def resolve(helper: int) -> int:
    return SYMBOLS[PROTOS[helper].bpf_name]


@pytest.fixture
def machine() -> Iterator[Machine]:
    with_cpus = Machine(ncpus=4)
    yield with_cpus
    with_cpus.close()


def native_run(cpu: int = 0) -> ctypes.Array[ctypes.c_char]:
    memory = ctypes.create_string_buffer(256)
    offset, size = LAYOUTS["skep_run"]["cpu"]
    poke(ctypes.addressof(memory) + offset, size, cpu)
    return memory


@pytest.fixture(params=["jit", "interp"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a program on an engine with r1, and as a given CPU."""

    def jit(program: FixedProgram, r1: int = 0, cpu: int = 0) -> int:
        memory = native_run(cpu)
        code = compile(program, resolve_helper=resolve)
        return call(code.entry, r1, 0, 0, 0, 0, ctypes.addressof(memory))

    def interp(program: FixedProgram, r1: int = 0, cpu: int = 0) -> int:
        memory = native_run(cpu)
        return Interp(program, resolve_helper=resolve).run(r1, run=ctypes.addressof(memory))

    return jit if request.param == "jit" else interp


def make_map(machine: Machine, map_type: MapType, entries: int, key: int = 4, value: int = 8) -> Map:
    params = MapParams(map_type=map_type, key_size=key, value_size=value, max_entries=entries)
    return create_map(machine, params)


def lookup_program(of: Map, key: int, *, known: bool) -> FixedProgram:
    """r0 = value of the key + 1000, or 1 if there is none."""
    insns = (
        b.st_mem(op.BPF_W, 10, -4, key),
        b.mov64_reg(2, 10),
        b.alu64_imm(op.BPF_ADD, 2, -4),
        *b.ld_map_idx(1, 0),
        b.call_helper(LOOKUP),
        b.jmp_imm(op.BPF_JNE, 0, 0, 2),
        b.mov64_imm(0, 1),
        b.exit_(),
        b.ldx_mem(op.BPF_DW, 0, 0, 0),
        b.alu64_imm(op.BPF_ADD, 0, 1000),
        b.exit_(),
    )
    return FixedProgram(insns, maps=(of,), stack_depths=(8,), call_maps={5: 0} if known else {})


@pytest.mark.parametrize("known", [True, False], ids=["the map is known", "the map is not known"])
@pytest.mark.parametrize("map_type", [MapType.ARRAY, MapType.HASH], ids=lambda kind: kind.name)
def test_lookup_finds_the_value_or_nothing(
    machine: Machine, run: Run, map_type: MapType, known: bool
) -> None:
    of = make_map(machine, map_type, 10)
    of.update(struct.pack("<I", 7), struct.pack("<Q", 55), 0)
    assert run(lookup_program(of, 7, known=known)) == 1055
    assert run(lookup_program(of, 10, known=known)) == 1
    assert run(lookup_program(of, -1, known=known)) == 1


@pytest.mark.parametrize("known", [True, False], ids=["the map is known", "the map is not known"])
@pytest.mark.parametrize("map_type", [MapType.PERCPU_ARRAY, MapType.PERCPU_HASH], ids=lambda kind: kind.name)
def test_lookup_finds_the_value_of_its_own_cpu(
    machine: Machine, run: Run, map_type: MapType, known: bool
) -> None:
    of = make_map(machine, map_type, 10)
    of.update(struct.pack("<I", 7), struct.pack("<4Q", 10, 11, 12, 13), 0)
    assert [run(lookup_program(of, 7, known=known), cpu=cpu) for cpu in range(4)] == [1010, 1011, 1012, 1013]


def test_a_value_by_address_is_the_value_that_lookups_find(machine: Machine, run: Run) -> None:
    of = make_map(machine, MapType.ARRAY, 1, value=16)
    insns = (
        *b.ld_map_idx_value(1, 0, 8),
        b.mov64_imm(2, 77),
        b.stx_mem(op.BPF_DW, 1, 2, 0),
        b.st_mem(op.BPF_W, 10, -4, 0),
        b.mov64_reg(2, 10),
        b.alu64_imm(op.BPF_ADD, 2, -4),
        *b.ld_map_idx(1, 0),
        b.call_helper(LOOKUP),
        b.ldx_mem(op.BPF_DW, 0, 0, 8),
        b.exit_(),
    )
    assert run(FixedProgram(insns, maps=(of,), stack_depths=(8,), call_maps={9: 0})) == 77
    assert of.lookup(bytes(4)) == struct.pack("<QQ", 0, 77)


def test_a_program_knows_its_cpu(run: Run) -> None:
    assert run(FixedProgram((b.call_helper(GET_CPU), b.exit_())), cpu=3) == 3


def test_the_interpreter_refuses_what_lies_behind_a_value(machine: Machine) -> None:
    of = make_map(machine, MapType.HASH, 4, value=4)
    of.update(struct.pack("<I", 7), bytes(4), 0)
    with pytest.raises(BadAccess, match=r"insn 9: read outside of all memory: 8 bytes at"):
        Interp(lookup_program(of, 7, known=True), resolve_helper=resolve).run()


# Tail calls: a program counts its runs in the first bytes of a memory block or packet.


def counting(prologue: tuple[Insn, ...], load_array: tuple[Insn, ...], index: int) -> tuple[Insn, ...]:
    return (
        *prologue,  # leaves the address of the counter in r7, the context in r6
        b.ldx_mem(op.BPF_W, 0, 7, 0),
        b.alu64_imm(op.BPF_ADD, 0, 1),
        b.stx_mem(op.BPF_W, 7, 0, 0),
        b.mov64_reg(1, 6),
        *load_array,
        b.mov64_imm(3, index),
        b.call_helper(TAIL_CALL),
        b.ldx_mem(op.BPF_W, 0, 7, 0),
        b.exit_(),
    )


BARE = (b.mov64_reg(6, 1), b.mov64_reg(7, 1))
XDP = (
    b.mov64_reg(6, 1),
    b.ldx_mem(op.BPF_W, 7, 1, 0),
    b.ldx_mem(op.BPF_W, 2, 1, 4),
    b.mov64_reg(3, 7),
    b.alu64_imm(op.BPF_ADD, 3, 4),
    b.mov64_imm(0, 0),
    b.jmp_reg(op.BPF_JLE, 3, 2, 1),
    b.exit_(),
)


@pytest.fixture(params=["jit", "interp"])
def tail_calls(request: pytest.FixtureRequest, machine: Machine) -> Callable[[int], int]:
    """How often the counting program runs when it tail-calls an index of an array with itself in slot 0."""
    array = make_map(machine, MapType.PROG_ARRAY, 2, value=4)
    block = ctypes.create_string_buffer(8)
    record = ctypes.create_string_buffer(64)
    array.native.update(bytes(4), struct.pack("<Q", ctypes.addressof(record)), 0)
    keep: list[NativeProgram] = []

    def jit(index: int) -> int:
        program = FixedProgram(counting(BARE, b.ld_map_idx(2, 0), index), maps=(array,))
        keep.append(compile(program, resolve_helper=resolve))
        poke(ctypes.addressof(record) + LAYOUTS["skep_prog"]["entry"][0], 8, keep[-1].entry)
        memory = native_run()
        return call(keep[-1].entry, ctypes.addressof(block), 0, 0, 0, 0, ctypes.addressof(memory))

    def interp(index: int) -> int:
        program = FixedProgram(counting(BARE, b.ld_map_idx(2, 0), index), maps=(array,))

        def enter(context: int, run: int) -> int:
            regions = [lambda: [Region("block", context, 8)]]
            return Interp(program, regions=regions, on_tail_call=lambda _, ctx, run: enter(ctx, run)).run(
                context, run=run
            )

        memory = native_run()
        return enter(ctypes.addressof(block), ctypes.addressof(memory))

    return jit if request.param == "jit" else interp


TAIL_CALLS = {0: 34, 1: 1, 2: 1}  # index -> runs; slot 1 is empty, slot 2 outside


@pytest.mark.parametrize("index", TAIL_CALLS)
def test_tail_calls_end_after_33(tail_calls: Callable[[int], int], index: int) -> None:
    assert tail_calls(index) == TAIL_CALLS[index]


@pytest.mark.parametrize("index", TAIL_CALLS)
def test_tail_calls_end_after_33_on_linux(linux: Linux, index: int) -> None:
    array = commands.map_create(linux, map_type=MapType.PROG_ARRAY, key_size=4, value_size=4, max_entries=2)
    insns = encode(counting(XDP, b.ld_map_fd(2, array), index))
    program = commands.prog_load(linux, prog_type=ProgType.XDP, insns=insns).fd
    try:
        commands.map_update_elem(linux, array, bytes(4), struct.pack("<I", program))
        assert commands.prog_test_run(linux, program, data=bytes(64)).retval == TAIL_CALLS[index]
    finally:
        commands.map_delete_elem(linux, array, bytes(4))
        linux.close(program)
        linux.close(array)


def test_a_tail_call_ends_its_function_only(machine: Machine, run: Run) -> None:
    """The target returns to the caller of the function that made the tail call."""
    array = make_map(machine, MapType.PROG_ARRAY, 1, value=4)
    target = compile(FixedProgram((b.mov64_imm(0, 40), b.exit_())), resolve_helper=resolve)
    record = ctypes.create_string_buffer(64)
    poke(ctypes.addressof(record) + LAYOUTS["skep_prog"]["entry"][0], 8, target.entry)
    array.native.update(bytes(4), struct.pack("<Q", ctypes.addressof(record)), 0)
    insns = (
        b.call_subprog(2),
        b.alu64_imm(op.BPF_ADD, 0, 2),
        b.exit_(),
        *b.ld_map_idx(2, 0),
        b.mov64_imm(3, 0),
        b.call_helper(TAIL_CALL),
        b.mov64_imm(0, 0),
        b.exit_(),
    )
    program = FixedProgram(insns, subprogs=(0, 3), maps=(array,), stack_depths=(0, 0))
    assert run(program, r1=1) == 42
