"""Packets as programs see them: a context structure, and the buffer that it points into.

Building is the runtime's (`xdp_prepare`, `skb_prepare`), because batches of packets are built the same way
without Python. These classes are what one packet of PROG_TEST_RUN needs: memory that lives as long as the
run, the fields that a caller may set, and what is left afterwards.
"""

from __future__ import annotations

import ctypes
import mmap
from enum import IntEnum

from skep._runtime import skb_prepare, xdp_prepare
from skep.kernel.model.record import Record

_SKB_BUFFER = 256 * 1024
_PAGE = 4096
_ETH_HLEN = 14
_MAX_FRAGS = 17

#: Headroom of an XDP frame, and what the kernel keeps at its end (struct skb_shared_info).
XDP_HEADROOM = 256
XDP_TAILROOM = 320
LOOPBACK = 1


class View(IntEnum):
    """Where a packet starts for a program: at the Ethernet header or behind it (enum skep_view)."""

    L2 = 0
    L3 = 1


class _Buffer:
    """Zeroed pages at a fixed address."""

    def __init__(self, size: int) -> None:
        self._pages = mmap.mmap(-1, size)
        self._view = (ctypes.c_char * size).from_buffer(self._pages)
        self.address = ctypes.addressof(self._view)


class XdpBuff:
    """A frame of which the first `linear` bytes, `meta` of them metadata, are in one page and the rest in
    frags.
    """

    def __init__(self, frame: bytes, *, meta: int = 0, linear: int | None = None) -> None:
        self.record = Record("skep_xdp_buff")
        size = len(frame) if linear is None else linear
        self._buffer = _Buffer(_PAGE * (1 + _MAX_FRAGS) if len(frame) > size else _PAGE)
        xdp_prepare(self.record.address, self._buffer.address, frame, meta, size)
        self.record["ingress_ifindex"] = LOOPBACK

    @property
    def linear(self) -> bytes:
        """Metadata and the linear data."""
        return ctypes.string_at(self.record["data_meta"], self.record["data_end"] - self.record["data_meta"])

    @property
    def data(self) -> bytes:
        """The linear data alone."""
        return ctypes.string_at(self.record["data"], self.record["data_end"] - self.record["data"])

    @property
    def frags(self) -> bytes:
        return ctypes.string_at(self.record["frags"], self.record["frags_size"])

    def regions(self) -> list[tuple[str, int, int]]:
        """What a program may touch: (name, address, size)."""
        start = self.record["data_meta"]
        return [
            ("context", self.record.address, self.record.size),
            ("packet", start, self.record["data_end"] - start),
        ]


class SkBuff:
    """A received frame with a socket whose addresses are the frame's."""

    def __init__(self, frame: bytes, view: View) -> None:
        self.record = Record("skep_sk_buff")
        self.socket = Record("skep_sock")
        self.view = view
        self._buffer = _Buffer(_SKB_BUFFER)
        self.record["sk"] = self.socket.address
        skb_prepare(self.record.address, self._buffer.address, frame, view)
        self.record["ifindex"] = LOOPBACK

    @property
    def data(self) -> bytes:
        """The packet from where the program sees it."""
        return ctypes.string_at(self.record["data"], self.record["len"])

    @property
    def frame(self) -> bytes:
        """The packet with the Ethernet header in front of it, also where the program does not see that."""
        header = 0 if self.view == View.L2 else _ETH_HLEN
        return ctypes.string_at(self.record["data"] - header, self.record["len"] + header)

    def regions(self) -> list[tuple[str, int, int]]:
        """What a program may touch: (name, address, size)."""
        return [
            ("context", self.record.address, self.record.size),
            ("packet", self.record["data"], self.record["len"]),
            ("socket", self.socket.address, self.socket.size),
        ]
