"""One PROG_LOAD with any attributes, sizes and bytes, as a careless or hostile caller would make it."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from tools.parity.normalise import normalise

from skep.errors import errno_name
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall.backend import Backend
from skep.syscall.memory import Buffer
from skep.uapi import Cmd, ProgType
from skep.uapi import attrs as a

RETURN = encode(assemble("r0 = 2\nexit"))

#: Attributes that are tables, with the attributes of their record's size and their count, and a usual record.
_TABLES = {
    "func_info": ("func_info_rec_size", "func_info_cnt", 8),
    "line_info": ("line_info_rec_size", "line_info_cnt", 16),
    "core_relos": ("core_relo_rec_size", "core_relo_cnt", 16),
}


class Outcome(NamedTuple):
    """`verdict` is an errno's name or "ok"; `true_size` is what the kernel says that the log takes."""

    verdict: str
    log: list[str]
    true_size: int
    attr: a.ProgLoad

    @property
    def message(self) -> str:
        """The last words before the statistics; some messages of Linux have no line end."""
        lines = "\n".join(self.log).partition("processed ")[0].splitlines()
        return lines[-1] if lines else ""


def attempt(
    backend: Backend,
    insns: bytes = RETURN,
    *,
    log_level: int = 2,
    log: Buffer | None = None,
    log_size: int | None = None,
    **members: Any,
) -> Outcome:
    """Load and close again. A member that is bytes is put into memory, with its record size and count where
    none are given; `log` None is a buffer that is large enough.
    """
    kept = [Buffer(insns), Buffer(b"GPL\0")]
    attr: dict[str, Any] = {
        "prog_type": ProgType.SOCKET_FILTER,
        "insns": kept[0].address,
        "insn_cnt": len(insns) // 8,
        "license": kept[1].address,
    }
    for name, value in members.items():
        if isinstance(value, bytes):
            kept.append(Buffer(value))
            attr[name] = kept[-1].address
            rec_size, count, usual = _TABLES.get(name, ("", "", 0))
            if usual:
                attr[rec_size] = members.get(rec_size, usual)
                attr[count] = len(value) // max(attr[rec_size], 1)
    attr |= {name: value for name, value in members.items() if not isinstance(value, bytes)}
    if log_level:
        log = log or Buffer(1 << 20)
        attr |= {"log_level": log_level, "log_buf": log.address}
        attr["log_size"] = log.size if log_size is None else log_size
    raw = bytearray(a.ProgLoad(**attr).pack())
    verdict = "ok"
    try:
        backend.close(backend.bpf(Cmd.PROG_LOAD, raw))
    except OSError as error:
        verdict = errno_name(error.errno or 0)
    after = a.ProgLoad.parse(raw)
    return Outcome(verdict, normalise(log.text() if log else ""), after.log_true_size, after)


def functions(*records: tuple[int, int]) -> bytes:
    """func_info: (slot, type id)."""
    return b"".join(struct.pack("=II", *record) for record in records)


def lines(*records: tuple[int, int, int]) -> bytes:
    """line_info: (slot, offset of the file's name, offset of the line's text)."""
    return b"".join(struct.pack("=IIII", *record, 0) for record in records)
