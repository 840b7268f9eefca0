"""How long a person waits for the command itself."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.report import Figure

ROUNDS = 9


def milliseconds(command: list[str]) -> float:
    """Median wall time of a command, in ms; the first run, with cold caches, does not count."""
    samples = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        samples.append((time.perf_counter() - started) * 1e3)
    return statistics.median(samples[1:])


def run() -> list[Figure]:
    """`skep --help` and `import skep`."""
    python = sys.executable
    return [
        Figure("startup", "skep --help", milliseconds([python, "-m", "skep", "--help"]), "ms", target=150),
        Figure("startup", "import skep", milliseconds([python, "-c", "import skep"]), "ms"),
    ]
