"""A gauge that tells every few seconds: pictures are thinned, and show what every reading would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.apps.telemetry.api import RawReading, ingest
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.display.columns import Spark, with_newest
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.courses import DRAWN, SPANS, hydrograph, series, series_drawn
from anlan.kit import clock
from anlan.kit.scope import Scope


def told(count: int, step: timedelta) -> tuple[Station, int]:
    """Take in a slow rise with one peak of a single reading, a corrected one and a doubtful one; the newest an hour ago."""
    end = clock.now() - timedelta(hours=1)
    values = [20 + n / count for n in range(count)]
    values[count // 2] = 23.0
    rows = [RawReading(n, "QY-H01", "water_level", end - step * (count - n), value) for n, value in enumerate(values)]
    assert not ingest(rows, "test").rejected
    ingest([RawReading(1, "QY-H01", "water_level", rows[count // 3].at, 19.0)], "test")
    ingest([RawReading(1, "QY-H01", "water_level", rows[-1].at + timedelta(minutes=1), 400.0)], "test")
    station = Station.objects.get(code="QY-H01")
    return station, station.datastreams.get(quantity="water_level").pk


def test_a_dense_hydrograph_keeps_ends_extremes_and_doubts(live: Scope) -> None:
    count = DRAWN + 500
    station, stream = told(count, timedelta(minutes=3))
    begin, now = clock.now() - timedelta(hours=288), clock.now()
    whole, drawn = series(stream, begin, now), series_drawn(stream, begin, now)
    assert len(whole) == count + 1 and len(drawn) <= 4 * SPANS + 4 and set(drawn) <= set(whole)
    assert drawn[0] == whole[0] and drawn[-1] == whole[-1] and drawn[-1][3] != 0, "the doubtful one stands at the end"
    good = [value for _at, value, _estimated, flags in drawn if not flags]
    assert (min(good), max(good)) == (19.0, 23.0), "the correction and the peak of one reading"
    picture = hydrograph(station, 288)
    assert [[at.isoformat(), *rest] for at, *rest in drawn] == picture["series"][0]["points"]


def test_a_plain_course_is_drawn_as_it_is(live: Scope) -> None:
    _station, stream = told(300, timedelta(minutes=10))
    begin, now = clock.now() - timedelta(hours=288), clock.now()
    assert series_drawn(stream, begin, now) == series(stream, begin, now)
    assert series_drawn(stream, now, now) == []


def test_the_line_of_the_list_is_as_wide_as_it_is_drawn(live: Scope) -> None:
    station, _stream = told(1500, timedelta(minutes=1))
    row: Any = with_newest(StationDesk.rows()).get(pk=station.pk)
    assert len(row.course) <= 122
    shown = str(Spark("course", "").show(row))
    assert "19.00" in shown and "23.00" in shown and shown.count(",") <= 2 * 122 + 2
