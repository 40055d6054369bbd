"""How much of a day was heard, what is due, and how dense gauges stand: by tables, and on readings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.tests import factories as stations
from anlan.apps.upkeep import heard, queries, rules
from anlan.apps.upkeep.models import DayHeard
from anlan.apps.upkeep.tests import factories
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import Member

AREA = "441802107"
DAY = date(2022, 6, 15)


def _at(hour: float) -> datetime:
    return datetime.fromisoformat("2022-06-15T00:00:00+08:00") + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("hours", "flagged", "expected"),
    [
        ((), (), 0.0),
        ((0, 1, 2), (), 3.0),  # the last holds for an hour
        ((10,), (), 1.0),
        ((10, 10.5), (), 1.5),
        ((23.5,), (), 0.5),  # no longer than the day
        ((-0.5,), (), 0.5),  # of the day before, still good
        ((10, 11), (11,), 1.0),  # what is doubted is not heard
    ],
)
def test_a_reading_is_heard_until_it_is_stale(
    live: Scope, hours: tuple[float, ...], flagged: tuple[float, ...], expected: float
) -> None:
    held = stations.stream(AREA, 1)  # stale after an hour
    with clock.frozen(_at(48)):
        rows = [
            telemetry.RawReading(n, held.station.code, "water_level", _at(hour), 150.0 if hour in flagged else 18.0 + n / 10)
            for n, hour in enumerate(hours)
        ]
        telemetry.ingest(rows, "test")
        heard.count()
        assert (
            DayHeard.objects.filter(datastream_id=held.pk, day=DAY).values_list("seconds", flat=True).first() or 0
        ) == expected * 3600
        assert heard.count() == 2, "only the last two days are counted again"


def test_the_share_of_a_month_begins_with_the_first_day_heard(live: Scope) -> None:
    held = stations.stream(AREA, 1)
    with clock.frozen(_at(48)):
        rows = [telemetry.RawReading(n, held.station.code, "water_level", _at(n), 18.0 + n / 100) for n in range(24)]
        telemetry.ingest(rows, "test")
        heard.count()
        one = next(k for k in queries.kept() if k.station.pk == held.station_id)
        assert one.shares[:-1] == [None] * 5
        assert one.shares[-1] == pytest.approx(0.5, abs=0.03), "a day of the two since it was first heard"


def test_points_closer_than_the_norm_are_one_place_also_in_a_chain() -> None:
    step = 80 / 111_195  # 80 m north
    assert rules.places_of([113.0] * 4, [23.0, 23 + step, 23 + 2 * step, 23.1], 100).tolist() == [0, 0, 0, 3]
    assert rules.places_of([], [], 100).tolist() == []
    assert rules.Density("x", 3, 3, 2, 400.0).per_100 == 0.5
    assert rules.Density("x", 3, 3, 2, 410.0).short(5.0) == 19


def test_what_is_overdue_says_since_when(live: Scope) -> None:
    held = stations.stream(AREA, 2)
    factories.rule(AREA, 1)  # river stations: maintenance every 90 days
    one = next(k for k in queries.kept() if k.station.pk == held.station_id)
    assert not one.overdue and one.next_due == held.station.created_at + timedelta(days=90)
    with clock.frozen(clock.now() + timedelta(days=91)):
        one = next(k for k in queries.kept() if k.station.pk == held.station_id)
        assert [at for _words, at in one.overdue] == [held.station.created_at + timedelta(days=90)]


def test_page_and_api_tell_the_same(live: Scope, cast: dict[str, Member]) -> None:
    held, client = stations.stream(AREA, 3), cast["city_officer"].client
    told = client.get("/api/v1/upkeep/network/?area=441802").json()
    page = client.get("/upkeep/?area=441802").content.decode()
    assert held.station.code in {row["code"] for row in told["stations"]}
    assert [d["county"] for d in told["density"]] == ["441802"] and told["density"][0]["km2"] == pytest.approx(1296, rel=0.03)
    assert held.station.desk_url() in page
    assert "<td>清城区</td>" in page, "a county is told by its name"
    assert held.station.desk_url() not in cast["neighbour"].client.get("/upkeep/").content.decode()
