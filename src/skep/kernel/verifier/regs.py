"""What the verifier knows of one register: an immutable value, shared freely between states.

A `RegState` is a type, what is known of the number (`bounds`: intervals and `var_off`), a fixed offset, two
ids and, for pointers that need more words, a `Target`. Linux keeps the same facts in `bpf_reg_state`, with
the target's in a union; the read-only properties give them their Linux names (`reg.map_ptr`,
`reg.umax_value`, `reg.var_off`).

Nothing assigns to a field after construction. To change a register, build another and put it into the list::

    regs[dst] = scalar(known(7))                     # R2=7; equal scalars are often the same object
    regs[dst] = SCALAR_UNKNOWN                       # R2=scalar()
    regs[dst] = reg.with_bounds(bounds)              # everything else stays
    regs[dst] = reg.with_type(PTR_TO_MAP_VALUE)
    regs[dst] = pointer(PTR_TO_MAP_VALUE | PTR_MAYBE_NULL, target=map_target(vmap, uid), id=new_id)

Precision is not here, since it changes after the fact: see `FuncState.precise_regs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from skep.kernel.verifier.bounds import KNOWN_ZERO, UNBOUNDED, Bounds, known
from skep.kernel.verifier.regtypes import NOT_INIT, PTR_TO_CTX, PTR_TO_STACK, SCALAR_VALUE
from skep.kernel.verifier.tnum import Tnum

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.kernel.verifier.vmap import VMap

#: In a scalar's `id`: the scalar is another one with that id (without the bit) plus its `off`.
BPF_ADD_CONST64: Final = 1 << 31
BPF_ADD_CONST32: Final = 1 << 30
BPF_ADD_CONST: Final = BPF_ADD_CONST64 | BPF_ADD_CONST32

# Packet pointers' `range` after a comparison that leaves them beyond the end, or exactly at it.
AT_PKT_END: Final = -1
BEYOND_PKT_END: Final = -2

# Iterator states.
BPF_ITER_STATE_INVALID: Final = 0
BPF_ITER_STATE_ACTIVE: Final = 1
BPF_ITER_STATE_DRAINED: Final = 2

# Which pair of kfuncs saved the interrupt flags.
IRQ_NATIVE_KFUNC: Final = 0
IRQ_LOCK_KFUNC: Final = 1

# Dynptr kinds.
BPF_DYNPTR_TYPE_INVALID: Final = 0
BPF_DYNPTR_TYPE_LOCAL: Final = 1
BPF_DYNPTR_TYPE_RINGBUF: Final = 2
BPF_DYNPTR_TYPE_SKB: Final = 3
BPF_DYNPTR_TYPE_XDP: Final = 4
BPF_DYNPTR_TYPE_SKB_META: Final = 5


@final
class Target:
    """What a pointer points into, beyond its type; compared by value. Unused fields keep their defaults."""

    __slots__ = (
        "btf",
        "btf_id",
        "dynptr_id",
        "dynptr_type",
        "first_slot",
        "frameno",
        "irq_class",
        "iter_depth",
        "iter_state",
        "map_ptr",
        "map_uid",
        "mem_size",
        "range",
        "subprogno",
    )

    def __init__(
        self,
        *,
        map_ptr: VMap | None = None,
        map_uid: int = 0,
        mem_size: int = 0,
        dynptr_id: int = 0,
        range: int = 0,
        btf: Btf | None = None,
        btf_id: int = 0,
        subprogno: int = 0,
        dynptr_type: int = 0,
        first_slot: bool = False,
        iter_state: int = 0,
        iter_depth: int = 0,
        irq_class: int = 0,
        frameno: int = 0,
    ) -> None:
        self.map_ptr: Final = map_ptr
        self.map_uid: Final = map_uid
        self.mem_size: Final = mem_size
        self.dynptr_id: Final = dynptr_id
        self.range: Final = range
        self.btf: Final = btf
        self.btf_id: Final = btf_id
        self.subprogno: Final = subprogno
        self.dynptr_type: Final = dynptr_type
        self.first_slot: Final = first_slot
        self.iter_state: Final = iter_state
        self.iter_depth: Final = iter_depth
        self.irq_class: Final = irq_class
        self.frameno: Final = frameno

    def same(self, other: Target) -> bool:
        """Equal in all that Linux keeps in the register's union; the frame number is not in it."""
        return self is other or (
            self.map_ptr is other.map_ptr
            and self.btf is other.btf
            and self.btf_id == other.btf_id
            and self.map_uid == other.map_uid
            and self.range == other.range
            and self.mem_size == other.mem_size
            and self.dynptr_id == other.dynptr_id
            and self.subprogno == other.subprogno
            and self.dynptr_type == other.dynptr_type
            and self.first_slot == other.first_slot
            and self.iter_state == other.iter_state
            and self.iter_depth == other.iter_depth
            and self.irq_class == other.irq_class
        )


NO_TARGET: Final = Target()

#: Stack pointers of each frame.
FRAME_TARGETS: Final = tuple(Target(frameno=frame) for frame in range(8))


def map_target(map_ptr: VMap, map_uid: int = 0) -> Target:
    return Target(map_ptr=map_ptr, map_uid=map_uid)


def btf_target(btf: Btf, btf_id: int) -> Target:
    return Target(btf=btf, btf_id=btf_id)


def mem_target(mem_size: int, dynptr_id: int = 0) -> Target:
    return Target(mem_size=mem_size, dynptr_id=dynptr_id)


def pkt_target(range: int) -> Target:
    return Target(range=range) if range else NO_TARGET


@final
class RegState:
    """Immutable.

    `id` relates copies (of a nullable pointer, a packet pointer, a scalar); `ref_obj_id` names a reference.
    """

    __slots__ = ("bounds", "id", "off", "ref_obj_id", "target", "type")

    def __init__(
        self,
        type: int,
        bounds: Bounds,
        off: int = 0,
        id: int = 0,
        ref_obj_id: int = 0,
        target: Target = NO_TARGET,
    ) -> None:
        self.type: Final = type
        self.bounds: Final = bounds
        self.off: Final = off
        self.id: Final = id
        self.ref_obj_id: Final = ref_obj_id
        self.target: Final = target

    def __repr__(self) -> str:
        ids = f"off={self.off}, id={self.id}, ref={self.ref_obj_id}"
        return f"RegState(type={self.type:#x}, {ids}, {self.bounds!r})"

    # Copies with one part changed.

    def with_type(self, type: int) -> RegState:
        return RegState(type, self.bounds, self.off, self.id, self.ref_obj_id, self.target)

    def with_bounds(self, bounds: Bounds) -> RegState:
        if bounds is self.bounds:
            return self
        if self.id == 0 and self.type == SCALAR_VALUE and self.off == 0:
            return scalar(bounds)
        return RegState(self.type, bounds, self.off, self.id, self.ref_obj_id, self.target)

    def with_off(self, off: int) -> RegState:
        return RegState(self.type, self.bounds, off, self.id, self.ref_obj_id, self.target)

    def with_id(self, id: int) -> RegState:
        if id == self.id:
            return self
        return RegState(self.type, self.bounds, self.off, id, self.ref_obj_id, self.target)

    def with_ref_obj_id(self, ref_obj_id: int) -> RegState:
        return RegState(self.type, self.bounds, self.off, self.id, ref_obj_id, self.target)

    def with_target(self, target: Target) -> RegState:
        return RegState(self.type, self.bounds, self.off, self.id, self.ref_obj_id, target)

    # Linux's names for the parts.

    @property
    def var_off(self) -> Tnum:
        return self.bounds.var_off

    @property
    def umin_value(self) -> int:
        return self.bounds.umin_value

    @property
    def umax_value(self) -> int:
        return self.bounds.umax_value

    @property
    def smin_value(self) -> int:
        return self.bounds.smin_value

    @property
    def smax_value(self) -> int:
        return self.bounds.smax_value

    @property
    def u32_min_value(self) -> int:
        return self.bounds.u32_min_value

    @property
    def u32_max_value(self) -> int:
        return self.bounds.u32_max_value

    @property
    def s32_min_value(self) -> int:
        return self.bounds.s32_min_value

    @property
    def s32_max_value(self) -> int:
        return self.bounds.s32_max_value

    @property
    def map_ptr(self) -> VMap | None:
        return self.target.map_ptr

    @property
    def map_uid(self) -> int:
        return self.target.map_uid

    @property
    def mem_size(self) -> int:
        return self.target.mem_size

    @property
    def range(self) -> int:
        return self.target.range

    @property
    def btf(self) -> Btf | None:
        return self.target.btf

    @property
    def btf_id(self) -> int:
        return self.target.btf_id

    @property
    def frameno(self) -> int:
        return self.target.frameno

    @property
    def is_const_scalar(self) -> bool:
        """A scalar whose 64 bits are all known (Linux: tnum_is_const of a SCALAR_VALUE)."""
        return self.type == SCALAR_VALUE and self.bounds.var_off.mask == 0

    @property
    def is_null(self) -> bool:
        """The scalar zero (Linux: register_is_null)."""
        var_off = self.bounds.var_off
        return self.type == SCALAR_VALUE and var_off.value | var_off.mask == 0


class _Scalars:
    """Plain scalars (no id) by their bounds' serial, so that equal ones are the same object."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: dict[int, RegState] = {}


_SCALARS: Final = _Scalars()
_LIMIT: Final = 1 << 15


def scalar(bounds: Bounds) -> RegState:
    """The scalar without an id that has these bounds."""
    found = _SCALARS.rows.get(bounds.serial)
    if found is None:
        if len(_SCALARS.rows) >= _LIMIT:
            _SCALARS.rows = {}
        found = _SCALARS.rows[bounds.serial] = RegState(SCALAR_VALUE, bounds)
    return found


def scalar_const(value: int) -> RegState:
    return scalar(known(value))


def pointer(
    type: int,
    *,
    off: int = 0,
    id: int = 0,
    ref_obj_id: int = 0,
    target: Target = NO_TARGET,
    bounds: Bounds = KNOWN_ZERO,
) -> RegState:
    """A pointer register; `bounds` is what is known of its variable offset, zero at first
    (mark_reg_known_zero).
    """
    return RegState(type, bounds, off, id, ref_obj_id, target)


def stack_pointer(frameno: int, off: int = 0) -> RegState:
    return RegState(PTR_TO_STACK, KNOWN_ZERO, off, 0, 0, FRAME_TARGETS[frameno])


NOT_INIT_REG: Final = RegState(NOT_INIT, UNBOUNDED)
SCALAR_UNKNOWN: Final = scalar(UNBOUNDED)
SCALAR_ZERO: Final = scalar(KNOWN_ZERO)
CTX_REG: Final = RegState(PTR_TO_CTX, KNOWN_ZERO)
FRAME_POINTERS: Final = tuple(stack_pointer(frame) for frame in range(8))
