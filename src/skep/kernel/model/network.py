"""The network of a machine: devices, addresses, routes, neighbours and sockets, and the packets that programs
sent somewhere.

The machine's maker gives it all that is in it. Programs read native tables (_runtime/net.h). These are made
anew when something changes; the old ones go when the runs that may see them are over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv6Interface, ip_interface, ip_network
from typing import TYPE_CHECKING, Any

from skep._runtime import LAYOUTS, SOCKET_BUCKETS, peek, poke
from skep.kernel.model.conntrack import Conntrack
from skep.kernel.model.record import Record, RecordArray
from skep.kernel.model.routes import (
    Address,
    Neighbour,
    Route,
    RouteType,
    RoutingTable,
    Table,
    family_of,
    parse_address,
    parse_prefix,
)
from skep.kernel.model.sockets import Endpoint, Socket, link_sockets

if TYPE_CHECKING:
    from skep._runtime import NativeKernel
    from skep.btf import Btf

LOOPBACK = 1
_LOOPBACK_MTU = 65536
_ETH_HLEN = 14
_IFF_UP = 0x1
_IPV6_METRIC = 1024  # of routes that no one gave a metric
_CONNECTED_METRIC = 256  # ... and of those that come with an address of IPv6


@dataclass(slots=True, kw_only=True)
class Device:
    """A network device. `forwarding` is what the sysctls of that name say for IPv4 and IPv6."""

    name: str
    ifindex: int
    mtu: int = 1500
    mac: bytes = bytes(6)
    forwarding: tuple[bool, bool] = (False, False)
    addresses: list[IPv4Interface | IPv6Interface] = field(default_factory=list)

    def row(self) -> dict[str, int | bytes]:
        return {
            "ifindex": self.ifindex,
            "mtu": self.mtu,
            "hard_header_len": _ETH_HLEN,
            "flags": _IFF_UP,
            "forwarding4": self.forwarding[0],
            "forwarding6": self.forwarding[1],
            "mac": self.mac,
        }


@dataclass(frozen=True, slots=True)
class Sent:
    """A copy of a packet that a program sent to a device: out of it, or in (BPF_F_INGRESS)."""

    ifindex: int
    flags: int
    data: bytes


class Network:
    """One network namespace. It starts with a loopback device and nothing else."""

    def __init__(self, native: NativeKernel, types: Callable[[], Btf | None] = lambda: None) -> None:
        self._native = native
        self._types = types
        self._devices: dict[int, Device] = {}
        self._table = RoutingTable()
        self._sockets: list[Socket] = []
        self._record = Record("skep_net")
        self._keep: list[object] = []
        self._syncookies = 1
        self.sent: list[Sent] = []
        self.conntrack = Conntrack(types)
        self.add_device("lo", ifindex=LOOPBACK, mtu=_LOOPBACK_MTU)
        self.add_address("127.0.0.1/8", "lo")
        self.add_address("::1/128", "lo")

    # ── what programs see ──

    def device(self, which: str | int) -> Device:
        """A device by name or number; KeyError when there is none."""
        for device in self._devices.values():
            if which in (device.name, device.ifindex):
                return device
        raise KeyError(f"there is no device {which!r}")

    def __contains__(self, which: object) -> bool:
        return any(which in (device.name, device.ifindex) for device in self._devices.values())

    @property
    def syncookies(self) -> int:
        """net.ipv4.tcp_syncookies: 0 never, 1 when a queue is full (it never is), 2 always."""
        return self._syncookies

    @syncookies.setter
    def syncookies(self, value: int) -> None:
        self._syncookies = value
        self._publish()

    def add_device(
        self,
        name: str,
        *,
        ifindex: int | None = None,
        mtu: int = 1500,
        mac: str = "00:00:00:00:00:00",
        forwarding: bool = False,
    ) -> Device:
        """A device that is up. Without an `ifindex` it gets the next number."""
        number = ifindex or max(self._devices, default=0) + 1
        if number in self._devices or name in self:
            raise ValueError(f"there is a device {name!r} or one with number {number} already")
        address = bytes.fromhex(mac.replace(":", ""))
        both = (forwarding, forwarding)
        device = Device(name=name, ifindex=number, mtu=mtu, mac=address, forwarding=both)
        self._devices[number] = device
        self._publish()
        return device

    def set_device(self, which: str | int, **changes: Any) -> None:
        """Changes `mtu` or `forwarding` of a device."""
        device = self.device(which)
        for name, value in changes.items():
            setattr(device, name, value)
        self._publish()

    def add_address(self, text: str, device: str | int) -> None:
        """An address with its prefix length; the routes to itself and to its network come with it."""
        interface = ip_interface(text)
        owner = self.device(device)
        owner.addresses.append(interface)
        self._table.routes += _routes_of(interface, owner.ifindex)
        self._publish()

    def add_route(
        self,
        prefix: str,
        device: str | int | None = None,
        *,
        via: str | None = None,
        source: str | None = None,
        metric: int | None = None,
        table: int = Table.MAIN,
        type: RouteType = RouteType.UNICAST,
        mtu: int = 0,
    ) -> None:
        """A route, in the words of ip(8): `add_route("10.0.0.0/8", "eth0", via="192.0.2.1")`."""
        target = parse_prefix(prefix)
        default = 0 if target.version == 4 else _IPV6_METRIC
        self._table.routes.append(
            Route(
                prefix=target,
                ifindex=0 if device is None else self.device(device).ifindex,
                via=parse_address(via),
                source=parse_address(source),
                metric=default if metric is None else metric,
                table=table,
                type=type,
                mtu=mtu,
            )
        )
        self._publish()

    def add_neighbour(self, address: str, mac: str | None, device: str | int) -> None:
        """The MAC address of a neighbour; None while it is not known."""
        parsed = parse_address(address)
        assert parsed is not None
        known = None if mac is None else bytes.fromhex(mac.replace(":", ""))
        self._table.neighbours.append(
            Neighbour(address=parsed, ifindex=self.device(device).ifindex, mac=known)
        )
        self._publish()

    def add_socket(
        self, protocol: str, local: Endpoint, remote: Endpoint | None = None, **fields: Any
    ) -> Socket:
        """A socket that lookups find; see Socket for the fields."""
        socket = Socket(protocol, local, remote, types=self._types(), **fields)
        offset, size = LAYOUTS["skep_kernel"]["cgroup"]
        socket["cgroup"] = peek(self._native.address + offset, size)
        self._sockets.append(socket)
        self._publish()
        return socket

    def socket_at(self, address: int) -> Socket | None:
        """The socket with this native address."""
        return next((socket for socket in self._sockets if socket.address == address), None)

    def cookie_of(self, address: int) -> int:
        """sock_gen_cookie(): a socket gets its cookie when someone first asks."""
        socket = self.socket_at(address)
        assert socket is not None
        if not socket["cookie"]:
            self._native.last_cookie += 1
            socket["cookie"] = self._native.last_cookie
        return int(socket["cookie"])

    def regions(self) -> list[tuple[str, int, int]]:
        """Memory of sockets, which programs may touch: (name, address, size)."""
        sockets = [region for socket in self._sockets for region in socket.regions()]
        return [*sockets, *self.conntrack.regions()]

    # ── native tables ──

    def _publish(self) -> None:
        devices = RecordArray("skep_netdev", [device.row() for device in self._devices.values()])
        routes = RecordArray("skep_route", [self._route_row(route) for route in self._table.ordered()])
        neighbours = RecordArray("skep_neighbour", [_neighbour_row(row) for row in self._table.neighbours])
        record = Record("skep_net")
        for name, rows in (("devices", devices), ("routes", routes), ("neighbours", neighbours)):
            record[name], record[f"n{name}"] = rows.address, rows.count
        record["syncookies"], record["cookie"] = self._syncookies, 1
        link_sockets(self._sockets, SOCKET_BUCKETS, record.address + LAYOUTS["skep_net"]["sockets"][0])
        offset, size = LAYOUTS["skep_kernel"]["net"]
        poke(self._native.address + offset, size, record.address)
        old, self._keep = self._keep, [devices, routes, neighbours, record]
        self._native.defer(old.clear)

    def _route_row(self, route: Route) -> dict[str, int | bytes]:
        source = route.source or self._source(route)
        return {
            "prefix": route.prefix.network_address.packed,
            "length": route.prefix.prefixlen,
            "gateway": route.via.packed if route.via else b"",
            "gateway_family": family_of(route.via) if route.via else 0,
            "source": source.packed if source else b"",
            "family": family_of(route.prefix),
            "table": route.table,
            "metric": route.metric,
            "type": route.type,
            "ifindex": route.ifindex,
            "mtu": route.mtu,
        }

    def _source(self, route: Route) -> Address | None:
        """The address that a packet by this route gets: of the device, best in the gateway's network."""
        if not route.ifindex:
            return None
        version = route.prefix.version
        own = [a for a in self._devices[route.ifindex].addresses if a.version == version]
        near = [a for a in own if route.via is not None and route.via in a.network]
        return next((a.ip for a in near + own), None)


def _routes_of(interface: IPv4Interface | IPv6Interface, ifindex: int) -> list[Route]:
    """What an address brings along: a local route to itself, and one to its network."""
    host = ip_network(interface.ip)
    local = Route(
        prefix=host if not interface.ip.is_loopback else interface.network,
        ifindex=ifindex,
        table=Table.LOCAL,
        type=RouteType.LOCAL,
        source=interface.ip,
    )
    if interface.ip.is_loopback or interface.network.prefixlen == interface.max_prefixlen:
        return [local]
    metric = 0 if interface.version == 4 else _CONNECTED_METRIC
    connected = Route(prefix=interface.network, ifindex=ifindex, metric=metric, source=interface.ip)
    if interface.version == 6:
        return [local, connected]
    everyone = ip_network(interface.network.broadcast_address)
    broadcast = Route(prefix=everyone, ifindex=ifindex, table=Table.LOCAL, type=RouteType.BROADCAST)
    return [local, connected, broadcast]


def _neighbour_row(neighbour: Neighbour) -> dict[str, int | bytes]:
    return {
        "address": neighbour.address.packed,
        "mac": neighbour.mac or b"",
        "family": family_of(neighbour.address),
        "ifindex": neighbour.ifindex,
        "valid": neighbour.mac is not None,
    }
