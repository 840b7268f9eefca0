"""Random maps and operations on them give what Linux gives; a short run of `python -m fuzz.maps`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.linux
@pytest.mark.parametrize(("engine", "count"), [("interp", 120), ("jit", 15)])
def test_random_maps_and_operations_give_what_linux_gives(engine: str, count: int) -> None:
    command = [sys.executable, "-m", "fuzz.maps", "--count", str(count), "--seed", "7", "--engine", engine]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{count} maps" in done.stderr
    assert " 0 differences" in done.stderr
