"""The classic machine itself, step by step: the judge of the translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skep.isa import opcodes as op
from skep.isa import semantics
from skep.isa.classic import opcodes as cop
from skep.isa.classic.insn import ClassicInsn
from skep.isa.classic.opcodes import OPCODES


@dataclass(frozen=True, slots=True)
class Packet:
    """What a filter sees: bytes, where in them its offset 0 is, and the packet's attributes.

    `ancillary` maps SKF_AD_PROTOCOL ... to values; `link` and `network` are where these headers begin.
    """

    data: bytes
    start: int = 0
    link: int = 0
    network: int = 0
    ancillary: Mapping[int, int] = field(default_factory=dict)

    def load(self, offset: int, size: int) -> int | None:
        """`size` bytes in network order at a signed offset, or None if they are not all there."""
        if offset >= 0:
            at = self.start + offset
        elif offset >= cop.SKF_NET_OFF:
            at = self.network + offset - cop.SKF_NET_OFF
        elif offset >= cop.SKF_LL_OFF:
            at = self.link + offset - cop.SKF_LL_OFF
        else:
            return None
        return int.from_bytes(self.data[at : at + size], "big") if at + size <= len(self.data) else None


def run(insns: Sequence[ClassicInsn], packet: Packet) -> int:
    """What a checked filter returns for a packet: how many bytes of it to keep, 0 for none."""
    machine = _Machine(packet)
    index = 0
    while True:
        insn = insns[index]
        row = OPCODES[insn.code]
        if row.mnemonic == "ret":
            return machine.a if row.operand == "a" else insn.k
        if row.operand == "jump":
            index += insn.k
        elif row.branch:
            operand = machine.x if insn.code & op.BPF_X else insn.k
            taken = semantics.jump_taken(insn.code & op.OP_MASK, machine.a, operand)
            index += insn.jt if taken else insn.jf
        elif not machine.step(insn, row.mnemonic, row.operand):
            return 0
        index += 1


class _Machine:
    def __init__(self, packet: Packet) -> None:
        self.packet = packet
        self.a = 0
        self.x = 0
        self.memory = [0] * cop.BPF_MEMWORDS

    def step(self, insn: ClassicInsn, mnemonic: str, operand: str) -> bool:
        """Run one instruction that does not jump. False: the filter ends with 0."""
        if insn.code & op.CLASS_MASK == op.BPF_ALU:
            return self._alu(insn)
        if mnemonic == "st":
            self.memory[insn.k] = self.a
        elif mnemonic == "stx":
            self.memory[insn.k] = self.x
        elif mnemonic == "tax":
            self.x = self.a
        elif mnemonic == "txa":
            self.a = self.x
        else:
            value = self._value(insn, operand)
            if value is None:
                return False
            if mnemonic in ("ldx", "ldxb"):
                self.x = value
            else:
                self.a = value
        return True

    def _alu(self, insn: ClassicInsn) -> bool:
        operation, operand = insn.code & op.OP_MASK, self.x if insn.code & op.BPF_X else insn.k
        if operation in (op.BPF_DIV, op.BPF_MOD) and operand == 0:
            return False
        self.a = semantics.alu(operation, self.a, operand, 32)
        return True

    def _value(self, insn: ClassicInsn, operand: str) -> int | None:
        """The value of a load, None outside of the packet."""
        size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
        which = cop.ancillary(insn.k) if operand == "abs" else None
        if which == cop.SKF_AD_ALU_XOR_X:
            return self.a ^ self.x
        if which is not None:
            return self.packet.ancillary[which]
        if operand == "abs":
            return self.packet.load(semantics.to_signed(insn.k, 32), size)
        if operand == "ind":
            return self.packet.load(semantics.to_signed(self.x + insn.k, 32), size)
        if operand == "msh":
            byte = self.packet.load(semantics.to_signed(insn.k, 32), 1)
            return None if byte is None else 4 * (byte & 0xF)
        if operand == "mem":
            return self.memory[insn.k]
        return len(self.packet.data) - self.packet.start if operand == "len" else insn.k
