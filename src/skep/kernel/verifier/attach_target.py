"""What a program is attached to, once it has been found."""

from __future__ import annotations

from typing import Final, final

from skep.btf import Btf
from skep.btf import types as t
from skep.kernel.progtypes.op_tables import OpTable
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.verifier.target_prog import TargetProg


@final
class AttachTarget:
    """A function, tracepoint or operation: its prototype, and its name as messages have it."""

    __slots__ = ("btf", "btf_id", "fields", "first_arg", "name", "prog", "proto", "references", "table")

    def __init__(
        self,
        btf: Btf,
        btf_id: int,
        name: str,
        proto: t.FuncProto | None,
        *,
        first_arg: int = 0,
        fields: tuple[CtxField, ...] = (),
        table: OpTable | None = None,
        prog: TargetProg | None = None,
    ) -> None:
        self.btf: Final = btf
        self.btf_id: Final = btf_id
        self.name: Final = name
        #: None: nothing is known of the arguments, which then are five numbers.
        self.proto: Final = proto
        #: The program whose function it is.
        self.prog: Final = prog
        #: Tracepoints have an argument of their own before those that programs see.
        self.first_arg: Final = first_arg
        #: Arguments of which more is known than the prototype says.
        self.fields: Final = fields
        #: Of an operation: the table that it is in.
        self.table: Final = table
        #: Arguments that the program is given for good, by offset in the context: the id of the reference.
        self.references: Final[dict[int, int]] = {}

    @property
    def params(self) -> tuple[t.Param, ...]:
        return self.proto.params[self.first_arg :] if self.proto is not None else ()
