"""Facts go to JSON and come back as what their fields declare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from anlan.lib.facts import inward, outward, plain


@pytest.mark.parametrize(
    ("hint", "value", "held"),
    [
        (datetime, datetime(2022, 6, 15, tzinfo=UTC), "2022-06-15T00:00:00+00:00"),
        (date | None, date(2022, 6, 15), "2022-06-15"),
        (Decimal, Decimal("1.50"), "1.50"),
        (tuple[date, ...], (date(2022, 6, 15),), ["2022-06-15"]),
        (str, "4418", "4418"),
    ],
)
def test_there_and_back(hint: object, value: object, held: object) -> None:
    assert outward(value) == held
    assert inward(hint, held) == value


@dataclass
class Point:
    x: float
    y: float
    geom_type: str = "Point"
    wkb: bytes = b"p"


def test_a_point_is_kept_by_its_degrees_and_an_outline_by_its_digest() -> None:
    assert plain(Point(113.05, 23.7)) == "113.050000, 23.700000"
    assert plain(Point(0, 0, "Polygon")).startswith("Polygon ")
    assert plain({"at": [Decimal("1.5"), None]}) == {"at": ["1.5", None]}
