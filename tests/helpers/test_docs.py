"""Every helper's row is complete, and docs/helpers.md says what the tables say."""

from __future__ import annotations

import re

import pytest

from skep.kernel.helpers.entries import body_of
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.registry import PROTOS, ROWS
from tools import gen_helper_docs


@pytest.mark.parametrize("row", PROTOS.values(), ids=lambda row: row.name)
def test_a_row_says_what_the_helper_does_and_since_when(row: HelperProto) -> None:
    assert re.fullmatch(r"[3-6]\.\d+", row.since)
    assert row.doc.endswith(".")
    assert len(row.doc.split()) >= 6


def test_releases_grow_with_the_numbers_of_helpers() -> None:
    """Helpers are numbered in the order in which they were added; one may have waited for a release."""
    since = [tuple(map(int, PROTOS[helper].since.split("."))) for helper in sorted(PROTOS)]
    assert since == sorted(since)


@pytest.mark.parametrize("row", PROTOS.values(), ids=lambda row: row.name)
def test_a_helper_has_a_body_or_a_reason_why_not(row: HelperProto) -> None:
    assert bool(body_of(row.id)) != bool(row.absent)


def test_rows_that_hold_in_some_types_alone_repeat_nothing() -> None:
    others = [row for row in ROWS if PROTOS[row.id] is not row]
    assert not any(row.doc or row.since or row.absent for row in others)


def test_the_page_of_helpers_is_up_to_date() -> None:
    """If not: python -m tools.gen_helper_docs"""
    assert gen_helper_docs.PAGE.read_text() == gen_helper_docs.page()
