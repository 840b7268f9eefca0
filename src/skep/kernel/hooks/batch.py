"""One program on many packets: the native loop over a buffer of packets, with no Python per packet.

Contexts are those that PROG_TEST_RUN makes when its caller gives none, so that a replay of a capture and
single runs agree. The packets themselves are copied in front of the program one by one and never changed.
"""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, overload

from skep._runtime import run_batch as native_batch
from skep.errors import ENOTSUPP
from skep.kernel.helpers import entries
from skep.kernel.hooks.execute import execute
from skep.kernel.hooks.skb import view_of
from skep.kernel.model.packet import LOOPBACK, SkBuff, XdpBuff
from skep.kernel.model.record import Record
from skep.uapi import ProgType

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.prog import Prog

_XDP_KIND = -1
_XDP_LINEAR = 4096 - 256 - 320
_ETH_HLEN = 14
_MAX_PACKET = 64 * 1024
_MAX_GROWTH = 16 * 1024
_ROOM = 1 << 24
_TYPES = frozenset(
    {ProgType.XDP, ProgType.SOCKET_FILTER, ProgType.SCHED_CLS, ProgType.SCHED_ACT, ProgType.CGROUP_SKB}
    | {ProgType.LWT_IN, ProgType.LWT_OUT, ProgType.LWT_XMIT}
)


@dataclass(frozen=True, slots=True)
class Packets(Sequence[bytes]):
    """Packets in one buffer; `offsets` are array('Q'), `lengths` array('I')."""

    data: bytes | bytearray | memoryview
    offsets: array[int]
    lengths: array[int]

    @classmethod
    def of(cls, packets: Sequence[bytes]) -> Packets:
        """One behind the other."""
        lengths = array("I", map(len, packets))
        return cls(b"".join(packets), array("Q", accumulate(lengths, initial=0))[:-1], lengths)

    @classmethod
    def of_size(cls, data: bytes | bytearray | memoryview, size: int) -> Packets:
        """A buffer of packets that all have one size."""
        count = len(data) // size
        return cls(data, array("Q", range(0, count * size, size)), array("I", [size]) * count)

    @classmethod
    def joined(cls, parts: Sequence[Packets]) -> Packets:
        """One sequence behind the other; each has its packets in order and without gaps."""
        lengths = array("I", b"".join(part.lengths.tobytes() for part in parts))
        data = b"".join(bytes(part.data) for part in parts)
        return cls(data, array("Q", accumulate(lengths, initial=0))[:-1], lengths)

    def part(self, start: int, end: int) -> Packets:
        """Packets start to end-1, in the same buffer."""
        return Packets(self.data, self.offsets[start:end], self.lengths[start:end])

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        start = self.offsets[index]
        return bytes(self.data[start : start + self.lengths[index]])

    def __iter__(self) -> Iterator[bytes]:
        return (self[at] for at in range(len(self)))

    def __len__(self) -> int:
        return len(self.lengths)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """`outputs` is empty when it was not asked for."""

    retvals: array[int]
    outputs: Packets
    spent_ns: int


def run_spread(
    machine: Machine, prog: Prog, packets: Packets, cpus: Sequence[int], *, outputs: bool = True
) -> BatchResult:
    """The same on several CPUs at once, each with a thread of its own and one stretch of the packets; results
    are in the packets' order. `spent_ns` is what all CPUs took together.
    """
    if not cpus or len(set(cpus)) < len(cpus) or not all(0 <= cpu < machine.ncpus for cpu in cpus):
        raise OSError(errno.EINVAL, f"CPUs {list(cpus)}: must differ and be below {machine.ncpus}")
    ends = [len(packets) * number // len(cpus) for number in range(len(cpus) + 1)]
    parts = [packets.part(start, end) for start, end in pairwise(ends)]
    wanted = array("I", [0])
    with ThreadPoolExecutor(len(cpus)) as pool:
        try:
            runs = [
                pool.submit(run_batch, machine, prog, part, outputs=outputs, cpu=cpu, wanted=wanted)
                for part, cpu in zip(parts, cpus, strict=True)
            ]
            results = [run.result() for run in runs]
        finally:
            wanted[0] = 1  # whatever went wrong here or on one CPU ends the others
    retvals = array("I", b"".join(result.retvals.tobytes() for result in results))
    return BatchResult(
        retvals, Packets.joined([result.outputs for result in results]), sum(r.spent_ns for r in results)
    )


def run_batch(
    machine: Machine,
    prog: Prog,
    packets: Packets,
    *,
    outputs: bool = True,
    cpu: int = -1,
    wanted: array[int] | None = None,
) -> BatchResult:
    """Run the program once on each packet; `cpu` -1 is any. EINVAL names a packet that cannot be run. Once
    `wanted`, an array('I'), holds something other than 0, all ends with EINTR.
    """
    wanted = array("I", [0]) if wanted is None else wanted
    if prog.type not in _TYPES:
        raise OSError(ENOTSUPP, f"programs of type {ProgType(prog.type).name.lower()} do not run on packets")
    _check(packets)
    if prog.native is None:
        return _one_by_one(machine, prog, packets, cpu, wanted)
    machine.progs.hold(prog)
    try:
        result = _native(machine, prog, packets, outputs, cpu, wanted)
    finally:
        machine.progs.release(prog)
        machine.native.reap()
    return result


def _check(packets: Packets) -> None:
    lengths = packets.lengths
    if not lengths or (min(lengths) >= _ETH_HLEN and max(lengths) <= _MAX_PACKET):
        return
    index = next(at for at, length in enumerate(lengths) if not _ETH_HLEN <= length <= _MAX_PACKET)
    raise OSError(
        errno.EINVAL, f"packet {index} has {lengths[index]} bytes, must have {_ETH_HLEN} to {_MAX_PACKET}"
    )


def _template(prog: Prog) -> tuple[int, bytes]:
    """The kind of the native loop, and the context before a packet is in it."""
    if prog.type == ProgType.XDP:
        record = Record("skep_xdp_buff")
        record["ingress_ifindex"] = LOOPBACK
        return _XDP_KIND, record.raw()
    record = Record("skep_sk_buff")
    record["ifindex"] = LOOPBACK
    return view_of(prog.type), record.raw()


def _native(
    machine: Machine, prog: Prog, packets: Packets, outputs: bool, cpu: int, wanted: array[int]
) -> BatchResult:
    kind, template = _template(prog)
    count = len(packets)
    retvals = array("I", bytes(4 * count))
    lengths = array("I", bytes(4 * count if outputs else 0))
    room = (
        bytearray(min(len(packets.data) + count * 64, _ROOM) + _MAX_PACKET + _MAX_GROWTH) if outputs else None
    )
    pieces: list[bytes] = []
    done = spent = 0
    while done < count:
        out = () if room is None else (room, lengths)
        done, used, took = native_batch(
            machine.native, cpu, prog.address, kind, template, packets.data, packets.offsets, packets.lengths,
            retvals, done, wanted, *out,
        )  # fmt: skip
        entries.raise_failure(machine)
        spent += took
        if room is not None:
            pieces.append(bytes(memoryview(room)[:used]))
    offsets = array("Q", accumulate(lengths, initial=0))[:-1]
    return BatchResult(retvals, Packets(b"".join(pieces), offsets, lengths), spent)


def _one_by_one(machine: Machine, prog: Prog, packets: Packets, cpu: int, wanted: array[int]) -> BatchResult:
    """The same with the interpreter."""
    retvals, outputs, spent = array("I"), [], 0
    for packet in packets:
        if prog.type == ProgType.XDP:
            frame = XdpBuff(packet, linear=min(len(packet), _XDP_LINEAR))
            outcome = execute(machine, prog, frame.record.address, frame.regions, cpu=cpu, wanted=wanted)
            outputs.append(frame.data + frame.frags)
        else:
            skb = SkBuff(packet, view_of(prog.type))
            outcome = execute(machine, prog, skb.record.address, skb.regions, cpu=cpu, wanted=wanted)
            outputs.append(skb.frame)
        retvals.append(outcome.retval)
        spent += outcome.spent_ns
    return BatchResult(retvals, Packets.of(outputs), spent)
