"""Lightweight tunnels, infrared decoding, reuseport groups."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MAP_KEY,
    ARG_PTR_TO_MEM,
    MEM_RDONLY,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=73,
        name="lwt_push_encap",
        since="4.18",
        doc=(
            "Puts an IP header (with what follows it) in front of the packet on a lightweight tunnel "
            "route, or adds an IPv6 segment routing header, inside or around the packet."
        ),
        absent=absent.LIGHTWEIGHT_TUNNELS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=74,
        name="lwt_seg6_store_bytes",
        since="4.18",
        doc=(
            "Writes bytes of the packet's segment routing header, where writing is permitted: flags, tag "
            "and TLVs."
        ),
        absent=absent.LIGHTWEIGHT_TUNNELS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=75,
        name="lwt_seg6_adjust_srh",
        since="4.18",
        doc="Makes room for, or removes, TLVs at `offset` of the segment routing header.",
        absent=absent.LIGHTWEIGHT_TUNNELS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=76,
        name="lwt_seg6_action",
        since="4.18",
        doc=(
            "Applies a segment routing action to the packet: End.X, End.T, End.DT6, End.B6 and the "
            "encapsulating End.B6."
        ),
        absent=absent.LIGHTWEIGHT_TUNNELS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
        ),
    ),
    HelperProto(
        id=77,
        name="rc_repeat",
        since="4.18",
        doc="Reports that a remote control's key is still held down.",
        absent=absent.INFRARED,
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
        gpl_only=True,
    ),
    HelperProto(
        id=78,
        name="rc_keydown",
        since="4.18",
        doc="Reports a key of a remote control: protocol, scancode, toggle bit.",
        absent=absent.INFRARED,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=92,
        name="rc_pointer_rel",
        since="5.0",
        doc="Reports a relative movement of a remote control that is a pointing device.",
        absent=absent.INFRARED,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=82,
        name="sk_select_reuseport",
        since="4.19",
        doc=(
            "Chooses which socket of a reuseport group gets the packet: the one under `key` of a "
            "reuseport array or sockmap. ENOENT when there is none, EBADF or EPROTO when it is not of the "
            "group."
        ),
        absent=absent.REUSEPORT,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
    ),
)
