"""An object file becomes specs (pure data), and specs become maps and programs of a kernel."""

from .from_elf import from_elf
from .load import Loaded, load
from .specs import MapSpec, ObjectSpec, ProgramSpec

__all__ = ["Loaded", "MapSpec", "ObjectSpec", "ProgramSpec", "from_elf", "load"]
