"""Panels and share pictures are read by a reader that did not draw them; hundreds of each in `tests/load/second_reader.py`."""

from __future__ import annotations

import pytest

from anlan.apps.warning.tests.notices import notice
from anlan.apps.warning.tests.second_reader import FAULTS, tried


@pytest.mark.parametrize(("reader", "number", "language"), [("panel", 2, "en"), ("share", 3, "zh"), ("share", 4, "en")])
def test_a_good_one_is_read(reader: str, number: int, language: str) -> None:
    assert tried(reader, notice(number, language)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str) -> None:
    assert tried("share", notice(3, "zh"), fault)
