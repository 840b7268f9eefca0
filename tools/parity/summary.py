"""What came out of a comparison, for people."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tools.parity.verify import QUESTIONS, Comparison

#: What is asked of each program, for those who do not know the harness.
_MEANING: Final = {
    "verdict": "accepted, or refused with the same errno",
    "message": "refused with the same last words",
    "processed": "the same number of instructions gone through",
    "states": "the same number of states kept",
    "depth": "the same bytes of stack",
    "log": "the whole log the same, line by line",
}

#: Why Linux does not judge a program here: part of the reason given for one, and what it means.
_EXCLUDED: Final = (
    ("before verification: EPERM", "this machine permits no such load (trampolines, LSM, replacements)"),
    ("before verification", "Linux refuses them before it verifies"),
    ("the kernel's types have no", "this kernel lacks the types that they need"),
    ("to attach to", "this kernel lacks what they attach to"),
    ("what to attach to", "the object does not say what they attach to"),
    ("`type` before loading", "the object does not say of which type they are"),
    ("cannot be opened", "objects that are not whole"),
)


def print_summary(rows: Sequence[Comparison], seconds: float, known: int) -> None:
    """How many agree on what; `known` is how many differences are listed with their reasons."""
    judged = [row for row in rows if not row.excluded]
    accepted = sum(bool(row.linux and row.linux.accepted) for row in judged)
    objects = len({row.object for row in judged})
    print(f"{len(judged)} programs of {objects} objects on skep and on Linux {platform.release()},")
    print(f"which accepts {accepted} of them and refuses {len(judged) - accepted}; {seconds:.0f} seconds")
    for question in QUESTIONS:
        asked = [row for row in judged if question in row.agrees]
        equal = sum(row.agrees[question] for row in asked)
        share = 100 * equal / len(asked) if asked else 100.0
        print(f"{question:10} {equal:5} of {len(asked):5}  {share:6.2f} %  {_MEANING[question]}")
    unsafe, crashed = sum(row.unsafe for row in judged), sum(bool(row.crashed) for row in judged)
    print(f"{'unsafe':10} {unsafe:5}                    accepted by skep, refused by Linux")
    print(f"{'crashed':10} {crashed:5}                    skep ended without a verdict")
    print(f"{'known':10} {known:5}                    differences listed with their reasons")
    print(f"{'excluded':10} {len(rows) - len(judged):5}                    Linux cannot judge them here")
    for reason, count in Counter(why_excluded(row) for row in rows if row.excluded).most_common():
        print(f"  {count:14}                    {reason}")


def why_excluded(row: Comparison) -> str:
    """In a few words that many programs have in common."""
    return next((words for part, words in _EXCLUDED if part in row.excluded), row.excluded)


def conclusion(findings: int) -> str:
    """The last line."""
    if findings:
        return f"{findings} findings: skep does not say what Linux says; the lines above say where"
    return "skep says what Linux says"
