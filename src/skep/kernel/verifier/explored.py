"""What the exploration keeps: branches not yet taken, checkpoints, stays in loops."""

from __future__ import annotations

from typing import Final, final

from skep.kernel.verifier.state import VerifierState


@final
class Pending:
    """A branch not yet taken (Linux: bpf_verifier_stack_elem)."""

    __slots__ = ("insn_idx", "log_pos", "prev_insn_idx", "state")

    def __init__(self, state: VerifierState, insn_idx: int, prev_insn_idx: int, log_pos: int) -> None:
        self.state: Final = state
        self.insn_idx: Final = insn_idx
        self.prev_insn_idx: Final = prev_insn_idx
        self.log_pos: Final = log_pos


@final
class SccVisit:
    """One stay in a loop (a strongly connected component) along one chain of calls, and its back-edges so
    far.
    """

    __slots__ = ("backedges", "entry_state")

    def __init__(self) -> None:
        self.entry_state: VerifierState | None = None
        self.backedges: list[VerifierState] = []


@final
class Explored:
    """The checkpoints (states at prune points). Linux hashes (instruction, call site) into as many lists as
    there are instructions.

    The lists are newest first. That two places of the program can share a list shows in the statistics
    (`max_states_per_insn`), so the hash is Linux's.
    """

    __slots__ = ("free_list_size", "lists", "num_backedges", "size", "visits")

    def __init__(self, insn_cnt: int) -> None:
        self.lists: list[list[VerifierState]] = [[] for _ in range(insn_cnt)]
        self.size: int = 0
        self.free_list_size: int = 0
        self.num_backedges: int = 0
        self.visits: dict[tuple[int, ...], SccVisit] = {}
