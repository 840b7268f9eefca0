"""Socket buffers: editing, checksums, metadata, tunnels."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_BTF_ID_SOCK_COMMON,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_CTX_OR_NULL,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_UNINIT_MEM,
    MEM_RDONLY,
    PTR_MAYBE_NULL,
    RET_INTEGER,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=9,
        name="skb_store_bytes",
        since="4.1",
        doc=(
            "Copies bytes into the packet at `offset`. BPF_F_RECOMPUTE_CSUM updates the sum that the "
            "socket buffer keeps of the whole packet, BPF_F_INVALIDATE_HASH forgets its flow hash. Packet "
            "pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=10,
        name="l3_csum_replace",
        since="4.1",
        doc=(
            "Changes the IPv4 header checksum at `offset` for a field that went from `from` to `to`. The "
            "low bits of `flags` are the field's size, 2 or 4; with 0, `to` is the difference as "
            "bpf_csum_diff computes it."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=11,
        name="l4_csum_replace",
        since="4.1",
        doc=(
            "Changes a TCP, UDP or ICMP checksum at `offset`, like bpf_l3_csum_replace. BPF_F_PSEUDO_HDR "
            "says that the field is in the pseudo header too; BPF_F_MARK_MANGLED_0 leaves a zero checksum "
            "(UDP without one) alone, and writes one that becomes zero as 0xffff."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=18,
        name="skb_vlan_push",
        since="4.3",
        doc=(
            "Gives the packet a VLAN tag: protocol 802.1Q or 802.1ad in network byte order, and the tag "
            "control information. A tag that is there already moves into the packet. Packet pointers are "
            "invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=19,
        name="skb_vlan_pop",
        since="4.3",
        doc=(
            "Takes the outermost VLAN tag off the packet; the next one, if there is one, becomes the "
            "outermost. Packet pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=26,
        name="skb_load_bytes",
        since="4.5",
        doc=(
            "Copies `len` bytes of the packet at `offset` into memory, also where the packet is not "
            "linear. EFAULT, and zeroed memory, when the packet ends before."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=28,
        name="csum_diff",
        since="4.6",
        doc=(
            "The checksum difference between two blocks of memory, to be given to the csum_replace "
            "helpers: adds `to`, subtracts `from`, starting with `seed`. Either size may be 0; sizes are "
            "multiples of 4."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=31,
        name="skb_change_proto",
        since="4.8",
        doc=(
            "Turns an IPv4 packet into an IPv6 one or back: makes or removes the 20 bytes of difference "
            "behind the Ethernet header and changes the socket buffer's protocol. The new header is the "
            "program's to write. Packet pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=32,
        name="skb_change_type",
        since="4.8",
        doc=(
            "Changes the packet's type (for this host, broadcast, multicast, other host), which decides "
            "whether the stack takes it."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=38,
        name="skb_change_tail",
        since="4.9",
        doc=(
            "Makes the packet `len` bytes long, cutting its end or filling up with zeros. Checksum "
            "offload and segmentation state are lost; meant for replies such as ICMP errors. Packet "
            "pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=39,
        name="skb_pull_data",
        since="4.9",
        doc=(
            "Makes the first `len` bytes of the packet (0: all of its first page) linear and writable, so "
            "that they can be accessed directly. Packet pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=40,
        name="csum_update",
        since="4.9",
        doc=(
            "Adds to the sum of the whole packet that the device gave (CHECKSUM_COMPLETE), after direct "
            "writes; ENOTSUPP for packets without one."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=41,
        name="set_hash_invalid",
        since="4.9",
        doc="Forgets the flow hash of the packet, so that whoever needs it next computes it anew.",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=43,
        name="skb_change_head",
        since="4.10",
        doc=(
            "Makes room of `len` zero bytes in front of the packet, for a layer-2 header. Packet pointers "
            "are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=48,
        name="set_hash",
        since="4.13",
        doc="Sets the flow hash of the packet.",
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=50,
        name="skb_adjust_room",
        since="4.13",
        doc=(
            "Makes or removes room behind the MAC header (BPF_ADJ_ROOM_MAC) or behind the network header "
            "(BPF_ADJ_ROOM_NET). Flags say what encapsulation the room is for, or which outer header "
            "goes, so that the socket buffer's offsets, protocol and segmentation stay right. Packet "
            "pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=68,
        name="skb_load_bytes_relative",
        since="4.18",
        doc=(
            "Copies bytes like bpf_skb_load_bytes, but counts `offset` from the MAC or from the network "
            "header, wherever the packet data starts for the program."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=97,
        name="skb_ecn_set_ce",
        since="5.1",
        doc=(
            "Marks congestion (CE) in the IPv4 or IPv6 header when the packet can carry the mark. Returns "
            "1 when the mark is set now."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=135,
        name="csum_level",
        since="5.8",
        doc=(
            "Changes how many checksums in nested headers the packet is known to have right: increments, "
            "decrements, resets or asks (EACCES when nothing is known). For programs that encapsulate."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=192,
        name="skb_set_tstamp",
        since="5.18",
        doc=(
            "Sets the packet's time stamp and says which clock it is of: real time (which also stands for "
            "none), monotonic or TAI. EOPNOTSUPP for packets that are neither IPv4 nor IPv6."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=17,
        name="get_cgroup_classid",
        since="4.3",
        doc=(
            "The class id that the net_cls controller (cgroup v1) gave to the cgroup of the current task, "
            "for classifiers on the way out; 0 when there is none."
        ),
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=17,
        name="get_cgroup_classid",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
        only_in=(
            ProgType.SCHED_CLS,
            ProgType.LWT_IN,
            ProgType.LWT_OUT,
            ProgType.LWT_XMIT,
            ProgType.LWT_SEG6LOCAL,
        ),
    ),
    HelperProto(
        id=20,
        name="skb_get_tunnel_key",
        since="4.3",
        doc=(
            "Copies the tunnel metadata that the packet came with (or that bpf_skb_set_tunnel_key gave "
            "it) to a `struct bpf_tunnel_key`: id, remote and local address, TOS, TTL, flow label. EINVAL "
            "when there is none, EPROTO when it is IPv6 and BPF_F_TUNINFO_IPV6 was not asked for."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=21,
        name="skb_set_tunnel_key",
        since="4.3",
        doc=(
            "Gives the packet tunnel metadata from a `struct bpf_tunnel_key`, for a tunnel device in "
            "collect-metadata mode that it is then redirected to. Flags say whether the addresses are "
            "IPv6 and what the outer header gets (checksum, don't fragment, sequence number, no key)."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=24,
        name="get_route_realm",
        since="4.4",
        doc=(
            "The routing realm of the packet's route, which the route's administrator set (`tclassid`); 0 "
            "when the packet has no route."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=29,
        name="skb_get_tunnel_opt",
        since="4.6",
        doc=(
            "Copies the tunnel options of the packet's metadata (Geneve, VXLAN-GBP, ERSPAN) into memory "
            "and returns how many bytes there are; ENOENT when there are none, ENOMEM when they do not "
            "fit."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=30,
        name="skb_set_tunnel_opt",
        since="4.6",
        doc=(
            "Sets the tunnel options of the metadata that bpf_skb_set_tunnel_key made: a multiple of 4 "
            "bytes, at most 255."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=33,
        name="skb_under_cgroup",
        since="4.8",
        doc=(
            "Whether the packet's socket belongs to the cgroup in a slot of a cgroup array or to a "
            "descendant: 1 or 0; EAGAIN for an empty slot."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=34,
        name="get_hash_recalc",
        since="4.8",
        doc=(
            "The flow hash of the packet; computed from its headers when it is not known, as after a "
            "change of addresses."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=66,
        name="skb_get_xfrm_state",
        since="4.18",
        doc=(
            "Reads a transformation (IPsec state) that the packet went through on its way in: request id, "
            "SPI, peer. EINVAL when it came without."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=79,
        name="skb_cgroup_id",
        since="4.18",
        doc="The id of the cgroup (v2) of the packet's socket; 0 without a full socket.",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=83,
        name="skb_ancestor_cgroup_id",
        since="4.19",
        doc=(
            "The id of the ancestor at `ancestor_level` (0 is the root) of the cgroup of the packet's "
            "socket; 0 when the cgroup is not that deep."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=151,
        name="skb_cgroup_classid",
        since="5.10",
        doc=(
            "The net_cls class id of the packet's socket, for classifiers behind the socket; 0 when there "
            "is none."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=46,
        name="get_socket_cookie",
        since="4.12",
        doc=(
            "A number that names the packet's socket for its whole life, unlike its address; 0 when there "
            "is no socket. Also for socket, sock_addr and sock_ops contexts."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=46,
        name="get_socket_cookie",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_BTF_ID_SOCK_COMMON | PTR_MAYBE_NULL,),
        only_in=(ProgType.SK_REUSEPORT, ProgType.TRACING, ProgType.LSM, ProgType.SYSCALL),
    ),
    HelperProto(
        id=47,
        name="get_socket_uid",
        since="4.12",
        doc=(
            "The user id of the owner of the packet's socket, as its user namespace maps it; 65534 "
            "(overflow uid) without a full socket."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=122,
        name="get_netns_cookie",
        since="5.7",
        doc=(
            "A number that names the network namespace of the context (NULL: the initial one) for its "
            "whole life."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX_OR_NULL,),
    ),
    HelperProto(
        id=100,
        name="tcp_check_syncookie",
        since="5.2",
        doc=(
            "Checks whether the acknowledgement of a packet answers a SYN cookie of a listening socket: 0 "
            "when it does, ENOENT when not, EINVAL for a packet or socket that has nothing to do with it."
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
)
