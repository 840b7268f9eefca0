"""What an object file contains, as data: the same on every machine, with no descriptor in it.

Specs are read from a file, compared, edited and then loaded, into any kernel and any number of times. They
refer to each other by name and to types by their id in the object's BTF.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ..btf import Btf
from ..btf.ext import CoreRelo
from ..isa import Insn


@dataclass(slots=True, kw_only=True)
class MapSpec:
    """A map to be made. `name` is what the kernel will call it; a section's data is in `contents`, None
    for zeroes. Programs that refer to one without `autocreate` cannot be loaded, unless they never get there.
    """

    name: str
    type: int
    key_size: int = 0
    value_size: int = 0
    max_entries: int = 0
    flags: int = 0
    numa_node: int = 0  # the kernel looks at it if `flags` has BPF_F_NUMA_NODE
    extra: int = 0
    key_type_id: int = 0
    value_type_id: int = 0
    pin_by_name: bool = False
    #: Where it is pinned, or found if it was pinned before; by name means PIN_ROOT/NAME.
    pin_path: str = ""
    autocreate: bool = True
    #: The section that a map of global data stands for: ".bss".
    section: str = ""
    contents: bytes | None = None
    #: No user may write to it once the contents are there.
    frozen: bool = False
    #: Template of what a map of maps holds.
    inner: MapSpec | None = None
    #: Names of maps or programs to put into slots from the start; of a struct_ops map, by byte offset.
    slots: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MapReference:
    """The ld_imm64 at `slot` wants the map of that name; its source register says whether descriptor or
    value.
    """

    slot: int
    map: str


@dataclass(frozen=True, slots=True)
class ExternReference:
    """The call or ld_imm64 at `slot` wants something of the kernel's: `ObjectSpec.externs` says what."""

    slot: int
    name: str


@dataclass(frozen=True, slots=True)
class CoreReference:
    """The instruction at `slot` wants a fact about the kernel's types."""

    slot: int
    relo: CoreRelo


@dataclass(frozen=True, slots=True)
class ExternSpec:
    """What the object declares and the kernel defines: by section, a configuration value or a symbol.

    `type_id` is the variable's type or the function's signature, 0 for a symbol of no type (void). A weak
    one may be missing: it is then 0.
    """

    name: str
    section: Literal[".kconfig", ".ksyms"]
    type_id: int
    is_weak: bool = False
    #: Where a configuration value is in the map of section .kconfig.
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FuncStart:
    """A function of type `type_id` starts at instruction `slot`."""

    slot: int
    type_id: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    """From `slot` on, the instructions come from this line; file and text are string offsets of the BTF."""

    slot: int
    file_off: int
    line_off: int
    line_col: int


@dataclass(slots=True, kw_only=True)
class ProgramSpec:
    """A program with all functions that it calls; maps and what is the kernel's own are still symbolic."""

    name: str
    section: str
    type: int
    attach_type: int = 0
    #: What follows the type in the section's name: "sys_enter" of "tp_btf/sys_enter".
    attach_to: str = ""
    needs_attach_btf: bool = False
    flags: int = 0
    autoload: bool = True
    insns: tuple[Insn, ...] = ()
    maps: tuple[MapReference, ...] = ()
    externs: tuple[ExternReference, ...] = ()
    core: tuple[CoreReference, ...] = ()
    func_info: tuple[FuncStart, ...] = ()
    line_info: tuple[SourceLine, ...] = ()
    #: What the loader cannot provide, by the message to give when the program is to be loaded.
    unsupported: str = ""


@dataclass(kw_only=True)
class ObjectSpec:
    """An object file. `maps` goes by variable or section name, `programs` by function name."""

    name: str
    byteorder: Literal["little", "big"] = "little"
    license: str = ""
    kern_version: int = 0
    maps: dict[str, MapSpec] = field(default_factory=dict)
    programs: dict[str, ProgramSpec] = field(default_factory=dict)
    externs: dict[str, ExternSpec] = field(default_factory=dict)
    btf_data: bytes = b""

    @cached_property
    def btf(self) -> Btf | None:
        """The object's types, with what only the linker knew filled in."""
        return Btf.parse(self.btf_data) if self.btf_data else None
