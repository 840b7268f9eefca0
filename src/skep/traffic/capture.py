"""Packet captures: pcap (both byte orders, micro- and nanoseconds) and pcapng in, pcap out; dpkt does the
formats.

dpkt hands out a packet that the file's end cuts as if it were whole, so completeness is checked here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from skep.errors import CaptureError

#: LINKTYPE_ETHERNET of the pcap link-type registry; programs see Ethernet frames.
ETHERNET = 1


@dataclass
class Capture:
    """Packets in order with their time stamps in seconds."""

    packets: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    linktype: int = ETHERNET

    @property
    def bytes(self) -> int:
        """Sum of the packets' lengths."""
        return sum(map(len, self.packets))


class _Measured:
    """A file whose reads notice the end: dpkt takes a packet that the file's end cuts for a whole one, and
    would allocate whatever length a damaged record claims."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self.name = file.name
        self.short = False  # the last read got less than it asked for ...
        self.cut = 0  # ... namely this much

    def read(self, size: int) -> bytes:
        data = self._file.read(max(0, min(size, self._size - self._file.tell())))
        self.short = len(data) < size
        self.cut = len(data) if self.short else 0
        return data

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)


def read_capture(path: str | Path) -> Capture:
    """The whole capture. CaptureError names the file and the packet at which it cannot be read on."""
    import dpkt

    name = str(path)
    try:
        with open(path, "rb") as file:
            measured = _Measured(file)
            try:
                reader = dpkt.pcap.UniversalReader(measured)
            except (ValueError, dpkt.Error, struct.error) as error:
                raise CaptureError(f"{name}: not a pcap or pcapng capture ({error})") from None
            capture = Capture(linktype=reader.datalink())
            _read_packets(name, reader, measured, capture)
    except OSError as error:
        raise CaptureError(f"{name}: {error.strerror}") from None
    if capture.linktype != ETHERNET:
        raise CaptureError(
            f"{name}: link type {capture.linktype}; only Ethernet (1) can be replayed, "
            "record on an Ethernet device rather than on 'any'"
        )
    return capture


def _read_packets(name: str, reader: Any, file: _Measured, capture: Capture) -> None:
    import dpkt

    packets = iter(reader)
    while True:
        where = f"{name}: packet {len(capture.packets) + 1}"
        try:
            time, data = next(packets)
        except StopIteration:
            if file.cut:
                raise CaptureError(f"{where}: the file ends within its header") from None
            return
        except (ValueError, struct.error, dpkt.Error, IndexError, OverflowError) as error:
            raise CaptureError(f"{where}: the capture is cut or damaged here ({error})") from None
        if file.short:
            raise CaptureError(f"{where}: the file ends after {file.cut} of its bytes")
        capture.times.append(float(time))
        capture.packets.append(bytes(data))


def write_capture(path: str | Path, packets: Iterable[bytes], times: Iterable[float]) -> int:
    """Write a nanosecond-free little-endian pcap; returns the number of packets."""
    import dpkt

    count = 0
    with open(path, "wb") as file:
        writer = dpkt.pcap.Writer(file, linktype=ETHERNET)
        for packet, time in zip(packets, times, strict=True):
            writer.writepkt(packet, time)
            count += 1
    return count
