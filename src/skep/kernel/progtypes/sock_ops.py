"""Events in the life of TCP sockets of a cgroup."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sock_ops import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SOCK_OPS,
    name="sock_ops",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SOCK_OPS],
    ctx_struct="bpf_sock_ops",
)
