"""Sockets that programs find: given by a test, in native memory.

Where the kernel has types, a socket has a second form of those types, for programs that cast to it
(bpf_skc_to_tcp_sock and its like).
"""

from __future__ import annotations

from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from skep._runtime import LAYOUTS, SOCKET_VIEW, poke
from skep.btf import Btf
from skep.kernel.model.kernel_object import KernelObject
from skep.kernel.model.record import Record
from skep.kernel.model.routes import AF_INET6, family_of

AF_UNIX = 1
_LOOPBACK4_IPV6 = IPv4Address("127.0.0.6")
_STREAM, _DGRAM = 1, 2
_PROTOCOLS = {"tcp": 6, "udp": 17, "unix": 0}

Endpoint = tuple[str, int]


class TcpState(IntEnum):
    """States of a socket (include/net/tcp_states.h)."""

    ESTABLISHED = 1
    SYN_SENT = 2
    TIME_WAIT = 6
    CLOSE = 7
    LISTEN = 10
    NEW_SYN_RECV = 12


class Socket(Record):
    """One socket; its fields are those of `struct bpf_sock` and `struct bpf_tcp_sock`.

    Addresses are (text, port). A TCP socket without a remote end listens, one with is established, unless
    `state` says otherwise.
    """

    def __init__(
        self,
        protocol: str,
        local: Endpoint,
        remote: Endpoint | None = None,
        *,
        state: TcpState | None = None,
        ipv6_only: bool = False,
        device: int = 0,
        mark: int = 0,
        priority: int = 0,
        uid: int = 0,
        reuseport: bool = False,
        types: Btf | None = None,
    ) -> None:
        super().__init__("skep_tcp_sock", room=_view_room(types))
        self._fields = LAYOUTS["skep_sock"] | LAYOUTS["skep_tcp_sock"]
        address = ip_address(local[0])
        default = TcpState.ESTABLISHED if remote else TcpState.LISTEN if protocol == "tcp" else TcpState.CLOSE
        self.protocol = protocol
        self.state = state or default
        self.family = AF_UNIX if protocol == "unix" else family_of(address)
        self["family"] = self.family
        self["type"] = _DGRAM if protocol == "udp" else _STREAM
        self["protocol"] = _PROTOCOLS[protocol]
        self["state"] = self.state
        self["bound_dev_if"], self["mark"], self["priority"] = device, mark, priority
        self["uid"], self["ipv6_only"] = uid, ipv6_only
        self["rx_queue_mapping"] = 0xFFFF_FFFF
        self._set_end("src", local)
        if remote:
            self._set_end("dst", remote)
        self.local_port = local[1]
        self.reuseport = reuseport  # it has SO_REUSEPORT, and is bound
        self.reuseport_array: object = None  # the map of that type that it is in
        self.view = self._make_view(types) if types else None

    def _set_end(self, end: str, endpoint: Endpoint) -> None:
        """src_port is in host order, dst_port in network order, as programs read them."""
        address, port = ip_address(endpoint[0]), endpoint[1]
        self[f"{end}_port"] = port if end == "src" else int.from_bytes(port.to_bytes(2, "big"), "little")
        self.set_bytes(f"{end}_ip4", _ipv4_form(address, end).packed)
        if isinstance(address, IPv6Address):
            self.set_bytes(f"{end}_ip6", address.packed)

    def _make_view(self, types: Btf) -> KernelObject | None:
        """The structure of the kernel's types that the socket is."""
        structure = _structure(self.protocol, self.family, self.state)
        if types.find(structure) is None:
            return None
        view = KernelObject(types, structure, self.address + SOCKET_VIEW)
        common = _COMMON[structure]
        view[f"{common}.skc_family"] = self.family
        view[f"{common}.skc_state"] = self.state
        view[f"{common}.skc_bound_dev_if"] = self["bound_dev_if"]
        view[f"{common}.skc_num"] = self["src_port"]
        view[f"{common}.skc_dport"] = self["dst_port"]
        view[f"{common}.skc_daddr"] = self["dst_ip4"]
        view[f"{common}.skc_rcv_saddr"] = self["src_ip4"]
        view.set_bytes(f"{common}.skc_v6_daddr", self.get_bytes("dst_ip6"))
        view.set_bytes(f"{common}.skc_v6_rcv_saddr", self.get_bytes("src_ip6"))
        self["has_view"] = 1
        return view

    def regions(self) -> list[tuple[str, int, int]]:
        """What a program may touch: (name, address, size)."""
        own = [("socket", self.address, self.size)]
        return own + (
            [("socket of the kernel's types", self.view.address, self.view.size)] if self.view else []
        )


def _ipv4_form(address: IPv4Address | IPv6Address, end: str) -> IPv4Address:
    """What a socket has where IPv4 addresses stand: a placeholder for its own address of IPv6."""
    if isinstance(address, IPv4Address):
        return address
    if address.is_unspecified or (end == "dst" and not address.ipv4_mapped):
        return IPv4Address(0)
    return address.ipv4_mapped or _LOOPBACK4_IPV6


#: Where struct sock_common is in each structure.
_COMMON = {
    "tcp_sock": "inet_conn.icsk_inet.sk.__sk_common",
    "tcp6_sock": "tcp.inet_conn.icsk_inet.sk.__sk_common",
    "tcp_timewait_sock": "tw_sk.__tw_common",
    "tcp_request_sock": "req.req.__req_common",
    "udp_sock": "inet.sk.__sk_common",
    "udp6_sock": "udp.inet.sk.__sk_common",
    "unix_sock": "sk.__sk_common",
}


def _structure(protocol: str, family: int, state: TcpState) -> str:
    if protocol == "unix":
        return "unix_sock"
    if state == TcpState.TIME_WAIT:
        return "tcp_timewait_sock"
    if state == TcpState.NEW_SYN_RECV:
        return "tcp_request_sock"
    return f"{protocol}6_sock" if family == AF_INET6 else f"{protocol}_sock"


def _view_room(types: Btf | None) -> int:
    """Bytes behind the native form for the largest structure."""
    if types is None:
        return 0
    found = (types.find(structure) for structure in _COMMON)
    return SOCKET_VIEW + max((types.size_of(type_id) for type_id in found if type_id is not None), default=0)


def link_sockets(sockets: list[Socket], buckets: int, table: int) -> None:
    """Chains the sockets by local port, from the addresses of the buckets at `table`."""
    following, size = LAYOUTS["skep_sock"]["next"]
    heads = [0] * buckets
    for socket in sockets:
        bucket = socket.local_port % buckets
        poke(socket.address + following, size, heads[bucket])
        heads[bucket] = socket.address
    for bucket, head in enumerate(heads):
        poke(table + 8 * bucket, 8, head)
