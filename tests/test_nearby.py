"""What lies near a point: distances, jurisdiction, and circles that are none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point

from anlan.apps.supplies.models import Depot
from anlan.apps.supplies.tests import factories
from anlan.kit.desk.nearby import circle, within
from anlan.kit.refusals import Malformed
from anlan.kit.testing.factory import created

HERE = (110.0, 30.0)  # nothing of the demo city lies here


@pytest.fixture
def two(live: Any) -> tuple[Depot, Depot]:
    """Return a depot 1.1 km north of the point in Qingcheng's charge, and one 2.9 km east in Yingde's."""
    north, east = Point(110.0, 30.01, srid=4326), Point(110.03, 30.0, srid=4326)
    first = created(Depot, **factories.depot_values("441802", 1), area="441802", location=north)
    return first, created(Depot, **factories.depot_values("441881", 2), area="441881", location=east)


def test_a_circle_is_round(two: tuple[Depot, Depot]) -> None:
    found = [within(Depot.objects.all(), "location", circle(*HERE, km)).count() for km in (1.0, 1.2, 2.8, 3.0)]
    assert found == [0, 1, 1, 2]


def test_each_sees_what_is_his(two: tuple[Depot, Depot], cast: Any) -> None:
    asked = {"lon": HERE[0], "lat": HERE[1], "km": 3}
    for member, labels in (("city_officer", 2), ("county_officer", 1), ("reporter", 0)):
        answer = cast[member].client.get("/api/v1/near/", asked)
        assert (answer.status_code, len(answer.json())) == (200, labels), member
        assert cast[member].client.get("/near/", asked).content.decode().count("list-group-item ") == labels
    assert cast["city_officer"].client.get("/api/v1/near/", asked).json()[0]["km"] == pytest.approx(1.11, abs=0.01)
    assert cast["anonymous"].client.get("/api/v1/near/", asked).status_code == 401


def test_a_list_is_narrowed_to_a_circle(two: tuple[Depot, Depot], cast: Any) -> None:
    client = cast["city_officer"].client
    assert len(client.get("/api/v1/supplies/depots/", {"near": "110, 30, 1.2"}).json()["results"]) == 1
    assert client.get("/api/v1/supplies/depots/", {"near": "here"}).status_code == 400
    assert client.get("/supplies/depots/", {"near": "110,30,999"}).status_code == 200


@pytest.mark.parametrize(
    "given", [("x", "1", "1"), ("200", "1", "1"), ("1", "1", "0"), ("1", "1", "nan"), (None, None, None), ("1", "1", "1e9")]
)
def test_what_is_no_circle_is_told(given: tuple[Any, Any, Any]) -> None:
    with pytest.raises(Malformed):
        circle(*given)
