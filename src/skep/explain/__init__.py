"""Why the verifier rejects a program, in words: from its log to the source line, the history of the register
that is to blame, and what would make the program pass.

Everything is read from the log's text, so it works for skep's verifier and for a log pasted from any kernel.

::

    log.py          text -> steps of the path that failed, the message, visits
    effects.py      one line of assembly -> what it reads and writes
    history.py      backwards along the path: what made a register what it is
    kind.py         the shape of a row; memory_kinds.py, rule_kinds.py: one row per kind of rejection
    explanation.py  all of it together
    show.py         on the terminal
"""

from __future__ import annotations

from skep.explain.explanation import KINDS, Explanation, explain
from skep.explain.log import Source

__all__ = ["KINDS", "Explanation", "Source", "explain"]
