"""Kernel functions, exceptions, locks and deep calls: each program returns the same on all engines."""

from __future__ import annotations

import errno

import pytest

from kfuncs.conftest import Run

SOURCE = "basic.bpf.c"

RETURNS = {
    "numbers": 4 * 3**5 + 5 * 3**4 + 6 * 3**3 + 7 * 3**2 + 8 * 3 + 9 + 3**7,
    "numbers_backwards": -errno.EINVAL,
    "too_many_numbers": -errno.E2BIG,
    "numbers_from_the_smallest": 103,
    "bits_of_one_word": 2 * 5 + 63,
    "bits_of_four_words": (((2 * 5 + 63) * 5) + 132) * 5 + 192,
    "bits_of_no_word": -errno.EINVAL,
    "bits_of_too_many_words": -errno.E2BIG,
    "bits_of_nothing": -errno.EINVAL,
    "throws_from_a_function": 7,
    "throws_not": 11,
    "throws_to_a_callback": 1023,
    "compares_equal": 0,
    "compares_less": -1,
    "compares_greater": 1,
    "compares_without_case": 0,
    "compares_null": -errno.ERANGE,
    "compares_user_memory": -errno.ERANGE,
    "compares_a_bad_address": -errno.EFAULT,
    "compares_endless": 0,
    "finds_a_byte": 9,
    "finds_the_end": 11,
    "finds_no_byte": -errno.ENOENT,
    "finds_a_byte_in_the_first": -errno.ENOENT,
    "finds_a_byte_or_the_end": 11,
    "finds_a_byte_from_the_end": 3,
    "length_of": 11,
    "length_up_to": 5,
    "length_of_endless": 0,
    "length_of_a_bad_address": -errno.EFAULT,
    "spans": 4,
    "spans_not": 7,
    "finds_text": 7,
    "finds_no_text": -errno.ENOENT,
    "finds_empty_text": 0,
    "finds_text_within": 7,
    "finds_text_beyond": -errno.ENOENT,
    "sections": 3,
    "resilient_locks": 5,
    "a_resilient_lock_taken_twice": -errno.EDEADLK,
    "eight_frames": 147,
}
FILLED = {"compares_endless": -errno.E2BIG, "length_of_endless": -errno.E2BIG}


@pytest.mark.parametrize("program", RETURNS)
def test_every_engine_returns_the_same(program: str, run: Run) -> None:
    assert run(program) == RETURNS[program]


@pytest.mark.parametrize("program", FILLED)
def test_strings_without_end_are_too_long(program: str, run: Run) -> None:
    assert run(program, no_end=b"x" * 70000) == FILLED[program]
