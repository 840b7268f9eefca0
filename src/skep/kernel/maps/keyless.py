"""Maps without keys: queue and stack, whose lookup is a peek and whose update is a push; bloom filters, which
are asked for a value."""

from __future__ import annotations

import errno

from skep.kernel.maps.base import Map


class BloomFilter(Map):
    """bloom_filter. The value to look for comes with the question."""

    def test(self, value: bytes) -> None:
        """OSError(ENOENT) when the filter never saw the value."""
        if not self.native.contains(value):
            raise OSError(errno.ENOENT, "the filter never saw this value")
