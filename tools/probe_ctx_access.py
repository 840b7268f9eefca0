"""Ask the running Linux what it makes of each context access, and write the answers down as a Python table.

Usage: probe_ctx_access.py [--check]     (as root, on a kernel whose bpf(2) is open to us)

Programs see structures that the kernel does not have: after verification, a load of `__sk_buff.ifindex` is
a load of `sk_buff.dev`, a test, and a load of `net_device.ifindex`. For each field that
`skep.kernel.progtypes` says a program may touch, one is loaded that does, and its instructions are read back
(BPF_OBJ_GET_INFO_BY_FD). The offsets are those of the kernel asked. The answers go to
src/skep/kernel/fixups/probed/; `--check` compares instead of writing.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from skep.errors import VerifierError
from skep.isa import decode, encode
from skep.isa.asm import assemble
from skep.isa.disasm import format_insn
from skep.isa.insn import Insn
from skep.kernel.fixups.ctx_rows import AX, CtxRow, converted
from skep.kernel.progtypes.probed.sockets import SOCK_COMMON, SOCKET, TCP_SOCK
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.syscall import commands, details
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_SLEEPABLE, ProgType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from probe_progtypes import formatted

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/skep/kernel/fixups/probed"

_MARK = 0x7ABCDEF8
_TO_SK = "r1 = *(u64 *)(r1 + 168)\nif r1 != 0 goto +2\nr0 = 0\nexit\n"
_UNLESS_NULL = "if r0 != 0 goto +2\nr0 = 0\nexit\nr1 = r0\n"


@dataclass(frozen=True)
class Place:
    """Programs of one kind, with a pointer to the structure in R1 after `before`."""

    prog_type: ProgType
    attach_type: int = 0
    before: str = ""
    retval: int = 0


class Prober:
    """Loads programs and reads their instructions back."""

    def __init__(self) -> None:
        self.linux = Linux()
        self.marked: dict[Place, tuple[int, int]] = {}

    def xlated(self, place: Place, text: str) -> tuple[Insn, ...] | None:
        """None where the program is refused."""
        insns = assemble(f"{place.before}{text}\nr0 = {place.retval}\nexit")
        flags = BPF_F_SLEEPABLE if place.prog_type == ProgType.SYSCALL else 0
        try:
            loaded = commands.prog_load(
                self.linux,
                prog_type=place.prog_type,
                expected_attach_type=place.attach_type,
                insns=encode(insns),
                prog_flags=flags,
            )
        except VerifierError:
            return None
        try:
            return decode(details.prog_details(self.linux, loaded.fd).xlated)
        finally:
            os.close(loaded.fd)

    def becomes(self, place: Place, access: str, before: str = "") -> tuple[Insn, ...] | None:
        """What one instruction of the program becomes."""
        if (place, before) not in self.marked:
            whole = self.xlated(place, f"{before}r2 = {_MARK}")
            assert whole is not None, place
            at = next(i for i, insn in enumerate(whole) if insn.imm == _MARK)
            self.marked[place, before] = at, len(whole) - at - 1
        head, tail = self.marked[place, before]
        whole = self.xlated(place, before + access)
        return None if whole is None else whole[head : len(whole) - tail]


def text_of(insns: Iterable[Insn]) -> str:
    """Assembly in which R8 stands for the kernel's auxiliary register, which programs cannot name."""
    lines = []
    for insn in insns:
        line = re.sub(r"^\(\w+\) ", "", format_insn((insn,), 0))
        line = re.sub(r"\b([rw])11\b", rf"\g<1>{AX}", line).replace("goto pc", "goto ")
        lines.append(line)
    return "; ".join(lines)


def accesses(field: CtxField, write: bool) -> Iterator[tuple[int, int]]:
    """All permitted (offset, size), the widest first."""
    for size in (8, 4, 2, 1):
        for off in range(field.offset, field.offset + field.size):
            if field.allows(off, size, write):
                yield off, size


def load(off: int, size: int, dst: int) -> str:
    return f"r{dst} = *(u{size * 8} *)(r1 + {off})"


def rows_of(prober: Prober, place: Place, field: CtxField) -> Iterator[CtxRow]:
    """The rows of a field: one for all its loads if that explains them, else more; the same for stores."""
    yield from _explained(prober, place, field, False)
    yield from _explained(prober, place, field, True)


def _explained(prober: Prober, place: Place, field: CtxField, write: bool) -> Iterator[CtxRow]:
    left = list(accesses(field, write))
    while left:
        off, size = left[0]
        best: tuple[CtxRow, list[tuple[int, int]]] | None = None
        for row in _candidates(prober, place, field, off, size, write):
            unexplained = [a for a in left if not _explains(prober, place, row, *a)]
            if best is None or len(unexplained) < len(best[1]):
                best = row, unexplained
        if best is None or len(best[1]) == len(left):
            raise SystemExit(f"{place.prog_type.name} {field.name}: nothing explains {off}, {size}")
        yield best[0]
        left = best[1]


def _store(prober: Prober, place: Place, off: int, size: int, value: int) -> tuple[Insn, ...] | None:
    return prober.becomes(place, f"*(u{size * 8} *)(r1 + {off}) = r{value}", f"r{value} = 0\n")


def _candidates(
    prober: Prober, place: Place, field: CtxField, off: int, size: int, write: bool
) -> Iterator[CtxRow]:
    span = field.offset + field.size - off
    if write:
        found = _store(prober, place, off, size, 2)
        if found is not None:
            yield CtxRow(field.name, off, span, size, store=text_of(found), resize=True)
            yield CtxRow(field.name, off, size, size, store=text_of(found))
        return
    found = prober.becomes(place, load(off, size, 2))
    same = prober.becomes(place, load(off, size, 1))
    if found is None or same is None:
        return
    text, alias = text_of(found), text_of(same)
    if converted_to(CtxRow(field.name, off, size, size, load=text), off, size, 1) == list(same):
        alias = ""
    yield CtxRow(field.name, off, span, size, load=text, alias=alias, resize=True)
    for target in (1, 2, 4, 8):
        yield CtxRow(field.name, off, span, size, load=text, alias=alias, target=target)
    yield CtxRow(field.name, off, size, size, load=text, alias=alias)


def converted_to(row: CtxRow, off: int, size: int, dst: int) -> list[Insn]:
    return converted(assemble(load(off, size, dst))[0], row)


def _explains(prober: Prober, place: Place, row: CtxRow, off: int, size: int) -> bool:
    """Whether the row gives what Linux makes of this access, with distinct and with equal registers."""
    if not row.offset <= off < row.offset + row.span:
        return False
    if row.store:
        return all(
            _store(prober, place, off, size, value)
            == tuple(converted(assemble(f"*(u{size * 8} *)(r1 + {off}) = r{value}")[0], row))
            for value in (2, 9)
        )
    return all(
        prober.becomes(place, load(off, size, dst)) == tuple(converted_to(row, off, size, dst))
        for dst in (2, 1)
    )


def places() -> Iterator[tuple[str, Place, tuple[CtxField, ...]]]:
    """Every structure that programs see: a name, where it is in reach, its fields."""
    for number, type_ in PROG_TYPES.items():
        if type_.plain_ctx:
            continue
        for variant in type_.variants:
            retval = variant.return_range[0] if variant.return_range else 0
            attach = variant.attach_types[0] if variant.attach_types else 0
            # What BTF or plain memory describes is not converted.
            fields = tuple(field for field in variant.fields if not field.btf)
            if fields:
                yield type_.name, Place(ProgType(number), attach, "", retval), fields
    sockets = {
        "sock_common": (_TO_SK, SOCK_COMMON),
        "sock": (_TO_SK + "call 95\n" + _UNLESS_NULL, SOCKET),
        "tcp_sock": (_TO_SK + "call 96\n" + _UNLESS_NULL, TCP_SOCK),
    }
    for name, (before, fields) in sockets.items():
        yield name, Place(ProgType.SCHED_CLS, 0, before), fields


def probe_all() -> dict[str, list[CtxRow]]:
    """Structure -> its rows, over all attach types."""
    prober = Prober()
    found: dict[str, list[CtxRow]] = {}
    for name, place, fields in places():
        rows = found.setdefault(name, [])
        for field in fields:
            rows += [row for row in rows_of(prober, place, field) if row not in rows]
    return found


def shown(row: CtxRow) -> str:
    """A row as Python text, without what it does not say."""
    said = {f.name: getattr(row, f.name) for f in dataclasses.fields(row)}
    return f"CtxRow({', '.join(f'{name}={value!r}' for name, value in said.items() if value)}),\n"


def module(found: dict[str, list[CtxRow]]) -> str:
    """The Python text of the table; what is common to all programs that see a __sk_buff comes once."""
    views = [name for name in found if PROG_TYPES_BY_NAME.get(name) == "__sk_buff"]
    skb = [row for row in found["sched_act"] if sum(row in found[name] for name in views) > 3]
    lines = [
        '"""What Linux 6.18 makes of context accesses; written by tools/probe_ctx_access.py."""',
        "# ruff: noqa: E501",
        "",
        "from __future__ import annotations",
        "",
        "from skep.kernel.fixups.ctx_rows import CtxRow",
        "",
        "_SKB: tuple[CtxRow, ...] = (" + "".join(map(shown, skb)) + ")",
        "",
        "CTX_ROWS: dict[str, tuple[CtxRow, ...]] = {",
    ]
    for name, rows in found.items():
        own = [row for row in rows if name not in views or row not in skb]
        body = "".join(map(shown, own))
        lines.append(f'"{name}": ({body}{"*_SKB," if name in views else ""}),')
    return formatted("\n".join([*lines, "}", ""]))


PROG_TYPES_BY_NAME = {row.name: row.ctx_struct for row in PROG_TYPES.values()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the table that is there")
    path = TARGET / "ctx_access.py"
    text = module(probe_all())
    if parser.parse_args().check:
        same = path.read_text() == text
        print("same" if same else f"{path} differs from what this kernel says")
        return 0 if same else 1
    path.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
