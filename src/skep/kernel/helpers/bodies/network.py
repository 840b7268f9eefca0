"""What programs do to the network beyond their own packet."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, peek, read_memory
from skep.kernel.helpers.bodies.body import Body
from skep.kernel.model.network import Sent
from skep.uapi import BPF_F_INGRESS

if TYPE_CHECKING:
    from skep.kernel.machine import Machine


def clone_redirect(machine: Machine, skb: int, ifindex: int, flags: int, *_: int) -> int:
    fields = LAYOUTS["skep_sk_buff"]
    start, size = (peek(skb + fields[name][0], fields[name][1]) for name in ("data", "len"))
    ifindex &= 0xFFFF_FFFF
    if flags & ~BPF_F_INGRESS or ifindex not in machine.net:
        raise OSError(errno.EINVAL, f"unknown flags, or no device {ifindex}")
    if not size:
        raise OSError(errno.ERANGE, "an empty packet")
    machine.net.sent.append(Sent(ifindex, flags, read_memory(start, size)))
    return 0


BODIES: dict[str, Body] = {"clone_redirect": clone_redirect}
