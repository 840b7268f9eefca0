"""The verifier's log, where it stumbled over something that the loader had left out.

A relocation that found nothing and a weak kernel function that is missing are loaded as calls of helpers
that do not exist. If the verifier reaches one, its log says `invalid func unknown#195896080`; here that
becomes what the person who wrote the program has to know.

Rule: libbpf's fixup of verifier logs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..btf.core_relo import CoreResult
from .core import POISON
from .ksyms import KsymResolver

_INVALID = re.compile(r"^(\d+): \(85\) call unknown#(\d+)\n(?:.*\n)*?invalid func unknown#\2\n", re.MULTILINE)


def explain_log(log: str, core: Mapping[int, CoreResult], ksyms: KsymResolver) -> str:
    """The log with calls of our own invalid numbers replaced by their reasons."""

    def explained(found: re.Match[str]) -> str:
        slot, number = int(found[1]), int(found[2])
        # Both slots of a 64-bit constant are poisoned, but it is the first that is reached.
        if number == POISON and slot in core:
            spec = core[slot].local_spec
            return f"{slot}: <invalid CO-RE relocation>\nfailed to resolve CO-RE relocation {spec}\n"
        name = ksyms.missing(number)
        if name:
            return f"{slot}: <invalid kfunc call>\nkfunc '{name}' is referenced but wasn't resolved\n"
        return found[0]

    return _INVALID.sub(explained, log)
