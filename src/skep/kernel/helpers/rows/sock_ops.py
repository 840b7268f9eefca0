"""TCP events: callbacks flags and header options."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MEM,
    MEM_RDONLY,
    MEM_WRITE,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=59,
        name="sock_ops_cb_flags_set",
        since="4.16",
        doc=(
            "Chooses for which events of its connection the sock_ops program is called from now on "
            "(retransmissions, state changes, RTT, header options...). Returns the flags that the kernel "
            "does not know."
        ),
        absent=absent.CGROUP_SOCKETS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=142,
        name="load_hdr_opt",
        since="5.10",
        doc=(
            "Finds an option in the header of the packet or of the saved SYN, by kind or by kind and "
            "magic. ENOMSG when it is not there, ENOSPC when it was cut."
        ),
        absent=absent.HEADER_OPTIONS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=143,
        name="store_hdr_opt",
        since="5.10",
        doc=(
            "Writes an option into room that bpf_reserve_hdr_opt made in the header that is being "
            "written. EEXIST when there is one already."
        ),
        absent=absent.HEADER_OPTIONS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=144,
        name="reserve_hdr_opt",
        since="5.10",
        doc="Reserves room for an option in the header that is about to be written.",
        absent=absent.HEADER_OPTIONS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
)
