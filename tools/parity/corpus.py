"""What the kernel's selftests say about their own programs, as tags in their types.

A program may ask for load flags (`comment:test_prog_flags=BPF_F_TEST_STATE_FREQ`). And one object holds many
programs, of which some call functions that the kernel at hand lacks: with all externs weak, each program is
judged by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from skep import uapi
from skep.btf import types as t
from skep.loader import ObjectSpec

_FLAGS: Final = "comment:test_prog_flags="


def as_tagged(spec: ObjectSpec) -> ObjectSpec:
    """The object with its programs' flags set, and nothing that keeps one of them from being judged."""
    tags = _tags(spec)
    programs = {
        name: replace(program, flags=_flags(tags.get(name, []), program.flags))
        for name, program in spec.programs.items()
    }
    externs = {name: replace(extern, is_weak=True) for name, extern in spec.externs.items()}
    return replace(spec, programs=programs, externs=externs)


def _flags(tags: list[str], flags: int) -> int:
    """`!` before a flag takes it away."""
    for tag in tags:
        name = tag.removeprefix("!")
        flag = int(name, 0) if name[:1].isdigit() else getattr(uapi, name)
        flags = flags & ~flag if tag.startswith("!") else flags | flag
    return flags


def _tags(spec: ObjectSpec) -> dict[str, list[str]]:
    """The flags that tags on functions ask for, by the function's name."""
    found: dict[str, list[str]] = {}
    if spec.btf is None or _FLAGS.encode() not in spec.btf.strings:
        return found
    for tag in spec.btf.types:
        if isinstance(tag, t.DeclTag) and tag.name.startswith(_FLAGS):
            function = spec.btf.get(tag.type).name
            found.setdefault(function, []).append(tag.name.removeprefix(_FLAGS))
    return found
