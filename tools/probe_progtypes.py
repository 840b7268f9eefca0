"""Ask the running Linux what each program type may do, and write the answers down as Python tables.

Usage: probe_progtypes.py [--check]     (as root, on a kernel whose bpf(2) is open to us)

For every program type and expected attach type that loads here, three questions, each put by loading a
program:

- which offset and size of the context may be read or written, and what a read leaves in the register
  (from the state that the log prints behind the first instruction);
- which helper may be called ("program of this type cannot use helper" or anything else), with all
  capabilities and without CAP_PERFMON;
- which range R0 must have at exit.

The answers go to src/skep/kernel/progtypes/probed/, one module per program type; `--check` compares instead
of writing. Types that cannot be loaded here (tracing and LSM programs need a BTF target, for example) are
described by hand in their modules beside that folder.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skep.btf import Btf
from skep.btf.types import Composite
from skep.isa import encode
from skep.isa.build import call_helper, exit_, jmp_imm, ldx_mem, mov64_imm, mov64_reg, stx_mem
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_B, BPF_DW, BPF_H, BPF_JNE, BPF_W
from skep.syscall.linux import Linux
from skep.uapi import AttachType, Cmd, FuncId, ProgType

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/skep/kernel/progtypes/probed"

BPF_F_SLEEPABLE = 16
SIZES = {1: BPF_B, 2: BPF_H, 4: BPF_W, 8: BPF_DW}

#: uapi structure of each type's context, "" where it is an array of u64 or the user's own memory.
CONTEXTS = {
    ProgType.SOCKET_FILTER: "__sk_buff",
    ProgType.KPROBE: "pt_regs",
    ProgType.SCHED_CLS: "__sk_buff",
    ProgType.SCHED_ACT: "__sk_buff",
    ProgType.TRACEPOINT: "",
    ProgType.XDP: "xdp_md",
    ProgType.PERF_EVENT: "bpf_perf_event_data",
    ProgType.CGROUP_SKB: "__sk_buff",
    ProgType.CGROUP_SOCK: "bpf_sock",
    ProgType.LWT_IN: "__sk_buff",
    ProgType.LWT_OUT: "__sk_buff",
    ProgType.LWT_XMIT: "__sk_buff",
    ProgType.SOCK_OPS: "bpf_sock_ops",
    ProgType.SK_SKB: "__sk_buff",
    ProgType.CGROUP_DEVICE: "bpf_cgroup_dev_ctx",
    ProgType.SK_MSG: "sk_msg_md",
    ProgType.RAW_TRACEPOINT: "",
    ProgType.CGROUP_SOCK_ADDR: "bpf_sock_addr",
    ProgType.LWT_SEG6LOCAL: "__sk_buff",
    ProgType.SK_REUSEPORT: "sk_reuseport_md",
    ProgType.FLOW_DISSECTOR: "__sk_buff",
    ProgType.CGROUP_SYSCTL: "bpf_sysctl",
    ProgType.RAW_TRACEPOINT_WRITABLE: "",
    ProgType.CGROUP_SOCKOPT: "bpf_sockopt",
    ProgType.SK_LOOKUP: "bpf_sk_lookup",
    ProgType.SYSCALL: "",
    ProgType.NETFILTER: "bpf_nf_ctx",
}

#: Attach types that change what a program may do although the load does not insist on one.
ATTACH_HINTS = {
    ProgType.KPROBE: (0, AttachType.TRACE_KPROBE_MULTI, AttachType.TRACE_UPROBE_MULTI,
                      AttachType.TRACE_KPROBE_SESSION, AttachType.TRACE_UPROBE_SESSION),
    ProgType.XDP: (0, AttachType.XDP, AttachType.XDP_DEVMAP, AttachType.XDP_CPUMAP),
}  # fmt: skip

#: How the log spells what a context field becomes.
REG_TYPES = {
    "pkt": "PTR_TO_PACKET",
    "pkt_end": "PTR_TO_PACKET_END",
    "pkt_meta": "PTR_TO_PACKET_META",
    "sock": "PTR_TO_SOCKET",
    "sock_or_null": "PTR_TO_SOCKET_OR_NULL",
    "sock_common": "PTR_TO_SOCK_COMMON",
    "sock_common_or_null": "PTR_TO_SOCK_COMMON_OR_NULL",
    "flow_keys": "PTR_TO_FLOW_KEYS",
    "tp_buffer": "PTR_TO_TP_BUFFER",
    "trusted_ptr_nf_hook_state": "PTR_TO_BTF_ID | PTR_TRUSTED",
    "trusted_ptr_sk_buff": "PTR_TO_BTF_ID | PTR_TRUSTED",
}

CAPS = {"CAP_NET_ADMIN": 12, "CAP_PERFMON": 38, "CAP_BPF": 39}

#: Smallest first.
CAP_SETS = (
    ("CAP_BPF",),
    ("CAP_BPF", "CAP_NET_ADMIN"),
    ("CAP_BPF", "CAP_PERFMON"),
    ("CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"),
)

Access = dict[tuple[int, int], str]


class Prober:
    """Loads programs and reads what the kernel says."""

    def __init__(self) -> None:
        self.linux = Linux()
        self.log = ctypes.create_string_buffer(1 << 16)
        self.license = ctypes.create_string_buffer(b"GPL")

    def load(self, prog_type: int, attach: int, insns: Iterable[Insn]) -> tuple[int, str]:
        """errno and log of a load at level 2; the program is dropped at once."""
        code = encode(tuple(insns))
        text = ctypes.create_string_buffer(code, len(code))
        self.log[0] = b"\0"
        flags = BPF_F_SLEEPABLE if prog_type == ProgType.SYSCALL else 0
        attr = bytearray(144)
        struct.pack_into(
            "<IIQQIIQII16xII", attr, 0, prog_type, len(code) // 8, ctypes.addressof(text),
            ctypes.addressof(self.license), 2, len(self.log), ctypes.addressof(self.log), 0, flags, 0, attach,
        )  # fmt: skip
        try:
            self.linux.close(self.linux.bpf(Cmd.PROG_LOAD, attr))
        except OSError as error:
            return error.errno or 0, self.log.value.decode()
        return 0, self.log.value.decode()

    def loads(self, prog_type: int, attach: int) -> bool:
        """Whether a program of this kind passes at all."""
        return any(self.load(prog_type, attach, (mov64_imm(0, k), exit_()))[0] == 0 for k in (0, 1))

    def context(self, prog_type: int, attach: int, end: int) -> tuple[Access, Access]:
        """What reads of the context give, and which writes pass, by (offset, size)."""
        reads: Access = {}
        writes: Access = {}
        for off in range(end):
            for size, width in SIZES.items():
                _, log = self.load(prog_type, attach, (ldx_mem(width, 0, 1, off), mov64_imm(0, 1), exit_()))
                found = re.search(r"^0: \(\w+\) .*; R0=([a-z_]+)", log, re.M)
                if found and "invalid bpf_context access" not in log:
                    reads[off, size] = found[1]
                insns = (mov64_imm(0, 0), stx_mem(width, 1, 0, off), mov64_imm(0, 1), exit_())
                if self.load(prog_type, attach, insns)[0] == 0:
                    writes[off, size] = ""
        return reads, writes

    def helpers(self, prog_type: int, attach: int) -> list[str]:
        """Names of the helpers that this type may call."""
        names = []
        for helper in list(FuncId)[1:]:
            _, log = self.load(prog_type, attach, (call_helper(helper), mov64_imm(0, 1), exit_()))
            if not re.search(r"program of this type cannot use helper|invalid func ", log):
                names.append(helper.name)
        return names

    def return_range(self, prog_type: int, attach: int) -> tuple[int, int] | None:
        """The range that R0 must have at exit; None where any value will do."""
        _, log = self.load(prog_type, attach, (mov64_imm(0, 12345), exit_()))
        found = re.search(r"should have been in \[(-?\d+), (-?\d+)\]", log)
        return (int(found[1]), int(found[2])) if found else None


def with_capabilities(capabilities: Iterable[int], question: str) -> Any:
    """The answer of a process that has only these capabilities to a question put to its prober `p`."""
    code = (
        "import sys, json; from probe_progtypes import Prober, keep_capabilities\n"
        f"keep_capabilities({tuple(capabilities)})\np = Prober(); print(json.dumps({question}))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    return json.loads(done.stdout)


def capabilities_needed(types: dict[ProgType, int]) -> dict[ProgType, tuple[str, ...]]:
    """What each type (with one of its attach types) needs to be loaded."""
    question = "[" + ",".join(f"p.loads({int(t)}, {int(a)})" for t, a in types.items()) + "]"
    answers = {wanted: with_capabilities((CAPS[name] for name in wanted), question) for wanted in CAP_SETS}
    return {
        prog_type: next(wanted for wanted in CAP_SETS if answers[wanted][index])
        for index, prog_type in enumerate(types)
    }


def keep_capabilities(numbers: tuple[int, ...]) -> None:
    """capset(2) of this process to these and no others."""
    low = sum(1 << n for n in numbers if n < 32)
    high = sum(1 << (n - 32) for n in numbers if n >= 32)
    header = struct.pack("<Ii", 0x20080522, 0)
    data = struct.pack("<6I", low, low, 0, high, high, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, data):
        raise OSError(ctypes.get_errno(), "capset")


@dataclass
class Field:
    """A field of the uapi structure; arrays are one field."""

    name: str
    offset: int
    size: int


def fields_of(btf: Btf, name: str) -> list[Field]:
    """The members of a structure in order of offset, those of anonymous members included."""
    type_id = btf.id_of(name)
    out: list[Field] = []

    def collect(type_id: int, base: int) -> None:
        structure = btf.resolve(type_id)
        assert isinstance(structure, Composite)
        for member in structure.members:
            offset = base + member.bit_offset // 8
            if member.name:
                out.append(Field(member.name, offset, btf.size_of(member.type)))
            else:
                collect(member.type, offset)

    collect(type_id, 0)
    return sorted(out, key=lambda f: f.offset)


def rule(field: Field, access: Access) -> str:
    """How a field may be accessed: sizes allowed wherever they are aligned, or else (offset, size) pairs."""
    inside = {k: v for k, v in access.items() if field.offset <= k[0] < field.offset + field.size}
    sizes = tuple(sorted({size for _, size in inside}))
    regular = {
        (off, size)
        for size in sizes
        for off in range(field.offset, field.offset + field.size - size + 1)
        if off % size == 0
    }
    if not inside:
        return ""
    if regular == set(inside):
        return repr(sizes)
    return "at" + repr(tuple(sorted(inside)))


def describe(field: Field, reads: Access, writes: Access) -> str:
    """The field as a row."""
    parts = [f'name="{field.name}"', f"offset={field.offset}", f"size={field.size}"]
    for word, access in (("reads", reads), ("writes", writes)):
        text = rule(field, access)
        if text.startswith("at"):
            parts.append(f"{word}_at={text[2:]}")
        elif text:
            parts.append(f"{word}={text}")
    spellings = {v for k, v in reads.items() if field.offset <= k[0] < field.offset + field.size} - {"scalar"}
    if spellings:
        (spelling,) = spellings
        parts.append(f"type={REG_TYPES[spelling]}")
        if spelling.startswith("trusted_ptr_"):
            parts.append(f'btf="{spelling.removeprefix("trusted_ptr_")}"')
    return f"CtxField({', '.join(parts)})"


@dataclass
class Variant:
    """What one program type may do under some of its attach types."""

    attach_types: list[int]
    fields: list[str]
    helpers: list[str]
    return_range: tuple[int, int] | None


def attach_types_of(prober: Prober, prog_type: int) -> list[int]:
    """The attach types worth asking about: all that load if the kernel insists on one, else those that
    matter."""
    if prog_type in ATTACH_HINTS:
        return [int(a) for a in ATTACH_HINTS[ProgType(prog_type)]]
    loadable = [int(a) for a in AttachType if prober.loads(prog_type, a)]
    return [0] if len(loadable) == len(AttachType) else loadable


def probe(prober: Prober, btf: Btf, prog_type: ProgType) -> list[Variant]:
    """All variants of one program type, those with equal answers as one."""
    structure = CONTEXTS[prog_type]
    fields = fields_of(btf, structure) if structure else []
    end = max((f.offset + f.size for f in fields), default=0)
    variants: list[Variant] = []
    for attach in attach_types_of(prober, prog_type):
        reads, writes = prober.context(prog_type, attach, end)
        rows = [describe(field, reads, writes) for field in fields]
        new = Variant(
            [attach],
            rows,
            prober.helpers(prog_type, attach),
            prober.return_range(prog_type, attach),
        )
        for known in variants:
            if (known.fields, known.helpers, known.return_range) == (
                new.fields,
                new.helpers,
                new.return_range,
            ):
                known.attach_types.append(attach)
                break
        else:
            variants.append(new)
    return variants


def wrapped(names: Iterable[str], indent: str) -> str:
    """Names as a multi-line string literal that `names()` splits."""
    lines, line = [], indent
    for name in names:
        if len(line) + len(name) > 108:
            lines.append(line.rstrip())
            line = indent
        line += name + " "
    lines.append(line.rstrip())
    return '"""\n' + "\n".join(lines) + f'\n{indent}"""'


def module(prog_type: ProgType, variants: list[Variant], common: set[str]) -> str:
    """The Python text of a type's table."""
    anything = "any" if 0 in variants[0].attach_types and len(variants) == 1 else None
    body = ""
    for index, variant in enumerate(variants):
        listed = ", ".join(f"AttachType.{AttachType(a).name}" for a in variant.attach_types)
        default = anything or (index == 0 and prog_type in ATTACH_HINTS)
        attach = "" if default else f"        attach_types=({listed},),\n"
        extras = [h for h in variant.helpers if h not in common]
        missing = [h for h in common if h not in variant.helpers]
        assert not missing
        rows = "".join(f"            {row},\n" for row in variant.fields)
        fields = f"        fields=(\n{rows}        ),\n" if rows else ""
        ret = f"        return_range={variant.return_range},\n" if variant.return_range else ""
        helpers = (
            f"        helpers=COMMON | names({wrapped(extras, ' ' * 12)}),\n"
            if extras
            else "        helpers=COMMON,\n"
        )
        body += f"    Variant(\n{attach}{fields}{helpers}{ret}    ),\n"
    uses_types = sorted(set(re.findall(r"\bPTR_[A-Z_]+", body)))
    title = f"What Linux 6.18 lets programs of type {prog_type.name.lower()} do"
    lines = [
        f'"""{title}; written by tools/probe_progtypes.py."""',
        "",
        "from __future__ import annotations",
        "",
    ]
    if uses_types:
        lines.append("from skep.kernel.helpers.types import " + ", ".join(uses_types))
    used = [n for n in ("CtxField", "Variant", "names") if n + "(" in body]
    lines.append("from skep.kernel.progtypes.probed.common import COMMON")
    lines.append("from skep.kernel.progtypes.progtype import " + ", ".join(used))
    if "AttachType." in body:
        lines.append("from skep.uapi import AttachType")
    return "\n".join(lines) + f"\n\nVARIANTS: tuple[Variant, ...] = (\n{body})\n"


def common_module(
    common: list[str], perfmon: list[str], free: list[str], capabilities: dict[ProgType, tuple[str, ...]]
) -> str:
    """The helpers that all probed types share, and what needs which capability."""
    rows = "".join(f"    ProgType.{t.name}: {c!r},\n" for t, c in capabilities.items())
    return (
        '"""What holds in all program types that were probed; written by tools/probe_progtypes.py."""\n\n'
        "from __future__ import annotations\n\nfrom skep.kernel.progtypes.progtype import names\n"
        "from skep.uapi import ProgType\n\n"
        "#: Helpers that every type may call (with all capabilities).\n"
        f"COMMON: frozenset[int] = names({wrapped(common, '    ')})\n\n"
        "#: Helpers that need CAP_PERFMON, in types that load without it.\n"
        f"NEEDS_PERFMON: frozenset[int] = names({wrapped(perfmon, '    ')})\n\n"
        "#: Of those, the ones that programs of type syscall have without it.\n"
        f"SYSCALL_WITHOUT_PERFMON: frozenset[int] = names({wrapped(free, '    ')})\n\n"
        "#: What loading needs, where unprivileged BPF is switched off.\n"
        f"CAPABILITIES: dict[int, tuple[str, ...]] = {{\n{rows}}}\n"
    )


def perfmon_helpers(found: dict[ProgType, list[Variant]], types: list[ProgType]) -> tuple[set[str], set[str]]:
    """The helpers that need CAP_PERFMON in some of these types, and those of them that syscall has anyway."""
    perfmon: set[str] = set()
    left: dict[ProgType, set[str]] = {}
    for prog_type in types:
        attach = found[prog_type][0].attach_types[0]
        names = with_capabilities((12, 39), f"p.helpers({int(prog_type)}, {attach})")
        left[prog_type] = set(names)
        perfmon |= set(found[prog_type][0].helpers) - set(names)
    exceptions = {t: names & perfmon for t, names in left.items() if names & perfmon}
    assert set(exceptions) <= {ProgType.SYSCALL}, exceptions
    return perfmon, exceptions[ProgType.SYSCALL]


def socket_fields(prober: Prober, btf: Btf, structure: str, casts: Iterable[Insn]) -> list[str]:
    """The fields of a socket structure that programs may read; `casts` turn __sk_buff.sk into one in R0."""
    fields = fields_of(btf, structure)
    reads: Access = {}
    for off in range(max(f.offset + f.size for f in fields)):
        for size, width in SIZES.items():
            insns = (
                ldx_mem(BPF_DW, 1, 1, 168),  # __sk_buff.sk
                *(mov64_imm(0, 0), jmp_imm(BPF_JNE, 1, 0, 1), exit_()),
                *casts,
                *(ldx_mem(width, 1, 0, off), mov64_imm(0, 0), exit_()),
            )
            if prober.load(ProgType.SCHED_CLS, 0, insns)[0] == 0:
                reads[off, size] = "scalar"
    return [describe(field, reads, {}) for field in fields]


def sockets_module(prober: Prober, btf: Btf) -> str:
    """The fields behind PTR_TO_SOCKET, PTR_TO_SOCK_COMMON and PTR_TO_TCP_SOCK."""
    unless_null = (jmp_imm(BPF_JNE, 0, 0, 2), mov64_imm(0, 0), exit_())
    tables = {
        "SOCK_COMMON": socket_fields(prober, btf, "bpf_sock", (mov64_reg(0, 1),)),
        "SOCKET": socket_fields(prober, btf, "bpf_sock", (call_helper(FuncId.sk_fullsock), *unless_null)),
        "TCP_SOCK": socket_fields(prober, btf, "bpf_tcp_sock", (call_helper(FuncId.tcp_sock), *unless_null)),
    }
    body = "".join(
        f"{name}: tuple[CtxField, ...] = (\n" + "".join(f"    {row},\n" for row in rows) + ")\n\n"
        for name, rows in tables.items()
    )
    return (
        '"""What programs may read through pointers to sockets; written by tools/probe_progtypes.py."""\n\n'
        f"from __future__ import annotations\n\nfrom skep.kernel.progtypes.progtype import CtxField\n\n{body}"
    )


def probe_all() -> dict[str, str]:
    """File name -> text of all modules."""
    prober, btf = Prober(), Btf.vmlinux()
    found = {prog_type: probe(prober, btf, prog_type) for prog_type in CONTEXTS}
    common = set.intersection(*(set(v.helpers) for variants in found.values() for v in variants))
    first = {prog_type: variants[0].attach_types[0] for prog_type, variants in found.items()}
    needed = capabilities_needed(first)
    perfmon, free = perfmon_helpers(found, [t for t in first if "CAP_PERFMON" not in needed[t]])
    order = [h.name for h in FuncId]
    files = {
        "__init__.py": '"""Tables of program types, probed from Linux."""\n',
        "common.py": common_module(
            sorted(common, key=order.index),
            sorted(perfmon, key=order.index),
            sorted(free, key=order.index),
            needed,
        ),
        "sockets.py": sockets_module(prober, btf),
    }
    for prog_type, variants in found.items():
        files[f"{prog_type.name.lower()}.py"] = module(prog_type, variants, common)
    return files


def formatted(text: str) -> str:
    """The text as ruff formats it."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "x.py", "-"]
    tidy = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--fix",
        "-q",
        "--select",
        "I",
        "--stdin-filename",
        "x.py",
        "-",
    ]
    for step in (tidy, command):
        text = subprocess.run(step, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare with the tables that are there")
    arguments = parser.parse_args()
    differing = []
    for name, text in probe_all().items():
        path, text = TARGET / name, formatted(text)
        if arguments.check:
            if not path.exists() or path.read_text() != text:
                differing.append(name)
        else:
            path.write_text(text)
    if differing:
        print("differ from this kernel:", ", ".join(differing))
    return 1 if differing else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
