"""Late and corrected readings, and the alarms that follow them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api
from anlan.apps.telemetry.kinds import QUANTITIES
from anlan.apps.telemetry.models import Batch, Datastream
from anlan.apps.telemetry.rules import AN_HOUR, RawReading, Track
from anlan.kit.scope import Scope
from anlan.lib.instants import micros

T0 = datetime(2022, 6, 1, tzinfo=UTC)
H = timedelta(hours=1)
STATIONS = ("QY-H01", "QY-H02", "QY-H03")
VALUES = st.sampled_from([20.0, 20.0, 20.0, 20.5, 0.0, 30.0, 60.0, 61.0, 3000.0])
ROW = st.tuples(st.integers(0, 2), st.integers(0, 130), VALUES, st.booleans(), st.booleans())
Sent = tuple[int, int, float, bool, bool]


def model(sent: list[Sent]) -> dict[tuple[int, int], tuple[float, int, bool]]:
    """Return what holds at each (station, hour) by the rules, one row after the other, flags from the whole in order of time."""
    told: dict[tuple[int, int], list[tuple[float, bool]]] = {}
    for station, hour, value, estimated, correction in sent:
        known = told.setdefault((station, hour), [])
        if known and estimated and not known[-1][1]:
            continue
        observes = bool(known) and known[-1][1] and not estimated
        if known and not observes and (value == known[-1][0] or ((value, estimated) in known and not correction)):
            continue
        known.append((value, estimated))
    found = {}
    tracks = {station: Track() for station in range(3)}
    low, high = QUANTITIES.get("water_level").span
    for (station, hour), known in sorted(told.items()):
        value, estimated = known[-1]
        at = micros(T0 + hour * H)
        flags = 1 if not low <= value <= high else tracks[station].follow(at, value, estimated, 15.0, 72 * AN_HOUR)
        found[(station, hour)] = (value, flags, estimated)
    return found


def held() -> dict[tuple[int, int], tuple[float, int, bool]]:
    streams = {d.pk: STATIONS.index(d.station.code) for d in water_levels()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (datastream_id, at) datastream_id, at, value, flags, estimated FROM telemetry_reading"
            " ORDER BY datastream_id, at, version DESC"
        )
        return {(streams[s], (at - T0) // H): (value, flags, est) for s, at, value, flags, est in cursor}


def water_levels() -> list[Datastream]:
    return list(Datastream.objects.filter(station__code__in=STATIONS, quantity="water_level").select_related("station"))


def newest_by_hand() -> dict[int, tuple[Any, ...]]:
    """Return what the newest-value table should say, from what holds."""
    found: dict[int, tuple[Any, ...]] = {}
    for (station, hour), (value, flags, _estimated) in sorted(held().items()):
        good = (T0 + hour * H, value) if not flags else found.get(station, (None,) * 4)[2:]
        found[station] = (T0 + hour * H, value, *good)
    return found


def put(value: float, hours: float, *, correction: bool = False) -> api.IngestResult:
    found = api.ingest([RawReading(2, "QY-H01", "water_level", T0 + hours * H, value, correction=correction)], "test")
    api.detect(found.batch)
    return found


def test_a_late_reading_that_explains_a_jump_lets_it_raise_its_alarm(live: Scope) -> None:
    put(20.0, 0)
    put(36.0, 1)
    assert Alarm.objects.count() == 0, "sixteen metres in an hour are not believed"
    put(28.0, 0.5)
    assert [(a.level, a.value) for a in alarms.alarms_open()] == [(4, 36.0)]
    assert Batch.objects.order_by("-id")[0].revised == 1


def test_a_sender_restores_its_original_by_a_declared_correction(live: Scope) -> None:
    put(30.47, 0)
    put(20.0, 0)
    assert (put(30.47, 0).duplicate, alarms.alarms_open()) == (1, [])
    again = put(30.47, 0, correction=True)
    assert (again.corrected, [a.value for a in alarms.alarms_open()]) == (1, [30.47])
    assert put(30.47, 0, correction=True).duplicate == 1
