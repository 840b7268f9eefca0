"""PROG_TEST_RUN with BPF_F_TEST_XDP_LIVE_FRAMES: frames that go where the program says.

Each frame is made anew, run through the program, and then dropped, given to the stack of the device that it
came in by, or sent out of a device; what got anywhere is in the machine's network (`Network.sent`). Linux may
use the memory of a dropped frame for the next one as the program left it, for the sake of speed; here every
frame starts as the caller gave it.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from skep.kernel.hooks.execute import Outcome, Redirect, execute
from skep.kernel.maps.devices import DevMap
from skep.kernel.model.network import Sent
from skep.kernel.model.packet import XdpBuff
from skep.uapi import BPF_F_BROADCAST, BPF_F_EXCLUDE_INGRESS, BPF_F_INGRESS, MapType, XdpAction

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.base import Map
    from skep.kernel.prog import Prog

#: What Linux keeps in front of each frame's headroom (struct xdp_page_head).
PAGE_HEAD = 112
MAX_BATCH = 256
_DEVICE, _MAP = 1, 4  # enum skep_redirect_kind


def check_batch(batch_size: int) -> None:
    if batch_size > MAX_BATCH:
        raise OSError(errno.E2BIG, f"a batch of {batch_size} frames, at most {MAX_BATCH}")


def run_live(machine: Machine, prog: Prog, frame: bytes, meta: int, ifindex: int, repeat: int) -> Outcome:
    """`repeat` frames, `meta` bytes of metadata in front of each. There is no return value."""
    spent = 0
    for _ in range(repeat):
        buff = XdpBuff(frame, meta=meta)
        buff.record["ingress_ifindex"] = ifindex
        outcome = execute(machine, prog, buff.record.address, buff.regions)
        spent += outcome.spent_ns
        _deliver(machine, outcome, buff, ifindex)
    return Outcome(0, spent)


def _deliver(machine: Machine, outcome: Outcome, buff: XdpBuff, ifindex: int) -> None:
    """Every other verdict drops the frame."""
    sent = machine.net.sent
    match outcome.retval:
        case XdpAction.PASS:
            sent.append(Sent(ifindex, BPF_F_INGRESS, buff.data))
        case XdpAction.TX:
            sent.append(Sent(ifindex, 0, buff.data))
        case XdpAction.REDIRECT:
            sent += [Sent(*where, buff.data) for where in _targets(machine, outcome.redirect, ifindex)]


def _targets(machine: Machine, to: Redirect, ifindex: int) -> Iterator[tuple[int, int]]:
    """(device, flags) of each copy of a frame that was redirected."""
    if to.kind == _DEVICE and to.ifindex in machine.net:
        yield to.ifindex, 0
    if to.kind != _MAP:
        return
    map = next(map for map in machine.maps if map.address == to.map)
    if map.map_type == MapType.CPUMAP:
        yield ifindex, BPF_F_INGRESS  # to the stack, by another CPU
    elif isinstance(map, DevMap):
        out = _all(map) if to.flags & BPF_F_BROADCAST else _one(map, to.key)
        hidden = ifindex if to.flags & BPF_F_EXCLUDE_INGRESS else 0
        yield from ((device, 0) for device in out if device != hidden and device in machine.net)


def _one(map: Map, key: int) -> Iterator[int]:
    try:
        yield struct.unpack_from("<I", map.lookup(struct.pack("<I", key & 0xFFFF_FFFF)))[0]
    except OSError:
        return  # taken away since the program looked


def _all(map: Map) -> Iterator[int]:
    key: bytes | None = None
    while True:
        try:
            key = map.next_key(key)
        except OSError:
            return
        yield from _one(map, int.from_bytes(key, "little"))
