"""Every packet of a capture through one program, in pieces, so that long captures show their progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from skep.errors import InputError
from skep.objects.program import Program
from skep.traffic.verdicts import VERDICTS, Verdicts
from skep.uapi import ProgType

#: Packets per piece: enough that the cost per call vanishes, few enough that a bar moves.
CHUNK = 16384


@dataclass
class Replay:
    """What became of the packets. `outputs` has None for a packet that did not go on."""

    verdicts: Counter[str] = field(default_factory=Counter)
    packets: int = 0
    total_bytes: int = 0
    changed: int = 0
    dropped: int = 0
    seconds: float = 0.0  # in the program, without reading and writing captures
    outputs: list[bytes | None] = field(default_factory=list)

    @property
    def packets_per_second(self) -> float:
        """0 when the clock saw nothing."""
        return self.packets / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """All figures; not the packets."""
        return {
            "packets": self.packets,
            "bytes": self.total_bytes,
            "verdicts": dict(self.verdicts.most_common()),
            "changed": self.changed,
            "dropped": self.dropped,
            "seconds": self.seconds,
            "packets_per_second": round(self.packets_per_second),
        }


def replay(
    program: Program,
    packets: Sequence[bytes],
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> Replay:
    """Run the loaded program over the packets. `progress` is told after each piece how many it had."""
    verdicts = verdicts_of(program)
    result = Replay()
    for start in range(0, len(packets), CHUNK):
        piece = packets[start : start + CHUNK]
        runs = program.run_many(piece)
        result.seconds += runs.duration_ns / 1e9
        for packet, retval, output in zip(piece, runs.retvals, runs.outputs, strict=True):
            _account(result, verdicts, packet, retval, output)
        progress(len(piece))
    return result


def verdicts_of(program: Program) -> Verdicts:
    """How to read the program's return value; InputError for types that judge no packets."""
    try:
        return VERDICTS[ProgType(program.type)]
    except (KeyError, ValueError):
        raise InputError(
            f"program '{program.name}' (section '{program.section}') does not run on packets; "
            f"those that do are {', '.join(sorted(kind.name.lower() for kind in VERDICTS))}"
        ) from None


def _account(result: Replay, verdicts: Verdicts, packet: bytes, retval: int, output: bytes) -> None:
    result.packets += 1
    result.total_bytes += len(packet)
    result.verdicts[verdicts.name(retval)] += 1
    if not verdicts.keeps(retval):
        result.dropped += 1
        result.outputs.append(None)
        return
    survivor = verdicts.surviving(retval, packet, output)
    result.changed += not verdicts.length and survivor != packet
    result.outputs.append(survivor)
