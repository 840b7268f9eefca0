"""Classic filters and packets to test with."""

import ctypes
import random
import socket
import struct
from dataclasses import replace

from skep.errors import DecodeError
from skep.isa import classic
from skep.isa.classic import ClassicInsn
from skep.isa.classic import opcodes as cop

SO_ATTACH_FILTER = 26

#: tcpdump -ddd -y EN10MB 'tcp port 80 and host 10.0.0.1'
TCPDUMP = """18
40 0 0 12
21 15 0 34525
21 0 14 2048
48 0 0 23
21 0 12 6
40 0 0 20
69 10 0 8191
177 0 0 14
72 0 0 14
21 2 0 80
72 0 0 16
21 0 5 80
32 0 0 26
21 2 0 167772161
32 0 0 30
21 0 1 167772161
6 0 0 262144
6 0 0 0
"""


def frame(protocol: int = 0x800, ports: tuple[int, int] = (1234, 80), source: str = "10.0.0.1") -> bytes:
    """An Ethernet frame with a TCP segment."""
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, socket.inet_aton(source), bytes(4))
    return bytes(12) + struct.pack(">H", protocol) + ip + struct.pack(">HH", *ports) + bytes(16)


def random_program(rng: random.Random) -> tuple[ClassicInsn, ...]:
    """A filter that ends and has no unreachable code."""
    length = rng.randrange(1, 24)
    rows = [row for row in classic.OPCODES.values() if row.mnemonic != "ret"]
    program: list[ClassicInsn] = []
    for index in range(length):
        row = rng.choice(rows)
        k = rng.choice([0, 1, 2, 4, 15, 31, 63, 0x80000000, 0xFFFFFFFF, rng.randrange(1 << 32)])
        if row.operand in ("mem", "abs", "ind", "msh"):
            from_header = row.operand != "mem" and rng.random() < 0.1
            k = rng.randrange(16) + (cop.SKF_NET_OFF & 0xFFFF_FFFF if from_header else 0)
        if row.mnemonic in ("lsh", "rsh", "div", "mod"):
            k = rng.randrange(1, 32)
        if row.operand == "jump":
            k = 0
        jump = rng.randrange(length - index)
        jt, jf = rng.choice([(jump, 0), (0, jump)]) if row.branch else (0, 0)
        program.append(ClassicInsn(row.code, jt, jf, k))
    return (*program, *classic.assemble("and #0x3f\nret a"))


def damaged(rng: random.Random, program: tuple[ClassicInsn, ...]) -> tuple[ClassicInsn, ...]:
    """The filter with one instruction changed."""
    index = rng.randrange(len(program))
    changes = (
        {"code": rng.randrange(0x100)},
        {"jt": rng.randrange(32), "jf": rng.randrange(32)},
        {"k": rng.choice([0, 16, 32, 0xFFFFF000, 0xFFFFF028, 0xFFFFF040])},
    )
    return (*program[:index], replace(program[index], **rng.choice(changes)), *program[index + 1 :])


def is_accepted(program: tuple[ClassicInsn, ...]) -> bool:
    """Whether skep would take the filter for a socket."""
    try:
        classic.check_classic(program)
    except DecodeError:
        return False
    return True


class Fprog(ctypes.Structure):
    """struct sock_fprog, and the instructions that it points to."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def attach(sock: socket.socket, program: tuple[ClassicInsn, ...]) -> bool:
    """Attach a filter to a socket of Linux; whether it takes it."""
    fprog = Fprog(len(program), classic.encode(program))
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(fprog))
    except OSError:
        return False
    return True
