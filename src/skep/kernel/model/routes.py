"""Routes and neighbours: where bpf_fib_lookup says that packets go.

A test or a replay gives them, in the words of ip(8): a prefix, a device, a gateway, a metric, a table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

AF_INET = 2
AF_INET6 = 10

Address = IPv4Address | IPv6Address
Prefix = IPv4Network | IPv6Network


class RouteType(IntEnum):
    """RTN_* of linux/rtnetlink.h."""

    UNICAST = 1
    LOCAL = 2
    BROADCAST = 3
    BLACKHOLE = 6
    UNREACHABLE = 7
    PROHIBIT = 8


class Table(IntEnum):
    """RT_TABLE_*: the tables that are looked at without being named, in this order: local, main, default."""

    DEFAULT = 253
    MAIN = 254
    LOCAL = 255


def family_of(address: Address | Prefix) -> int:
    return AF_INET if address.version == 4 else AF_INET6


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A row of a routing table. `ifindex` 0: it leads nowhere. `mtu` is a locked one (`mtu lock`)."""

    prefix: Prefix
    ifindex: int = 0
    via: Address | None = None
    source: Address | None = None
    metric: int = 0
    table: int = Table.MAIN
    type: RouteType = RouteType.UNICAST
    mtu: int = 0

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Lookups go from lower to higher: by table, then the longest prefix, then the least metric.

        IPv4 has the local and the main table in one.
        """
        merged = self.prefix.version == 4 and self.table == Table.LOCAL
        table = Table.MAIN if merged else self.table
        return -table, -self.prefix.prefixlen, -self.table, self.metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Whose MAC address an address of a device has; without one it is being asked for."""

    address: Address
    ifindex: int
    mac: bytes | None


@dataclass(slots=True)
class RoutingTable:
    """All routes and neighbours of one network."""

    routes: list[Route] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)

    def ordered(self) -> list[Route]:
        """In the order in which lookups try them."""
        return sorted(self.routes, key=lambda route: route.order)


def parse_prefix(text: str) -> Prefix:
    """`10.0.0.0/8`, an address alone, or `default` (of IPv4), `default6`."""
    named = {"default": "0.0.0.0/0", "default6": "::/0"}
    return ip_network(named.get(text, text), strict=False)


def parse_address(text: str | None) -> Address | None:
    return None if text is None else ip_address(text)
