"""Loads that are nearly right, for PROG_LOAD and BTF_LOAD: each starts from one that is (a program with
functions, lines, a map and a relocation; types) and is changed in one to three ways: a member of the
attributes, bytes of what one points to, its length, the size of the attributes themselves, a field of an
instruction.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.isa import encode
from skep.isa.asm import assemble
from skep.uapi import BPF_F_TEST_STATE_FREQ, Cmd, ProgType
from skep.uapi.attrs import ATTR_SIZE, BtfLoad, ProgLoad

if TYPE_CHECKING:
    from skep.uapi.layout import Struct

LOG_ROOM: Final = 1 << 18
_MAP: Final = 0x5E000000  # stands for the map's descriptor in instructions
MAP_LOAD: Final = struct.pack("=BBhI", 0x18, 0x01, 0, _MAP)

#: Numbers of which something may break.
_EDGES: Final = (
    0, 1, 2, 3, 4, 7, 8, 9, 11, 12, 15, 16, 17, 24, 31, 32, 33, 64, 127, 128, 129, 252, 255, 256, 257, 4096,
    0xFFFF, 0x10000, 1_000_000, 1_000_001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF8,
    0xFFFFFFFF, 1 << 32, (1 << 64) - 1,
)  # fmt: skip
_NOWHERE: Final = 0x1000
#: Members that are descriptors: only of objects that both kernels have, or of none.
DESCRIPTORS: Final = ("prog_btf_fd", "attach_prog_fd", "prog_token_fd", "btf_token_fd", "attach_btf_obj_fd")
_OBJECTS: Final = ("none", "types", "map", "program")


@dataclass(frozen=True, slots=True)
class Load:
    """One call: members are numbers, or the name of an object whose descriptor is meant; `blobs` are what
    members point to. `size` is that of the attributes, `tail` what stands behind the known ones.
    """

    cmd: Cmd
    members: dict[str, int | str]
    blobs: dict[str, bytes]
    size: int
    tail: bytes = b""
    done: tuple[str, ...] = field(default=(), compare=False)

    def with_member(self, name: str, value: int | str) -> Load:
        blobs = {key: blob for key, blob in self.blobs.items() if key != name}
        note = f"{name} = {value if isinstance(value, str) else hex(value)}"
        return replace(self, members=self.members | {name: value}, blobs=blobs, done=(*self.done, note))

    def with_blob(self, name: str, blob: bytes, note: str) -> Load:
        return replace(self, blobs=self.blobs | {name: blob}, done=(*self.done, f"{name}: {note}"))


# ------------------------------------------------------------------ what is right


def types() -> bytes:
    """A global and a static function, a variable in a section, and a structure of this program's kernel."""
    builder = BtfBuilder()
    number = builder.add_int("int", 4, encoding=1)
    proto = builder.add(t.FuncProto(number, (t.Param("n", number),)))
    builder.add(t.Func("entry", proto, 1))
    builder.add(t.Func("double", proto, 0))
    builder.add(t.Struct("task_struct", 8, (t.Member("pid", number, 0), t.Member("tgid", number, 32))))
    count = builder.add(t.Var("count", number, 1))
    builder.add(t.DataSec(".bss", 4, (t.SecVar(count, 0, 4),)))
    builder.add(t.DeclTag("hot", count))
    return builder.encode()


_CODE: Final = """
    r6 = r1
    r1 = {map} ll
    r2 = r10
    r2 += -4
    *(u32 *)(r10 - 4) = 0
    call 1
    if r0 == 0 goto out
    r1 = *(u32 *)(r0 + 0)
    r1 &= 7
    call double
    r0 = 2
out:
    r0 = 0
    exit
double:
    r0 = r1
    r0 += 1
    exit
"""


def right_loads(rng: random.Random) -> Load:
    """One that both kernels accept, or nearly."""
    blob = types()
    if rng.random() < 0.3:
        members: dict[str, int | str] = {"btf_size": len(blob), "btf_log_level": rng.choice((0, 1, 1, 2, 4))}
        load = Load(Cmd.BTF_LOAD, members, {"btf": blob}, BtfLoad.SIZE)
        return _with_log(load, rng, "btf_log_level", "btf_log_buf", "btf_log_size")
    code = encode(assemble(_CODE.format(map=_MAP), {"map": _MAP})) if rng.random() < 0.7 else encode(
        assemble("r0 = 2\nexit"))  # fmt: skip
    members = {
        "prog_type": rng.choice(
            (ProgType.SOCKET_FILTER, ProgType.XDP, ProgType.SCHED_CLS, ProgType.CGROUP_SKB)
        ),
        "insn_cnt": len(code) // 8,
        "log_level": rng.choice((0, 1, 2, 2, 2, 4, 6)),
        "prog_flags": rng.choice((0, 0, BPF_F_TEST_STATE_FREQ)),
    }
    load = Load(
        Cmd.PROG_LOAD, members, {"insns": code, "license": b"GPL\0", "prog_name": b"f"}, ProgLoad.SIZE
    )
    if rng.random() < 0.6:
        load = _with_records(load, long=len(code) > 16)
    return _with_log(load, rng, "log_level", "log_buf", "log_size")


def _with_log(load: Load, rng: random.Random, level: str, buffer: str, size: str) -> Load:
    if not load.members[level]:
        return load
    room = rng.choice((LOG_ROOM, LOG_ROOM, LOG_ROOM, 1, 2, 128, 300))
    return replace(load, members=load.members | {size: room}, blobs=load.blobs | {buffer: bytes(room)})


def _with_records(load: Load, *, long: bool) -> Load:
    functions = struct.pack("=4I", 0, 3, 15, 4) if long else struct.pack("=2I", 0, 3)
    lines = b"".join(struct.pack("=4I", at, 1, 1, number << 10 | 1)
                     for number, at in enumerate((0, 4, 15, 16) if long else (0, 1), 1))  # fmt: skip
    relocations = struct.pack("=4I", 0 if not long else 4, 5, 1, 0)
    return replace(
        load,
        members=load.members
        | {
            "prog_btf_fd": "types",
            "func_info_rec_size": 8, "func_info_cnt": len(functions) // 8,
            "line_info_rec_size": 16, "line_info_cnt": len(lines) // 16,
            "core_relo_rec_size": 16,
        },
        blobs=load.blobs | {"func_info": functions, "line_info": lines, "core_relos": relocations},
    )  # fmt: skip


# ------------------------------------------------------------------ what is wrong


def broken(rng: random.Random) -> Load:
    """A load that was right, changed in one to three ways."""
    load = right_loads(rng)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        load = rng.choices(list(CHANGES), list(CHANGES.values()))[0](rng, load)
    return load


def layout_of(load: Load) -> type[Struct]:
    return BtfLoad if load.cmd == Cmd.BTF_LOAD else ProgLoad


def _change_member(rng: random.Random, load: Load) -> Load:
    name = rng.choice(list(layout_of(load).FIELDS))
    if name in DESCRIPTORS:
        return load.with_member(name, rng.choice(_OBJECTS))
    if name == "prog_ifindex":
        return load.with_member(name, rng.choice((1, 0x3FFFFFFF)))
    known = load.members.get(name, 0)
    if isinstance(known, int) and rng.random() < 0.4:
        return load.with_member(name, max(known + rng.choice((-8, -1, 1, 2, 8)), 0))
    return load.with_member(name, rng.choice((*_EDGES, _NOWHERE, rng.getrandbits(5), 1 << rng.randrange(32))))


def _pointed(rng: random.Random, load: Load) -> str:
    names = [name for name, blob in load.blobs.items() if blob and not name.endswith("log_buf")]
    return rng.choice(names) if names else ""


def _change_bytes(rng: random.Random, load: Load) -> Load:
    if not (name := _pointed(rng, load)):
        return load
    blob = bytearray(load.blobs[name])
    at = rng.randrange(len(blob))
    blob[at] = rng.choice((blob[at] ^ 1 << rng.randrange(8), 0, 0xFF, rng.randrange(256)))
    return load.with_blob(name, bytes(blob), f"byte {at} is {blob[at]:#x}")


def _change_word(rng: random.Random, load: Load) -> Load:
    if not (name := _pointed(rng, load)) or len(load.blobs[name]) < 4:
        return load
    blob = bytearray(load.blobs[name])
    at = rng.randrange(len(blob) // 4) * 4
    old = struct.unpack_from("=I", blob, at)[0]
    new = (
        rng.choice((old + 1, old - 1, rng.choice(_EDGES), rng.getrandbits(4), rng.getrandbits(32)))
        & 0xFFFFFFFF
    )
    struct.pack_into("=I", blob, at, new)
    return load.with_blob(name, bytes(blob), f"word at {at} is {new:#x}")


def _change_length(rng: random.Random, load: Load) -> Load:
    """Memory ends sooner than the numbers say, or later."""
    if not (name := _pointed(rng, load)):
        return load
    blob = load.blobs[name]
    cut = rng.randrange(len(blob))
    new = rng.choice((blob[:cut], blob + rng.randbytes(rng.choice((1, 8, 16)))))
    return load.with_blob(name, new, f"{len(new)} bytes")


def _change_size(rng: random.Random, load: Load) -> Load:
    known = layout_of(load).SIZE
    size = rng.choice(
        (0, 4, 8, 24, 48, 72, known - 8, known - 1, known, known + 8, ATTR_SIZE, ATTR_SIZE + 16, 4096, 4097)
    )
    tail = rng.choice((b"", bytes(3) + b"\1"))
    return replace(
        load, size=size, tail=tail, done=(*load.done, f"attributes of {size} bytes, then {tail!r}")
    )


def _change_insn(rng: random.Random, load: Load) -> Load:
    blob = bytearray(load.blobs.get("insns", b""))
    if len(blob) < 8:
        return load
    at = rng.randrange(len(blob) // 8) * 8
    code, regs, off, imm = struct.unpack_from("=BBhi", blob, at)
    match rng.randrange(5):
        case 0:
            code = rng.randrange(256)
        case 1:
            code = rng.randrange(256)
            regs, off = rng.randrange(256), rng.choice((0, 0, off))
        case 2:
            regs = rng.randrange(256)
        case 3:
            off = rng.choice((off ^ 1, 1, -1, 8, -8, 0x7FFF, -0x8000))
        case _:
            imm = rng.choice((imm ^ 1, 1, -1, 32, 64, 0x7FFFFFFF, -0x80000000, rng.randrange(220)))
    struct.pack_into("=BBhi", blob, at, code, regs, off, imm)
    return load.with_blob("insns", bytes(blob), f"instruction {at // 8} is {blob[at : at + 8].hex()}")


#: Each change, and how often it is made.
CHANGES: Final[dict[Callable[[random.Random, Load], Load], int]] = {
    _change_member: 8,
    _change_bytes: 3,
    _change_word: 6,
    _change_length: 2,
    _change_size: 1,
    _change_insn: 8,
}
