"""Connections that netfilter tracks: given by a test, or made by programs. Each is a `struct nf_conn` of the
kernel's types.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from skep.kernel.model.kernel_object import KernelObject

if TYPE_CHECKING:
    from skep.btf import Btf

_PROTOCOLS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}
CONFIRMED = 1 << 3  # enum ip_conntrack_status


@dataclass(frozen=True, slots=True)
class Tuple:
    """One direction of a connection; addresses in their binary form."""

    protocol: int
    source: bytes
    source_port: int
    target: bytes
    target_port: int

    def reply(self) -> Tuple:
        return Tuple(self.protocol, self.target, self.target_port, self.source, self.source_port)

    def packed(self, direction: int) -> bytes:
        """struct nf_conntrack_tuple"""
        family = socket.AF_INET if len(self.source) == 4 else socket.AF_INET6
        source = (
            self.source.ljust(16, b"\0") + self.source_port.to_bytes(2, "big") + family.to_bytes(2, "little")
        )
        target = self.target.ljust(16, b"\0") + self.target_port.to_bytes(2, "big")
        return source + target + bytes((self.protocol, direction))


class Connection(KernelObject):
    """A connection: two directions, of which the second may be other than the first turned round (NAT)."""

    def __init__(self, types: Btf, original: Tuple, zone: int) -> None:
        super().__init__(types, "nf_conn")
        self.zone = zone
        hashes = types.id_of("nf_conntrack_tuple_hash")
        place = KernelObject(types, "nf_conntrack_tuple_hash").place("tuple").bit_offset // 8
        self._tuples = [self.address_of("tuplehash") + n * types.size_of(hashes) + place for n in range(2)]
        self.put({"zone.id": zone, "ct_general.use.refs.counter": 1})
        self.original = original
        self.set_reply(original.reply())

    def set_reply(self, reply: Tuple) -> None:
        self.reply = reply
        for direction, one in enumerate((self.original, reply)):
            self.write(self._tuples[direction], one.packed(direction))

    @property
    def status(self) -> int:
        return int(self["status"])

    def add_status(self, bits: int) -> None:
        self["status"] = self.status | bits


class Conntrack:
    """The table. Connections that programs allocated are not in it before they are inserted."""

    def __init__(self, types: Callable[[], Btf | None]) -> None:
        self._types = types
        self._table: list[Connection] = []
        self._fresh: list[Connection] = []

    def add(
        self,
        protocol: str,
        source: tuple[str, int],
        target: tuple[str, int],
        *,
        zone: int = 0,
        status: int = 0,
        mark: int = 0,
    ) -> Connection:
        """A connection from (address, port) to (address, port), for programs to find."""
        ends = [(ip_address(address).packed, port) for address, port in (source, target)]
        made = self.allocate(Tuple(_PROTOCOLS[protocol], *ends[0], *ends[1]), zone)
        made.put({"status": status, "mark": mark})
        if not self.insert(made):
            raise ValueError("there is such a connection already")
        return made

    def allocate(self, original: Tuple, zone: int) -> Connection:
        types = self._types()
        if types is None:
            raise ValueError(
                "connections are structures of the kernel's types, which this kernel was not given"
            )
        made = Connection(types, original, zone)
        self._fresh.append(made)
        return made

    def insert(self, connection: Connection) -> bool:
        """nf_conntrack_hash_check_insert(): False when one of its directions is there already."""
        self._fresh.remove(connection)
        if any(self.find(one, connection.zone) for one in (connection.original, connection.reply)):
            return False
        connection.add_status(CONFIRMED)
        self._table.append(connection)
        return True

    def find(self, wanted: Tuple, zone: int) -> tuple[Connection, int] | None:
        """The connection in a zone that has a direction, and which one: 0 the original, 1 the reply."""
        for one in self._table:
            for direction, own in enumerate((one.original, one.reply)):
                if own == wanted and one.zone == zone:
                    return one, direction
        return None

    def at(self, address: int) -> Connection:
        """The connection whose structure is there."""
        return next(one for one in (*self._table, *self._fresh) if one.address == address)

    def regions(self) -> list[tuple[str, int, int]]:
        """What programs may read: (name, address, size)."""
        return [("nf_conn", one.address, one.size) for one in (*self._table, *self._fresh)]
