"""A fire and a leak from what the duty officer knows to who lives where they may come; what is refused leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from anlan.apps.estimates import actions, queries
from anlan.apps.estimates.models import Estimate, Fuel, Reached, Substance
from anlan.apps.estimates.tests import factories
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

HILL = Point(113.05, 23.90, srid=4326)
PLANT = Point(113.05, 23.68, srid=4326)


def fire(**changed: Any) -> Estimate:
    given = {"location": HILL, "fuel": Fuel.objects.get(code="pine"), "temperature": 28.0, "relative_humidity": 35.0}
    return actions.spread(**{**given, "wind": 6.0, "wind_from": 0.0, "slope": 15.0, "uphill": 180.0, **changed})


def leak(**changed: Any) -> Estimate:
    gas = Substance.objects.get(code=changed.pop("substance", "chlorine"))
    return actions.drift(
        **{"location": PLANT, "substance": gas, "rate": 60.0, "wind": 2.0, "wind_from": 90.0, "cloud": 0, **changed}
    )


def test_a_fire_is_kept_with_what_it_was_reckoned_from(live: Scope) -> None:
    row = fire(place="石梨村")
    assert (row.area, row.given["bearing"], row.made_by) == ("441803", 180, live.actor)
    assert row.outlines.count() == 9
    steps = queries.steps_of(row)
    assert [s["level"] for s in steps] == [4, 3, 2]
    for step in steps:
        likely, low, high = (float(figure.replace(",", "")) for figure in step["figures"][1])
        assert 0 < low < likely < high
        assert step["towns"]
    assert row.people_likely <= row.people_most == max(o.people for o in row.outlines.all())
    entry = JournalEntry.objects.get(action="estimates.spread", record="estimates.estimate")
    assert entry.record_id == str(row.pk)
    assert OutboxEvent.objects.get(name="estimates.estimate_made").payload["people"] == row.people_most


def test_the_head_runs_with_the_wind_or_up_the_slope(live: Scope) -> None:
    assert fire(wind=8.0, wind_from=90.0, slope=0.0).given["bearing"] == 270
    assert fire(wind=0.0, slope=30.0, uphill=45.0).given["bearing"] == 45


def test_the_slope_comes_from_the_terrain_where_nobody_says(live: Scope) -> None:
    row = fire(slope=None, uphill=None)
    assert row.given["slope_from_terrain"] is True
    assert any("1.1" in text for text in queries.limits_of(row))


def test_a_leak_drifts_downwind_and_says_what_the_model_leaves_out(live: Scope) -> None:
    row = leak()
    assert row.outlines.filter(band="likely", step=5.8).get().outline.centroid.x < PLANT.x
    lethal, harmful = queries.steps_of(row)
    assert (lethal["level"], harmful["level"]) == (4, 3)
    assert float(lethal["figures"][0][0]) < float(harmful["figures"][0][0])
    assert row.given["worst_km"] > 0
    assert len(queries.limits_of(row)) >= 2, "chlorine is heavier than air"
    assert row.people_most > 0


def test_in_a_calm_it_may_go_anywhere(live: Scope) -> None:
    row = leak(wind=0.4)
    around = row.outlines.get(band="likely", step=5.8).outline
    assert around.centroid.distance(PLANT) < 0.001


@pytest.mark.parametrize(
    ("verb", "wrong", "field"),
    [
        (fire, {"relative_humidity": 0.0}, "relative_humidity"),
        (fire, {"relative_humidity": 99.0, "temperature": 4.0, "wind": 0.0}, "relative_humidity"),
        (fire, {"slope": 80.0}, "slope"),
        (fire, {"location": Point(100.0, 30.0, srid=4326), "slope": 10.0, "uphill": None}, "uphill"),
        (fire, {"location": Point(100.0, 30.0, srid=4326)}, "location"),
        (fire, {"alarm": 999_999}, "alarm"),
        (leak, {"rate": 0.0}, "rate"),
        (leak, {"rate": 0.01, "wind": 15.0, "substance": "methanol"}, "rate"),
        (leak, {"wind_from": 400.0}, "wind_from"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(live: Scope, verb: Any, wrong: dict[str, Any], field: str) -> None:
    with assert_nothing_happened(Estimate, Reached), pytest.raises(Refusal) as refused:
        verb(**wrong)
    assert refused.value.field == field


def test_a_county_reckons_at_home_alone(live: Scope, cast: dict[str, Any]) -> None:
    with entered(cast["county_officer"].scope), pytest.raises(NotAuthorised):
        fire()
    assert Estimate.objects.count() == 0


def test_the_neighbour_sees_nothing(live: Scope, cast: dict[str, Any]) -> None:
    row = leak()
    assert row.area == "441802"
    doors = [reverse(f"estimates:{name}", args=[row.pk]) for name in ("outlines", "map", "found")]
    for who, status in (("county_officer", 200), ("neighbour", 404)):
        assert [cast[who].client.get(door).status_code for door in doors] == [status] * 3


def test_a_warning_is_drafted_for_its_ground(live: Scope, cast: dict[str, Any]) -> None:
    row = fire()
    url = queries.steps_of(row)[0]["warn"]
    assert len(url) < 6000
    page = cast["signer"].client.get(url).content.decode()
    assert "MultiPolygon" in page
    assert '<option value="forest_fire" selected' in page


def test_withdrawn_it_leaves_the_map(live: Scope) -> None:
    row = fire()
    assert [r.pk for r in queries.recent()] == [row.pk]
    actions.withdraw(estimate=row.pk, reason="the wind had turned")
    assert queries.recent() == []
    with pytest.raises(Refusal):
        actions.withdraw(estimate=row.pk, reason="again")


def test_what_an_estimate_reaches_at_most_is_offered_as_a_ground(live: Scope, cast: dict[str, Any]) -> None:
    row = factories.reached("441802", 1)
    (most,) = [one for one in row.outlines.all() if one.band == "high"]
    found = [one for one in cast["signer"].client.get("/api/v1/warning/grounds/").json() if one["source"] == "estimates"]
    assert [one["key"] for one in found] == [f"estimates:{most.pk}"] and str(row) in found[0]["name"]
    neighbour = cast["neighbour"].client.get("/api/v1/warning/grounds/").json()
    assert not [one for one in neighbour if one["source"] == "estimates"]
