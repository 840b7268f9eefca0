"""Writes src/skep/uapi/_generated.py and _structs.py: linux/bpf.h as a kernel's own BTF has it.

    python tools/gen_uapi.py                         # from /sys/kernel/btf/vmlinux
    python tools/gen_uapi.py --check                 # exit 1 when the files in the tree differ

BTF knows enumerations and structures, but not macros: those are in MACROS below, with the few choices that a
machine cannot make (which member of a union gives the name, which of two equal enumerators is printed).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENUMS_FILE = ROOT / "src/skep/uapi/_generated.py"
STRUCTS_FILE = ROOT / "src/skep/uapi/_structs.py"

Type = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EnumRow:
    """One Python enumeration: the kernel's name (or first enumerator) and the prefix to cut."""

    python: str
    kernel: str
    prefix: str


ENUMS = (
    EnumRow(python="Cmd", kernel="bpf_cmd", prefix="BPF_"),
    EnumRow(python="MapType", kernel="bpf_map_type", prefix="BPF_MAP_TYPE_"),
    EnumRow(python="ProgType", kernel="bpf_prog_type", prefix="BPF_PROG_TYPE_"),
    EnumRow(python="AttachType", kernel="bpf_attach_type", prefix="BPF_"),
    EnumRow(python="LinkType", kernel="bpf_link_type", prefix="BPF_LINK_TYPE_"),
    EnumRow(python="FuncId", kernel="bpf_func_id", prefix="BPF_FUNC_"),
    EnumRow(python="StatsType", kernel="bpf_stats_type", prefix="BPF_STATS_"),
    EnumRow(python="TaskFdType", kernel="bpf_task_fd_type", prefix="BPF_FD_TYPE_"),
    EnumRow(python="PerfEventType", kernel="bpf_perf_event_type", prefix="BPF_PERF_EVENT_"),
    EnumRow(python="CgroupIterOrder", kernel="bpf_cgroup_iter_order", prefix="BPF_CGROUP_ITER_"),
    EnumRow(python="StreamId", kernel="bpf_stream_id", prefix="BPF_"),
    EnumRow(python="CoreReloKind", kernel="bpf_core_relo_kind", prefix="BPF_CORE_"),
    EnumRow(python="BtfKind", kernel="BTF_KIND_UNKN", prefix="BTF_KIND_"),
    EnumRow(python="BtfFuncLinkage", kernel="btf_func_linkage", prefix="BTF_FUNC_"),
    EnumRow(python="BtfVarLinkage", kernel="BTF_VAR_STATIC", prefix="BTF_VAR_"),
    EnumRow(python="XdpAction", kernel="xdp_action", prefix="XDP_"),
    EnumRow(python="TcxAction", kernel="tcx_action_base", prefix="TCX_"),
    EnumRow(python="SkAction", kernel="sk_action", prefix="SK_"),
    EnumRow(python="RetCode", kernel="bpf_ret_code", prefix="BPF_"),
    EnumRow(python="AdjRoomMode", kernel="bpf_adj_room_mode", prefix="BPF_ADJ_ROOM_"),
    EnumRow(python="HdrStartOff", kernel="bpf_hdr_start_off", prefix="BPF_HDR_START_"),
    EnumRow(python="LwtEncapMode", kernel="bpf_lwt_encap_mode", prefix="BPF_LWT_ENCAP_"),
    EnumRow(python="CheckMtuRet", kernel="bpf_check_mtu_ret", prefix="BPF_MTU_CHK_RET_"),
    EnumRow(python="StackBuildIdStatus", kernel="bpf_stack_build_id_status", prefix="BPF_STACK_BUILD_ID_"),
)

#: Enumerations without a name, each known by its first enumerator; these keep Linux's full names.
CONSTANT_SETS = (
    "BPF_ANY",
    "BPF_F_NO_PREALLOC",
    "BPF_F_INGRESS",
    "BPF_F_INDEX_MASK",
    "BPF_F_SKIP_FIELD_MASK",
    "BPF_F_RECOMPUTE_CSUM",
    "BPF_F_HDR_FIELD_MASK",
    "BPF_F_PSEUDO_HDR",
    "BPF_F_TUNINFO_IPV6",
    "BPF_F_ZERO_CSUM_TX",
    "BPF_F_TUNINFO_FLAGS",
    "BPF_F_GET_BRANCH_RECORDS_SIZE",
    "BPF_F_CURRENT_NETNS",
    "BPF_F_UPROBE_MULTI_RETURN",
    "BPF_F_KPROBE_MULTI_RETURN",
    "BPF_F_TIMER_ABS",
    "BPF_F_ADJ_ROOM_FIXED_GSO",
    "BPF_ADJ_ROOM_ENCAP_L2_MASK",
    "BPF_F_SYSCTL_BASE_NAME",
    "BPF_F_BPRM_SECUREEXEC",
    "BPF_F_NEIGH",
    "BPF_CSUM_LEVEL_QUERY",
    "BPF_LOCAL_STORAGE_GET_F_CREATE",
    "BPF_RB_NO_WAKEUP",
    "BPF_RB_AVAIL_DATA",
    "BPF_SK_LOOKUP_F_REPLACE",
    "BPF_SKB_TSTAMP_UNSPEC",
    "BPF_SOCK_OPS_RTO_CB_FLAG",
    "BPF_SOCK_OPS_VOID",
    "BPF_TCP_ESTABLISHED",
    "TCP_BPF_IW",
    "BPF_LOAD_HDR_OPT_TCP_SYN",
    "BPF_WRITE_HDR_TCP_CURRENT_MSS",
    "SK_BPF_CB_TX_TIMESTAMPING",
    "BPF_FIB_LOOKUP_DIRECT",
    "BPF_FIB_LKUP_RET_SUCCESS",
    "BPF_FLOW_DISSECTOR_F_PARSE_1ST_FRAG",
    "BPF_MTU_CHK_SEGS",
    "BPF_F_PAD_ZEROS",
    "BTF_F_COMPACT",
    "BPF_MAX_LOOPS",
)

#: What BTF lacks: macros of linux/bpf.h, btf.h, pkt_cls.h, and three limits of the kernel that users meet.
MACROS = {
    "cgroup and mprog attach flags": {
        "BPF_F_ALLOW_OVERRIDE": 1,
        "BPF_F_ALLOW_MULTI": 2,
        "BPF_F_REPLACE": 4,
        "BPF_F_BEFORE": 8,
        "BPF_F_AFTER": 16,
        "BPF_F_ID": 32,
        "BPF_F_PREORDER": 64,
    },
    "PROG_LOAD flags": {
        "BPF_F_STRICT_ALIGNMENT": 1,
        "BPF_F_ANY_ALIGNMENT": 2,
        "BPF_F_TEST_RND_HI32": 4,
        "BPF_F_TEST_STATE_FREQ": 8,
        "BPF_F_SLEEPABLE": 16,
        "BPF_F_XDP_HAS_FRAGS": 32,
        "BPF_F_XDP_DEV_BOUND_ONLY": 64,
        "BPF_F_TEST_REG_INVARIANTS": 128,
    },
    "other flags": {
        "BPF_F_NETFILTER_IP_DEFRAG": 1,
        "BPF_F_QUERY_EFFECTIVE": 1,
        "BPF_F_TEST_RUN_ON_CPU": 1,
        "BPF_F_TEST_XDP_LIVE_FRAMES": 2,
        "BPF_F_TEST_SKB_CHECKSUM_COMPLETE": 4,
        "BPF_F_REDIRECT_FLAGS": 1 | 8 | 16,
        "BPF_RINGBUF_BUSY_BIT": 1 << 31,
        "BPF_RINGBUF_DISCARD_BIT": 1 << 30,
        "BPF_RINGBUF_HDR_SZ": 8,
    },
    "verifier log levels": {
        "BPF_LOG_LEVEL1": 1,
        "BPF_LOG_LEVEL2": 2,
        "BPF_LOG_STATS": 4,
        "BPF_LOG_FIXED": 8,
    },
    "limits and sizes": {
        "BPF_MAXINSNS": 4096,
        "BPF_COMPLEXITY_LIMIT_INSNS": 1_000_000,
        "BPF_OBJ_NAME_LEN": 16,
        "BPF_TAG_SIZE": 8,
        "BPF_BUILD_ID_SIZE": 20,
        "MAX_BPF_STACK": 512,
        "MAX_TAIL_CALL_CNT": 33,
        "BTF_MAGIC": 0xEB9F,
        "BTF_VERSION": 1,
    },
    "verdicts of tc classifiers": {
        "TC_ACT_UNSPEC": -1,
        "TC_ACT_OK": 0,
        "TC_ACT_RECLASSIFY": 1,
        "TC_ACT_SHOT": 2,
        "TC_ACT_PIPE": 3,
        "TC_ACT_STOLEN": 4,
        "TC_ACT_QUEUED": 5,
        "TC_ACT_REPEAT": 6,
        "TC_ACT_REDIRECT": 7,
        "TC_ACT_TRAP": 8,
    },
}

#: Of two names for one number, the first in BTF is the one that Python prints; for these it is the second.
PREFERRED = {
    "BPF_MAP_TYPE_CGROUP_STORAGE",
    "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE",
}


@dataclass(frozen=True, kw_only=True)
class StructRow:
    """One Python structure: a kernel type, or a member of it, or that with one variant of its union."""

    python: str
    kernel: str
    member: str = (
        ""  # the member of the kernel's type that is this structure; an anonymous one by its first member
    )
    variant: str = ""  # the member of its union that is flattened into this class
    head: bool = False  # without the union at its end
    choose: dict[str, str] = field(default_factory=dict)  # union member that BTF has first -> the one to use
    doc: str = ""


def _attr(python: str, member: str, doc: str, **choose: str) -> StructRow:
    return StructRow(python=python, kernel="bpf_attr", member=member, doc=doc, choose=choose)


def _link(python: str, variant: str, doc: str) -> StructRow:
    return StructRow(python=python, kernel="bpf_attr", member="link_create", variant=variant, doc=doc)


def _link_info(python: str, variant: str, doc: str) -> StructRow:
    return StructRow(python=python, kernel="bpf_link_info", variant=variant, doc=doc)


STRUCTS = (
    _attr("MapCreate", "map_type", "MAP_CREATE"),
    _attr("MapElem", "map_fd", "MAP_{LOOKUP,UPDATE,DELETE,LOOKUP_AND_DELETE}_ELEM, MAP_FREEZE"),
    _attr("MapGetNextKey", "map_fd", "MAP_GET_NEXT_KEY", value="next_key"),
    _attr("MapBatch", "batch", "MAP_*_BATCH"),
    _attr("ProgLoad", "prog_type", "PROG_LOAD"),
    _attr("ObjPin", "pathname", "OBJ_PIN, OBJ_GET"),
    _attr("ProgAttach", "target_fd", "PROG_ATTACH, PROG_DETACH"),
    _attr("ProgTestRun", "test", "PROG_TEST_RUN"),
    _attr("GetNextId", "start_id", "*_GET_NEXT_ID"),
    _attr("GetFdById", "start_id", "*_GET_FD_BY_ID", start_id="obj_id"),
    _attr("GetInfoByFd", "info", "OBJ_GET_INFO_BY_FD"),
    _attr("ProgQuery", "query", "PROG_QUERY"),
    _attr("RawTracepointOpen", "raw_tracepoint", "RAW_TRACEPOINT_OPEN"),
    _attr("BtfLoad", "btf", "BTF_LOAD"),
    _attr("TaskFdQuery", "task_fd_query", "TASK_FD_QUERY"),
    StructRow(
        python="LinkCreate",
        kernel="bpf_attr",
        member="link_create",
        head=True,
        doc="LINK_CREATE, what all types have",
    ),
    _link("LinkCreateIter", "iter_info", "LINK_CREATE of iterators"),
    _link("LinkCreatePerfEvent", "perf_event", "LINK_CREATE on perf events"),
    _link("LinkCreateKprobeMulti", "kprobe_multi", "LINK_CREATE on many kprobes"),
    _link("LinkCreateTracing", "tracing", "LINK_CREATE of tracing programs"),
    _link("LinkCreateNetfilter", "netfilter", "LINK_CREATE on netfilter hooks"),
    _link("LinkCreateTcx", "tcx", "LINK_CREATE on tcx"),
    _link("LinkCreateUprobeMulti", "uprobe_multi", "LINK_CREATE on many uprobes"),
    _link("LinkCreateNetkit", "netkit", "LINK_CREATE on netkit"),
    _link("LinkCreateCgroup", "cgroup", "LINK_CREATE on cgroups"),
    _attr("LinkUpdate", "link_update", "LINK_UPDATE"),
    _attr("LinkDetach", "link_detach", "LINK_DETACH"),
    _attr("EnableStats", "enable_stats", "ENABLE_STATS"),
    _attr("IterCreate", "iter_create", "ITER_CREATE"),
    _attr("ProgBindMap", "prog_bind_map", "PROG_BIND_MAP"),
    _attr("TokenCreate", "token_create", "TOKEN_CREATE"),
    _attr("ProgStreamRead", "prog_stream_read", "PROG_STREAM_READ_BY_FD"),
    StructRow(python="ProgInfo", kernel="bpf_prog_info", doc="OBJ_GET_INFO_BY_FD of a program"),
    StructRow(python="MapInfo", kernel="bpf_map_info", doc="OBJ_GET_INFO_BY_FD of a map"),
    StructRow(python="BtfInfo", kernel="bpf_btf_info", doc="OBJ_GET_INFO_BY_FD of BTF"),
    StructRow(python="TokenInfo", kernel="bpf_token_info", doc="OBJ_GET_INFO_BY_FD of a token"),
    StructRow(
        python="LinkInfo",
        kernel="bpf_link_info",
        head=True,
        doc="OBJ_GET_INFO_BY_FD of a link, what all types have",
    ),
    _link_info("LinkInfoRawTracepoint", "raw_tracepoint", "... of raw tracepoint links"),
    _link_info("LinkInfoTracing", "tracing", "... of tracing links"),
    _link_info("LinkInfoCgroup", "cgroup", "... of cgroup links"),
    _link_info("LinkInfoNetns", "netns", "... of network namespace links"),
    _link_info("LinkInfoXdp", "xdp", "... of XDP links"),
    _link_info("LinkInfoStructOps", "struct_ops", "... of struct_ops links"),
    _link_info("LinkInfoNetfilter", "netfilter", "... of netfilter links"),
    _link_info("LinkInfoKprobeMulti", "kprobe_multi", "... of multi-kprobe links"),
    _link_info("LinkInfoUprobeMulti", "uprobe_multi", "... of multi-uprobe links"),
    _link_info("LinkInfoTcx", "tcx", "... of tcx links"),
    _link_info("LinkInfoNetkit", "netkit", "... of netkit links"),
    _link_info("LinkInfoSockmap", "sockmap", "... of sockmap links"),
    StructRow(python="FuncInfo", kernel="bpf_func_info", doc="one record of func_info"),
    StructRow(python="LineInfo", kernel="bpf_line_info", doc="one record of line_info"),
    StructRow(python="CoreRelo", kernel="bpf_core_relo", doc="one CO-RE relocation"),
    StructRow(python="XdpMd", kernel="xdp_md", doc="context of XDP programs"),
    StructRow(
        python="SkBuff",
        kernel="__sk_buff",
        doc="context of socket filters, tc classifiers, cgroup_skb and others",
    ),
)


class Vmlinux:
    """The kernel's BTF as bpftool prints it."""

    def __init__(self, path: str) -> None:
        command = ["bpftool", "btf", "dump", "file", path, "-j"]
        types: list[Type] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[
            "types"
        ]
        self.types = {entry["id"]: entry for entry in types}
        self.named = {
            (e["kind"], e["name"]): e for e in reversed(types) if e.get("name", "(anon)") != "(anon)"
        }
        self.enums = [e for e in types if e["kind"] in ("ENUM", "ENUM64")]

    def enum(self, name: str) -> list[tuple[str, int]]:
        """Enumerators by the enumeration's name, or by the first enumerator."""
        for entry in self.enums:
            values = [(v["name"], v["val"]) for v in entry["values"]]
            if name in (entry["name"], values[0][0]):
                return values
        raise SystemExit(f"gen_uapi: this kernel's BTF has no enumeration {name}")

    def resolve(self, type_id: int) -> Type:
        entry = self.types[type_id]
        while entry["kind"] in ("TYPEDEF", "CONST", "VOLATILE"):
            entry = self.types[entry["type_id"]]
        return entry

    def struct(self, name: str) -> Type:
        for kind in ("STRUCT", "UNION"):
            if entry := self.named.get((kind, name)):
                return entry
        raise SystemExit(f"gen_uapi: this kernel's BTF has no structure {name}")


HEADER = (
    '"""{title}\n\nWritten by tools/gen_uapi.py out of a kernel\'s BTF (Linux {release}). Do not edit.\n"""\n'
)


def enum_source(btf: Vmlinux, row: EnumRow) -> list[str]:
    members, limits = [], []
    values = btf.enum(row.kernel)
    values.sort(key=lambda v: (v[1], v[0] not in PREFERRED))
    for name, value in values:
        if name.startswith(("__", "NR_", "MAX_")) or name.endswith("_KIND_MAX"):
            limits.append(f"{name.lstrip('_')}: Final = {value}")
        else:
            members.append(f"    {name.removeprefix(row.prefix)} = {value}")
    return [
        f"class {row.python}(IntEnum):",
        f'    """enum {row.kernel}"""' if row.kernel[0] == "b" else "",
        "",
        *members,
        "",
        "",
        *limits,
        "",
    ]


def enums_source(btf: Vmlinux, release: str) -> str:
    lines = [HEADER.format(title="Enumerations and flags of linux/bpf.h.", release=release)]
    lines += [
        "from __future__ import annotations",
        "",
        "from enum import IntEnum",
        "from typing import Final",
        "",
    ]
    for row in ENUMS:
        lines += enum_source(btf, row)
    seen: set[str] = set()
    for first in CONSTANT_SETS:
        lines.append("")
        for name, value in btf.enum(first):
            if not name.startswith("__") and name not in seen:
                lines.append(f"{name}: Final = {value:#x}" if value > 255 else f"{name}: Final = {value}")
                seen.add(name)
    for title, macros in MACROS.items():
        lines += ["", f"# {title}"]
        lines += [f"{name}: Final = {value}" for name, value in macros.items() if name not in seen]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Member:
    name: str
    ctype: str
    offset: int


CTYPES = {
    ("INT", 1): "U8",
    ("INT", 2): "U16",
    ("INT", 4): "U32",
    ("INT", 8): "U64",
    ("PTR", 8): "U64",
    ("ENUM", 4): "U32",
}


def ctype_of(btf: Vmlinux, entry: Type) -> str:
    if entry["kind"] == "ARRAY":
        element = btf.resolve(entry["type_id"])
        if element["size"] == 1:
            return f"Bytes{entry['nr_elems']}"
        return f"{ctype_of(btf, element)}x{entry['nr_elems']}"
    if entry["kind"] == "INT" and entry.get("encoding") == "SIGNED" and entry["size"] > 1:
        return f"S{entry['size'] * 8}"
    return CTYPES[entry["kind"], 8 if entry["kind"] == "PTR" else entry["size"]]


def flatten(btf: Vmlinux, entry: Type, row: StructRow, base: int = 0) -> list[Member]:
    """Members in order; of an anonymous union the chosen one, of the union of variants the variant's own."""
    members: list[Member] = []
    for raw in entry["members"]:
        offset = base + raw["bits_offset"] // 8
        inner = btf.resolve(raw["type_id"])
        if inner["kind"] == "UNION":
            members += union_members(btf, inner, row, offset)
        elif inner["kind"] == "STRUCT":
            members += flatten(btf, inner, row, offset)
        elif raw["name"] != "(anon)":
            name = row.choose.get(raw["name"], raw["name"])
            if not any(m.offset == offset for m in members):  # the second of two bit fields in one word
                members.append(Member(name, ctype_of(btf, inner), offset))
    return members


def union_members(btf: Vmlinux, union: Type, row: StructRow, offset: int) -> list[Member]:
    if union["size"] <= 8:
        first = union["members"][0]
        name = row.choose.get(first["name"], first["name"])
        return [Member(name, ctype_of(btf, btf.resolve(first["type_id"])), offset)]
    if row.head:
        return []
    variant = find_member(btf, union, row.variant)
    members = flatten(btf, variant, row, offset)
    taken = {"type", "id", "prog_id", "prog_fd", "target_fd", "attach_type", "flags"}
    if row.member == "":  # in bpf_link_info only type, id and prog_id are outside of the union
        taken = {"type", "id", "prog_id"}
    return [
        Member(f"{row.variant}_{m.name}" if m.name in taken else m.name, m.ctype, m.offset) for m in members
    ]


def find_member(btf: Vmlinux, entry: Type, name: str) -> Type:
    """The structure that the member `name` is, or the anonymous structure that begins with it."""
    for raw in entry["members"]:
        inner = btf.resolve(raw["type_id"])
        if inner["kind"] not in ("STRUCT", "UNION"):
            continue
        if raw["name"] == name or (raw["name"] == "(anon)" and starts_with(btf, inner, name)):
            return inner
    raise SystemExit(f"gen_uapi: no member {name} in {entry['name']}")


def starts_with(btf: Vmlinux, entry: Type, name: str) -> bool:
    first = entry["members"][0]
    if first["name"] == name:
        return True
    inner = btf.resolve(first["type_id"])
    return (
        first["name"] == "(anon)" and inner["kind"] in ("STRUCT", "UNION") and starts_with(btf, inner, name)
    )


DEFAULTS = {"U32x4": "(0,) * 4", "U32x5": "(0,) * 5"}


def struct_source(btf: Vmlinux, row: StructRow) -> list[str]:
    entry = btf.struct(row.kernel)
    if row.member:
        entry = find_member(btf, entry, row.member)
    members = flatten(btf, entry, row)
    if row.head:
        size = members[-1].offset + 4
    else:
        size = entry["size"]
    lines = ["", "", f"class {row.python}(Struct, size={size}):", f'    """{row.doc}"""', ""]
    for member in with_padding(members):
        default = DEFAULTS.get(member.ctype, 'b""' if member.ctype.startswith("Bytes") else "0")
        lines.append(f"    {member.name}: {member.ctype} = {default}")
    return lines


def with_padding(members: list[Member]) -> list[Member]:
    """Members with padding where a union is aligned more strictly than the variant chosen from it."""
    placed: list[Member] = []
    end = 0
    for member in members:
        size = struct_size(member.ctype)
        align = 1 if member.ctype.startswith("Bytes") else struct_size(member.ctype.partition("x")[0])
        if member.offset != end + -end % align:
            placed.append(Member("_pad", "U32", end))
        placed.append(member)
        end = member.offset + size
    return placed


def struct_size(ctype: str) -> int:
    if ctype.startswith("Bytes"):
        return int(ctype[5:])
    scalar, _, count = ctype.partition("x")
    return int(scalar[1:]) // 8 * int(count or 1)


def structs_source(btf: Vmlinux, release: str) -> str:
    body: list[str] = []
    for row in STRUCTS:
        body += struct_source(btf, row)
    text = "\n".join(body)
    # in the order in which ruff sorts imports
    names = ["S32", "S64", "U8", "U16", "U32", "U64", "Bytes6", "Bytes8", "Bytes16", "Bytes20"]
    names += ["Struct", "U32x4", "U32x5"]
    used = [n for n in names if n == "Struct" or f": {n} =" in text]
    head = HEADER.format(
        title="Structures of linux/bpf.h: attributes of the commands, info records, contexts.",
        release=release,
    )
    lines = [
        head,
        "from __future__ import annotations",
        "",
        f"from skep.uapi.layout import {', '.join(used)}",
    ]
    return "\n".join(lines) + text + "\n"


def formatted(source: str) -> str:
    command = [str(Path(sys.executable).parent / "ruff"), "format", "-"]
    return subprocess.run(command, input=source, text=True, check=True, capture_output=True, cwd=ROOT).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--btf", default="/sys/kernel/btf/vmlinux")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    btf = Vmlinux(options.btf)
    release = ".".join(os.uname().release.split(".")[:2])
    status = 0
    for path, source in (
        (ENUMS_FILE, enums_source(btf, release)),
        (STRUCTS_FILE, structs_source(btf, release)),
    ):
        text = formatted(source)
        if not options.check:
            path.write_text(text)
        elif path.read_text() != text:
            print(f"{path.relative_to(ROOT)} differs from what {options.btf} gives")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main())
