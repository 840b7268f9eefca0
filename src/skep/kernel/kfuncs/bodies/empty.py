"""Iterators over what the userspace kernel has none of: DMA buffers, caches of the allocator."""

from __future__ import annotations

from skep._runtime import poke
from skep.kernel.helpers.bodies import Body

_KINDS = ("dmabuf", "kmem_cache")


def _new(_machine: object, iterator: int, *_: int) -> int:
    poke(iterator, 8, 0)
    return 0


def _none(*_: object) -> int:
    return 0


BODIES: dict[str, Body] = {
    f"bpf_iter_{kind}_{step}": body
    for kind in _KINDS
    for step, body in (("new", _new), ("next", _none), ("destroy", _none))
}
