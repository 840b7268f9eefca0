"""Memory accesses and helper calls: what is refused, in which words; whole logs are compared with Linux."""

from __future__ import annotations

import os

import pytest
from tools.parity.normalise import normalise

from skep.errors import VerifierError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.isa.build import ld_map_fd
from skep.isa.insn import Insn
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import MapType, ProgType

#: name: type, key size, value size, entries; `MAP name` in a program's text loads one into r1.
MAPS = {
    "hash": (MapType.HASH, 8, 8, 4),
    "array": (MapType.ARRAY, 4, 16, 4),
    "tails": (MapType.PROG_ARRAY, 4, 4, 4),
}
KEY = "*(u64 *)(r10 - 8) = 0\nr2 = r10\nr2 += -8\n"
PACKET = "r2 = *(u32 *)(r1 + 0)\nr3 = *(u32 *)(r1 + 4)\nr4 = r2\nr4 += 14\nif r4 > r3 goto L\n"
END = "L:\nr0 = 0\nexit"

#: (sentence, program, what the log says last, "" for accepted programs)
CASES = [
    ("the stack ends at 512 bytes", "*(u64 *)(r10 - 520) = 0\n" + END,
     "invalid write to stack R10 off=-520 size=8"),
    ("above the frame pointer is no stack", "r0 = *(u64 *)(r10 + 8)\n" + END,
     "invalid read from stack R10 off=8 size=8"),
    ("stack accesses are aligned", "*(u64 *)(r10 - 7) = r1\n" + END,
     "misaligned stack access off 0+0+-7 size 8"),
    ("a pointer is spilled whole", "*(u32 *)(r10 - 8) = r1\n" + END, "invalid size of register spill"),
    ("a pointer is filled whole", "*(u64 *)(r10 - 8) = r1\nr0 = *(u32 *)(r10 - 8)\n" + END,
     "invalid size of register fill"),
    ("a spilled pointer comes back as it was",
     "*(u64 *)(r10 - 8) = r1\nr2 = *(u64 *)(r10 - 8)\nr0 = *(u32 *)(r2 + 12)\n" + END, ""),
    ("root reads what it never wrote", "r0 = *(u64 *)(r10 - 8)\nexit", ""),
    ("a variable offset may not leave the stack",
     "r2 = *(u32 *)(r1 + 12)\nr2 &= 63\nr2 += r10\nr2 += -16\n*(u8 *)(r2 + 0) = 1\n" + END,
     "invalid variable-offset write to stack R2 var_off=(0x0; 0x3f) off=-16 size=1"),
    ("a variable offset makes data of what it may hit",
     "*(u64 *)(r10 - 16) = 5\nr2 = *(u32 *)(r1 + 12)\nr2 &= 8\nr2 += r10\nr2 += -16\n*(u64 *)(r2 + 0) = r1\n"
     "r0 = *(u64 *)(r10 - 16)\n" + END, ""),
    ("atomics need a known stack slot",
     "r2 = *(u32 *)(r1 + 12)\nr2 &= 8\nr2 += r10\nr2 += -16\nlock *(u64 *)(r2 + 0) += r2\n" + END,
     "variable offset stack pointer cannot be passed into helper function; "
     "var_off=(0x0; 0x8) off=-16 size=8"),
    ("packet bytes need a comparison with the end", "r2 = *(u32 *)(r1 + 0)\nr0 = *(u8 *)(r2 + 0)\n" + END,
     "R2 offset is outside of the packet"),
    ("a comparison with the end opens so many bytes", PACKET + "r0 = *(u16 *)(r2 + 12)\n" + END, ""),
    ("... and not one more", PACKET + "r0 = *(u16 *)(r2 + 13)\n" + END, "R2 offset is outside of the packet"),
    ("packets are not changed atomically", PACKET + "lock *(u32 *)(r2 + 0) += r4\n" + END,
     "BPF_ATOMIC stores into R2 pkt is not allowed"),
    ("moving the head ends all packet pointers",
     "r6 = r1\nr7 = *(u32 *)(r1 + 0)\nr8 = *(u32 *)(r1 + 4)\nr9 = r7\nr9 += 14\nif r9 > r8 goto L\nr2 = 4\n"
     "call 44\nr0 = *(u8 *)(r7 + 0)\n" + END, "R7 invalid mem access 'scalar'"),
    ("a context field is read in its own size", "r0 = *(u16 *)(r1 + 12)\n" + END,
     "invalid bpf_context access off=12 size=2"),
    ("the context pointer stays as it was given", "r1 += 4\nr0 = *(u32 *)(r1 + 0)\n" + END,
     "dereference of modified ctx ptr R1 off=4 disallowed"),
    ("packet pointers are not loaded with a sign", "r0 = *(s32 *)(r1 + 0)\n" + END,
     "invalid bpf_context access off=0 size=4"),
    ("a number is no address", "r0 = 1\nr0 = *(u8 *)(r0 + 0)\n" + END, "R0 invalid mem access 'scalar'"),
    ("a looked up value may be null", KEY + "MAP hash\ncall 1\nr1 = *(u64 *)(r0 + 0)\n" + END,
     "R0 invalid mem access 'map_value_or_null'"),
    ("a value ends where it ends", KEY + "MAP hash\ncall 1\nif r0 == 0 goto L\nr1 = *(u32 *)(r0 + 6)\n" + END,
     "R0 min value is outside of the allowed memory range"),
    ("a known index into an array finds something",
     "*(u32 *)(r10 - 8) = 3\nr2 = r10\nr2 += -8\nMAP array\ncall 1\nr0 = *(u64 *)(r0 + 0)\n" + END, ""),
    ("an index beyond the array does not",
     "*(u32 *)(r10 - 8) = 4\nr2 = r10\nr2 += -8\nMAP array\ncall 1\nr0 = *(u64 *)(r0 + 0)\n" + END,
     "R0 invalid mem access 'map_value_or_null'"),
    ("a bounded index reaches into a value",
     "r6 = *(u32 *)(r1 + 12)\n" + KEY + "MAP array\ncall 1\nif r0 == 0 goto L\nif r6 > 8 goto L\nr0 += r6\n"
     "r1 = *(u64 *)(r0 + 0)\n" + END, ""),
    ("an index without bounds does not",
     "r6 = *(u32 *)(r1 + 12)\n" + KEY + "MAP array\ncall 1\nif r0 == 0 goto L\nr0 += r6\n"
     "r1 = *(u8 *)(r0 + 0)\n" + END,
     "R0 unbounded memory access, make sure to bounds check any such access"),
    ("a key is memory", "r2 = 7\nMAP hash\ncall 1\n" + END,
     "R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_"),
    ("the key must be all there", "r2 = r10\nr2 += -4\nMAP hash\ncall 1\n" + END,
     "invalid read from stack R2 off=-4 size=8"),
    ("tail calls take program arrays", "r6 = r1\nr3 = 0\nMAP hash\nr2 = r1\nr1 = r6\ncall 12\n" + END,
     "expected prog array map for tail call"),
    ("other helpers do not", KEY + "MAP tails\ncall 1\n" + END,
     "cannot pass map_type 3 into func bpf_map_lookup_elem#1"),
    ("a helper of another program type", "call 9\n" + END,
     "program of this type cannot use helper bpf_skb_store_bytes#9"),
    ("a helper that there is not", "call 9999\n" + END, "invalid func unknown#9999"),
]  # fmt: skip


def load(kernel: Backend, text: str) -> tuple[int, list[str]]:
    """errno and log of an XDP program at level 2."""
    fds: list[int] = []
    insns: list[Insn] = []
    plain = "\n".join(
        "r1 = 0x7abcdef800000000 ll" if line.startswith("MAP ") else line for line in text.split("\n")
    )
    names = [line[4:] for line in text.split("\n") if line.startswith("MAP ")]
    for insn in assemble(plain):
        insns.append(insn)
        if insn.imm == 0x7ABCDEF8 and insn.code == 0:
            kind, key, value, entries = MAPS[names.pop(0)]
            fds.append(
                commands.map_create(
                    kernel, map_type=kind, key_size=key, value_size=value, max_entries=entries
                )
            )
            insns[-2:] = ld_map_fd(1, fds[-1])
    try:
        loaded = commands.prog_load(kernel, prog_type=ProgType.XDP, insns=encode(insns), log_level=2)
    except VerifierError as error:
        return error.errno or 0, normalise(error.log)
    finally:
        for fd in fds:
            kernel.close(fd)
    kernel.close(loaded.fd)
    return 0, normalise(loaded.log)


@pytest.mark.parametrize(("text", "message"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_reason_is_the_last_line_before_the_figures(text: str, message: str) -> None:
    with Kernel() as kernel:
        errno, log = load(kernel, text)
    if not message:
        assert errno == 0
    else:
        assert errno
        # This one message has no end of line in Linux.
        last = [line.partition("processed ")[0] for line in log if not line.startswith("processed ")][-1]
        assert last == message


@pytest.mark.parametrize("text", [c[1] for c in CASES], ids=[c[0] for c in CASES])
def test_verdict_and_log_are_those_of_linux(linux: Linux, text: str) -> None:
    with Kernel(ncpus=os.cpu_count() or 1) as kernel:
        assert load(kernel, text) == load(linux, text)
