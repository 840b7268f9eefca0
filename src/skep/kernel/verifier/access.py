"""The vocabulary of memory checks: directions, sources, limits, and what a load leaves."""

from __future__ import annotations

from typing import Final

from skep.kernel.verifier.bounds import UNBOUNDED, Bounds, Draft
from skep.kernel.verifier.coerce import coerce_reg_to_size, coerce_reg_to_size_sx
from skep.kernel.verifier.memo import Memo
from skep.kernel.verifier.regs import RegState, scalar

BPF_READ: Final = 1
BPF_WRITE: Final = 2

# Who touches the memory: the instruction itself, or a helper on its behalf.
ACCESS_DIRECT: Final = 1
ACCESS_HELPER: Final = 2

#: Variable offsets beyond this are not followed.
BPF_MAX_VAR_OFF: Final = 1 << 29

#: Sizes beyond this are not followed.
BPF_MAX_VAR_SIZ: Final = 1 << 29

#: By the size bits of an opcode, shifted down by SIZE_SHIFT: BPF_W, BPF_H, BPF_B, BPF_DW.
SIZE_BYTES: Final = (4, 2, 1, 8)
SIZE_SHIFT: Final = 3


def _loaded(size: int, sign_extended: bool) -> RegState:
    if size == 8:
        return scalar(UNBOUNDED)
    draft = Draft(UNBOUNDED)
    if sign_extended:
        coerce_reg_to_size_sx(draft, size)
    else:
        coerce_reg_to_size(draft, size)
    return scalar(draft.freeze())


#: What a load of so many bytes of unknown memory leaves in a register, in the order of SIZE_BYTES.
LOADED: Final = [_loaded(size, False) for size in SIZE_BYTES]
LOADED_SX: Final = [_loaded(size, True) for size in SIZE_BYTES]
_COERCED: Final = Memo(1 << 13)


def coerced(bounds: Bounds, size: int, is_ldsx: bool) -> Bounds:
    """The bounds of a value that went through a load of `size` (less than 8) bytes."""
    key = bounds.serial << 4 | size << 1 | int(is_ldsx)
    found = _COERCED.get(key)
    if found is None:
        draft = Draft(bounds)
        if is_ldsx:
            coerce_reg_to_size_sx(draft, size)
        else:
            coerce_reg_to_size(draft, size)
        found = _COERCED.put(key, draft.freeze())
    return found
