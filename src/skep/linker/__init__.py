"""The static linker: objects in, one object out.

Sections of the same name are put one behind the other, symbols of the same name become one, types are
merged and deduplicated. What stays undefined is left for the loader (configuration values, kernel symbols).

Rule: libbpf's static linking, as `bpftool gen object` does it.
"""

from .link import link, link_files

__all__ = ["link", "link_files"]
