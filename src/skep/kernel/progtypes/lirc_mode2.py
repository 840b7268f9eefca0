"""Infrared decoders: one pulse or space at a time.

By hand, from the kernel's documentation: kernels without CONFIG_BPF_LIRC_MODE2 refuse the type, so it was not
probed.
"""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, ProgTypeRow, Variant, names
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.LIRC_MODE2,
    name="lirc_mode2",
    variants=(
        Variant(
            fields=(CtxField(name="sample", offset=0, size=4, reads=(4,)),),
            helpers=COMMON | names("rc_repeat rc_keydown rc_pointer_rel"),
        ),
    ),
    capabilities=("CAP_BPF", "CAP_NET_ADMIN"),
    plain_ctx=True,
)
