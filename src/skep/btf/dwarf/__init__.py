"""Types from DWARF, as a compiler's -g leaves them: what `pahole -J` does."""

from .encode import encode

__all__ = ["encode"]
