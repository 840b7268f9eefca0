"""Attach targets by type: `tp_btf/sys_enter` becomes the BTF id of btf_trace_sys_enter.

Rule: libbpf's SEC_ATTACH_BTF; the prefixes are those that the kernel gives its hooks.
"""

from __future__ import annotations

from typing import Final

from ..btf import Kind
from ..errors import LoaderError
from ..uapi import AttachType, ProgType
from .kernel_view import KernelView
from .specs import ProgramSpec

#: What precedes the name in the kernel's types, and the kind it has there; others are plain functions.
_HOOKS: Final = {
    AttachType.TRACE_RAW_TP: ("btf_trace_", Kind.TYPEDEF),
    AttachType.TRACE_ITER: ("bpf_iter_", Kind.FUNC),
    AttachType.LSM_MAC: ("bpf_lsm_", Kind.FUNC),
    AttachType.LSM_CGROUP: ("bpf_lsm_", Kind.FUNC),
}


def attach_btf_id(program: ProgramSpec, kernel: KernelView, where: str) -> int:
    """The id of what the program attaches to; LoaderError when its section does not say or nothing is so
    called.
    """
    name, kind = attach_name(program, where)
    btf_id = kernel.require_types(where).find(name, kind)
    if btf_id is None:
        raise LoaderError(
            f"{where}: the kernel has no '{program.attach_to}' to attach to "
            f"(no {kind.name} '{name}' in its types)"
        )
    return btf_id


def attach_name(program: ProgramSpec, where: str) -> tuple[str, Kind]:
    """Under which name and kind the target stands in the kernel's types."""
    if program.type == ProgType.EXT:
        raise LoaderError(
            f"{where}: replaces a function of another program, and replacing is not supported yet"
        )
    if not program.attach_to:
        raise LoaderError(f"{where}: the section does not say what to attach to; set the program's attach_to")
    prefix, kind = _HOOKS.get(AttachType(program.attach_type), ("", Kind.FUNC))
    return prefix + program.attach_to, kind
