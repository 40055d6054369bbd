"""A question is asked once while a page is drawn, and anew everywhere else."""

from __future__ import annotations

import pytest

from anlan.lib.once import asking_once, once


def test_an_answer_holds_for_one_page_and_no_longer() -> None:
    asked: list[tuple[int, str]] = []

    @once
    def answer(number: int, word: str = "") -> int:
        asked.append((number, word))
        return number

    answer(1), answer(1)
    assert len(asked) == 2, "outside a page each question is asked anew"
    with asking_once():
        assert [answer(1), answer(1), answer(2), answer(1, word="x")] == [1, 1, 2, 1]
        assert len(asked) == 5
    answer(1)
    assert len(asked) == 6


def test_a_failure_is_no_answer() -> None:
    tries: list[int] = []

    @once
    def fails() -> None:
        tries.append(1)
        raise ValueError

    with asking_once():
        for _attempt in range(2):
            with pytest.raises(ValueError, match=""):
                fails()
    assert len(tries) == 2
