"""What two loaders asked the kernel for, made comparable, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from skep.btf import Btf
from skep.btf.dump_raw import dump_raw
from skep.isa import decode
from skep.isa.codec import LD_IMM64
from skep.isa.disasm import format_insn
from skep.isa.opcodes import BPF_PSEUDO_BTF_ID, BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
from skep.uapi import Cmd
from skep.uapi import attrs as a
from tools.parity.libbpf.record import Call, Load, loads

QUESTIONS: Final = (
    "programs", "outcome", "instructions", "functions", "lines", "attributes", "maps", "types",
)  # fmt: skip

#: Of PROG_LOAD, what is the loader's choice.
_PROGRAM: Final = (
    "prog_type", "prog_flags", "prog_name", "expected_attach_type", "attach_btf_id", "prog_ifindex",
)  # fmt: skip
_FDS: Final = ("inner_map_fd", "btf_fd", "value_type_btf_obj_fd", "map_token_fd")
#: What libbpf calls maps by which it sees what the kernel can do; skep's have no names.
_PROBE: Final = b"libbpf_"


@dataclass(slots=True)
class Row:
    """One program; `differences` by question."""

    file: str
    program: str
    asked: set[str] = field(default_factory=set)
    differences: dict[str, str] = field(default_factory=dict)

    def ask(self, question: str, skep: object, libbpf: object, text: str = "") -> None:
        self.asked.add(question)
        if skep != libbpf:
            self.differences[question] = text or f"skep {skep}, libbpf {libbpf}"


def compare(recorder: Path, library: str, path: Path) -> list[Row]:
    """A row for each program of the object."""
    ours, theirs = loads(recorder, "skep", path), loads(recorder, library, path)
    whole = Row(path.name, "")
    whole.ask("programs", sorted(ours), sorted(theirs))
    return [
        whole,
        *(_compare(Row(path.name, name), ours[name], theirs[name]) for name in ours if name in theirs),
    ]


def _compare(row: Row, ours: Load, theirs: Load) -> Row:
    said = f" ({ours.message[:300]})" if ours.message else ""
    row.ask(
        "outcome",
        ours.result == 0,
        theirs.result == 0,
        f"skep {ours.result}{said}, libbpf {theirs.result}",
    )
    mine, other = _program(ours), _program(theirs)
    if mine and other:
        first, second = _insns(mine.extras[0]), _insns(other.extras[0])
        row.ask("instructions", first, second, _first_difference(first, second))
        row.ask("functions", mine.extras[2].hex(), other.extras[2].hex())
        row.ask("lines", mine.extras[3].hex(), other.extras[3].hex())
        row.ask("attributes", _attributes(mine), _attributes(other))
    if ours.result == theirs.result == 0:
        first, second = _maps(ours), _maps(theirs)
        row.ask("maps", first, second, _first_difference(first, second))
        types, others = _types(ours), _types(theirs)
        row.ask("types", types, others, _types_difference(types, others))
    return row


def _program(load: Load) -> Call | None:
    """The last attempt to load it; None where it cannot be told from others by the 15 bytes of its name."""
    name = load.program.encode()[:15]
    calls = [call for call in load.calls if call.cmd == Cmd.PROG_LOAD]
    named = [call for call in calls if a.ProgLoad.parse(call.attr).prog_name.rstrip(b"\0") == name]
    same = all(call.extras[2] == named[0].extras[2] for call in named)
    return named[-1] if named and same else None


def _insns(data: bytes) -> list[str]:
    """As text, maps numbered by first use and without the descriptors of modules' types."""
    insns = decode(data, "little")
    numbers: dict[int, int] = {}
    found: list[str] = []
    skip = False
    for slot, insn in enumerate(insns):
        if skip:
            skip = False
            continue
        text = format_insn(insns, slot)
        if insn.code == LD_IMM64:
            skip = True
            rest = insns[slot + 1].imm
            if insn.src in (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE):
                text = f"r{insn.dst} = map {insn.src} {numbers.setdefault(insn.imm, len(numbers))}+{rest}"
            elif insn.src == BPF_PSEUDO_BTF_ID:
                text = f"r{insn.dst} = btf_id {insn.imm} {'module' if rest else 'vmlinux'}"
        found.append(f"{slot}: {text}")
    return found


def _attributes(call: Call) -> dict[str, Any]:
    attr = a.ProgLoad.parse(call.attr)
    row: dict[str, Any] = {name: getattr(attr, name) for name in _PROGRAM}
    return row | {
        "license": call.extras[1],
        "target": bool(attr.attach_prog_fd),
        "types": bool(attr.prog_btf_fd),
    }


def _maps(load: Load) -> list[str]:
    found = []
    for call in load.calls:
        attr = a.MapCreate.parse(call.attr)
        name = attr.map_name.rstrip(b"\0")
        if call.cmd == Cmd.MAP_CREATE and call.result > 0 and name and not name.startswith(_PROBE):
            row = {key: getattr(attr, key) for key in a.MapCreate.FIELDS if key != "map_name"}
            row |= {key: bool(row[key]) for key in _FDS}
            shown = " ".join(f"{key}={value}" for key, value in row.items() if value)
            found.append(f"{name.decode()}: {shown}")
    return sorted(found)


def _types(load: Load) -> bytes:
    """The object's: of all types that were loaded the largest."""
    loaded = [call.extras[0] for call in load.calls if call.cmd == Cmd.BTF_LOAD and call.result > 0]
    return max(loaded, key=len, default=b"")


def _types_difference(ours: bytes, theirs: bytes) -> str:
    if not ours or not theirs:
        return f"skep {len(ours)} bytes, libbpf {len(theirs)} bytes"
    first, second = ([*dump_raw(Btf.parse(data))] for data in (ours, theirs))
    return _first_difference(first, second) or "the same types in other bytes"


def _first_difference(ours: list[str], theirs: list[str]) -> str:
    for mine, other in zip([*ours, "nothing"], [*theirs, "nothing"], strict=False):
        if mine != other:
            return f"skep {mine!r}, libbpf {other!r}"
    return ""
