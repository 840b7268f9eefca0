"""Programs that user space runs by hand, and that may call bpf(2) themselves.

The context is the caller's own memory, up to 64 KiB less one byte; the program says how long it must be by
what it touches.
"""

from __future__ import annotations

from dataclasses import replace

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.syscall import VARIANTS
from skep.kernel.progtypes.progtype import CtxField, ProgTypeRow
from skep.uapi import ProgType

MEMORY = CtxField(name="memory", offset=0, size=0xFFFF, reads=(1, 2, 4, 8), writes=(1, 2, 4, 8))

ROW = ProgTypeRow(
    id=ProgType.SYSCALL,
    name="syscall",
    variants=tuple(replace(variant, fields=(MEMORY,)) for variant in VARIANTS),
    capabilities=CAPABILITIES[ProgType.SYSCALL],
    sleepable=True,
    always_sleepable=True,
    test_run=True,
    plain_ctx=True,
)
