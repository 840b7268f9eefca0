"""Attach targets by type: `tp_btf/sys_enter` becomes the BTF id of btf_trace_sys_enter.

A target is a type of the kernel, of one of its modules (`fentry/module:function` names one), or, where the
loader is given a program, a function of that program; a replacement (freplace) has no other.

Rule: libbpf's SEC_ATTACH_BTF and bpf_program__set_attach_target; the prefixes are those that the kernel gives
its hooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..btf import Btf, Kind
from ..errors import KernelError, LoaderError
from ..syscall import btf_objects, commands
from ..syscall.backend import Backend
from ..uapi import AttachType, ProgType
from ..uapi.info import ProgInfo
from .kernel_view import KernelView
from .specs import ProgramSpec

#: What precedes the name in the kernel's types, and the kind it has there; others are plain functions.
_HOOKS: Final = {
    AttachType.TRACE_RAW_TP: ("btf_trace_", Kind.TYPEDEF),
    AttachType.TRACE_ITER: ("bpf_iter_", Kind.FUNC),
    AttachType.LSM_MAC: ("bpf_lsm_", Kind.FUNC),
    AttachType.LSM_CGROUP: ("bpf_lsm_", Kind.FUNC),
}


@dataclass(frozen=True, slots=True)
class AttachPoint:
    """What PROG_LOAD wants to know: a type's id, and a descriptor of the program or module that it is one of;
    0 for the kernel itself.
    """

    btf_id: int = 0
    fd: int = 0


def find_attach_point(
    program: ProgramSpec, kernel: KernelView, target: int | None, where: str
) -> AttachPoint:
    """What the program attaches to; `target` is the descriptor of a program whose function is meant.

    LoaderError when its section does not say or nothing is so called.
    """
    if target is not None:
        return AttachPoint(_function_of(kernel.backend, target, program, where), target)
    name, kind = attach_name(program, where)
    types = kernel.require_types(where)
    module = program.attach_to.rpartition(":")[0]
    if module in ("", "vmlinux"):
        btf_id = types.find(name, kind)
        if btf_id is not None:
            return AttachPoint(btf_id)
    for found in kernel.modules if module != "vmlinux" else ():
        btf_id = found.types.find(name, kind) if module in ("", found.name) else None
        if btf_id is not None:
            return AttachPoint(btf_id, found.fd)
    raise LoaderError(
        f"{where}: the kernel has no '{program.attach_to}' to attach to "
        f"(no {kind.name} '{name}' in its types)"
    )


def attach_name(program: ProgramSpec, where: str) -> tuple[str, Kind]:
    """Under which name and kind the target stands in the types of the kernel, or of a module."""
    if program.type == ProgType.EXT:
        raise LoaderError(
            f"{where}: replaces a function of another program; say of which with set_attach_target()"
        )
    if not program.attach_to:
        raise LoaderError(f"{where}: the section does not say what to attach to; set the program's attach_to")
    prefix, kind = _HOOKS.get(AttachType(program.attach_type), ("", Kind.FUNC))
    return prefix + program.attach_to.rpartition(":")[2], kind


def _function_of(backend: Backend, fd: int, program: ProgramSpec, where: str) -> int:
    """The function of that name in the types of another program (libbpf_find_prog_btf_id)."""
    if not program.attach_to:
        raise LoaderError(f"{where}: neither the section nor set_attach_target() names the function")
    try:
        info = commands.obj_get_info_by_fd(backend, fd, ProgInfo())
    except KernelError as error:
        raise LoaderError(f"{where}: its target is no loaded program ({error})") from None
    name = info.name.rstrip(b"\0").decode(errors="replace")
    if not info.btf_id:
        raise LoaderError(f"{where}: its target, program '{name}', was loaded without types")
    found = Btf.parse(btf_objects.contents(backend, info.btf_id)).find(program.attach_to, Kind.FUNC)
    if found is None:
        raise LoaderError(f"{where}: its target, program '{name}', has no function '{program.attach_to}'")
    return found
