"""Format strings of bpf_snprintf and its kin, as far as they can be checked before the program runs."""

from __future__ import annotations

import re
import string
from typing import Final

#: What may follow %s, %p, %pks and %pus: the end, a space or punctuation.
_AFTER: Final = rb"(?=$|[\t\n\v\f\r ]|[" + re.escape(string.punctuation).encode() + rb"])"

_SPECIFIER: Final = re.compile(
    rb"%[0+\- ]*(?:[1-9][0-9]*)?(?:"
    rb"p" + _AFTER + rb"|p[ku]s" + _AFTER + rb"|p[KxsSB]|p[iI][46]|s" + _AFTER + rb"|c|l?l?[iduxX])",
    re.DOTALL,
)


def check_format(text: bytes, num_args: int) -> bool:
    """Whether the zero-terminated format is one that Linux prints with so many arguments."""
    text = text[: text.index(0)]
    used = at = 0
    while at < len(text):
        char = text[at]
        if char < 0x80 and not (0x20 <= char < 0x7F or chr(char).isspace()):
            return False
        if char != ord("%"):
            at += 1
        elif text[at + 1 : at + 2] == b"%":
            at += 2
        else:
            found = _SPECIFIER.match(text, at)
            if found is None or used >= num_args:
                return False
            used += 1
            at = found.end()
    return True
