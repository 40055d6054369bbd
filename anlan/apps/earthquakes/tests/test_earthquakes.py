"""A shock from its report to its answer: what it comes to, what corrects it, what is refused; the command line."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.gis.geos import Point

from anlan.apps.earthquakes import actions, cli, queries
from anlan.apps.earthquakes.models import Earthquake, TownShaking
from anlan.apps.earthquakes.rules import level_of
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Datastream, Station
from anlan.kit import clock
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created

CITY = Point(113.05, 23.70, srid=4326)
FEED = Path(__file__).parents[3] / "lib" / "tests" / "quakes"


def report(**changed: Any) -> Earthquake:
    given = {"at": clock.now() - timedelta(minutes=3), "location": CITY, "magnitude": 6.0, "code": "gd-1", "place": "清城区"}
    return actions.report(**{**given, **changed})


@pytest.mark.parametrize(
    ("intensity", "level"), [(1.9, 0), (2.5, 1), (3.0, 2), (4.99, 2), (5.0, 3), (6.99, 3), (7.0, 4), (12.0, 4)]
)
def test_levels(intensity: float, level: int) -> None:
    assert level_of(intensity) == level


def test_a_report_tells_every_town_and_everybody(live: Scope) -> None:
    row = report()
    assert (row.area, row.epicentral, row.level, row.colour) == ("4418", 7.97, 4, "red")
    towns = list(row.towns.all())
    assert len(towns) > 80
    assert towns[0].area.startswith("441802"), "the seat next to the epicentre is shaken most"
    assert towns[0].intensity == row.strongest > 7
    assert all(a.intensity >= b.intensity for a, b in zip(towns, towns[1:], strict=False))
    assert row.shaken == sum(t.residents for t in towns if t.intensity >= 5) > 1_000_000
    assert sum(t.villages for t in towns) > 1000
    entry = JournalEntry.objects.get(action="earthquakes.report", record="earthquakes.earthquake")
    assert entry.record_id == str(row.pk)
    told = OutboxEvent.objects.filter(name="earthquakes.earthquake_reported").get().payload
    assert (told["level"], told["magnitude"]) == (4, 6.0)


def test_a_later_report_of_the_same_number_corrects_and_a_graver_one_wants_an_answer_anew(live: Scope) -> None:
    row = report(magnitude=4.2)
    before = row.towns.count()
    actions.answer(earthquake=row.pk)
    weaker = report(magnitude=4.0, reviewed=True)
    assert (weaker.pk, weaker.state, weaker.reports, weaker.reviewed) == (row.pk, "answered", 2, True)
    assert weaker.towns.count() <= before
    graver = report(magnitude=5.8)
    assert (graver.pk, graver.state) == (row.pk, "reported")
    assert [found.pk for found in queries.unanswered()] == [row.pk]
    assert Earthquake.objects.count() == 1


def test_what_is_withdrawn_shakes_nobody_until_it_is_reported_again(live: Scope) -> None:
    row = report()
    actions.withdraw(earthquake=row.pk, reason="a blast in a quarry")
    assert TownShaking.objects.count() == 0
    assert (queries.unanswered(), queries.recent()) == ([], [])
    assert report().state == "reported"


@pytest.mark.parametrize(
    "wrong", [{"at": datetime.fromisoformat("2199-01-01T00:00:00+08:00")}, {"magnitude": 11.0}, {"depth_km": 900.0}]
)
def test_what_cannot_be_changes_nothing(live: Scope, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        report(**wrong)
    assert (Earthquake.objects.count(), JournalEntry.objects.filter(action="earthquakes.report").count()) == (0, 0)


def test_a_county_may_look_and_not_report(live: Scope, cast: dict[str, Any]) -> None:
    row = report()
    with entered(cast["county_officer"].scope):
        assert queries.unanswered()[0].pk == row.pk
        assert {t.area[:6] for t in TownShaking.objects.all()} == {"441802"}
        with pytest.raises(NotAuthorised):
            report(code="gd-2")
    assert Earthquake.objects.count() == 1


def test_rings_are_drawn_widest_first(live: Scope) -> None:
    rings = queries.rings_of(report())
    assert [r["properties"]["level"] for r in rings][-1] == "red"
    assert rings[-2]["properties"]["text"] == "36.7 × 27.4 km"


def test_the_command_line_reckons_within_the_domain_s_figures(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "ready", lambda: None)
    told = json.loads(CliRunner().invoke(cli.quake, ["--lon", "113.05", "--lat", "23.70", "--magnitude", "6", "--json"]).output)
    assert {"intensity": 6, "long_km": 36.7, "short_km": 27.4} in told["rings"]
    assert sum(told["residents"].values()) > 3_000_000
    assert told["towns"][0]["residents"] > 0
    assert Earthquake.objects.count() == 0


def test_a_feed_is_taken_in_as_far_as_it_is_felt_here(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "ready", lambda: None)
    far = CliRunner().invoke(cli.quake, ["--feed", str(FEED / "usgs_2023-04-07.recorded.geojson"), "--json"])
    assert json.loads(far.output) == {"taken": 0, "not felt": 5, "withdrawn": 0, "refused": 0, "faults": []}
    near = CliRunner().invoke(cli.quake, ["--feed", str(FEED / "two_origins.synthetic.quakeml"), "--json"])
    assert (json.loads(near.output)["taken"], len(json.loads(near.output)["faults"])) == (1, 1)
    assert str(Earthquake.objects.get()) == "M4.6 清远清新 Qingxin (synthetic)"


def test_the_countdown_tells_what_is_still_to_come_and_when_it_is_over(live: Scope, cast: dict[str, Any]) -> None:
    """120 km away at 10 km depth the waves need 34 s, at the epicentre 3 s."""
    row = report(at=clock.now() - timedelta(seconds=5), depth_km=10.0)
    coming = queries.arrivals(row)
    assert [a.town.intensity for a in coming] == sorted((a.town.intensity for a in coming), reverse=True)
    assert all((a.at - row.at).total_seconds() == pytest.approx((a.town.km**2 + 100) ** 0.5 / 3.5) for a in coming)
    address = f"/earthquakes/earthquakes/{row.pk}/countdown/"
    told = cast["city_officer"].client.get(f"/api/v1{address}").json()
    assert told["over"] is False
    assert min(t["seconds_left"] for t in told["towns"]) < 0 < max(t["seconds_left"] for t in told["towns"])
    page = cast["city_officer"].client.get(address).content.decode()
    assert page.count("data-arrives=") == len(coming) == len(told["towns"])
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert cast["city_officer"].client.get(f"/api/v1{address}").json()["over"] is True
        assert "data-big hidden" in cast["city_officer"].client.get(f"{address}?wall=1").content.decode()


def test_a_county_counts_down_for_its_own_towns(live: Scope, cast: dict[str, Any]) -> None:
    row = report()
    told = cast["county_officer"].client.get(f"/api/v1/earthquakes/earthquakes/{row.pk}/countdown/").json()
    assert {t["area"][:6] for t in told["towns"]} == {"441802"}


def seismograph(code: str, area: str, *quantities: str, at: Point | None = CITY) -> None:
    station = created(Station, area=area, code=code, name=f"强震台{code}", kind="seismograph", location=at, source="test")
    for quantity in (*quantities, "instrumental_intensity"):
        created(Datastream, area=area, station=station, quantity=quantity, stale_after=timedelta(hours=1))


def test_instruments_stand_beside_what_is_reckoned_each_for_whom_it_concerns(live: Scope, cast: dict[str, Any]) -> None:
    row = report()
    seismograph("Q1", "441802", "pga", "pgv")
    seismograph("Y1", "441881", "pga", at=None)
    told = {("Q1", "pga"): 6.0, ("Q1", "pgv"): 0.1, ("Y1", "pga"): 0.32}
    readings = [telemetry.RawReading(2, code, q, row.at + timedelta(seconds=20), v) for (code, q), v in told.items()]
    readings += [telemetry.RawReading(9, "Q1", "pga", row.at + timedelta(minutes=11), 9.0)]
    readings += [telemetry.RawReading(9, "Q1", "pga", row.at - timedelta(seconds=1), 9.0)]
    telemetry.detect(telemetry.ingest(readings, "test").batch)
    address = f"/earthquakes/earthquakes/{row.pk}/"
    found = cast["city_officer"].client.get(f"/api/v1{address}measured/").json()["stations"]
    assert [(f["station"], f["pga"], f["pgv"], f["intensity"], f["degree"]) for f in found] == [
        ("Q1", 6.0, 0.1, 6.8, "VII"),
        ("Y1", 0.32, None, 5.0, "V"),
    ]
    assert (found[0]["km"], found[0]["reckoned"], found[1]["km"]) == (0.0, pytest.approx(8.0, abs=0.1), None)
    page = cast["city_officer"].client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "6.8 (VII)" in page and "5.0 (V)" in page
    assert page.count("by acceleration alone (I_A)") == 1
    assert "凭加速度单项（I_A）" in cast["city_officer"].client.get(address).content.decode()
    county = cast["county_officer"].client
    assert [f["station"] for f in county.get(f"/api/v1{address}measured/").json()["stations"]] == ["Q1"]
    assert "5.0 (V)" not in county.get(address).content.decode()


def test_without_instruments_the_page_says_so(live: Scope, cast: dict[str, Any]) -> None:
    row = report()
    assert "没有您可见的强震台" in cast["city_officer"].client.get(f"/earthquakes/earthquakes/{row.pk}/").content.decode()
