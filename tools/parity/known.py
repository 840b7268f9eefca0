"""The differences that are known, each with its reason: known_differences.toml.

A difference that is not in the list is a finding, and so is a listed one that is no difference any more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from tools.parity.verify import QUESTIONS, Comparison

LIST = Path(__file__).with_name("known_differences.toml")

#: object, program, question
Key = tuple[str, str, str]


def read_known(settings: str, path: Path = LIST) -> dict[Key, str]:
    """The reasons of those that are listed for these settings."""
    known: dict[Key, str] = {}
    for number, row in enumerate(tomllib.loads(path.read_text()).get("difference", []), 1):
        where = f"{path.name}, difference {number}"
        unknown = row.keys() - {"object", "program", "question", "reason", "settings"}
        if unknown or row.get("question") not in QUESTIONS or not row.get("reason"):
            raise ValueError(f"{where}: needs object, program, question (of {QUESTIONS}) and reason: {row}")
        key = (row["object"], row["program"], row["question"])
        if row.get("settings", "") == settings:
            if key in known:
                raise ValueError(f"{where}: {key} is listed twice")
            known[key] = row["reason"]
    return known


def unexpected(rows: Iterable[Comparison], known: dict[Key, str]) -> tuple[list[Key], list[Key]]:
    """What differs without being listed, and what is listed without differing; of the programs compared."""
    new, gone = [], []
    for row in rows:
        for question, agrees in row.agrees.items():
            key = (row.object, row.program, question)
            if not agrees and key not in known:
                new.append(key)
            elif agrees and key in known:
                gone.append(key)
    return new, gone
