"""Classic BPF: the filters of SO_ATTACH_FILTER, seccomp and tcpdump, and their way into eBPF."""

from skep.isa.classic.check import check_classic, check_seccomp
from skep.isa.classic.convert import INTERNAL_CALLS, convert
from skep.isa.classic.insn import ClassicInsn, decode, encode
from skep.isa.classic.interp import Packet, run
from skep.isa.classic.opcodes import OPCODES, ClassicOpcode
from skep.isa.classic.text import assemble, format_decimal, format_insn, format_program, read_decimal

__all__ = [
    "INTERNAL_CALLS",
    "OPCODES",
    "ClassicInsn",
    "ClassicOpcode",
    "Packet",
    "assemble",
    "check_classic",
    "check_seccomp",
    "convert",
    "decode",
    "encode",
    "format_decimal",
    "format_insn",
    "format_program",
    "read_decimal",
    "run",
]
