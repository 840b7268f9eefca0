"""Maps with special fields that not every type of program may have, on both kernels."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skep.errors import VerifierError
from skep.isa import build as b
from skep.isa import encode
from skep.syscall.backend import Backend
from skep.syscall.prog_load import prog_load
from skep.uapi import ProgType

sys.path.insert(0, str(Path(__file__).parents[2]))

from fuzz.helper_world import PLACES, World

_REFUSED = {
    (ProgType.RAW_TRACEPOINT, "timers"): "tracing progs cannot use bpf_timer yet",
    (ProgType.RAW_TRACEPOINT, "locks"): "tracing progs cannot use bpf_spin_lock yet",
    (ProgType.SOCKET_FILTER, "locks"): "socket filter progs cannot use bpf_spin_lock yet",
    (ProgType.SOCKET_FILTER, "timers"): "",
    (ProgType.SCHED_CLS, "locks"): "",
}


@pytest.mark.parametrize(("case", "text"), _REFUSED.items(), ids=lambda case: str(case))
def test_a_map_is_for_some_programs_alone(backend: Backend, case: tuple[ProgType, str], text: str) -> None:
    prog_type, name = case
    insns = encode([*b.ld_map_idx(1, PLACES[name]), b.mov64_imm(0, 0), b.exit_()])
    fds = World(backend).fds
    if text:
        with pytest.raises(VerifierError) as refused:
            prog_load(backend, prog_type=prog_type, insns=insns, map_fds=fds)
        assert text in refused.value.log
    else:
        backend.close(prog_load(backend, prog_type=prog_type, insns=insns, map_fds=fds).fd)
