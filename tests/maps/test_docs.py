"""docs/maps.md says what the kernel does."""

from __future__ import annotations

from tools import gen_map_docs


def test_the_page_of_maps_is_up_to_date() -> None:
    """If not: python -m tools.gen_map_docs"""
    assert gen_map_docs.PAGE.read_text() == gen_map_docs.page()
