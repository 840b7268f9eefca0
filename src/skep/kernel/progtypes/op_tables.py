"""Kernel operation tables that struct_ops programs can implement, and what each lets its programs do.

From the kernel's sources (bpf_tcp_ca.c, bpf_dummy_struct_ops.c): which operations programs may not
implement, which may sleep, to which fields of the kernel's structures their programs may store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import names


@dataclass(frozen=True, kw_only=True)
class OpTable:
    """One table, by the name of its structure."""

    name: str
    #: Operations that only the kernel implements.
    unsupported: frozenset[str] = frozenset()
    #: Operations whose programs may sleep; None: all.
    sleepable: frozenset[str] | None = None
    #: The structure whose fields programs may store to, and (structure, field) of each; empty: all of it.
    writable: str = ""
    writable_fields: tuple[tuple[str, str], ...] = ()
    #: Words of the refusal of a store to another structure.
    other_write: str = "only read is supported"
    #: Arguments that are really a larger structure.
    casts: dict[str, str] = field(default_factory=dict)
    helpers: frozenset[int] = COMMON
    #: Helpers that the programs of one operation lack.
    lacking: dict[str, frozenset[int]] = field(default_factory=dict)


OP_TABLES: Final = {
    table.name: table
    for table in (
        OpTable(
            name="bpf_dummy_ops",
            sleepable=frozenset({"test_sleepable"}),
            writable="bpf_dummy_ops_state",
            other_write="only access to bpf_dummy_ops_state is supported",
            helpers=frozenset(),
        ),
        OpTable(
            name="tcp_congestion_ops",
            unsupported=frozenset({"get_info"}),
            writable="tcp_sock",
            writable_fields=(
                ("sock", "sk_pacing_rate"),
                ("sock", "sk_pacing_status"),
                ("inet_connection_sock", "icsk_ca_priv"),
                ("inet_connection_sock", "icsk_ack.pending"),
                ("tcp_sock", "snd_cwnd"),
                ("tcp_sock", "snd_cwnd_cnt"),
                ("tcp_sock", "snd_cwnd_stamp"),
                ("tcp_sock", "snd_ssthresh"),
                ("tcp_sock", "ecn_flags"),
                ("tcp_sock", "app_limited"),
            ),
            casts={"sock": "tcp_sock"},
            helpers=COMMON
            | names(
                "setsockopt getsockopt sk_storage_get sk_storage_delete tcp_send_ack ktime_get_coarse_ns"
            ),
            lacking={"release": names("setsockopt getsockopt")},
        ),
    )
}
