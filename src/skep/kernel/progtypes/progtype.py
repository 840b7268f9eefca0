"""What a program type is: its context, the helpers it may call, what it may return, where it attaches.

A program type is one `ProgTypeRow` in the module of its name. Its facts are grouped in `Variant`s, because
some types are several in one: a `cgroup_sock_addr` program for IPv4 bind sees other fields and other helpers
than one for UNIX connect. Most types have one variant. Variants in `probed/` come from asking Linux
(`tools/probe_progtypes.py`); those written by hand say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from skep.kernel.helpers.types import SCALAR_VALUE
from skep.uapi import FuncId


@dataclass(frozen=True, slots=True, kw_only=True)
class CtxField:
    """A field of the context as programs see it, and how they may touch it.

    `reads` and `writes` are the sizes allowed at every place in the field where they are aligned (offsets
    count from the start of the context); fields with odder rules list (offset, size) pairs in `reads_at` and
    `writes_at`.
    """

    name: str
    offset: int
    size: int
    reads: tuple[int, ...] = ()
    writes: tuple[int, ...] = ()
    reads_at: tuple[tuple[int, int], ...] = ()
    writes_at: tuple[tuple[int, int], ...] = ()
    #: What a read leaves in the register.
    type: int = SCALAR_VALUE
    #: The kernel structure behind a PTR_TO_BTF_ID.
    btf: str = ""

    def allows(self, off: int, size: int, write: bool) -> bool:
        """Whether an access at this offset of the context, which lies in the field, is permitted."""
        sizes, pairs = (self.writes, self.writes_at) if write else (self.reads, self.reads_at)
        if size in sizes:
            return off % size == 0 and off + size <= self.offset + self.size
        return (off, size) in pairs


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What programs of a type may do when loaded for one of these attach types."""

    #: Expected attach types that this holds for; empty: all others.
    attach_types: tuple[int, ...] = ()
    fields: tuple[CtxField, ...] = ()
    #: Numbers of the helpers that may be called with all capabilities.
    helpers: frozenset[int] = frozenset()
    #: Range that R0 must be in at exit; None: any scalar.
    return_range: tuple[int, int] | None = None

    @cached_property
    def _by_offset(self) -> dict[int, CtxField]:
        return {off: f for f in self.fields for off in range(f.offset, f.offset + f.size)}

    def field_at(self, off: int) -> CtxField | None:
        """The field that an offset of the context lies in."""
        return self._by_offset.get(off)


@dataclass(frozen=True, kw_only=True)
class ProgTypeRow:
    """A program type. `id` and `name` are Linux's (`ProgType` of `skep.uapi`)."""

    id: int
    name: str
    variants: tuple[Variant, ...]
    #: uapi structure that programs see; "" for raw memory.
    ctx_struct: str = ""
    #: Structure of the native runtime that the context really is; "" where skep runs none of these yet.
    native: str = ""
    #: Member of the native structure for uapi fields that have another name there.
    native_names: dict[str, str] = field(default_factory=dict)
    #: The context is just what programs see: Linux converts no accesses to it.
    plain_ctx: bool = False
    #: The load must name one of the variants' attach types.
    attach_required: bool = False
    #: Direct access to packet bytes through packet pointers: "", "r" or "rw".
    packet: str = ""
    #: LD_ABS and LD_IND are there, the packet loads of classic BPF.
    ld_abs: bool = False
    #: Capabilities that loading needs.
    capabilities: tuple[str, ...] = ("CAP_BPF",)
    #: Programs may be loaded as sleepable.
    sleepable: bool = False
    #: ... and only as such.
    always_sleepable: bool = False
    #: BPF_PROG_TEST_RUN is there.
    test_run: bool = False

    def variant(self, attach_type: int) -> Variant | None:
        """The facts for an expected attach type; None where the type does not know it."""
        for variant in self.variants:
            if attach_type in variant.attach_types:
                return variant
        return next((v for v in self.variants if not v.attach_types), None)


def names(text: str) -> frozenset[int]:
    """Helper numbers from their names, in a string separated by spaces."""
    return frozenset(int(FuncId[name]) for name in text.split())
