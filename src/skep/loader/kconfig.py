"""Configuration values: the contents of the .kconfig map, out of a kernel's .config.

A `extern int CONFIG_HZ __kconfig` gets what the configuration says, in the form of its type: bool and enum
libbpf_tristate from y, n, m; char from the letter itself; integers from numbers; char arrays from strings.
What is not set is an error, or zero where the declaration is weak. A few names that begin with LINUX_ are
not configuration but facts about the kernel.

Rule: libbpf's __kconfig.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Mapping
from typing import Final

from ..btf import Btf
from ..btf import types as t
from ..errors import KernelError, LoaderError
from ..isa import encode
from ..isa.build import call_helper, exit_, mov64_imm
from ..syscall import commands
from ..uapi import FuncId, ProgType
from .externs import KCONFIG
from .kernel_view import KernelView
from .specs import ExternSpec, ObjectSpec

_LINE = re.compile(r"^(CONFIG_\w+)=(.*)$", re.MULTILINE)
_TRISTATE: Final = {"n": 0, "y": 1, "m": 2}
_KPROBES: Final = ("/sys/bus/event_source/devices/kprobe/type", "/sys/kernel/tracing/kprobe_events")
_SYSCALL_PREFIX: Final = {"x86_64": "x64", "s390x": "s390x", "aarch64": "arm64", "riscv64": "riscv"}


def kconfig_contents(spec: ObjectSpec, kernel: KernelView) -> bytes:
    """The value of the .kconfig map for this kernel."""
    assert spec.btf is not None
    externs = [extern for extern in spec.externs.values() if extern.section == KCONFIG]
    given = dict(_LINE.findall(kernel.kconfig))
    contents = bytearray(spec.maps[KCONFIG].value_size)
    for extern in externs:
        where = f"{spec.name}: configuration value '{extern.name}'"
        value = _value(spec.btf, extern, given, kernel, where)
        if value is not None:
            contents[extern.offset : extern.offset + len(value)] = value
    return bytes(contents)


def _value(
    btf: Btf, extern: ExternSpec, given: Mapping[str, str], kernel: KernelView, where: str
) -> bytes | None:
    if extern.name.startswith("CONFIG_"):
        text = given.get(extern.name) or _configured(extern.name, kernel)
        if text is not None:
            return _encode(btf, extern.type_id, text.strip(), where)
        if not extern.is_weak:
            raise LoaderError(
                f"{where}: the kernel's configuration does not set it; "
                "give load(kconfig=...) or declare it __weak"
            )
        return None
    virtual = _VIRTUAL.get(extern.name)
    if virtual:
        return _encode(btf, extern.type_id, str(virtual(kernel)), where)
    if extern.is_weak and extern.name.startswith("LINUX_"):
        return None
    raise LoaderError(f"{where}: begins with neither CONFIG_ nor LINUX_, or is no known fact about a kernel")


def _configured(name: str, kernel: KernelView) -> str | None:
    found = re.search(rf"^{name}=(.*)$", kernel.config, re.MULTILINE)
    return found.group(1) if found else None


def _encode(btf: Btf, type_id: int, text: str, where: str) -> bytes:
    """The text of the configuration as a value of the variable's type."""
    match btf.resolve(type_id):
        case t.Int(is_bool=True, size=1) if text in ("y", "n", "0", "1"):
            return bytes([text in ("y", "1")])
        case t.Int(size=1, is_bool=False) if text in _TRISTATE:
            return text.encode()
        case t.Enum(name="libbpf_tristate", size=size) if text in _TRISTATE:
            return _TRISTATE[text].to_bytes(size, sys.byteorder)
        case t.Int(is_bool=False, size=size, is_signed=is_signed) if size in (1, 2, 4, 8):
            return _encode_number(text, size, is_signed, where)
        case t.Array(type=element, nelems=length) if length and _is_char(btf, element):
            if len(text) >= 2 and text[0] == text[-1] == '"':
                return text[1:-1].encode()[: length - 1].ljust(length, b"\0")
    raise LoaderError(f"{where}: the configuration says {text}, which does not fit the variable's type")


def _is_char(btf: Btf, type_id: int) -> bool:
    match btf.resolve(type_id):
        case t.Int(size=1, is_bool=False):
            return True
    return False


def _encode_number(text: str, size: int, is_signed: bool, where: str) -> bytes:
    try:
        number = int(text, 0)
    except ValueError:
        raise LoaderError(f"{where}: the configuration says {text}, which is no number") from None
    bits = 8 * size
    lowest, highest = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if is_signed else (0, (1 << bits) - 1)
    if size < 8 and not lowest <= number <= highest:
        raise LoaderError(f"{where}: {number} does not fit into the variable's {size} bytes")
    return (number & ((1 << bits) - 1)).to_bytes(size, sys.byteorder)


def _version(kernel: KernelView) -> int:
    if not kernel.version:
        raise LoaderError(f"the version of {kernel.backend.name}'s kernel is not known")
    return kernel.version


def _has_bpf_cookie(kernel: KernelView) -> int:
    """Whether the kernel knows the helper: asked by loading a program that calls it."""
    insns = encode([call_helper(FuncId.get_attach_cookie), mov64_imm(0, 0), exit_()], sys.byteorder)
    try:
        loaded = commands.prog_load(kernel.backend, prog_type=ProgType.TRACEPOINT, insns=insns)
    except KernelError:
        return 0
    kernel.backend.close(loaded.fd)
    return 1


def _has_syscall_wrapper(kernel: KernelView) -> int:
    """Whether system calls take their arguments by a pointer to registers: for kprobes on them, so 0 where
    there are no kprobes.
    """
    prefix = _SYSCALL_PREFIX.get(platform.machine())
    if prefix is None or not any(map(kernel.has_file, _KPROBES)):
        return 0
    return int(kernel.address_of(f"__{prefix}_sys_bpf") is not None)


_VIRTUAL: Final[Mapping[str, Callable[[KernelView], int]]] = {
    "LINUX_KERNEL_VERSION": _version,
    "LINUX_HAS_BPF_COOKIE": _has_bpf_cookie,
    "LINUX_HAS_SYSCALL_WRAPPER": _has_syscall_wrapper,
}
