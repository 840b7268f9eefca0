"""`pytest tests/verifier --update-data` writes what Linux says into the golden files."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-data", action="store_true", help="rewrite golden files from the real kernel")
