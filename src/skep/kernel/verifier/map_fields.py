"""Timers, work queues and the like: objects in a map's value that functions take a pointer to."""

from __future__ import annotations

from errno import EINVAL

from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose


def check_map_field_pointer(env: Env, regno: int, kind: str) -> None:
    """The register points to the object of this kind in its map's value."""
    reg = cur_regs(env)[regno]
    var_off, vmap = reg.bounds.var_off, reg.map_ptr
    assert vmap is not None
    field = vmap.record.find(kind) if vmap.record is not None else None
    off = s64(var_off.value) + reg.off
    if var_off.mask:
        text = f"R{regno} doesn't have constant offset. {kind} has to be at the constant offset\n"
    elif vmap.btf is None:
        text = f"map '{vmap.name}' has to have BTF in order to use {kind}\n"
    elif field is None:
        text = f"map '{vmap.name}' has no valid {kind}\n"
    elif field.offset != off:
        text = f"off {off} doesn't point to 'struct {kind}' that is at {field.offset}\n"
    else:
        return
    verbose(env, text)
    raise Reject(EINVAL)
