"""The fuzzer of instructions runs, and a short run finds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_short_run_finds_no_difference(linux_reason: str | None) -> None:
    command = [sys.executable, "-m", "fuzz.insns", "--count", "100", "--seed", "1"]
    if linux_reason is not None:
        command.append("--no-linux")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100 programs, 0 differences" in done.stderr
