"""What differs between two logs without meaning anything: addresses, times, maps' identities, and what Linux
remembers of other programs' CO-RE relocations.
"""

from __future__ import annotations

import re

_RULES = (
    (re.compile(r"0xffff[0-9a-f]{8,12}\b"), "0xADDRESS"),
    (re.compile(r"verification time \d+ usec"), "verification time N usec"),
    (re.compile(r"(\(18\) r\d+ = )0x[0-9a-f]{9,16}"), r"\g<1>0xADDRESS"),
    (re.compile(r"(\(18\) r\d+ = 0xADDRESS) +;"), r"\1 ;"),  # the padding depends on the address's length
    (re.compile(r"^(vmlinux|module)_cand_cache:.*\n", re.MULTILINE), ""),
    (re.compile(r"map_uid=\d+"), "map_uid=N"),
)


def normalise(log: str) -> list[str]:
    """The log's lines with those parts made equal."""
    for pattern, replacement in _RULES:
        log = pattern.sub(replacement, log)
    return log.splitlines()


def first_difference(ours: list[str], theirs: list[str]) -> tuple[int, str, str] | None:
    """(line number from 1, our line, their line); a missing line is "<end>"."""
    for index in range(max(len(ours), len(theirs))):
        mine = ours[index] if index < len(ours) else "<end>"
        other = theirs[index] if index < len(theirs) else "<end>"
        if mine != other:
            return index + 1, mine, other
    return None
