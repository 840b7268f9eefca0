"""What the consumers of events have in common: batches, loops, callbacks, asyncio, and typed events."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

from ..btf import Btf, Kind
from ..errors import InputError
from . import codec

#: Events that one batch has at most, unless the caller says otherwise.
AT_ONCE: Final = 65536
#: How often a loop that waits looks whether it was cancelled, in seconds.
_PATIENCE: Final = 0.2


class Consumer(ABC):
    """Reads events of a buffer. Events are bytes, or values of the BTF type `event`."""

    def __init__(self, btf: Btf | None, event: str | None) -> None:
        self._decode: Callable[[bytes], Any] | None = _decoder(btf, event) if event else None

    @abstractmethod
    def read_raw(self, limit: int = AT_ONCE) -> list[bytes]:
        """What is there now, without waiting; at most `limit` events, in their order."""

    @abstractmethod
    def wait(self, timeout: float | None = None) -> bool:
        """Waits for events; False when `timeout` seconds went by."""

    def read(self, limit: int = AT_ONCE) -> list[Any]:
        """A batch of events: those that are there now, without waiting."""
        raw = self.read_raw(limit)
        return list(map(self._decode, raw)) if self._decode else raw

    def consume(self, callback: Callable[[Any], object], timeout: float | None = 0) -> int:
        """Calls back for each event; waits for the first one at most `timeout` seconds. Returns how many."""
        events = self.read()
        if not events and timeout != 0 and self.wait(timeout):
            events = self.read()
        for event in events:
            callback(event)
        return len(events)

    def events(self, timeout: float | None = None) -> Iterator[Any]:
        """Events as they come; ends when none comes for `timeout` seconds (None: never)."""
        while True:
            batch = self.read()
            yield from batch
            if not batch and not self.wait(timeout):
                return

    def __iter__(self) -> Iterator[Any]:
        return self.events()

    async def __aiter__(self) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        while True:
            for event in self.read():
                yield event
            while not await loop.run_in_executor(None, self.wait, _PATIENCE):
                pass


def _decoder(btf: Btf | None, event: str) -> Callable[[bytes], Any]:
    """Events may be longer than their type: producers pad them."""
    name = event.removeprefix("struct ")
    type_id = btf.find(name, Kind.STRUCT) or btf.find(name, Kind.TYPEDEF) if btf else None
    if btf is None or type_id is None:
        raise InputError(f"the object has no struct or typedef '{name}' in its BTF")
    decode, size = codec.for_type(btf, type_id).decode, btf.size_of(type_id)

    def decode_event(raw: bytes) -> Any:
        if len(raw) < size:
            raise InputError(f"an event of {len(raw)} bytes is too short for '{event}' of {size}")
        return decode(raw)

    return decode_event
