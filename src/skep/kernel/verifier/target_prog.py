"""What the verifier asks of a program that another one attaches to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class TargetFunction:
    """A function of a loaded program, by its type in the program's BTF."""

    type_id: int
    #: Its prototype is not to be believed.
    unreliable: bool = False
    is_exception_cb: bool = False
    changes_pkt_data: bool = False
    might_sleep: bool = False


class TargetProg(Protocol):
    """`skep.kernel.prog.Prog` has it."""

    @property
    def type(self) -> int: ...

    @property
    def expected_attach_type(self) -> int: ...

    #: The loaded BTF object, None without; its `btf` has the types.
    @property
    def btf(self) -> Any: ...

    @property
    def functions(self) -> tuple[TargetFunction, ...]: ...

    #: The program that this one attaches to itself.
    @property
    def dst(self) -> TargetProg | None: ...
