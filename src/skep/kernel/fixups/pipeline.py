"""What happens to a program between acceptance and the engines: the pass list, in Linux's order.

Left to the engines, which know better ways: division by zero, zero extension of 32-bit results, inlined map
lookups (they get `call_maps`), packet loads of classic BPF.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skep.isa.codec import LD_IMM64
from skep.isa.opcodes import (
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_IDX,
    BPF_PSEUDO_MAP_IDX_VALUE,
    BPF_PSEUDO_MAP_VALUE,
)
from skep.kernel.fixups.ctx_access import convert_ctx_accesses
from skep.kernel.fixups.dead_code import (
    opt_hard_wire_dead_code_branches,
    opt_remove_dead_code,
    opt_remove_nops,
    sanitize_dead_code,
)
from skep.kernel.fixups.fastcall import remove_fastcall_spills_fills
from skep.kernel.fixups.kernel_symbols import resolve_functions
from skep.kernel.fixups.kfunc_calls import kfunc_calls
from skep.kernel.fixups.loops import forget_callbacks, tell_loops
from skep.kernel.fixups.map_access import convert_map_accesses
from skep.kernel.fixups.patch import CALL, Code
from skep.kernel.fixups.probe import mark_probed_accesses, narrow_arena_pointers
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.uapi import MapType

if TYPE_CHECKING:
    from skep.kernel.verifier.request import VerifyRequest, VerifyResult

_MAP_SOURCES = (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_IDX)
_VALUE_SOURCES = (BPF_PSEUDO_MAP_VALUE, BPF_PSEUDO_MAP_IDX_VALUE)


def fixup(request: VerifyRequest, result: VerifyResult) -> FixedProgram:
    """The accepted program in its final form."""
    from skep._runtime import LAYOUTS

    code = code_of(result)
    trim(code, request)
    forget_callbacks(code)
    tell_loops(code)
    row = PROG_TYPES[result.prog_type]
    variant = row.variant(result.expected_attach_type)
    assert variant is not None
    native = LAYOUTS[row.native] if row.native else None
    sockets = LAYOUTS["skep_sock"] | LAYOUTS["skep_tcp_sock"]
    convert_ctx_accesses(code, variant, native, sockets, request.byteorder)
    convert_map_accesses(code, request.vmlinux, LAYOUTS["skep_map"])
    mark_probed_accesses(code)
    arena = next((i for i, used in enumerate(result.used_maps) if used.map.map_type == MapType.ARENA), None)
    if arena is not None:
        narrow_arena_pointers(code, result.used_maps[arena].map.map_flags)
    resolve_maps(code)
    resolve_functions(code, request)
    return _program(code, request, result, arena)


def code_of(result: VerifyResult) -> Code:
    """The program as it was loaded, ready to be cut and patched."""
    return Code(result.insns, result.insn_aux, [subprog.start for subprog in result.subprogs])


def trim(code: Code, request: VerifyRequest) -> None:
    """Take away what is never run."""
    remove_fastcall_spills_fills(code)
    if request.privileges.bpf:
        opt_hard_wire_dead_code_branches(code)
        opt_remove_dead_code(code)
        opt_remove_nops(code)
    else:
        sanitize_dead_code(code)


def resolve_maps(code: Code) -> None:
    """Maps by their index among the program's maps, whatever way the program named them."""
    for node in code.nodes:
        insn = node.insn
        if insn.code != LD_IMM64:
            continue
        if insn.src in _MAP_SOURCES:
            node.insn = replace(insn, src=BPF_PSEUDO_MAP_IDX, imm=node.aux.map_index)
        elif insn.src in _VALUE_SOURCES:
            node.insn = replace(insn, src=BPF_PSEUDO_MAP_IDX_VALUE, imm=node.aux.map_index)


def _program(code: Code, request: VerifyRequest, result: VerifyResult, arena: int | None) -> FixedProgram:
    insns, origins = code.layout()
    index_of = {id(vmap): index for index, vmap in enumerate(result.used_maps)}
    call_maps = {
        node.slot: index_of[id(node.aux.map_ptr)]
        for node in code.nodes
        if node.insn.code == CALL
        and node.insn.src == 0
        and node.aux.map_ptr is not None
        and not node.aux.map_ptr_poison
        and id(node.aux.map_ptr) in index_of
    }
    return FixedProgram(
        insns=insns,
        subprogs=tuple(node.slot for node in code.functions),
        maps=tuple(vmap.map for vmap in result.used_maps),
        stack_depths=tuple(result.subprogs[number].stack_depth for number in code.numbers),
        call_maps=call_maps,
        kfuncs=kfunc_calls(code, request, result),
        arena=arena,
        exception_callback=_exception_callback(code, result),
        origins=origins,
        max_ctx_offset=result.max_ctx_offset,
    )


def _exception_callback(code: Code, result: VerifyResult) -> int:
    """Its index among the functions that are left; 0 if the program has none."""
    for index, number in enumerate(code.numbers):
        if result.subprogs[number].is_exception_cb:
            return index
    return 0
