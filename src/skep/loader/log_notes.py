"""The verifier's log, where it stumbled over something that the loader had left out.

A relocation that found nothing, a map that was not to be created and a weak kernel function that is missing
are loaded as calls of helpers that do not exist. If the verifier reaches one, its log says `invalid func
unknown#195896080`; here that becomes what the person who wrote the program has to know.

Rule: libbpf's fixup of verifier logs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ..btf.core_relo import CoreResult
from .core import POISON
from .ksyms import POISON_KFUNC

#: A call to this number plus a map's position in the object is a reference to a map that was not created.
POISON_MAP: Final = 2001000000

_INVALID = re.compile(r"^(\d+): \(85\) call unknown#(\d+)\n(?:.*\n)*?invalid func unknown#\2\n", re.MULTILINE)


def explain_log(log: str, core: Mapping[int, CoreResult], externs: Sequence[str], maps: Sequence[str]) -> str:
    """The log with calls of our own invalid numbers replaced by their reasons."""

    def explained(found: re.Match[str]) -> str:
        slot, number = int(found[1]), int(found[2])
        what, why = "", ""
        if number == POISON and slot in core:
            what = "CO-RE relocation"
            why = f"failed to resolve CO-RE relocation {core[slot].local_spec}"
        elif 0 <= number - POISON_KFUNC < len(externs):
            what = "kfunc call"
            why = f"kfunc '{externs[number - POISON_KFUNC]}' is referenced but wasn't resolved"
        elif 0 <= number - POISON_MAP < len(maps):
            what = "BPF map reference"
            why = f"BPF map '{maps[number - POISON_MAP]}' is referenced but wasn't created"
        return f"{slot}: <invalid {what}>\n{why}\n" if what else found[0]

    return _INVALID.sub(explained, log)
