"""The text of what a program was rewritten to is bpftool's, of the same instructions of the same program."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import skep
from skep.isa import Insn, decode
from skep.isa import opcodes as op
from skep.isa.disasm import format_insn
from skep.loader.load import load
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.bpf.c"))
#: What bpftool puts in place of numbers: names of functions, maps by their ids.
_NAMED = (re.compile(r"call .*"), re.compile(r"(?<=^\(18\) )(r\d+ = ).*"))


def plain(line: str) -> str:
    """Without names."""
    return _NAMED[1].sub(r"\1constant", _NAMED[0].sub("call", line))


def is_newer(insn: Insn) -> bool:
    """Not known to the bpftool of older distributions: per-CPU addresses, casts, far jumps."""
    moved = insn.code == op.BPF_ALU64 | op.BPF_MOV | op.BPF_X and insn.off
    return bool(moved) or insn.code == op.BPF_JMP32 | op.BPF_JA


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_the_text_of_examples_is_bpftools(path: Path, linux: Backend) -> None:
    bpftool = shutil.which("bpftool")
    if bpftool is None:
        pytest.skip("bpftool is not there")
    loaded = load(skep.open(path).spec, linux)
    try:
        for fd in loaded.programs.values():
            details = prog_details(linux, fd)
            command = [bpftool, "prog", "dump", "xlated", "id", str(details.info.id)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            theirs = re.findall(r"^ *\d+: (\(.*)$", done.stdout, re.MULTILINE)
            insns = decode(details.xlated)
            places = [index for index, insn in enumerate(insns) if insn.code]
            assert len(theirs) == len(places)
            for index, text in zip(places, theirs, strict=True):
                if not is_newer(insns[index]):
                    assert plain(format_insn(insns, index)) == plain(text)
    finally:
        loaded.close(linux)
