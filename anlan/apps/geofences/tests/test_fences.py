"""Fences that could never be judged are refused; who may read which vehicle sees it on the map; an older place moves nothing back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from anlan.apps.geofences.desk import FenceDesk
from anlan.apps.geofences.judging import judge
from anlan.apps.geofences.models import Fence, Position
from anlan.apps.geofences.tests import factories
from anlan.apps.telemetry.kinds import Placed
from anlan.apps.telemetry.models import Station
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import Member, assert_nothing_happened

AT = datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "speed_limit"}, "limit_kmh"),
        ({"limit_kmh": 40.0}, "limit_kmh"),
        ({"until": None}, "until"),
        ({"since": None}, "since"),
        ({"until": time(22)}, "until"),
    ],
)
def test_what_could_never_be_judged_is_refused(live: Scope, changed: dict[str, Any], field: str) -> None:
    hours = {"since": time(22), "until": time(6)}
    given = {"code": "x", "name": "x", "area": "441802", "kind": "no_entry", "outline": factories.square(113.0, 23.7), **hours}
    with assert_nothing_happened(Fence), pytest.raises(Refusal) as refused:
        FenceDesk.create(values=given | changed)
    assert refused.value.field == field
    made = FenceDesk.create(values=given)
    assert JournalEntry.objects.filter(action="geofences.create_fence", record_id=str(made.pk)).count() == 1
    with pytest.raises(Refusal):
        FenceDesk.change(row=made.pk, values={"kind": "speed_limit"})
    made.refresh_from_db()
    assert made.kind == "no_entry"


def test_the_map_shows_who_is_where_to_who_may_read_it(live: Scope, cast: dict[str, Member]) -> None:
    car = created(Station, area="441802107", code="V9", name="试验车", kind="vehicle", source="test")
    fence = factories.fence("441802", 1, kind="no_entry", since=None, until=None, outline=factories.square(113.0, 23.7))
    known = {"V9": (car.pk, "vehicle")}
    judge([Placed(1, "V9", AT, 113.05, 23.75, 30.0)], known)
    judge([Placed(1, "V9", AT - timedelta(minutes=5), 114.0, 24.0, 30.0)], known)
    (row,) = Position.objects.all()
    assert (row.lon, row.fence_id, row.since) == (113.05, fence.pk, AT), "what comes late moves nothing back"
    judge([Placed(1, "V9", AT + timedelta(minutes=5), 113.06, 23.75, 20.0)], known)
    assert Position.objects.get().since == AT, "broken since it came in"
    client = cast["city_officer"].client
    drawn, feature = client.get("/geofences/layer.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == [113.06, 23.75] and "试验车" in feature["properties"]["label"]
    assert (drawn["properties"]["level"], drawn["properties"]["url"]) == ("orange", f"/geofences/fences/{fence.pk}/")
    assert "试验车" in client.get(f"/geofences/fences/{fence.pk}/").content.decode()
    assert cast["neighbour"].client.get("/geofences/layer.geojson").json()["features"] == []
