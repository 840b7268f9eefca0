"""What the checked interpreter finds out. For a verified program each of these is a mistake of the
verifier."""

from __future__ import annotations

from skep.errors import InternalError


class InterpError(InternalError):
    """A program did what no verified program does; `insn` is the slot at which it did."""

    def __init__(self, insn: int, what: str) -> None:
        super().__init__(f"insn {insn}: {what}")
        self.insn = insn
        self.what = what


class BadAccess(InterpError):
    """A load or store outside of what the program may touch, or of memory that nothing was written to."""

    def __init__(self, insn: int, what: str, address: int, size: int) -> None:
        super().__init__(insn, what)
        self.address = address
        self.size = size


class UninitialisedRegister(InterpError):
    """A register was read that nothing was written to."""

    def __init__(self, insn: int, register: int) -> None:
        super().__init__(insn, f"r{register} is read but was never written")
        self.register = register


class BadControl(InterpError):
    """A jump or call to where there is no instruction, or an instruction that there is not."""


class Thrown(Exception):
    """The program threw (bpf_throw); no mistake of anyone."""

    def __init__(self, cookie: int) -> None:
        super().__init__(cookie)
        self.cookie = cookie


class OutOfSteps(InterpError):
    """The limit of steps was reached."""
