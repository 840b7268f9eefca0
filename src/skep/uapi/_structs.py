"""Structures of linux/bpf.h: attributes of the commands, info records, contexts.

Written by tools/gen_uapi.py out of a kernel's BTF (Linux 6.18). Do not edit.
"""

from __future__ import annotations

from skep.uapi.layout import S32, U8, U32, U64, Bytes8, Bytes16, Struct, U32x4, U32x5


class MapCreate(Struct, size=96):
    """MAP_CREATE"""

    map_type: U32 = 0
    key_size: U32 = 0
    value_size: U32 = 0
    max_entries: U32 = 0
    map_flags: U32 = 0
    inner_map_fd: U32 = 0
    numa_node: U32 = 0
    map_name: Bytes16 = b""
    map_ifindex: U32 = 0
    btf_fd: U32 = 0
    btf_key_type_id: U32 = 0
    btf_value_type_id: U32 = 0
    btf_vmlinux_value_type_id: U32 = 0
    map_extra: U64 = 0
    value_type_btf_obj_fd: S32 = 0
    map_token_fd: S32 = 0
    excl_prog_hash: U64 = 0
    excl_prog_hash_size: U32 = 0


class MapElem(Struct, size=32):
    """MAP_{LOOKUP,UPDATE,DELETE,LOOKUP_AND_DELETE}_ELEM, MAP_FREEZE"""

    map_fd: U32 = 0
    key: U64 = 0
    value: U64 = 0
    flags: U64 = 0


class MapGetNextKey(Struct, size=32):
    """MAP_GET_NEXT_KEY"""

    map_fd: U32 = 0
    key: U64 = 0
    next_key: U64 = 0
    flags: U64 = 0


class MapBatch(Struct, size=56):
    """MAP_*_BATCH"""

    in_batch: U64 = 0
    out_batch: U64 = 0
    keys: U64 = 0
    values: U64 = 0
    count: U32 = 0
    map_fd: U32 = 0
    elem_flags: U64 = 0
    flags: U64 = 0


class ProgLoad(Struct, size=168):
    """PROG_LOAD"""

    prog_type: U32 = 0
    insn_cnt: U32 = 0
    insns: U64 = 0
    license: U64 = 0
    log_level: U32 = 0
    log_size: U32 = 0
    log_buf: U64 = 0
    kern_version: U32 = 0
    prog_flags: U32 = 0
    prog_name: Bytes16 = b""
    prog_ifindex: U32 = 0
    expected_attach_type: U32 = 0
    prog_btf_fd: U32 = 0
    func_info_rec_size: U32 = 0
    func_info: U64 = 0
    func_info_cnt: U32 = 0
    line_info_rec_size: U32 = 0
    line_info: U64 = 0
    line_info_cnt: U32 = 0
    attach_btf_id: U32 = 0
    attach_prog_fd: U32 = 0
    core_relo_cnt: U32 = 0
    fd_array: U64 = 0
    core_relos: U64 = 0
    core_relo_rec_size: U32 = 0
    log_true_size: U32 = 0
    prog_token_fd: S32 = 0
    fd_array_cnt: U32 = 0
    signature: U64 = 0
    signature_size: U32 = 0
    keyring_id: S32 = 0


class ObjPin(Struct, size=24):
    """OBJ_PIN, OBJ_GET"""

    pathname: U64 = 0
    bpf_fd: U32 = 0
    file_flags: U32 = 0
    path_fd: S32 = 0


class ProgAttach(Struct, size=32):
    """PROG_ATTACH, PROG_DETACH"""

    target_fd: U32 = 0
    attach_bpf_fd: U32 = 0
    attach_type: U32 = 0
    attach_flags: U32 = 0
    replace_bpf_fd: U32 = 0
    relative_fd: U32 = 0
    expected_revision: U64 = 0


class ProgTestRun(Struct, size=80):
    """PROG_TEST_RUN"""

    prog_fd: U32 = 0
    retval: U32 = 0
    data_size_in: U32 = 0
    data_size_out: U32 = 0
    data_in: U64 = 0
    data_out: U64 = 0
    repeat: U32 = 0
    duration: U32 = 0
    ctx_size_in: U32 = 0
    ctx_size_out: U32 = 0
    ctx_in: U64 = 0
    ctx_out: U64 = 0
    flags: U32 = 0
    cpu: U32 = 0
    batch_size: U32 = 0


class GetNextId(Struct, size=16):
    """*_GET_NEXT_ID"""

    start_id: U32 = 0
    next_id: U32 = 0
    open_flags: U32 = 0
    fd_by_id_token_fd: S32 = 0


class GetFdById(Struct, size=16):
    """*_GET_FD_BY_ID"""

    obj_id: U32 = 0
    next_id: U32 = 0
    open_flags: U32 = 0
    fd_by_id_token_fd: S32 = 0


class GetInfoByFd(Struct, size=16):
    """OBJ_GET_INFO_BY_FD"""

    bpf_fd: U32 = 0
    info_len: U32 = 0
    info: U64 = 0


class ProgQuery(Struct, size=64):
    """PROG_QUERY"""

    target_fd: U32 = 0
    attach_type: U32 = 0
    query_flags: U32 = 0
    attach_flags: U32 = 0
    prog_ids: U64 = 0
    prog_cnt: U32 = 0
    prog_attach_flags: U64 = 0
    link_ids: U64 = 0
    link_attach_flags: U64 = 0
    revision: U64 = 0


class RawTracepointOpen(Struct, size=24):
    """RAW_TRACEPOINT_OPEN"""

    name: U64 = 0
    prog_fd: U32 = 0
    cookie: U64 = 0


class BtfLoad(Struct, size=40):
    """BTF_LOAD"""

    btf: U64 = 0
    btf_log_buf: U64 = 0
    btf_size: U32 = 0
    btf_log_size: U32 = 0
    btf_log_level: U32 = 0
    btf_log_true_size: U32 = 0
    btf_flags: U32 = 0
    btf_token_fd: S32 = 0


class TaskFdQuery(Struct, size=48):
    """TASK_FD_QUERY"""

    pid: U32 = 0
    fd: U32 = 0
    flags: U32 = 0
    buf_len: U32 = 0
    buf: U64 = 0
    prog_id: U32 = 0
    fd_type: U32 = 0
    probe_offset: U64 = 0
    probe_addr: U64 = 0


class LinkCreate(Struct, size=16):
    """LINK_CREATE, what all types have"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0


class LinkCreateIter(Struct, size=64):
    """LINK_CREATE of iterators"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    iter_info: U64 = 0
    iter_info_len: U32 = 0


class LinkCreatePerfEvent(Struct, size=64):
    """LINK_CREATE on perf events"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    bpf_cookie: U64 = 0


class LinkCreateKprobeMulti(Struct, size=64):
    """LINK_CREATE on many kprobes"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    kprobe_multi_flags: U32 = 0
    cnt: U32 = 0
    syms: U64 = 0
    addrs: U64 = 0
    cookies: U64 = 0


class LinkCreateTracing(Struct, size=64):
    """LINK_CREATE of tracing programs"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    target_btf_id: U32 = 0
    cookie: U64 = 0


class LinkCreateNetfilter(Struct, size=64):
    """LINK_CREATE on netfilter hooks"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    pf: U32 = 0
    hooknum: U32 = 0
    priority: S32 = 0
    netfilter_flags: U32 = 0


class LinkCreateTcx(Struct, size=64):
    """LINK_CREATE on tcx"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    relative_fd: U32 = 0
    expected_revision: U64 = 0


class LinkCreateUprobeMulti(Struct, size=64):
    """LINK_CREATE on many uprobes"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    path: U64 = 0
    offsets: U64 = 0
    ref_ctr_offsets: U64 = 0
    cookies: U64 = 0
    cnt: U32 = 0
    uprobe_multi_flags: U32 = 0
    pid: U32 = 0


class LinkCreateNetkit(Struct, size=64):
    """LINK_CREATE on netkit"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    relative_fd: U32 = 0
    expected_revision: U64 = 0


class LinkCreateCgroup(Struct, size=64):
    """LINK_CREATE on cgroups"""

    prog_fd: U32 = 0
    target_fd: U32 = 0
    attach_type: U32 = 0
    flags: U32 = 0
    relative_fd: U32 = 0
    expected_revision: U64 = 0


class LinkUpdate(Struct, size=16):
    """LINK_UPDATE"""

    link_fd: U32 = 0
    new_prog_fd: U32 = 0
    flags: U32 = 0
    old_prog_fd: U32 = 0


class LinkDetach(Struct, size=4):
    """LINK_DETACH"""

    link_fd: U32 = 0


class EnableStats(Struct, size=4):
    """ENABLE_STATS"""

    type: U32 = 0


class IterCreate(Struct, size=8):
    """ITER_CREATE"""

    link_fd: U32 = 0
    flags: U32 = 0


class ProgBindMap(Struct, size=12):
    """PROG_BIND_MAP"""

    prog_fd: U32 = 0
    map_fd: U32 = 0
    flags: U32 = 0


class TokenCreate(Struct, size=8):
    """TOKEN_CREATE"""

    flags: U32 = 0
    bpffs_fd: U32 = 0


class ProgStreamRead(Struct, size=24):
    """PROG_STREAM_READ_BY_FD"""

    stream_buf: U64 = 0
    stream_buf_len: U32 = 0
    stream_id: U32 = 0
    prog_fd: U32 = 0


class ProgInfo(Struct, size=232):
    """OBJ_GET_INFO_BY_FD of a program"""

    type: U32 = 0
    id: U32 = 0
    tag: Bytes8 = b""
    jited_prog_len: U32 = 0
    xlated_prog_len: U32 = 0
    jited_prog_insns: U64 = 0
    xlated_prog_insns: U64 = 0
    load_time: U64 = 0
    created_by_uid: U32 = 0
    nr_map_ids: U32 = 0
    map_ids: U64 = 0
    name: Bytes16 = b""
    ifindex: U32 = 0
    gpl_compatible: U32 = 0
    netns_dev: U64 = 0
    netns_ino: U64 = 0
    nr_jited_ksyms: U32 = 0
    nr_jited_func_lens: U32 = 0
    jited_ksyms: U64 = 0
    jited_func_lens: U64 = 0
    btf_id: U32 = 0
    func_info_rec_size: U32 = 0
    func_info: U64 = 0
    nr_func_info: U32 = 0
    nr_line_info: U32 = 0
    line_info: U64 = 0
    jited_line_info: U64 = 0
    nr_jited_line_info: U32 = 0
    line_info_rec_size: U32 = 0
    jited_line_info_rec_size: U32 = 0
    nr_prog_tags: U32 = 0
    prog_tags: U64 = 0
    run_time_ns: U64 = 0
    run_cnt: U64 = 0
    recursion_misses: U64 = 0
    verified_insns: U32 = 0
    attach_btf_obj_id: U32 = 0
    attach_btf_id: U32 = 0


class MapInfo(Struct, size=104):
    """OBJ_GET_INFO_BY_FD of a map"""

    type: U32 = 0
    id: U32 = 0
    key_size: U32 = 0
    value_size: U32 = 0
    max_entries: U32 = 0
    map_flags: U32 = 0
    name: Bytes16 = b""
    ifindex: U32 = 0
    btf_vmlinux_value_type_id: U32 = 0
    netns_dev: U64 = 0
    netns_ino: U64 = 0
    btf_id: U32 = 0
    btf_key_type_id: U32 = 0
    btf_value_type_id: U32 = 0
    btf_vmlinux_id: U32 = 0
    map_extra: U64 = 0
    hash: U64 = 0
    hash_size: U32 = 0


class BtfInfo(Struct, size=32):
    """OBJ_GET_INFO_BY_FD of BTF"""

    btf: U64 = 0
    btf_size: U32 = 0
    id: U32 = 0
    name: U64 = 0
    name_len: U32 = 0
    kernel_btf: U32 = 0


class TokenInfo(Struct, size=32):
    """OBJ_GET_INFO_BY_FD of a token"""

    allowed_cmds: U64 = 0
    allowed_maps: U64 = 0
    allowed_progs: U64 = 0
    allowed_attachs: U64 = 0


class LinkInfo(Struct, size=12):
    """OBJ_GET_INFO_BY_FD of a link, what all types have"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0


class LinkInfoRawTracepoint(Struct, size=64):
    """... of raw tracepoint links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    tp_name: U64 = 0
    tp_name_len: U32 = 0
    cookie: U64 = 0


class LinkInfoTracing(Struct, size=64):
    """... of tracing links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    attach_type: U32 = 0
    target_obj_id: U32 = 0
    target_btf_id: U32 = 0
    cookie: U64 = 0


class LinkInfoCgroup(Struct, size=64):
    """... of cgroup links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    cgroup_id: U64 = 0
    attach_type: U32 = 0


class LinkInfoNetns(Struct, size=64):
    """... of network namespace links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    netns_ino: U32 = 0
    attach_type: U32 = 0


class LinkInfoXdp(Struct, size=64):
    """... of XDP links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    ifindex: U32 = 0


class LinkInfoStructOps(Struct, size=64):
    """... of struct_ops links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    map_id: U32 = 0


class LinkInfoNetfilter(Struct, size=64):
    """... of netfilter links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    pf: U32 = 0
    hooknum: U32 = 0
    priority: S32 = 0
    flags: U32 = 0


class LinkInfoKprobeMulti(Struct, size=64):
    """... of multi-kprobe links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    addrs: U64 = 0
    count: U32 = 0
    flags: U32 = 0
    missed: U64 = 0
    cookies: U64 = 0


class LinkInfoUprobeMulti(Struct, size=64):
    """... of multi-uprobe links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    path: U64 = 0
    offsets: U64 = 0
    ref_ctr_offsets: U64 = 0
    cookies: U64 = 0
    path_size: U32 = 0
    count: U32 = 0
    flags: U32 = 0
    pid: U32 = 0


class LinkInfoTcx(Struct, size=64):
    """... of tcx links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    ifindex: U32 = 0
    attach_type: U32 = 0


class LinkInfoNetkit(Struct, size=64):
    """... of netkit links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    ifindex: U32 = 0
    attach_type: U32 = 0


class LinkInfoSockmap(Struct, size=64):
    """... of sockmap links"""

    type: U32 = 0
    id: U32 = 0
    prog_id: U32 = 0
    _pad: U32 = 0
    map_id: U32 = 0
    attach_type: U32 = 0


class FuncInfo(Struct, size=8):
    """one record of func_info"""

    insn_off: U32 = 0
    type_id: U32 = 0


class LineInfo(Struct, size=16):
    """one record of line_info"""

    insn_off: U32 = 0
    file_name_off: U32 = 0
    line_off: U32 = 0
    line_col: U32 = 0


class CoreRelo(Struct, size=16):
    """one CO-RE relocation"""

    insn_off: U32 = 0
    type_id: U32 = 0
    access_str_off: U32 = 0
    kind: U32 = 0


class XdpMd(Struct, size=24):
    """context of XDP programs"""

    data: U32 = 0
    data_end: U32 = 0
    data_meta: U32 = 0
    ingress_ifindex: U32 = 0
    rx_queue_index: U32 = 0
    egress_ifindex: U32 = 0


class SkBuff(Struct, size=192):
    """context of socket filters, tc classifiers, cgroup_skb and others"""

    len: U32 = 0
    pkt_type: U32 = 0
    mark: U32 = 0
    queue_mapping: U32 = 0
    protocol: U32 = 0
    vlan_present: U32 = 0
    vlan_tci: U32 = 0
    vlan_proto: U32 = 0
    priority: U32 = 0
    ingress_ifindex: U32 = 0
    ifindex: U32 = 0
    tc_index: U32 = 0
    cb: U32x5 = (0,) * 5
    hash: U32 = 0
    tc_classid: U32 = 0
    data: U32 = 0
    data_end: U32 = 0
    napi_id: U32 = 0
    family: U32 = 0
    remote_ip4: U32 = 0
    local_ip4: U32 = 0
    remote_ip6: U32x4 = (0,) * 4
    local_ip6: U32x4 = (0,) * 4
    remote_port: U32 = 0
    local_port: U32 = 0
    data_meta: U32 = 0
    flow_keys: U64 = 0
    tstamp: U64 = 0
    wire_len: U32 = 0
    gso_segs: U32 = 0
    sk: U64 = 0
    gso_size: U32 = 0
    tstamp_type: U8 = 0
    hwtstamp: U64 = 0
