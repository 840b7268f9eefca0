"""Random calls of all helpers, with what the verifier allows: no call ends the process, and results are those
of Linux.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skep.kernel.helpers.entries import body_of
from skep.kernel.helpers.registry import PROTOS

sys.path.insert(0, str(Path(__file__).parent.parent.parent))


@pytest.mark.parametrize("seed", range(2))
def test_random_calls_leave_what_they_leave_on_linux(linux_reason: str | None, seed: int) -> None:
    from fuzz.helpers import campaign

    assert campaign(seed, 100, with_linux=linux_reason is None) == []


def test_every_helper_with_a_body_is_called() -> None:
    from fuzz.helper_calls import callable_helpers
    from fuzz.helper_tables import CALLERS, UNREACHABLE

    called = {row.id for prog_type in CALLERS for row in callable_helpers(prog_type)}
    missing = {row.name for helper, row in PROTOS.items() if body_of(helper) and helper not in called}
    assert missing == UNREACHABLE
