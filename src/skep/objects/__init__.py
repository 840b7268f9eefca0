"""The pleasant API: an object file's programs, maps and variables as Python objects."""

from .dump import dump_map
from .globals import Globals, Section
from .map import Map
from .object import Object, open
from .program import Program
from .skeleton import Skeleton

__all__ = ["Globals", "Map", "Object", "Program", "Section", "Skeleton", "dump_map", "open"]
