"""The parity harness: what counts as a finding, and programs that take their process with them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools.parity.known import read_known, unexpected
from tools.parity.normalise import first_difference, normalise
from tools.parity.verify import QUESTIONS, Comparison

_ROW = """
[[difference]]
object = "a.bpf.o"
program = "p"
question = "log"
reason = "another clock"
"""


def _list(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "known.toml"
    path.write_text(text)
    return path


def _compared(program: str, **agrees: bool) -> Comparison:
    return Comparison("a.bpf.o", program, None, None, agrees=dict.fromkeys(QUESTIONS, True) | agrees)


def test_the_list_of_known_differences_can_be_read() -> None:
    assert all(reason for reason in read_known("").values())


def test_a_listed_difference_is_no_finding(tmp_path: Path) -> None:
    known = read_known("", _list(tmp_path, _ROW))
    assert unexpected([_compared("p", log=False)], known) == ([], [])


def test_a_difference_that_is_not_listed_is_a_finding(tmp_path: Path) -> None:
    known = read_known("", _list(tmp_path, _ROW))
    rows = [_compared("p", log=False, verdict=False), _compared("q", log=False)]
    assert unexpected(rows, known)[0] == [("a.bpf.o", "p", "verdict"), ("a.bpf.o", "q", "log")]


def test_a_listed_difference_that_has_gone_is_a_finding(tmp_path: Path) -> None:
    known = read_known("", _list(tmp_path, _ROW))
    assert unexpected([_compared("p")], known) == ([], [("a.bpf.o", "p", "log")])


def test_what_was_not_compared_says_nothing_of_the_list(tmp_path: Path) -> None:
    assert unexpected([], read_known("", _list(tmp_path, _ROW))) == ([], [])


def test_rows_for_other_settings_do_not_count(tmp_path: Path) -> None:
    path = _list(tmp_path, _ROW + 'settings = "level 1"\n')
    assert not read_known("", path)
    assert read_known("level 1", path) == {("a.bpf.o", "p", "log"): "another clock"}


@pytest.mark.parametrize(
    "text",
    [_ROW.replace("another clock", ""), _ROW.replace('"log"', '"lgo"'), _ROW + 'why = "x"\n', _ROW * 2],
    ids=["no reason", "no such question", "no such key", "twice"],
)
def test_a_row_that_is_wrong_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"known\.toml, difference"):
        read_known("", _list(tmp_path, text))


def test_addresses_and_the_padding_behind_them_do_not_count() -> None:
    long = normalise("0: (18) r1 = 0xffff888012345678      ; R1=map_ptr(map=m,ks=4,vs=8)\n")
    short = normalise("0: (18) r1 = 0x7f5e00000000          ; R1=map_ptr(map=m,ks=4,vs=8)\n")
    assert first_difference(long, short) is None
    assert first_difference(long, [*short, "1: (95) exit"]) == (2, "<end>", "1: (95) exit")
