"""Replacements of global functions of other programs: everything is as in the program that they extend.

By hand, from the kernel's documentation: the probed kernel refuses the type.
"""

from __future__ import annotations

from skep.kernel.progtypes.progtype import ProgTypeRow, Variant
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.EXT,
    name="ext",
    variants=(Variant(),),
    capabilities=("CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"),
    plain_ctx=True,
)
