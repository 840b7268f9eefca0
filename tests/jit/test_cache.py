"""The cache of compiled objects: hits, misses, damage, and its size."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from skep._runtime import call
from skep.isa import build as b
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit import engine
from skep.kernel.jit.cache import Cache, Compiled, key_of
from skep.kernel.jit.engine import compile


def constant(value: int) -> FixedProgram:
    return FixedProgram((b.mov64_imm(0, value), b.exit_()))


def no_helper(helper: int) -> int:
    raise AssertionError(helper)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[FixedProgram]:
    """The programs that were compiled rather than found."""
    built = []
    real = engine._build

    def build(program: FixedProgram) -> Compiled:
        built.append(program)
        return real(program)

    monkeypatch.setattr(engine, "_build", build)
    return built


def run(program: FixedProgram, cache: Cache) -> int:
    code = compile(program, resolve_helper=no_helper, cache=cache)
    return call(code.entry)


def test_a_program_is_compiled_once(tmp_path: Path, builds: list[FixedProgram]) -> None:
    assert [run(constant(5), Cache(tmp_path)) for _ in range(3)] == [5, 5, 5]
    assert len(builds) == 1


def test_another_program_is_another_entry(tmp_path: Path, builds: list[FixedProgram]) -> None:
    assert [run(constant(value), Cache(tmp_path)) for value in (5, 6)] == [5, 6]
    assert len(builds) == 2
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["", "short", "header", "image"])
def test_a_damaged_file_is_a_miss_and_is_replaced(
    tmp_path: Path, builds: list[FixedProgram], damage: str
) -> None:
    run(constant(5), Cache(tmp_path))
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    bad = {"": b"", "short": good[:40], "header": good[:36] + b"X" + good[37:], "image": good[:-1] + b"X"}[
        damage
    ]
    path.write_bytes(bad)
    assert run(constant(5), Cache(tmp_path)) == 5
    assert len(builds) == 2
    assert path.read_bytes() == good


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path: Path, builds: list[FixedProgram]) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "directory")
    assert [run(constant(5), cache) for _ in range(2)] == [5, 5]
    assert len(builds) == 2


def test_a_directory_that_may_only_be_read_is_used(
    tmp_path: Path, builds: list[FixedProgram], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(constant(5), Cache(tmp_path))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EROFS, "read-only file system")

    for name in ("utime", "replace", "unlink"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    assert [run(constant(value), Cache(tmp_path)) for value in (5, 6)] == [5, 6]
    assert len(builds) == 2
    assert len(list(tmp_path.iterdir())) == 1


#: Compiles programs in a cache that others use, fill and damage at the same time.
WORKER = """
import random, sys
from pathlib import Path
from skep._runtime import call
from skep.isa import build as b
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit.cache import Cache
from skep.kernel.jit.engine import compile

directory, rng = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
cache = Cache(directory, limit=4000)
for _ in range(60):
    value = rng.randrange(6)
    code = compile(FixedProgram((b.mov64_imm(0, value), b.exit_())), resolve_helper=int, cache=cache)
    assert call(code.entry) == value
    code.close()
    for path in rng.sample(list(directory.glob("*")), 1) if rng.random() < 0.3 else []:
        raw = bytearray(b"?" * 100)
        try:
            raw = bytearray(path.read_bytes()) or raw
            raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
            path.write_bytes(raw[: rng.randrange(len(raw) + 1)] if rng.random() < 0.5 else raw)
        except FileNotFoundError:
            pass
"""


def test_processes_share_a_cache_that_is_full_and_damaged(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    workers = [
        subprocess.Popen([*command, str(seed)], stderr=subprocess.PIPE, text=True) for seed in range(4)
    ]
    for worker in workers:
        _, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors
    assert not list(tmp_path.glob("*.part"))


def test_the_least_recently_used_entries_leave_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=3000)
    for number in range(4):
        cache.put(f"entry{number}", Compiled(bytes(900), "f0", ()))
        os.utime(tmp_path / f"entry{number}.o", (number, number))
    cache.put("last", Compiled(bytes(900), "f0", ()))
    kept = {path.stem for path in tmp_path.iterdir()}
    assert "last" in kept
    assert "entry0" not in kept
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3000


@pytest.mark.parametrize(
    "other",
    [
        replace(constant(5), stack_depths=(16,)),
        replace(constant(5), insns=(*constant(5).insns, b.exit_())),
        replace(constant(5), insns=(b.mov64_imm(0, 6), b.exit_())),
    ],
    ids=["stack", "length", "constant"],
)
def test_the_key_depends_on_the_program(other: FixedProgram) -> None:
    assert key_of(constant(5), "target") != key_of(other, "target")


def test_the_key_depends_on_the_target() -> None:
    assert key_of(constant(5), "one") != key_of(constant(5), "other")


def test_the_directory_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Cache().directory == tmp_path / "skep" / "jit"


def test_machine_code_of_each_function_can_be_read(tmp_path: Path) -> None:
    insns: tuple[Insn, ...] = (b.mov64_imm(0, 7), b.exit_())
    code = compile(FixedProgram(insns), resolve_helper=no_helper, cache=Cache(tmp_path))
    ((address, machine_code),) = code.images()
    assert address == code.entry
    assert len(machine_code) > 0
    code.close()
    assert code.images() == []
