"""Pointers to kernel structures that BTF describes."""

from __future__ import annotations

from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.regs import RegState, Target, btf_target
from skep.kernel.verifier.unsupported import not_yet


def ctx_btf_target(env: Env, field: CtxField) -> Target:
    """The kernel structure that a context field points to."""
    vmlinux = env.request.vmlinux
    type_id = vmlinux.find(field.btf) if vmlinux is not None else None
    if vmlinux is None or type_id is None:
        raise not_yet(env, f"context field {field.name}, without BTF of struct {field.btf}")
    return btf_target(vmlinux, type_id)


def check_ptr_to_btf_access(
    env: Env, regno: int, off: int, size: int, access_type: int, value_regno: int
) -> RegState | None:
    raise not_yet(env, "access through a pointer to a kernel structure")


def check_ptr_to_map_access(
    env: Env, regno: int, off: int, size: int, access_type: int, value_regno: int
) -> RegState | None:
    raise not_yet(env, "access to struct bpf_map")
