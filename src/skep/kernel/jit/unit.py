"""One compilation: the module text with its declarations, and the symbols that the linker has to be told.

Addresses of maps, helpers and runtime functions are external symbols, bound when the object is loaded. So the
object does not depend on where things are in this process, and can be kept on disk.
"""

from __future__ import annotations

from skep.kernel.fixups.program import FixedProgram

_PROTOTYPE = "i64 @{}(i64, i64, i64, i64, i64, ptr)"

#: What LLVM may call on its own: loops that it recognises, and large constant-size copies.
LIBC = ("memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen")

_INTRINSICS = (
    "declare void @llvm.memset.inline.p0.i64(ptr, i8, i64, i1)",
    "declare i16 @llvm.bswap.i16(i16)",
    "declare i32 @llvm.bswap.i32(i32)",
    "declare i64 @llvm.bswap.i64(i64)",
)


class Unit:
    """Text of one LLVM module, made of the functions of one or more programs."""

    def __init__(self, program: FixedProgram) -> None:
        self.program = program
        self.symbols: dict[str, None] = {}  # external names, in order of first use
        self._declarations: list[str] = []
        self.bodies: list[str] = []

    def function(self, name: str) -> str:
        """Declares a native function of the runtime's one signature."""
        return self._external(name, "declare " + _PROTOTYPE.format(name))

    def data(self, name: str) -> str:
        """Declares an address; nothing is known of what is there."""
        return self._external(name, f"@{name} = external global %unknown")

    def _external(self, name: str, declaration: str) -> str:
        if name not in self.symbols:
            self.symbols[name] = None
            self._declarations.append(declaration)
        return f"@{name}"

    def text(self) -> str:
        # Null is no more undefined than any other wild pointer of an unverified program.
        attributes = "attributes #0 = { nounwind null_pointer_is_valid }"
        head = ["%unknown = type opaque", *_INTRINSICS, *self._declarations, attributes]
        return "\n".join([*head, *self.bodies, ""])
