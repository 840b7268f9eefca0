"""The pleasant API: an object file's programs, maps and variables as Python objects."""

from .dump import dump_map
from .globals import Globals, Section
from .map import Map
from .object import Object, open
from .program import Program

__all__ = ["Globals", "Map", "Object", "Program", "Section", "dump_map", "open"]
