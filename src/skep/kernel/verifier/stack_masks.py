"""What is known of reads and writes of stack slots, per chain of calls and instruction: see `liveness.py`."""

from __future__ import annotations

from typing import Final, final


@final
class Flow:
    """The control flow of one function, by offsets from its start.

    `order` is its post-order and `position` the place of an offset in it; `successors` and `predecessors`
    are by offset.
    """

    __slots__ = ("order", "position", "predecessors", "successors")

    def __init__(self, order: list[int], successors: list[tuple[int, ...]]) -> None:
        count = len(successors)
        self.order: Final = order
        self.successors: Final = successors
        self.position: Final[list[int]] = [0] * count
        self.predecessors: Final[list[list[int]]] = [[] for _ in range(count)]
        for place, offset in enumerate(order):
            self.position[offset] = place
            for successor in successors[offset]:
                self.predecessors[successor].append(offset)


@final
class FrameMasks:
    """Per instruction of a function: which stack slots of one frame it and its successors read and write.

    `queue` holds the places in the flow's order that the next sweep of the fixed point has to look at.
    """

    __slots__ = ("live_before", "may_read", "must_write", "must_write_acc", "queue", "queued")

    def __init__(self, count: int, places: int) -> None:
        self.may_read: list[int] = [0] * count
        self.must_write: list[int] = [0] * count
        self.must_write_acc: list[int] = [0] * count
        self.live_before: list[int] = [0] * count
        self.queue: list[int] = list(range(places))
        self.queued: list[bool] = [True] * places

    def enqueue(self, place: int) -> None:
        if not self.queued[place]:
            self.queued[place] = True
            self.queue.append(place)

    def forget_writes(self) -> None:
        """Start anew with what is certain to be written."""
        self.must_write_acc = [0] * len(self.must_write_acc)
        self.queue = list(range(len(self.queued)))
        self.queued = [True] * len(self.queued)


@final
class FuncInstance:
    """A function as called through one chain of call sites, with masks for each frame of the chain."""

    __slots__ = (
        "callsites",
        "flow",
        "frames",
        "must_write_dropped",
        "must_write_set",
        "sp_starts",
        "start",
        "updated",
    )

    def __init__(self, callsites: tuple[int, ...], sp_starts: tuple[int, ...], flow: Flow) -> None:
        self.callsites: Final = callsites
        self.sp_starts: Final = sp_starts
        self.start: Final[int] = sp_starts[-1]
        self.flow: Final = flow
        self.updated: bool = False
        self.must_write_dropped: bool = False
        self.frames: list[FrameMasks | None] = [None] * len(callsites)
        # per instruction: 0 not verified yet, 1 certain to write nothing, 2 has a mask
        self.must_write_set: list[int] = [0] * len(flow.successors)

    def masks(self, frame: int) -> FrameMasks:
        """Those of one frame of the chain."""
        found = self.frames[frame]
        if found is None:
            found = self.frames[frame] = FrameMasks(len(self.flow.successors), len(self.flow.order))
        return found


@final
class StackLiveness:
    """Instances by call chain, and the marks of the current instruction."""

    __slots__ = (
        "cur_instance",
        "flows",
        "instances",
        "query",
        "query_insn_idx",
        "write_insn_idx",
        "write_masks_acc",
        "writes",
    )

    def __init__(self) -> None:
        self.instances: dict[tuple[int, ...], FuncInstance] = {}
        self.flows: dict[int, Flow] = {}  # by the function's start
        self.cur_instance: FuncInstance | None = None
        self.write_insn_idx: int = 0
        self.write_masks_acc: list[int] = [0] * 8
        self.writes: bool = False  # some mask of them is not 0
        self.query: list[FuncInstance] = []
        self.query_insn_idx: int = 0
