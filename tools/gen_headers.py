"""Writes the generated part of src/skep/include: what BPF programs include, without libbpf or kernel
headers.

    python tools/gen_headers.py --uapi linux-6.12/include/uapi

Types come from the running kernel's BTF, in the order that C needs; which of them belong to which header,
and the numbers that are macros, come from the uapi headers. bpf/bpf_helper_defs.h has the prototypes that
linux/bpf.h states. vmlinux.h has all types and no macro, as programs that include it define those
themselves; each group of types is guarded by name, so that it goes together with the other headers.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.btf.dump_c import CDumper

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "src/skep/include"
NOTE = "// SPDX-License-Identifier: Apache-2.0\n// Written by tools/gen_headers.py; do not edit.\n"


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, kw_only=True)
class HeaderRow:
    """One header: `types` beyond those that the uapi file defines, `skip` what has no place in a BPF
    program.
    """

    path: str
    includes: tuple[str, ...] = ("linux/types.h",)
    types: tuple[str, ...] = ()
    skip: str = "$^"
    source: bool = True
    #: The file itself is written by hand, since the kernel calls things differently there.
    by_hand: bool = False


HEADERS = (
    HeaderRow(
        path="linux/types.h",
        includes=(),
        types=words(
            "__u8 __s8 __u16 __s16 __u32 __s32 __u64 __s64 __le16 __be16 __le32 __be32 __le64 __be64 "
            "__sum16 __wsum __poll_t __kernel_pid_t __kernel_size_t __kernel_ssize_t "
        ),
        source=False,
    ),
    HeaderRow(path="linux/bpf_common.h"),
    HeaderRow(path="linux/bpf.h", includes=("linux/types.h", "linux/bpf_common.h"), skip=r"__BPF_.*MAPPER.*"),
    HeaderRow(path="linux/btf.h"),
    HeaderRow(path="linux/if_ether.h"),
    HeaderRow(path="linux/if_packet.h"),
    HeaderRow(path="linux/if_vlan.h", source=False),
    HeaderRow(path="linux/if_arp.h"),
    HeaderRow(path="linux/if_tunnel.h"),
    HeaderRow(path="linux/in.h"),
    HeaderRow(path="linux/in6.h"),
    HeaderRow(path="linux/ip.h"),
    HeaderRow(path="linux/ipv6.h", includes=("linux/types.h", "linux/in6.h")),
    HeaderRow(path="linux/icmp.h"),
    HeaderRow(path="linux/icmpv6.h", includes=("linux/types.h", "linux/in6.h")),
    HeaderRow(path="linux/tcp.h"),
    HeaderRow(path="linux/udp.h"),
    HeaderRow(path="linux/mpls.h"),
    HeaderRow(path="linux/pkt_cls.h"),
    HeaderRow(path="linux/socket.h"),
    HeaderRow(path="linux/limits.h", includes=()),
    HeaderRow(path="linux/errno.h", includes=(), source=False),
    HeaderRow(path="linux/ptrace.h", types=("pt_regs", "bpf_user_pt_regs_t"), source=False, by_hand=True),
    HeaderRow(path="linux/bpf_perf_event.h", includes=("linux/types.h", "linux/ptrace.h")),
)

#: What only vmlinux.h has of typedefs.
SHORT_NAMES = words("u8 s8 u16 s16 u32 s32 u64 s64 pid_t uid_t gid_t dev_t size_t ssize_t loff_t umode_t")

#: Kernel structures that tracing programs read; with what they hold by value.
KERNEL_TYPES = words(
    "task_struct file dentry inode path super_block cred mm_struct vm_area_struct sock "
    "inet_sock tcp_sock udp_sock sk_buff net_device net socket linux_binprm nsproxy pid cgroup "
    "css_set request bio bpf_map bpf_prog sock_common inet_connection_sock unix_sock fs_struct "
    "files_struct mount vfsmount pid_namespace uts_namespace user_namespace signal_struct "
    "kernfs_node gendisk block_device msghdr iov_iter sockaddr sockaddr_in sockaddr_in6 "
    "sockaddr_un seq_file iphdr nf_hook_state xdp_buff skb_shared_info tcp_congestion_ops "
    "bpf_cpumask cpumask bpf_dynptr_kern "
)
KERNEL_PATTERN = re.compile(
    r"trace_event_raw_(sys_enter|sys_exit|sched_\w+|task_\w+|block_\w+|net_\w+|kmem_\w+|kfree\w*|tcp_\w+|inet_\w+|irq_\w+"
    r"|softirq|signal_\w+|oom_\w+|timer_\w+|hrtimer_\w+|workqueue_\w+|xdp_\w+|bpf_\w+|sock_\w+)$|bpf_iter__\w+$|bpf_iter_\w+$"
)


#: What programs still use and the kernel itself no longer does.
EXTRA = {
    "linux/bpf.h": "struct bpf_lpm_trie_key {\n\t__u32 prefixlen;\n\t__u8 data[0];\n};",
    "linux/if_vlan.h": "struct vlan_hdr {\n\t__be16 h_vlan_TCI;\n\t__be16 h_vlan_encapsulated_proto;\n};",
}


def comments_removed(text: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def macros(text: str, known: dict[str, int], skip: str) -> Iterator[tuple[str, str]]:
    """(name, literal) of each macro that is a number."""
    for name, body in re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+([^\n]+)$", text, flags=re.M):
        if re.match(skip, name) or name in known:
            continue
        value = evaluate(body, known)
        if value is None or body.strip() == name:
            continue
        known[name] = value
        literal = body.strip() if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", body.strip()) else None
        yield (
            name,
            literal
            or (f"{value:#x}ULL" if value > 0x7FFFFFFF else f"({value})" if value < 0 else str(value)),
        )


def evaluate(body: str, known: dict[str, int]) -> int | None:
    """The value of a C constant expression of numbers and known names."""
    python = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", body)
    python = re.sub(r"\(\s*(?:__\w+|int|unsigned int|unsigned)\s*\)", "", python)
    python = re.sub(r"\b_BITUL\b|\b_BITULL\b", "1<<", python)
    python = re.sub(r"\b0+(\d)", r"0o\1", python) if re.fullmatch(r"0\d+", python.strip()) else python
    for name in re.findall(r"\b[A-Za-z_]\w*\b", re.sub(r"0[xo][0-9a-fA-F]+", "", python)):
        if name not in known:
            return None
    if not re.fullmatch(r"[\w\s()|&~<>+*/-]+", python):
        return None
    try:
        value = eval(python, {"__builtins__": {}}, dict(known))
    except (SyntaxError, TypeError, ZeroDivisionError):
        return None
    return value if isinstance(value, int) else None


class TrackingDumper(CDumper):
    """Also notes which header each definition came into, and so which headers the current one needs."""

    def __init__(self, btf: Btf, emit: Callable[[str], object]) -> None:
        super().__init__(btf, emit, sized_enums=True)
        self.header = ""
        self.needs: set[str] = set()
        self.owner: dict[int, str] = {}

    def dump(self, type_id: int) -> None:
        super().dump(type_id)
        self.owner |= dict.fromkeys(self._queue, self.header)
        for defined in (type_id, *self._queue):
            self._need_parts(defined)

    def dump_enumerators(self, type_id: int) -> None:
        """An enum without a name, also one that a declaration elsewhere holds."""
        if self.owner.setdefault(type_id, self.header) == self.header:
            self._emit(f"{self._declare.enum(type_id, 0)};\n\n")
            self._emitted[type_id] = self._ordered[type_id] = 2

    def _need_parts(self, type_id: int) -> None:
        """The headers of what a definition names, looking into what has no name."""
        types, waiting, seen = self._types, [type_id], {0}
        while waiting:
            part = waiting.pop()
            if part != type_id and part in self.owner:
                self.needs.add(self.owner[part])
            elif part not in seen and (part == type_id or not types.name(part)):
                seen.add(part)
                waiting += [types.words[place] for place in types.places_of_ids(part)]
        self.needs.add(self.owner.get(type_id, self.header))


class Generator:
    def __init__(self, btf: Btf, uapi: Path) -> None:
        self.btf = btf
        self.uapi = uapi
        self.lines: list[str] = []
        self.dumper = TrackingDumper(btf, lambda text: self.lines.append(text.removesuffix("\n\n")))
        self.known: dict[str, int] = {}
        self.enums = {
            type_.values[0].name: type_id
            for type_id, type_ in enumerate(btf.types)
            if isinstance(type_, t.Enum | t.Enum64) and not type_.name and type_.values
        }

    def taken(self) -> str:
        text = "\n".join(self.lines)
        self.lines.clear()
        return text

    def define(self, name: str, kinds: tuple[Kind, ...]) -> None:
        for kind in kinds:
            type_id = self.btf.find(name, kind)
            if type_id is not None:
                self.dumper.dump(type_id)
                self.learn(type_id)
                return
        print(f"no type {name}")

    def learn(self, type_id: int) -> None:
        type_ = self.btf.types[type_id]
        if isinstance(type_, t.Enum | t.Enum64):
            self.known |= {item.name: item.value for item in type_.values}

    def types_of(self, text: str) -> None:
        """Every type that the header's text defines, in its order."""
        kinds = {"struct": Kind.STRUCT, "union": Kind.UNION, "enum": Kind.ENUM}
        pattern = r"^(struct|union|enum)\s*(\w*)\s*\{\s*(\w*)|^typedef\s[^;{]*?(\w+)(?:\[[^]]*\])?;"
        for word, name, first, alias in re.findall(pattern, text, flags=re.M):
            if alias:
                self.define(alias, (Kind.TYPEDEF,))
            elif name:
                self.define(name, (kinds[word], Kind.ENUM64) if word == "enum" else (kinds[word],))
            elif word == "enum":
                self.anonymous_enum(first, text)

    def anonymous_enum(self, first: str, text: str) -> None:
        type_id = self.enums.get(first)
        if type_id is not None:
            self.dumper.dump_enumerators(type_id)
            self.learn(type_id)
            return
        body = re.search(rf"^enum\s*\{{\s*{first}\b(.*?)\}}", text, flags=re.M | re.S)
        values, value = [], -1
        for item in (first + body[1]).split(",") if body else ():
            if not item.strip():
                continue
            name, _, given = item.strip().partition("=")
            computed = evaluate(given.strip(), self.known) if given else value + 1
            if computed is None:
                print(f"no value of {name}")
                continue
            value = self.known[name.strip()] = computed
            values.append(f"\t{name.strip()} = {value},\n")
        if values:
            self.lines.append(f"enum {{\n{''.join(values)}}};")

    def header(self, row: HeaderRow) -> tuple[str, str]:
        """The guarded types, and the header's file."""
        self.dumper.header = row.path
        self.dumper.needs = set(row.includes)
        source = (self.uapi / row.path).read_text() if row.source else ""
        text = comments_removed(source).replace("\\\n", " ")
        text = re.sub(r"^[ \t]*#ifdef __KERNEL__.*?^[ \t]*#(?:endif|else)", "", text, flags=re.M | re.S)
        for name in row.types:
            self.define(name, (Kind.TYPEDEF, Kind.STRUCT, Kind.UNION))
        self.types_of(text)
        if row.path == "linux/errno.h":
            text = "".join(
                comments_removed((self.uapi / f"asm-generic/{part}.h").read_text())
                for part in ("errno-base", "errno")
            )
        stem = re.sub(r"\W", "_", row.path.upper())
        body = "\n".join(filter(None, (self.taken(), EXTRA.get(row.path))))
        types = f"#ifndef __SKEP_TYPES_{stem}\n#define __SKEP_TYPES_{stem}\n{body}\n#endif\n" if body else ""
        includes = "".join(f"#include <{path}>\n" for path in sorted(self.dumper.needs - {row.path}))
        defines = "".join(f"#define {name} {value}\n" for name, value in macros(text, self.known, row.skip))
        file = (
            f"{NOTE}#ifndef __SKEP_{stem}\n#define __SKEP_{stem}\n\n{includes}\n{types}\n{defines}\n#endif\n"
        )
        return types, file

    def arguments(self, proto: t.Type) -> None:
        """The structures that a tracepoint or an LSM hook is given."""
        if isinstance(proto, t.Ptr):
            proto = self.btf.resolve(proto.type)
        assert isinstance(proto, t.FuncProto)
        for param in proto.params:
            pointer = self.btf.resolve(param.type)
            if isinstance(pointer, t.Ptr) and isinstance(self.btf.resolve(pointer.type), t.Struct | t.Union):
                self.dumper.dump(self.btf.skip(pointer.type))

    def vmlinux(self, groups: list[str]) -> str:
        """All groups, then the kernel's own structures, whose accesses are to be relocated."""
        for name in SHORT_NAMES:
            self.define(name, (Kind.TYPEDEF,))
        short = self.taken()
        for name in KERNEL_TYPES:
            self.define(name, (Kind.STRUCT,))
        for type_id, type_ in enumerate(self.btf.types):
            if isinstance(type_, t.Struct) and KERNEL_PATTERN.match(type_.name):
                self.dumper.dump(type_id)
            elif isinstance(type_, t.Typedef) and type_.name.startswith("btf_trace_"):
                self.arguments(self.btf.resolve(type_.type))
            elif isinstance(type_, t.Func) and type_.name.startswith("bpf_lsm_"):
                self.arguments(self.btf.types[type_.type])
        kernel = self.taken()
        return (
            f"{NOTE}#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n\n"
            "#if !defined(bool) && __STDC_VERSION__ < 202311L\n"
            "typedef _Bool bool;\nenum {\n\tfalse = 0,\n\ttrue = 1,\n};\n#endif\n\n"
            + "\n".join(groups)
            + f"\n{short}\n\n"
            "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n"
            "#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)\n"
            f"#endif\n\n{kernel}\n\n"
            "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n#pragma clang attribute pop\n#endif\n\n#endif\n"
        )


#: How a helper's argument is written for programs: the kernel's own structures are contexts or opaque there.
PROGRAM_TYPES = {
    "struct bpf_map": "void",
    "struct sk_buff": "struct __sk_buff",
    "struct xdp_buff": "struct xdp_md",
    "struct sk_msg_buff": "struct sk_msg_md",
    "struct sk_reuseport_kern": "struct sk_reuseport_md",
    "struct bpf_sock_addr_kern": "struct bpf_sock_addr",
    "struct bpf_sock_ops_kern": "struct bpf_sock_ops",
    "struct bpf_redir_neigh": "struct bpf_redir_neigh",
    "struct bpf_list_head": "struct bpf_list_head",
}


def helper_prototypes(text: str) -> dict[str, tuple[str, str]]:
    """Name -> (return type, arguments) from the prototypes stated in linux/bpf.h."""
    found = {}
    for ret, name, args in re.findall(r"^ \* ((?:[\w*]+ )+\**)bpf_(\w+)\((.*)\)$", text, flags=re.M):
        for kernel, program in PROGRAM_TYPES.items():
            ret, args = (re.sub(rf"\b{kernel}\b", program, part) for part in (ret, args))
        found[name] = (ret.strip(), args)
    return found


def helper_defs(btf: Btf, text: str) -> str:
    prototypes = helper_prototypes(text)
    numbers = btf.types[btf.id_of("bpf_func_id", Kind.ENUM)]
    assert isinstance(numbers, t.Enum)
    lines, structs = [], set()
    for item in numbers.values[1:]:
        name = item.name.removeprefix("BPF_FUNC_")
        if name not in prototypes:
            if not name.startswith("__"):
                print(f"no prototype of bpf_{name}")
            continue
        ret, args = (re.sub(r"\b([us](?:8|16|32|64))\b", r"__\1", part) for part in prototypes[name])
        args = args.replace("size_t ", "unsigned long ")  # no header of the compiler's is included here
        structs |= set(re.findall(r"struct (\w+)", ret + args))
        space = "" if ret.endswith("*") else " "
        lines.append(f"static {ret}{space}(* const bpf_{name})({args}) = (void *) {item.value};\n")
    forward = "".join(f"struct {name};\n" for name in sorted(structs))
    guard = "__SKEP_BPF_HELPER_DEFS_H"
    top = f"{NOTE}#ifndef {guard}\n#define {guard}\n\n#include <linux/types.h>\n"
    return f"{top}\n{forward}\n{''.join(lines)}\n#endif\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--uapi", type=Path, required=True, help="include/uapi of a kernel source tree")
    parser.add_argument("--btf", type=Path, default=Path("/sys/kernel/btf/vmlinux"))
    options = parser.parse_args()
    btf = Btf.from_file(options.btf)
    generator = Generator(btf, options.uapi)
    groups = []
    for row in HEADERS:
        types, file = generator.header(row)
        groups.append(types)
        path = INCLUDE / row.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file)
    (INCLUDE / "vmlinux.h").write_text(generator.vmlinux([group for group in groups if group]))
    text = (options.uapi / "linux/bpf.h").read_text()
    (INCLUDE / "bpf/bpf_helper_defs.h").write_text(helper_defs(btf, text))


if __name__ == "__main__":
    main()
