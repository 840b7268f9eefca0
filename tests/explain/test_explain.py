"""Rejections in words: from logs alone, and from programs on either kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explain.golden import DATA, names, on_linux, on_skep, programs, rendered, update
from skep.cli.main import main
from skep.explain import KINDS, explain
from skep.explain.explanation import kind_of
from skep.explain.log import parse
from skep.syscall.linux import Linux
from tools import gen_explain_docs

#: Whose logs take a kernel too long to write for every test run.
SLOW = {"too_large"}


@pytest.fixture(scope="module", autouse=True)
def golden_files(request: pytest.FixtureRequest) -> None:
    """With --update-data they are rewritten first."""
    if request.config.getoption("--update-data", default=False):
        update(Linux())


@pytest.mark.parametrize("name", names())
def test_a_log_of_linux_is_explained(name: str) -> None:
    log = (DATA / f"{name}.log").read_text()
    assert rendered(log, name) == (DATA / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", names())
def test_the_kind_is_what_the_program_is_named_after(name: str) -> None:
    found = explain((DATA / f"{name}.log").read_text())
    assert found is not None
    assert found.kind.replace("-", "_") == name


@pytest.mark.parametrize("name", [name for name in names() if name not in SLOW])
def test_what_skep_says_is_explained_alike(name: str) -> None:
    assert rendered(on_skep(name), name) == (DATA / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", [name for name in names() if name not in SLOW])
def test_the_logs_are_those_of_linux(name: str, linux: Linux) -> None:
    assert rendered(on_linux(name, linux), name) == (DATA / f"{name}.txt").read_text()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_lines_are_no_wider_than_the_terminal(width: int) -> None:
    for name in names():
        text = rendered((DATA / f"{name}.log").read_text(), name, width)
        assert max(len(line) for line in text.splitlines()) <= min(width, 100), name


def test_every_kind_has_all_its_texts_filled() -> None:
    for name in names():
        found = explain((DATA / f"{name}.log").read_text())
        assert found is not None
        for text in (found.title, found.means, found.way_out):
            assert "{" not in text, f"{name}: {text}"
    assert len({kind.name for kind in KINDS}) == len(KINDS)


MESSAGES = {
    "invalid read from stack off -16+0 size 4": "uninitialised-stack",
    "invalid read from stack R3 off -16+0 size 16": "uninitialised-stack",
    "R0 pointer arithmetic on map_value_or_null prohibited, null-check it first": "may-be-null",
    "R1 bitwise operator &= on pointer prohibited": "pointer-arithmetic-prohibited",
    "R4 unbounded memory access, use 'var &= const' or 'if (var < const)'": "no-upper-limit",
    "Expected an initialized dynptr as arg #2": "dynptr",
    "expected an initialized iter_num as arg #0": "iterator",
    "function calls are not allowed while holding a lock": "in-critical-section",
    "bpf_spin_unlock of different lock": "lock-misuse",
    "cannot call GPL-restricted function from non-GPL compatible program": "gpl-only",
    "calling kernel function bpf_cgroup_acquire is not allowed": "function-not-allowed",
    "R1 must be referenced or trusted": "untrusted-pointer",
    "Possibly NULL pointer passed to trusted arg0": "may-be-null",
    "back-edge from insn 5 to 3": "endless-loop",
    "The sequence of 8193 jumps is too complex.": "too-large",
    "unreachable insn 3": "control-flow",
    "the call stack of 8 frames is too deep !": "stack-too-deep",
    "kfunc 'bpf_missing' is referenced but wasn't resolved": "unresolved",
    "R1 leaks addr into map": "pointer-leak",
    "Caller passes invalid args into func#1 ('f')": "global-function",
    "something that nobody has heard of": "other",
}


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_of_its_kind(message: str) -> None:
    assert kind_of(message)[0].name == MESSAGES[message]


LEVEL_2 = """\
func#0 @0
Live regs before insn:
      0: .1........ (61) r2 = *(u32 *)(r1 +16)
0: R1=ctx() R10=fp0
0: (61) r2 = *(u32 *)(r1 +16)         ; R1=ctx() R2=scalar(smin=0,smax=umax=0xffffffff)
1: (25) if r2 > 0x5 goto pc+2         ; R2=scalar(smin=smin32=0,smax=umax=smax32=umax32=5)
2: (b7) r0 = 0                        ; R0=0
3: (95) exit

from 1 to 4: R1=ctx() R2=scalar(smin=umin=6,smax=umax=0xffffffff) R10=fp0
4: R1=ctx() R2=scalar(smin=umin=6,smax=umax=0xffffffff) R10=fp0
4: (bf) r3 = r2                       ; R2=scalar(id=1) R3=scalar(id=1)
5: (79) r0 = *(u64 *)(r3 +0)
R3 invalid mem access 'scalar'
processed 6 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
"""


def test_the_path_of_a_level_2_log_leaves_out_what_came_in_between() -> None:
    assert [step.insn for step in parse(LEVEL_2).path] == [0, 1, 4, 5]
    found = explain(LEVEL_2)
    assert found is not None
    assert [event.what for event in found.history] == [
        "loaded from the context",
        "taken, as r2 > 0x5",
        "copied from r2",
    ]


def test_a_log_may_be_pasted_with_what_stands_around_it() -> None:
    wrapped = "libbpf: prog 'f': -- BEGIN PROG LOAD LOG --\n" + LEVEL_2 + "-- END PROG LOAD LOG --\n"
    assert explain(wrapped) is not None
    assert explain(wrapped).kind == "not-a-pointer"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "\0\0", "0: (95", "from 5 to 6: R1=\n", "R1=(((\n" * 3, "; @ :\n"])
def test_rubbish_is_no_reason_to_fail(text: str) -> None:
    explain(text)
    explain(LEVEL_2[: len(text) * 37] + text)


def test_the_command_reads_a_log(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(LEVEL_2)
    assert main(["verify", "--log", str(path)]) == 1
    assert "a number is used as an address" in capsys.readouterr().out
    assert main(["verify", "-j", "--log", str(path)]) == 1
    found = json.loads(capsys.readouterr().out)["explanation"]
    assert found.keys() == {
        "kind", "title", "message", "means", "way_out", "code", "insn", "asm", "source", "registers",
        "history", "hot",
    }  # fmt: skip
    assert (found["kind"], found["insn"]) == ("not-a-pointer", 5)
    assert found["registers"] == [
        {"register": "R3", "state": "scalar(id=1)", "words": "r3 is any number"},
    ]
    assert main(["verify", "--log", str(tmp_path / "none")]) == 1
    assert "none: No such file" in capsys.readouterr().err
    assert main(["verify"]) == 1
    assert "--log FILE" in capsys.readouterr().err


def test_the_command_explains_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    source = str(Path(__file__).parent / "rejected.bpf.c")
    assert main(["verify", source, "--program", "may_be_null", "--explain"]) == 1
    out = capsys.readouterr().out
    assert "a pointer that may be NULL is used  [EACCES]" in out
    assert "rejected.bpf.c:" in out
    assert "processed" not in out.split("\n", 1)[1], "the faithful log is asked for apart"
    assert main(["verify", source, "--program", "may_be_null", "--explain", "-j"]) == 1
    row = json.loads(capsys.readouterr().out)[0]
    assert row["explanation"]["kind"] == "may-be-null"
    assert row["log"] == ""


def test_every_program_of_the_sources_has_its_log() -> None:
    assert set(programs()) == set(names())


def test_the_page_is_up_to_date() -> None:
    """If not: python -m tools.gen_explain_docs"""
    assert gen_explain_docs.PAGE.read_text() == gen_explain_docs.page()


def test_a_terminal_of_ascii_gets_what_it_can_show(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(LEVEL_2)
    command = [sys.executable, "-m", "skep", "verify", "--log", str(tmp_path / "log")]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    run = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (run.returncode, run.stderr) == (1, b"")
    assert run.stdout.startswith(b"? a number is used as an address\n")
    assert max(map(len, run.stdout.splitlines())) <= 80
