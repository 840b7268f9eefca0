"""What tests of broken input share: seeded mutation, and what an error must be like."""

from __future__ import annotations

import re
import struct
import time
import tracemalloc
from collections.abc import Callable
from random import Random

from skep.errors import SkepError

#: A message must say where: a section, header, offset, type id, symbol or slot.
PLACE = re.compile(
    r"section|header|offset|type id|symbol|\.BTF|slot|relocation|string|ELF|merge"
    r"|(function|map|program|variable) '|' is defined here|loading BTF: .*Invalid"
)
SECONDS = 5.0
#: Memory that a reader may take: what a few thousand types cost, and so much for each byte of the file.
FLOOR = 4 << 20
BYTES_PER_BYTE = 4000


def mutated(data: bytes, random: Random, words: bool) -> bytes:
    """A few bytes or words made something else, sometimes the end cut off."""
    raw = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        if words and random.random() < 0.7:
            at = 24 + 4 * random.randrange((len(raw) - 28) // 4)
            value = random.choice((random.randrange(64), random.getrandbits(32), 0xFFFFFFFF, 0x0400FFFF))
            struct.pack_into("<I", raw, at, value)
        else:
            raw[random.randrange(len(raw))] = random.randrange(256)
    return bytes(raw[: random.randrange(len(raw))] if random.random() < 0.1 else raw)


def attempt(what: str, size: int, action: Callable[[], object]) -> str:
    """Run it; the error's text, or nothing. Anything but an error on purpose is a bug."""
    tracemalloc.start()
    started = time.thread_time()
    try:
        action()
        message = ""
    except SkepError as error:
        message = str(error)
        assert PLACE.search(message), f"{what}: {message}"
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.thread_time() - started < SECONDS, what
    assert peak < FLOOR + BYTES_PER_BYTE * size, f"{what}: {peak} bytes for {size}"
    return message
