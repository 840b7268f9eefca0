"""Messages that are sent on sockets of a sockmap."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sk_msg import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SK_MSG,
    name="sk_msg",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SK_MSG],
    ctx_struct="sk_msg_md",
    packet="rw",
)
