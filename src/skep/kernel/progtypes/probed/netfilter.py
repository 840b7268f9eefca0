"""What Linux 6.18 lets programs of type netfilter do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_BTF_ID, PTR_TRUSTED
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        attach_types=(AttachType.NETFILTER,),
        fields=(
            CtxField(
                name="state",
                offset=0,
                size=8,
                reads=(8,),
                type=PTR_TO_BTF_ID | PTR_TRUSTED,
                btf="nf_hook_state",
            ),
            CtxField(
                name="skb", offset=8, size=8, reads=(8,), type=PTR_TO_BTF_ID | PTR_TRUSTED, btf="sk_buff"
            ),
        ),
        helpers=COMMON,
        return_range=(0, 1),
    ),
)
