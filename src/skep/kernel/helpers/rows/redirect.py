"""Where a packet goes next: redirects and the questions asked before one."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_FIXED_SIZE_MEM,
    ARG_PTR_TO_MEM,
    MEM_ALIGNED,
    MEM_RDONLY,
    MEM_WRITE,
    PTR_MAYBE_NULL,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=13,
        name="clone_redirect",
        since="4.2",
        doc=(
            "Sends a copy of the packet to the device `ifindex`: out of it, or with BPF_F_INGRESS into "
            "its receive path. The program keeps its own packet. Packet pointers are invalid afterwards."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=23,
        name="redirect",
        since="4.4",
        doc=(
            "Sends the packet to the device `ifindex` when the program returns the value of this call: "
            "TC_ACT_REDIRECT or XDP_REDIRECT. In tc, BPF_F_INGRESS puts it into the device's receive "
            "path. XDP knows no flags."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=51,
        name="redirect_map",
        since="4.14",
        doc=(
            "Sends the frame to the device, CPU or AF_XDP socket in a slot of a map. Returns "
            "XDP_REDIRECT, or the lower two bits of `flags` when the slot is empty. BPF_F_BROADCAST sends "
            "to all entries of a device map, BPF_F_EXCLUDE_INGRESS not back to where the frame came from."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=152,
        name="redirect_neigh",
        since="5.10",
        doc=(
            "Sends the packet out of the device `ifindex`, whose neighbour table (or the next hop given) "
            "fills in the MAC addresses. Returns TC_ACT_REDIRECT, TC_ACT_SHOT for bad arguments."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=155,
        name="redirect_peer",
        since="5.10",
        doc=(
            "Sends the packet to the peer of the device `ifindex` in the other network namespace, as if "
            "it came in there, without another round through the stack. Ingress only."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=163,
        name="check_mtu",
        since="5.12",
        doc=(
            "Checks whether the packet, longer by `len_diff`, exceeds the MTU of a device (0: its own); "
            "writes the MTU to `mtu_len`. Returns BPF_MTU_CHK_RET_* or a negative errno. BPF_MTU_CHK_SEGS "
            "looks at the segments of a large packet."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_WRITE | MEM_ALIGNED,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
        arg_sizes=(
            0,
            0,
            4,
            0,
            0,
        ),
    ),
    HelperProto(
        id=69,
        name="fib_lookup",
        since="4.18",
        doc=(
            "Asks the routing tables where a packet with these addresses would go. Fills in the output "
            "device, source and destination MAC, next hop, and MTU as flags ask. Returns 0 or one of "
            "BPF_FIB_LKUP_RET_* that says why the packet cannot be forwarded just so; negative for bad "
            "arguments."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
)
