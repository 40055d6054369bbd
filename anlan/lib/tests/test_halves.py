"""A text in both languages is shown by its half; a Chinese text that ends with a code or a name is left whole. Every table of the city is held to it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from anlan.lib.halves import half

PACKS = Path(__file__).parents[3] / "packs"


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("仅见其名 · named only", "仅见其名", "named only"),
        ("原文作长怖 · printed 长怖 in the source", "原文作长怖", "printed 长怖 in the source"),
        ("建议值 · SL 61-2015", "建议值 · SL 61-2015", "建议值 · SL 61-2015"),
        ("英德(五) · 水位", "英德(五) · 水位", "英德(五) · 水位"),
        ("a · b and more", "a · b and more", "a · b and more"),
        ("", "", ""),
    ],
)
def test_the_reader_is_shown_his_half(text: str, chinese: str, english: str) -> None:
    assert (half(text, chinese=True), half(text, chinese=False)) == (chinese, english)


@pytest.mark.parametrize("table", ["hydro/ladders.csv", "hydro/thresholds.csv", "hydro/stations.csv", "places/population.csv"])
def test_sources_and_notes_of_the_city_are_told_in_one_language(table: str) -> None:
    with (PACKS / "qingyuan" / table).open(encoding="utf-8", newline="") as file:
        texts = {row[name] for row in csv.DictReader(file) for name in ("source", "note") if row.get(name)}
    for text in texts:
        assert not re.search(r"\b[a-z]{3,} [a-z]{3,} [a-z]{3,}\b", half(text, chinese=True)), text
