"""LLVM as this process uses it: one target machine, one linker, and the passes by program size.

Importing llvmlite takes longer than compiling a small program, so it happens on first use.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from skep.kernel.jit.workaround import protect_masked_inserts

#: What x86-64-v3 adds to the base architecture, in LLVM's names. Above it nothing pays for BPF programs, and
#: all machines of the last decade share one cache key.
_V3 = ("avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe")


@dataclass(frozen=True, slots=True)
class Level:
    """How a module of at most `size` characters is compiled: by which passes, and how hard LLVM tries when it
    makes machine code of it."""

    size: float
    passes: tuple[str, ...]  # llvmlite's names; none: all of LLVM's usual ones
    codegen: int


#: What is small gets all that LLVM has. Some of that takes time with the square of a program's size (dead
#: stores), and simplifying the control flow of a thousand blocks even fails an assertion of LLVM's and takes
#: the process along. BPF programs were optimised once when they were made, so the larger ones lose little
#: with the few passes that undo what BPF made of them: registers become values, addresses and comparisons
#: whole. Figures: docs/native-code.md.
LEVELS = (
    Level(50_000, (), 2),  # some 500 instructions
    Level(1_000_000, ("sroa", "instruction_combine", "aggressive_dce"), 2),  # some 12,000
    Level(math.inf, ("sroa", "aggressive_dce"), 0),
)


class Target:
    """The machine that code is made for, and the linker that places it."""

    def __init__(self) -> None:
        from llvmlite import binding

        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        binding.initialize_native_asmparser()
        self._binding = binding
        self._triple = binding.Target.from_default_triple()
        self._cpu, self._features = _host_level(binding)
        version = ".".join(str(part) for part in binding.llvm_version_info)
        self.name = f"llvm {version} {self._triple.triple} {self._cpu} {self._features}"
        self._machines: dict[int, Any] = {}
        self._linker = binding.create_lljit_compiler(self._machine(2))
        self._serial = 0
        self._lock = threading.Lock()

    def compile(self, text: str) -> bytes:
        """IR text to an object file."""
        level = next(level for level in LEVELS if len(text) <= level.size)
        with self._lock:
            module = self._binding.parse_assembly(text)
            machine = self._machine(level.codegen)
            tuning = self._binding.create_pipeline_tuning_options(speed_level=2)
            builder = self._binding.create_pass_builder(machine, tuning)
            passes = self._passes(level) if level.passes else builder.getModulePassManager()
            passes.run(module, builder)
            if self._triple.triple.startswith("x86_64"):
                protected = protect_masked_inserts(str(module))
                module = self._binding.parse_assembly(protected) if protected else module
            return bytes(machine.emit_object(module))

    def link(self, image: bytes, symbols: dict[str, int], exports: tuple[str, ...]) -> Any:
        """Places an object; the result maps exported names to addresses and keeps the code alive."""
        with self._lock:
            library = self._binding.JITLibraryBuilder().add_object_img(image)
            for name, address in symbols.items():
                library.import_symbol(name, address)
            for name in exports:
                library.export_symbol(name)
            self._serial += 1
            return library.link(self._linker, f"skep{self._serial}")

    def _passes(self, level: Level) -> Any:
        passes = self._binding.create_new_module_pass_manager()
        for name in level.passes:
            getattr(passes, f"add_{name}_pass")()
        return passes

    def _machine(self, speed: int) -> Any:
        if speed not in self._machines:
            self._machines[speed] = self._triple.create_target_machine(
                cpu=self._cpu, features=self._features, opt=speed, codemodel="jitdefault", jit=True
            )
        return self._machines[speed]


@cache
def host() -> Target:
    """The one target of this process."""
    return Target()


def _host_level(binding: Any) -> tuple[str, str]:
    features = binding.get_host_cpu_features()
    if all(features.get(name) for name in _V3):
        return "x86-64-v3", ""
    return binding.get_host_cpu_name(), features.flatten()
