"""Helpers: the contract of each (`rows`), and its body, in C or in Python (`entries`).

Nothing of the data plane is loaded until someone asks for an address, so that the verifier and the
documentation can read the rows alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skep.kernel.machine import Machine


def address(machine: Machine, helper_id: int) -> int:
    """The native address of a helper's body; see entries.py for helpers that have none yet."""
    from skep.kernel.helpers import entries

    return entries.address(machine, helper_id)
