"""Tracked connections: looked up, made, changed."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep._runtime import read_memory, write_memory
from skep.kernel.helpers.bodies import Body
from skep.kernel.helpers.bodies.memory import signed32
from skep.kernel.model.conntrack import Connection, Tuple

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_U32 = 0xFFFF_FFFF
_OPTS, _OLD_OPTS = 16, 12  # sizes of struct bpf_ct_opts
_DIR = 9  # where it has the direction
_ADDRESSES = {12: 4, 36: 16}  # struct bpf_sock_tuple: the sizes for IPv4 and IPv6, of tuple and address
_TCP, _UDP = 6, 17
_HZ, _MS = 250, 4  # ticks a second, milliseconds a tick
_NEW_TICKS = 10 * _HZ  # that a new connection lasts
_LONGEST = 0x7FFF_FFFF
# enum ip_conntrack_status
_EXPECTED, _SEEN_REPLY, _ASSURED, _CONFIRMED = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_SRC_NAT, _DST_NAT, _SEQ_ADJUST, _SRC_DONE, _DST_DONE = 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8
_DYING, _FIXED_TIMEOUT, _TEMPLATE, _UNTRACKED, _OFFLOAD = 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 14
_UNCHANGEABLE = (
    _SRC_DONE | _DST_DONE | _SRC_NAT | _DST_NAT | _EXPECTED | _CONFIRMED | _DYING | _SEQ_ADJUST | _TEMPLATE
    | _UNTRACKED | _OFFLOAD
)  # fmt: skip


def _question(place: int, size: int, opts: int, opts_size: int) -> tuple[Tuple, int]:
    """The connection that is asked for, and its zone."""
    size, opts_size = size & _U32, opts_size & _U32
    if not opts or not place or opts_size not in (_OPTS, _OLD_OPTS):
        raise OSError(errno.EINVAL, "no options, or of another size")
    raw = read_memory(opts, opts_size).ljust(_OPTS, b"\0")
    netns, _, protocol, _, zone, _, reserved = struct.unpack("<iiBBHB3s", raw)
    if any(reserved) or (opts_size == _OLD_OPTS and zone):
        raise OSError(errno.EINVAL, "reserved options")
    if protocol not in (_TCP, _UDP):
        raise OSError(errno.EPROTO, "only TCP and UDP are looked up")
    if netns < -1:
        raise OSError(errno.EINVAL, "no such network namespace")
    if size not in _ADDRESSES:
        raise OSError(errno.EAFNOSUPPORT, f"a tuple of {size} bytes")
    if netns >= 0:
        raise OSError(errno.ENONET, "there is one network namespace, which has no number")
    length = _ADDRESSES[size]
    raw = read_memory(place, size)
    ports = struct.unpack(">HH", raw[2 * length :])
    return Tuple(protocol, raw[:length], ports[0], raw[length : 2 * length], ports[1]), zone


def _refuse(opts: int, refused: OSError) -> int:
    """The errno goes into the options, and the program gets NULL."""
    if opts:
        write_memory(opts + 4, struct.pack("<i", -(refused.errno or errno.EINVAL)))
    return 0


def lookup(machine: Machine, ctx: int, place: int, size: int, opts: int, opts_size: int, _: int) -> int:
    try:
        found = machine.net.conntrack.find(*_question(place, size, opts, opts_size))
        if found is None:
            raise OSError(errno.ENOENT, "no such connection")
    except OSError as refused:
        return _refuse(opts, refused)
    write_memory(opts + _DIR, bytes((found[1],)))
    return found[0].address


def alloc(machine: Machine, ctx: int, place: int, size: int, opts: int, opts_size: int, _: int) -> int:
    try:
        made = machine.net.conntrack.allocate(*_question(place, size, opts, opts_size))
    except OSError as refused:
        return _refuse(opts, refused)
    made["timeout"] = _NEW_TICKS
    return made.address


def _now(machine: Machine) -> int:
    """The low half of jiffies."""
    return (-300 * _HZ + machine.monotonic_ns() * _HZ // 10**9) & _U32


def insert_entry(machine: Machine, connection: int, *_: int) -> int:
    fresh = machine.net.conntrack.at(connection)
    fresh["timeout"] = (fresh["timeout"] + _now(machine)) & _U32
    return connection if machine.net.conntrack.insert(fresh) else 0


def _ticks(milliseconds: int) -> int:
    """msecs_to_jiffies()"""
    milliseconds &= _U32
    return _LONGEST if milliseconds > _LONGEST else -(-milliseconds // _MS)


def set_timeout(machine: Machine, connection: int, milliseconds: int, *_: int) -> int:
    machine.net.conntrack.at(connection)["timeout"] = _ticks(milliseconds)
    return 0


def change_timeout(machine: Machine, connection: int, milliseconds: int, *_: int) -> int:
    one = machine.net.conntrack.at(connection)
    if one.status & _FIXED_TIMEOUT:
        raise OSError(errno.EPERM, "its timeout is fixed")
    one["timeout"] = (_now(machine) + _ticks(milliseconds)) & _U32
    if one.status & _DYING:
        raise OSError(errno.ETIME, "it is dying")
    return 0


def change_status(machine: Machine, connection: int, status: int, *_: int) -> int:
    """nf_ct_change_status_common(): bits are only set, and some of them never."""
    one, status = machine.net.conntrack.at(connection), status & _U32
    differs = one.status ^ status
    kept = (_SEEN_REPLY | _ASSURED) & differs & ~status
    if differs & (_EXPECTED | _CONFIRMED | _DYING) or kept:
        raise OSError(errno.EBUSY, "bits that cannot be changed so")
    one.add_status(status & ~_UNCHANGEABLE)
    return 0


def set_nat_info(machine: Machine, connection: int, place: int, port: int, manip: int, *_: int) -> int:
    """A new source (0) or target (1) for the packets of the original direction, which replies then go to."""
    one, port = machine.net.conntrack.at(connection), signed32(port)
    if not 0 <= port <= 0xFFFF:
        raise OSError(errno.EINVAL, f"there is no port {port}")
    _translate(one, read_memory(place, len(one.original.source)), port, to_target=bool(manip & _U32))
    return 0


def _translate(one: Connection, address: bytes, port: int, to_target: bool) -> None:
    reply = one.reply
    if to_target:
        changed = Tuple(reply.protocol, address, port or reply.source_port, reply.target, reply.target_port)
    else:
        changed = Tuple(reply.protocol, reply.source, reply.source_port, address, port or reply.target_port)
    done, nat = (_DST_DONE, _DST_NAT) if to_target else (_SRC_DONE, _SRC_NAT)
    one.add_status(done | (nat if changed != reply else 0))
    one.set_reply(changed)


def release(*_: object) -> int:
    return 0


BODIES: dict[str, Body] = {
    "bpf_skb_ct_lookup": lookup,
    "bpf_xdp_ct_lookup": lookup,
    "bpf_skb_ct_alloc": alloc,
    "bpf_xdp_ct_alloc": alloc,
    "bpf_ct_insert_entry": insert_entry,
    "bpf_ct_release": release,
    "bpf_ct_set_timeout": set_timeout,
    "bpf_ct_change_timeout": change_timeout,
    "bpf_ct_set_status": change_status,
    "bpf_ct_change_status": change_status,
    "bpf_ct_set_nat_info": set_nat_info,
}
