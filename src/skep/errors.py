"""The exceptions of skep's user side.

::

    SkepError
    ├── InputError              what was given is bad; the message says where (file, section, symbol, offset)
    │   ├── DecodeError         an instruction stream (eBPF or classic)
    │   ├── AsmError            assembly text, with its line
    │   ├── CompileError        the C compiler's own words, or no compiler found
    │   ├── ElfError            an object file
    │   ├── BtfError            .BTF, .BTF.ext or a value that does not fit its type
    │   ├── LoaderError         an object that is well-formed but cannot become programs and maps
    │   └── CaptureError        a packet capture
    ├── KernelError             bpf(2) said no: `errno` and what was asked (also an OSError)
    │   └── VerifierError       ... to PROG_LOAD, with the verifier's whole log in `log`
    └── InternalError           a bug of skep; please report it

Inside the userspace kernel there is only errno: it raises plain `OSError`, and nothing of this tree.
"""

from __future__ import annotations

import errno as _errno
import re


class SkepError(Exception):
    """Base of all that skep raises on purpose."""


class InputError(SkepError):
    """Bad input. The message says where and what would be right."""


class DecodeError(InputError):
    """An instruction stream that is no program; names the instruction's index and field."""


class AsmError(InputError):
    """Assembly text that cannot be assembled; names the line."""


class CompileError(InputError):
    """The C compiler refused the source, or there is no compiler."""


class ElfError(InputError):
    """An object file that is truncated, foreign or malformed."""


class BtfError(InputError):
    """Type information that is malformed, or a value that does not fit its type."""


class LoaderError(InputError):
    """An object whose parts do not make loadable programs and maps."""


class CaptureError(InputError):
    """A packet capture that cannot be read to its end."""


class KernelError(SkepError, OSError):
    """bpf(2) returned an error: `errno` says which, `what` says for which call and object."""

    def __init__(self, errno: int, what: str) -> None:
        super().__init__(errno, f"{what}: {errno_text(errno)}")
        self.what = what

    def __str__(self) -> str:
        return f"{self.what}: {errno_text(self.errno or 0)}"


class VerifierError(KernelError):
    """PROG_LOAD was refused. The message carries the last line of the log that says why; `log` is the whole
    of it."""

    def __init__(self, errno: int, what: str, log: str) -> None:
        super().__init__(errno, what)
        self.log = log

    def __str__(self) -> str:
        lines = useful_lines(self.log)
        if not lines:
            return super().__str__()
        omitted = self.log.rstrip("\n").count("\n") + 1 - len(lines)
        more = f" ({omitted} more log lines in .log)" if omitted > 0 else ""
        return f"{super().__str__()}: {': '.join(lines)}{more}"


class InternalError(SkepError):
    """A bug of skep itself, never the user's fault. `details` is what a bug report needs."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(f"{message} (a bug of skep: please report it with what you did)")
        self.details = details


#: Linux's own errno that libc does not know; BPF returns it for operations that a map or program type lacks.
ENOTSUPP = 524


def errno_name(number: int) -> str:
    """EPERM for 1; the bare number where there is no name."""
    if number == ENOTSUPP:
        return "ENOTSUPP"
    return _errno.errorcode.get(number, str(number))


def errno_text(number: int) -> str:
    """`EPERM (Operation not permitted)`."""
    import os

    if number == ENOTSUPP:
        return "ENOTSUPP (operation not supported by this type)"
    return f"{errno_name(number)} ({os.strerror(number)})"


_REGISTER = re.compile(r"R\d+ ")


def useful_lines(log: str) -> list[str]:
    """The line of a verifier log that gives the reason: the last one before statistics, states and source.

    A line that starts with a tab or names registers only makes sense with the line before it.
    """
    lines = [line for line in log.splitlines() if line.strip()]
    tail = (
        "processed ",
        "verification time",
        "stack depth",
        "mark_precise:",
        "cur state:",
        "old state:",
        "; ",
    )
    while lines and lines[-1].startswith(tail):
        lines.pop()
    if not lines:
        return []
    last = lines[-1]
    if len(lines) > 1 and (last.startswith(("\t", "invalid bpf_context access")) or _REGISTER.match(last)):
        return [lines[-2].strip(), last.strip()]
    return [last.strip()]
