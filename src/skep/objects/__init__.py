"""The pleasant API: an object file's programs, maps and variables as Python objects."""

from .dump import dump_map
from .globals import Globals, Section
from .light import LightSkeleton
from .map import Map
from .object import Object, open
from .perfbuf import PerfBuffer
from .program import Program
from .ringbuf import RingBuffer, UserRingBuffer
from .ringbuf_shared import SharedRingBuffer
from .skeleton import Skeleton

__all__ = [
    "Globals",
    "LightSkeleton",
    "Map",
    "Object",
    "PerfBuffer",
    "Program",
    "RingBuffer",
    "Section",
    "SharedRingBuffer",
    "Skeleton",
    "UserRingBuffer",
    "dump_map",
    "open",
]
