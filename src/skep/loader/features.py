"""What a kernel can do, found out by trying: a table of questions, each a small thing to make.

Versions say little, since distributions carry features back; so each row asks bpf(2) itself. A kernel is
asked only after it has refused something (see `fallbacks.py`), and its answers are kept while it is there.

Rule: libbpf's feature probes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from ..btf import BtfBuilder
from ..btf import types as t
from ..btf.kinds import BTF_FUNC_GLOBAL, BTF_FUNC_STATIC, BTF_VAR_STATIC
from ..errors import KernelError
from ..isa import Insn, encode
from ..isa.build import alu64_imm, call_helper, exit_, ld_map_value, mov64_imm, mov64_reg
from ..isa.opcodes import BPF_ADD
from ..syscall import commands
from ..syscall.backend import Backend
from ..uapi import BPF_F_MMAPABLE, AttachType, FuncId, MapType, ProgType


@dataclass(frozen=True, slots=True)
class Feature:
    """A row: what is asked, and the function that makes something with it; a KernelError is a no."""

    name: str
    what: str
    probe: Callable[[Backend], None]


def has(backend: Backend, feature: Feature) -> bool:
    """Whether the kernel has the feature."""
    answers = _answers.setdefault(backend, {})
    if feature.name not in answers:
        try:
            feature.probe(backend)
            answers[feature.name] = True
        except KernelError:
            answers[feature.name] = False
    return answers[feature.name]


_answers: WeakKeyDictionary[Backend, dict[str, bool]] = WeakKeyDictionary()


# ── ways to ask ──


def _load(backend: Backend, insns: list[Insn], **how: int | str) -> None:
    program = encode([*insns, mov64_imm(0, 0), exit_()], sys.byteorder)
    how.setdefault("prog_type", ProgType.SOCKET_FILTER)
    backend.close(commands.prog_load(backend, insns=program, **how).fd)  # type: ignore[arg-type]


def _array(backend: Backend, flags: int = 0) -> int:
    return commands.map_create(
        backend, map_type=MapType.ARRAY, key_size=4, value_size=32, max_entries=1, map_flags=flags
    )


def _with_array(ask: Callable[[Backend, int], None], flags: int = 0) -> Callable[[Backend], None]:
    def probe(backend: Backend) -> None:
        fd = _array(backend, flags)
        try:
            ask(backend, fd)
        finally:
            backend.close(fd)

    return probe


def _with_types(*rows: t.Type) -> Callable[[Backend], None]:
    """The types behind an int, which has id 1."""

    def probe(backend: Backend) -> None:
        builder = BtfBuilder()
        builder.add(t.Int("int", 4, 1, bits=32))
        for row in rows:
            builder.add(row)
        backend.close(commands.btf_load(backend, builder.encode()).fd)

    return probe


def _global_data(backend: Backend, fd: int) -> None:
    _load(backend, [*ld_map_value(1, fd, 0)])


def _bind_map(backend: Backend, fd: int) -> None:
    insns = encode([mov64_imm(0, 0), exit_()], sys.byteorder)
    prog = commands.prog_load(backend, prog_type=ProgType.SOCKET_FILTER, insns=insns).fd
    try:
        commands.prog_bind_map(backend, prog, fd)
    finally:
        backend.close(prog)


def _probe_read_kernel(backend: Backend) -> None:
    arguments = [mov64_reg(1, 10), alu64_imm(BPF_ADD, 1, -8), mov64_imm(2, 8), mov64_imm(3, 0)]
    call = call_helper(FuncId.probe_read_kernel)
    _load(backend, [*arguments, call], prog_type=ProgType.TRACEPOINT)


def _expected_attach_type(backend: Backend) -> None:
    _load(
        backend,
        [],
        prog_type=ProgType.CGROUP_SOCK,
        expected_attach_type=AttachType.CGROUP_INET_SOCK_CREATE,
    )


_PROTO = t.FuncProto(0, (t.Param("a", 1),))

# ── the table ──

PROG_NAME: Final = Feature(
    "prog_name", "names of programs and maps", lambda b: _load(b, [], name="libbpf_nametest")
)
GLOBAL_DATA: Final = Feature("global_data", "global variables", _with_array(_global_data))
ARRAY_MMAP: Final = Feature(
    "array_mmap", "arrays that can be mapped", _with_array(lambda b, fd: None, BPF_F_MMAPABLE)
)
EXP_ATTACH_TYPE: Final = Feature("exp_attach_type", "expected attach types", _expected_attach_type)
PROBE_READ_KERNEL: Final = Feature("probe_read_kernel", "helper probe_read_kernel", _probe_read_kernel)
PROG_BIND_MAP: Final = Feature("prog_bind_map", "maps bound to programs", _with_array(_bind_map))

BTF: Final = Feature("btf", "types", _with_types())
BTF_FUNC: Final = Feature(
    "btf_func", "types of functions", _with_types(_PROTO, t.Func("f", 2, BTF_FUNC_STATIC))
)
BTF_GLOBAL_FUNC: Final = Feature(
    "btf_global_func", "global functions", _with_types(_PROTO, t.Func("f", 2, BTF_FUNC_GLOBAL))
)
BTF_DATASEC: Final = Feature(
    "btf_datasec",
    "variables and their sections",
    _with_types(t.Var("v", 1, BTF_VAR_STATIC), t.DataSec(".data", 4, (t.SecVar(2, 0, 4),))),
)
BTF_QMARK_DATASEC: Final = Feature(
    "btf_qmark_datasec",
    "sections whose names begin with a question mark",
    _with_types(t.Var("v", 1, BTF_VAR_STATIC), t.DataSec("?.data", 4, (t.SecVar(2, 0, 4),))),
)
BTF_FLOAT: Final = Feature("btf_float", "floating point types", _with_types(t.Float("float", 4)))
BTF_DECL_TAG: Final = Feature(
    "btf_decl_tag",
    "tags on declarations",
    _with_types(t.Var("v", 1, BTF_VAR_STATIC), t.DeclTag("tag", 2)),
)
BTF_TYPE_TAG: Final = Feature("btf_type_tag", "tags on types", _with_types(t.TypeTag("tag", 1), t.Ptr(2)))
BTF_ENUM64: Final = Feature(
    "btf_enum64", "enums of 64 bits", _with_types(t.Enum64("e", 8, (t.Enumerator("E", 1 << 32),)))
)
