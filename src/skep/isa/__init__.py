"""What one instruction is: its bytes, its text, its exact arithmetic. Knows no programs, maps or kernels.

eBPF as in RFC 9669 and Linux 6.18; classic BPF in `skep.isa.classic`.
"""

from skep.isa.codec import ByteOrder, decode, encode, validate
from skep.isa.insn import Insn
from skep.isa.opcodes import OPCODES, Opcode

__all__ = ["OPCODES", "ByteOrder", "Insn", "Opcode", "decode", "encode", "validate"]
