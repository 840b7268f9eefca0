"""Hooks of the Linux Security Modules framework.

By hand, from the kernel's documentation: the probed kernel refuses the type. The context is an array of u64,
one per argument of the hook; what may be returned depends on the hook: 0 or a negative errno for most, 0 or 1
for those that answer yes or no.
"""

from __future__ import annotations

from skep.kernel.progtypes.progtype import ProgTypeRow, Variant, names
from skep.kernel.progtypes.tracing import TRAMPOLINE_HELPERS
from skep.uapi import AttachType, ProgType

LSM_HELPERS = TRAMPOLINE_HELPERS | names("""
    setsockopt getsockopt inode_storage_get inode_storage_delete bprm_opts_set ima_inode_hash ima_file_hash
    """)

ROW = ProgTypeRow(
    id=ProgType.LSM,
    name="lsm",
    variants=(
        Variant(attach_types=(AttachType.LSM_MAC,), helpers=LSM_HELPERS, return_range=(-4095, 0)),
        Variant(
            attach_types=(AttachType.LSM_CGROUP,),
            helpers=LSM_HELPERS | names("get_local_storage get_retval set_retval"),
            return_range=(0, 1),
        ),
    ),
    capabilities=("CAP_BPF", "CAP_PERFMON"),
    attach_required=True,
    sleepable=True,
    plain_ctx=True,
)
