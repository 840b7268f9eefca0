"""Sockets: options, lookup, casts, SYN cookies."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_BTF_ID_SOCK_COMMON,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_FIXED_SIZE_MEM,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_SOCK_COMMON,
    ARG_PTR_TO_SOCKET_OR_NULL,
    ARG_PTR_TO_UNINIT_MEM,
    MEM_RDONLY,
    OBJ_RELEASE,
    RET_INTEGER,
    RET_PTR_TO_BTF_ID_OR_NULL,
    RET_PTR_TO_SOCK_COMMON_OR_NULL,
    RET_PTR_TO_SOCKET_OR_NULL,
    RET_PTR_TO_TCP_SOCK_OR_NULL,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=49,
        name="setsockopt",
        since="4.13",
        doc=(
            "Sets an option of a socket, as setsockopt(2) would, from a list of permitted ones "
            "(SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP; in sock_ops also the TCP options of BPF)."
        ),
        absent=absent.CGROUP_SOCKETS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=49,
        name="setsockopt",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
        only_in=(
            ProgType.SOCK_OPS,
            ProgType.CGROUP_SOCK_ADDR,
        ),
    ),
    HelperProto(
        id=57,
        name="getsockopt",
        since="4.15",
        doc="Reads an option of a socket, as getsockopt(2) would; the counterpart of bpf_setsockopt.",
        absent=absent.CGROUP_SOCKETS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=57,
        name="getsockopt",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
        only_in=(
            ProgType.SOCK_OPS,
            ProgType.CGROUP_SOCK_ADDR,
        ),
    ),
    HelperProto(
        id=64,
        name="bind",
        since="4.17",
        doc=(
            "Binds the socket that is about to connect to a local address, without a port or with one. "
            "Only for the CONNECT hooks of cgroups."
        ),
        absent=absent.CGROUP_SOCKETS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=84,
        name="sk_lookup_tcp",
        since="4.20",
        doc=(
            "Looks for a TCP socket by its addresses and ports, in the context's network namespace "
            "(BPF_F_CURRENT_NETNS) or the one with an id. Returns a referenced socket that must be given "
            "back with bpf_sk_release, or NULL."
        ),
        ret=RET_PTR_TO_SOCKET_OR_NULL,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=84,
        name="sk_lookup_tcp",
        ret=RET_PTR_TO_SOCKET_OR_NULL,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        only_in=(ProgType.CGROUP_SOCK_ADDR,),
    ),
    HelperProto(
        id=85,
        name="sk_lookup_udp",
        since="4.20",
        doc="Looks for a UDP socket by its addresses and ports, as bpf_sk_lookup_tcp does.",
        ret=RET_PTR_TO_SOCKET_OR_NULL,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=85,
        name="sk_lookup_udp",
        ret=RET_PTR_TO_SOCKET_OR_NULL,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        only_in=(ProgType.CGROUP_SOCK_ADDR,),
    ),
    HelperProto(
        id=86,
        name="sk_release",
        since="4.20",
        doc="Gives back a socket that a lookup helper returned; the pointer is invalid afterwards.",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON | OBJ_RELEASE,),
    ),
    HelperProto(
        id=95,
        name="sk_fullsock",
        since="5.1",
        doc=(
            "Makes a socket with all fields of a common one: NULL when it is only a request or in TIME_WAIT."
        ),
        ret=RET_PTR_TO_SOCKET_OR_NULL,
        args=(ARG_PTR_TO_SOCK_COMMON,),
    ),
    HelperProto(
        id=96,
        name="tcp_sock",
        since="5.1",
        doc=(
            "Makes a TCP socket of a socket, whose `struct bpf_tcp_sock` fields can be read; NULL when it "
            "is none."
        ),
        ret=RET_PTR_TO_TCP_SOCK_OR_NULL,
        args=(ARG_PTR_TO_SOCK_COMMON,),
    ),
    HelperProto(
        id=98,
        name="get_listener_sock",
        since="5.1",
        doc=(
            "The listening socket of a request socket, or the socket itself when it listens; NULL otherwise."
        ),
        ret=RET_PTR_TO_SOCKET_OR_NULL,
        args=(ARG_PTR_TO_SOCK_COMMON,),
    ),
    HelperProto(
        id=99,
        name="skc_lookup_tcp",
        since="5.2",
        doc=("Like bpf_sk_lookup_tcp, but also finds requests and sockets in TIME_WAIT, as a common socket."),
        ret=RET_PTR_TO_SOCK_COMMON_OR_NULL,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=99,
        name="skc_lookup_tcp",
        ret=RET_PTR_TO_SOCK_COMMON_OR_NULL,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        only_in=(ProgType.CGROUP_SOCK_ADDR,),
    ),
    HelperProto(
        id=110,
        name="tcp_gen_syncookie",
        since="5.4",
        doc=(
            "Makes a SYN cookie for a listening socket from the IP and TCP header of a SYN. Returns the "
            "sequence number in the lower 32 bits and the MSS above; ENOENT when the socket does not use "
            "cookies, EOPNOTSUPP when the kernel has none."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
        gpl_only=True,
        pkt_access=True,
    ),
    HelperProto(
        id=116,
        name="tcp_send_ack",
        since="5.6",
        doc="Sends an acknowledgement with `rcv_nxt` from a TCP congestion control program.",
        absent=absent.TCP_CONGESTION,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "tcp_sock",
            "",
        ),
    ),
    HelperProto(
        id=124,
        name="sk_assign",
        since="5.7",
        doc=(
            "Gives the packet a socket: on the way in to tc, before the stack looks for one; in an "
            "sk_lookup program, as the result of the lookup (flags: replace one that was chosen before, "
            "ignore its reuseport group)."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=124,
        name="sk_assign",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_SOCKET_OR_NULL,
            ARG_ANYTHING,
        ),
        only_in=(ProgType.SK_LOOKUP,),
    ),
    HelperProto(
        id=136,
        name="skc_to_tcp6_sock",
        since="5.9",
        doc="Casts a socket to a kernel `tcp6_sock` of BTF; NULL when it is none.",
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
        ret_btf="tcp6_sock",
    ),
    HelperProto(
        id=137,
        name="skc_to_tcp_sock",
        since="5.9",
        doc="Casts a socket to a kernel `tcp_sock` of BTF; NULL when it is none.",
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
        ret_btf="tcp_sock",
    ),
    HelperProto(
        id=138,
        name="skc_to_tcp_timewait_sock",
        since="5.9",
        doc="Casts a socket to a kernel `tcp_timewait_sock` of BTF; NULL when it is none.",
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
        ret_btf="tcp_timewait_sock",
    ),
    HelperProto(
        id=139,
        name="skc_to_tcp_request_sock",
        since="5.9",
        doc="Casts a socket to a kernel `tcp_request_sock` of BTF; NULL when it is none.",
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
        ret_btf="tcp_request_sock",
    ),
    HelperProto(
        id=140,
        name="skc_to_udp6_sock",
        since="5.9",
        doc="Casts a socket to a kernel `udp6_sock` of BTF; NULL when it is none.",
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
        ret_btf="udp6_sock",
    ),
    HelperProto(
        id=178,
        name="skc_to_unix_sock",
        since="5.16",
        doc="Casts a socket to a kernel `unix_sock` of BTF; NULL when it is none.",
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
        ret_btf="unix_sock",
    ),
    HelperProto(
        id=196,
        name="skc_to_mptcp_sock",
        since="5.19",
        doc=(
            "Casts a socket to the kernel `mptcp_sock` of BTF that it is a subflow of; NULL when it is none."
        ),
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_SOCK_COMMON,),
        ret_btf="mptcp_sock",
    ),
    HelperProto(
        id=204,
        name="tcp_raw_gen_syncookie_ipv4",
        since="6.0",
        doc=(
            "Makes a SYN cookie for IPv4 from the headers of a SYN alone, without a socket, with the MSS "
            "in the upper half: EINVAL for a bad header length."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_FIXED_SIZE_MEM,
            ARG_PTR_TO_MEM,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
        pkt_access=True,
        arg_sizes=(
            20,
            0,
            0,
        ),
    ),
    HelperProto(
        id=205,
        name="tcp_raw_gen_syncookie_ipv6",
        since="6.0",
        doc="Makes a SYN cookie for IPv6 from the headers of a SYN alone.",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_FIXED_SIZE_MEM,
            ARG_PTR_TO_MEM,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        gpl_only=True,
        pkt_access=True,
        arg_sizes=(
            40,
            0,
            0,
        ),
    ),
    HelperProto(
        id=206,
        name="tcp_raw_check_syncookie_ipv4",
        since="6.0",
        doc=(
            "Checks whether an acknowledgement answers a SYN cookie for IPv4: 0 when it does, EACCES when "
            "not."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_FIXED_SIZE_MEM,
            ARG_PTR_TO_FIXED_SIZE_MEM,
        ),
        gpl_only=True,
        pkt_access=True,
        arg_sizes=(
            20,
            20,
        ),
    ),
    HelperProto(
        id=207,
        name="tcp_raw_check_syncookie_ipv6",
        since="6.0",
        doc=(
            "Checks whether an acknowledgement answers a SYN cookie for IPv6: 0 when it does, EACCES when "
            "not."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_FIXED_SIZE_MEM,
            ARG_PTR_TO_FIXED_SIZE_MEM,
        ),
        gpl_only=True,
        pkt_access=True,
        arg_sizes=(
            40,
            20,
        ),
    ),
    HelperProto(
        id=162,
        name="sock_from_file",
        since="5.11",
        doc="The socket behind a file; NULL when the file is none.",
        absent=absent.FILES,
        ret=RET_PTR_TO_BTF_ID_OR_NULL,
        args=(ARG_PTR_TO_BTF_ID,),
        ret_btf="socket",
        arg_btf=("file",),
    ),
    HelperProto(
        id=128,
        name="sk_cgroup_id",
        since="5.8",
        doc="The id of the cgroup (v2) of a socket; 0 without one.",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON,),
    ),
    HelperProto(
        id=129,
        name="sk_ancestor_cgroup_id",
        since="5.8",
        doc="The id of the ancestor at `ancestor_level` of the cgroup of a socket.",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID_SOCK_COMMON,
            ARG_ANYTHING,
        ),
    ),
)
