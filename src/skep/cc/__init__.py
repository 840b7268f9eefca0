"""Finding a C compiler for the bpf target and calling it."""

from .compiler import INCLUDE, Compiler, Options, command_line, compile, find_compiler

__all__ = ["INCLUDE", "Compiler", "Options", "command_line", "compile", "find_compiler"]
