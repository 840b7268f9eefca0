"""The pass list from an accepted program to what Linux shows of it, in Linux's order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from skep.isa.build import exit_, ld_imm64, mov64_reg
from skep.isa.codec import LD_IMM64
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_PSEUDO_BTF_ID, BPF_PSEUDO_CALL, BPF_PSEUDO_FUNC, BPF_PSEUDO_MAP_IDX_VALUE
from skep.kernel.fixups.patch import CALL, Code, Node
from skep.kernel.fixups.pipeline import code_of, resolve_maps, trim
from skep.kernel.fixups.xlated.alu import rewrite_alu
from skep.kernel.fixups.xlated.ctx import add_prologue, find_tstamp_type, rewrite_access
from skep.kernel.fixups.xlated.helpers import rewrite_helper
from skep.kernel.fixups.xlated.kfuncs import rewrite_kfunc
from skep.kernel.fixups.xlated.ld_abs import rewrite_ld_abs
from skep.kernel.fixups.xlated.loops import init_may_goto, optimize_bpf_loop, rewrite_may_goto
from skep.kernel.fixups.xlated.rewriter import Arch, Patch, Rewriter
from skep.kernel.fixups.xlated.zext import rewrite_zext
from skep.uapi import MapType

if TYPE_CHECKING:
    from skep.kernel.verifier.request import VerifyRequest, VerifyResult

_REWRITES: Final = (rewrite_alu, rewrite_ld_abs, rewrite_may_goto, rewrite_kfunc, rewrite_helper)


@dataclass(frozen=True, slots=True)
class Xlated:
    """The slots; for each the slot of the program as loaded that it comes from; where functions start.

    Maps are named by BPF_PSEUDO_MAP_IDX and BPF_PSEUDO_MAP_IDX_VALUE: their index among the program's maps.
    """

    insns: tuple[Insn, ...]
    origins: tuple[int, ...]
    functions: tuple[int, ...]


def xlate(request: VerifyRequest, result: VerifyResult, arch: Arch | None = None) -> Xlated:
    """What Linux would show, on a machine like `arch`."""
    code = code_of(result)
    rewriter = Rewriter(request, result, code, arch or Arch())
    optimize_bpf_loop(rewriter)
    trim(code, request)
    add_prologue(rewriter)
    find_tstamp_type(rewriter)
    rewriter.each(rewrite_access)
    if result.seen_exception and not result.exception_callback_subprog:
        code.append_function([mov64_reg(0, 1), exit_()], code.nodes[-1].aux)
    rewriter.each(_rewrite)
    init_may_goto(rewriter)
    rewriter.each(rewrite_zext)
    resolve_maps(code)
    _resolve_addresses(code, result)
    return _shown(code)


def _rewrite(rewriter: Rewriter, node: Node) -> Patch:
    return next((patch for rewrite in _REWRITES if (patch := rewrite(rewriter, node)) is not None), None)


def _resolve_addresses(code: Code, result: VerifyResult) -> None:
    """Kernel variables are addresses, which are not shown. Memory of arenas has one that users know."""
    for node in code.nodes:
        if node.insn.code != LD_IMM64:
            continue
        if node.insn.src == BPF_PSEUDO_BTF_ID:
            node.insn, node.upper = replace(node.insn, src=0, imm=0), Insn(0)
        elif node.insn.src == BPF_PSEUDO_MAP_IDX_VALUE:
            used = result.used_maps[node.insn.imm]
            if used.map_type == MapType.ARENA:
                assert node.upper is not None
                node.insn, node.upper = ld_imm64(node.insn.dst, used.map.user_vm_start + node.upper.imm)


def _shown(code: Code) -> Xlated:
    """Calls and references of functions: the distance in `off` or `imm`, and the function's number."""
    insns, origins = code.layout()
    shown = list(insns)
    if len(code.functions) > 1:
        numbers = {id(node): number for number, node in enumerate(code.functions)}
        for node in code.nodes:
            number = numbers.get(id(node.target)) if node.target is not None else None
            if number is None:
                continue
            insn, slot = shown[node.slot], node.slot
            if insn.code == CALL and insn.src == BPF_PSEUDO_CALL:
                shown[slot] = replace(insn, off=_s16(insn.imm), imm=number)
            elif insn.code == LD_IMM64 and insn.src == BPF_PSEUDO_FUNC:
                shown[slot + 1] = replace(shown[slot + 1], imm=number)
    return Xlated(tuple(shown), origins, tuple(node.slot for node in code.functions))


def _s16(value: int) -> int:
    return (value + 0x8000) % 0x10000 - 0x8000
