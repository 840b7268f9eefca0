"""Socket maps and messages."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_MAP_KEY,
    RET_INTEGER,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=52,
        name="sk_redirect_map",
        since="4.14",
        doc=(
            "Sends the packet of a stream verdict program to the socket in a slot of a sockmap, into its "
            "receive queue with BPF_F_INGRESS. Returns SK_PASS, SK_DROP on error."
        ),
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=53,
        name="sock_map_update",
        since="4.14",
        doc=(
            "Puts the socket of a sock_ops context into a slot of a sockmap, from where programs redirect "
            "to it."
        ),
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=60,
        name="msg_redirect_map",
        since="4.17",
        doc=(
            "Redirects a message on its way out to the socket in a slot of a sockmap; BPF_F_INGRESS puts "
            "it into that socket's receive queue."
        ),
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=61,
        name="msg_apply_bytes",
        since="4.17",
        doc=(
            "Makes the verdict hold for the next `bytes` bytes, in this call or later ones, without "
            "running the program again."
        ),
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=62,
        name="msg_cork_bytes",
        since="4.17",
        doc="Waits until `bytes` bytes are gathered before the program is called again for the message.",
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=63,
        name="msg_pull_data",
        since="4.17",
        doc=(
            "Makes bytes `start` to `end` of the message linear and writable through the context's data "
            "pointers."
        ),
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=70,
        name="sock_hash_update",
        since="4.18",
        doc="Puts the socket of a sock_ops context into a sockhash under `key`.",
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=71,
        name="msg_redirect_hash",
        since="4.18",
        doc="Redirects a message on its way out to the socket of `key` in a sockhash.",
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=72,
        name="sk_redirect_hash",
        since="4.18",
        doc="Sends the packet of a stream verdict program to the socket of `key` in a sockhash.",
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=90,
        name="msg_push_data",
        since="4.20",
        doc="Makes room of `len` zero bytes at `start` of the message.",
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=91,
        name="msg_pop_data",
        since="5.0",
        doc="Removes `len` bytes at `start` of the message.",
        absent=absent.SOCKMAPS,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
    ),
)
