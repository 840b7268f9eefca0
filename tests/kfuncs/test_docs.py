"""Every kernel function has a body or a reason why not, and docs/kfuncs.md says what the tables say."""

from __future__ import annotations

import pytest

from skep._runtime import SYMBOLS
from skep.kernel.kfuncs.absent import ABSENT
from skep.kernel.kfuncs.bodies import BODIES
from skep.kernel.kfuncs.entries import body_of
from skep.kernel.kfuncs.rows import KFUNCS, ROWS
from tools import gen_kfunc_docs


@pytest.mark.parametrize("name", KFUNCS)
def test_a_function_has_a_body_or_a_reason_why_not(name: str) -> None:
    assert bool(body_of(name)) != (name in ABSENT)


def test_rows_are_there_once_and_bodies_are_of_rows() -> None:
    assert len(ROWS) == len(KFUNCS)
    assert BODIES.keys() <= KFUNCS.keys()
    assert not BODIES.keys() & SYMBOLS.keys()  # one body each


def test_the_page_of_kernel_functions_is_up_to_date() -> None:
    """If not: python -m tools.gen_kfunc_docs"""
    assert gen_kfunc_docs.PAGE.read_text() == gen_kfunc_docs.page()
