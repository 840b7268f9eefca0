"""A BPF file system of the test's own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skep.syscall.backend import Backend


@pytest.fixture
def pins(backend: Backend, tmp_path: Path) -> Iterator[str]:
    """An empty directory in which objects can be pinned."""
    if backend.name == "skep":
        yield "/sys/fs/bpf"
        return
    mounted = subprocess.run(["mount", "-t", "bpf", "bpf", str(tmp_path)], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a BPF file system cannot be mounted: {mounted.stderr.strip()}")
    yield str(tmp_path)
    subprocess.run(["umount", str(tmp_path)], check=True)
