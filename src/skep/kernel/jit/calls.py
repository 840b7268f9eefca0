"""Calls of helpers and functions, tail calls, and 64-bit constants that stand for addresses.

Lookups in arrays are a bounds check and an address, so they are written out where the verifier knows the map.
"""

from __future__ import annotations

import errno

from skep.errors import ENOTSUPP
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.program import ProgramMap
from skep.kernel.jit.contracts import argument_count
from skep.kernel.jit.emit import Emitter
from skep.kernel.jit.symbols import HELPER, KFUNC, MAP, RECORD, VALUES, map_word
from skep.uapi import FuncId, MapType

_ARRAYS = (MapType.ARRAY, MapType.PERCPU_ARRAY)


def lower_call(emit: Emitter, insn: Insn, slot: int) -> None:
    if insn.src == op.BPF_PSEUDO_CALL:
        target = _function_at(emit, slot + 1 + insn.imm)
        _call(emit, f"@{emit.prefix}f{target}", argument_count(emit.unit.program, slot))
    elif insn.src == op.BPF_PSEUDO_KFUNC_CALL:
        _kfunc_call(emit, insn, slot)
    elif insn.code != op.BPF_JMP | op.BPF_CALL:
        raise OSError(errno.EOPNOTSUPP, f"insn {slot}: calls by register are not supported")
    elif insn.imm == FuncId.tail_call:
        _tail_call(emit)
    elif insn.imm == FuncId.map_lookup_elem and slot in emit.unit.program.call_maps:
        _lookup(emit, emit.unit.program.call_maps[slot])
    elif insn.imm == FuncId.get_smp_processor_id:
        emit.write(op.BPF_REG_0, _cpu(emit))
    else:
        _call(emit, emit.unit.function(f"{HELPER}{insn.imm}"), argument_count(emit.unit.program, slot))


def _kfunc_call(emit: Emitter, insn: Insn, slot: int) -> None:
    call = emit.unit.program.kfuncs.get(slot)
    if call is None:
        if insn.imm:
            raise OSError(errno.EINVAL, f"insn {slot}: kernel function {insn.imm} is not known")
        emit.do("unreachable")  # a weak function that is not there: verified to be never called
        emit.place(emit.label("after"))
        emit.write(op.BPF_REG_0, "0")
        return
    values = {register: emit.read(register) for register in range(1, call.arguments + 1)}
    values |= {register: str(value) for register, value in call.constants}
    if call.object_type:
        values[2] = f"ptrtoint (ptr {emit.unit.data(f'{RECORD}{call.object_type}')} to i64)"
    arguments = ", ".join(f"i64 {values.get(register, '0')}" for register in range(1, 6))
    result = emit.value(f"call i64 {emit.unit.function(KFUNC + call.name)}({arguments}, ptr %run)")
    if call.bits in (8, 16, 32):
        narrow = emit.value(f"trunc i64 {result} to i{call.bits}")
        result = emit.value(f"zext i{call.bits} {narrow} to i64")
    emit.write(op.BPF_REG_0, result)


def lower_ld_imm64(emit: Emitter, insn: Insn, slot: int) -> None:
    """A constant, or the address of a map, of a map's value or of a function."""
    high = emit.unit.program.insns[slot + 1].imm
    if insn.src == 0:
        emit.write(insn.dst, str((insn.imm & 0xFFFF_FFFF) | high << 32))
    elif insn.src == op.BPF_PSEUDO_MAP_IDX:
        emit.write(insn.dst, emit.unit.data(f"{MAP}{insn.imm}"), is_pointer=True)
    elif insn.src == op.BPF_PSEUDO_MAP_IDX_VALUE:
        values = emit.unit.data(f"{VALUES}{insn.imm}")
        where = emit.value(f"getelementptr i8, ptr {values}, i64 {high & 0xFFFF_FFFF}")
        emit.write(insn.dst, where, is_pointer=True)
    elif insn.src == op.BPF_PSEUDO_FUNC:
        target = _function_at(emit, slot + 1 + insn.imm)
        emit.write(insn.dst, f"@{emit.prefix}f{target}", is_pointer=True)
    else:
        raise OSError(ENOTSUPP, f"insn {slot}: the userspace kernel has no variables of its own")


def _function_at(emit: Emitter, slot: int) -> int:
    try:
        return emit.unit.program.subprogs.index(slot)
    except ValueError:
        raise OSError(errno.EINVAL, f"no function starts at insn {slot}") from None


def _call(emit: Emitter, callee: str, count: int) -> None:
    values = [emit.read(register) for register in range(1, count + 1)]
    values += ["0"] * (5 - count)
    arguments = ", ".join(f"i64 {value}" for value in values)
    emit.write(op.BPF_REG_0, emit.value(f"call i64 {callee}({arguments}, ptr %run)"))


def _lookup(emit: Emitter, index: int) -> None:
    """r0 = the element of the key at r2 in a map that is known, null if there is none."""
    known = emit.unit.program.maps[index]
    if known.map_type in _ARRAYS:
        _array_lookup(emit, known, emit.unit.data(f"{VALUES}{index}"))
    else:
        _call(emit, emit.unit.function(known.lookup_symbol), 2)


def _cpu(emit: Emitter) -> str:
    """The virtual CPU of this run."""
    cpu = emit.value(f"load i32, ptr {_member(emit, 'skep_run', 'cpu', '%run')}")
    return emit.value(f"zext i32 {cpu} to i64")


def _array_lookup(emit: Emitter, array: ProgramMap, values: str) -> None:
    """A bounds check and an address."""
    if array.map_type == MapType.PERCPU_ARRAY:
        shift = emit.value(f"mul i64 {_cpu(emit)}, {map_word(array, 'cpu_stride')}")
        values = emit.value(f"getelementptr i8, ptr {values}, i64 {shift}")
    key = emit.value(f"load i32, ptr {emit.pointer(2)}, align 1")
    inside = emit.value(f"icmp ult i32 {key}, {array.max_entries}")
    wide_key = emit.value(f"zext i32 {key} to i64")
    offset = emit.value(f"mul i64 {wide_key}, {map_word(array, 'elem_size')}")
    element = emit.value(f"getelementptr i8, ptr {values}, i64 {offset}")
    found = emit.value(f"select i1 {inside}, ptr {element}, ptr null")
    emit.write(op.BPF_REG_0, found, is_pointer=True)


def _tail_call(emit: Emitter) -> None:
    """Jumps to the program in slot r3 of the prog array r2, with r1; goes on if there is none or after 33."""
    context, array, index = emit.read(1), emit.pointer(2), emit.read32(3)
    onward = emit.label("onward")
    limit = emit.value(f"load i32, ptr {_member(emit, 'skep_map', 'max_entries', array)}")
    _unless(emit, emit.value(f"icmp uge i32 {index}, {limit}"), onward)
    counter = _member(emit, "skep_run", "tail_calls", "%run")
    made = emit.value(f"load i32, ptr {counter}")
    _unless(emit, emit.value(f"icmp uge i32 {made}, {op.MAX_TAIL_CALL_CNT}"), onward)
    slots = emit.value(f"load ptr, ptr {_member(emit, 'skep_map', 'values', array)}")
    wide = emit.value(f"zext i32 {index} to i64")
    slot = emit.value(f"getelementptr ptr, ptr {slots}, i64 {wide}")
    program = emit.value(f"load atomic ptr, ptr {slot} acquire, align 8")
    _unless(emit, emit.value(f"icmp eq ptr {program}, null"), onward)
    emit.do(f"store i32 {emit.value(f'add i32 {made}, 1')}, ptr {counter}")
    entry = emit.value(f"load ptr, ptr {_member(emit, 'skep_prog', 'entry', program)}")
    zeros = ", ".join(["i64 0"] * 4)
    result = emit.value(f"musttail call i64 {entry}(i64 {context}, {zeros}, ptr %run)")
    emit.do(f"ret i64 {result}")
    emit.place(onward)


def _unless(emit: Emitter, condition: str, target: str) -> None:
    """Leaves for `target` if the condition holds."""
    here = emit.label("next")
    emit.do(f"br i1 {condition}, label %{target}, label %{here}")
    emit.place(here)


def _member(emit: Emitter, structure: str, field: str, base: str) -> str:
    from skep._runtime import LAYOUTS

    return emit.value(f"getelementptr i8, ptr {base}, i64 {LAYOUTS[structure][field][0]}")
