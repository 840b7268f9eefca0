"""Implementations of kernel operation tables, such as TCP congestion control.

By hand: loading needs the BTF of a table to implement. Each table brings its own helpers (`op_tables`, which
tests compare with Linux); these are what TCP congestion control has. The context is an array of u64, one per
argument of the operation.
"""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import ProgTypeRow, Variant, names
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.STRUCT_OPS,
    name="struct_ops",
    variants=(
        Variant(
            helpers=COMMON
            | names("setsockopt getsockopt sk_storage_get sk_storage_delete tcp_send_ack ktime_get_coarse_ns")
        ),
    ),
    capabilities=("CAP_BPF", "CAP_PERFMON"),
    sleepable=True,
    test_run=True,
    plain_ctx=True,
)
