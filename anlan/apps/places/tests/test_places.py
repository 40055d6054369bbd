"""Finding places by words, codes and points; people within an outline."""

import numpy as np
import pytest

from anlan.apps.places import api


@pytest.mark.parametrize(
    ("text", "first"),
    [("清新", "清新区"), ("441881", "英德市"), ("yingde", "英德市"), ("Qingcheng", "清城区"), ("feilaixia", "飞来峡镇")],
)
def test_search(live, text: str, first: str) -> None:  # type: ignore[no-untyped-def]
    assert api.find(text)[0].name == first


def test_points_one_by_one_and_in_bulk(live) -> None:  # type: ignore[no-untyped-def]
    assert api.divisions_at(113.03, 23.7)[:2] == ["4418", "441802"]
    assert api.divisions_at(100.0, 20.0) == []
    found = api.index("county").locate(np.array([113.03, 113.4, 100.0]), np.array([23.7, 24.16, 20.0]))
    assert list(found) == ["441802", "441881", ""]


def test_population(live) -> None:  # type: ignore[no-untyped-def]
    outline = api.geometry_of("441881")
    assert outline is not None
    assert api.population_in(outline).total == 941325
    whole = api.geometry_of("4418")
    assert whole is not None
    assert abs(api.population_in(whole).total - 3_969_473) < 20_000
