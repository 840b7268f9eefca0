"""Context and socket accesses as Linux's loads and stores, barriers against speculation, and prologues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from skep.isa.build import alu32_imm, alu64_reg, call_helper, exit_, jmp_imm, ldx_mem, mov32_imm, mov64_reg
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_AND,
    BPF_ATOMIC,
    BPF_B,
    BPF_JEQ,
    BPF_LDX,
    BPF_MEM,
    BPF_MEMSX,
    BPF_NOSPEC,
    BPF_PROBE_ATOMIC,
    BPF_PROBE_MEMSX,
    BPF_ST,
    BPF_STX,
    BPF_XOR,
)
from skep.kernel.fixups.ctx_rows import CtxRow, converted
from skep.kernel.fixups.patch import Node
from skep.kernel.fixups.probed.ctx_access import CTX_ROWS
from skep.kernel.fixups.sizes import BYTES
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter, same
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_RDONLY,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_CTX,
    PTR_TO_MEM,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    PTR_UNTRUSTED,
)
from skep.uapi import FuncId, ProgType

_SOCKETS: Final = {
    PTR_TO_SOCKET: "sock",
    PTR_TO_SOCK_COMMON: "sock_common",
    PTR_TO_TCP_SOCK: "tcp_sock",
    PTR_TO_XDP_SOCK: "xdp_sock",
}

#: What programs that write to a packet return where it cannot be made writable: TC_ACT_SHOT, SK_DROP.
_DROP_VERDICTS: Final = {
    ProgType.SCHED_CLS: 2,
    ProgType.SCHED_ACT: 2,
    ProgType.LWT_XMIT: 2,
    ProgType.SK_SKB: 0,
}

#: Behind PTR_TO_XDP_SOCK, which programs get from a lookup.
_XDP_SOCK: Final = (CtxRow("queue_id", 0, 4, 4, load="r2 = *(u16 *)(r1 +880)", target=2),)

_CLONED_OFFSET: Final = 126
_NOSPEC: Final = Insn(BPF_ST | BPF_NOSPEC)


def add_prologue(rewriter: Rewriter) -> None:
    """Programs that write to the packet through pointers first get it to themselves."""
    verdict = _DROP_VERDICTS.get(ProgType(rewriter.result.prog_type))
    if verdict is None or not rewriter.result.seen_direct_write:
        return
    rewriter.code.insert_before(
        0,
        [
            ldx_mem(BPF_B, 6, 1, _CLONED_OFFSET),
            alu32_imm(BPF_AND, 6, 1),
            jmp_imm(BPF_JEQ, 6, 0, 7),
            mov64_reg(6, 1),
            alu64_reg(BPF_XOR, 2, 2),
            call_helper(FuncId.skb_pull_data),
            jmp_imm(BPF_JEQ, 0, 0, 2),
            mov32_imm(0, verdict),
            exit_(),
            mov64_reg(1, 6),
        ],
    )


_TSTAMP_TYPE: Final = 180
_PLAIN_TSTAMP: Final = (
    CtxRow("tstamp", 152, 8, 8, load="r2 = *(u64 *)(r1 +32)"),
    CtxRow("tstamp", 152, 8, 8, store="*(u64 *)(r1 +32) = r2"),
)

_ROWS: Final = CTX_ROWS | {"xdp_sock": _XDP_SOCK}


@cache
def _table(name: str) -> dict[tuple[bool, int], Sequence[CtxRow]]:
    """Rows by kind of access (stores: True) and offset."""
    table: dict[tuple[bool, int], list[CtxRow]] = {}
    for row in _ROWS.get(name, ()):
        for off in range(row.offset, row.offset + row.span):
            table.setdefault((bool(row.store), off), []).append(row)
    return {place: tuple(rows) for place, rows in table.items()}


#: Pointers that may be stale: Linux catches the fault.
_MAY_FAULT: Final = (
    PTR_TO_BTF_ID,
    PTR_TO_BTF_ID | PTR_UNTRUSTED,
    PTR_TO_BTF_ID | MEM_ALLOC | PTR_UNTRUSTED,
    PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED,
)


def rewrite_access(rewriter: Rewriter, node: Node) -> Patch:
    insn, aux = node.insn, node.aux
    if aux.nospec:
        return [_NOSPEC, same(node)]
    klass, mode = insn.code & 0x07, insn.code & 0xE0
    if klass not in (BPF_LDX, BPF_ST, BPF_STX) or mode not in (BPF_MEM, BPF_MEMSX, BPF_ATOMIC):
        return None
    if klass != BPF_LDX and aux.nospec_result:
        return [same(node), _NOSPEC]
    if mode == BPF_ATOMIC:
        # Faults are caught in arenas, which the JIT is told by a mode of its own.
        if aux.ptr_type == PTR_TO_ARENA:
            node.insn = replace(insn, code=insn.code & ~0xE0 | BPF_PROBE_ATOMIC)
        return None
    if klass == BPF_LDX and mode == BPF_MEMSX and aux.ptr_type in _MAY_FAULT:
        # What becomes of BPF_MEM is turned back for those who read it.
        node.insn = replace(insn, code=insn.code & ~0xE0 | BPF_PROBE_MEMSX)
        return None
    if aux.ptr_type == PTR_TO_CTX:
        name = PROG_TYPES[rewriter.result.prog_type].name
    elif aux.ptr_type in _SOCKETS:
        name = _SOCKETS[aux.ptr_type]
    else:
        return None
    row = _row(name, insn)
    if row is None:
        return None
    if row.name == "tstamp" and rewriter.tstamp_type_access:
        row = _PLAIN_TSTAMP[row.store != ""]
    return converted(insn, row)


def find_tstamp_type(rewriter: Rewriter) -> None:
    """Programs that look at `tstamp_type` themselves get the time stamp as it is."""
    if ProgType(rewriter.result.prog_type) in (ProgType.SCHED_CLS, ProgType.SCHED_ACT):
        rewriter.tstamp_type_access = any(
            node.aux.ptr_type == PTR_TO_CTX and node.insn.off == _TSTAMP_TYPE for node in rewriter.code.nodes
        )


def _row(name: str, insn: Insn) -> CtxRow | None:
    """None: the access is as the program wrote it."""
    rows = _table(name).get((insn.code & 0x07 != BPF_LDX, insn.off), ())
    size = BYTES[insn.code & 0x18]
    exact = [row for row in rows if (row.offset, row.size) == (insn.off, size)]
    fits = exact or [row for row in rows if row.size >= size] or rows
    return fits[0] if fits else None
