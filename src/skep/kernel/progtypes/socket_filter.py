"""Socket filters: decide how many bytes of a packet a socket gets to see."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.socket_filter import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SOCKET_FILTER,
    name="socket_filter",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SOCKET_FILTER],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    ld_abs=True,
    test_run=True,
)
