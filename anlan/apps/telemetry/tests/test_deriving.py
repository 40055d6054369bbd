"""What is worked out from readings: late, corrected, suspect and repeated ones, and a day that is not over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.apps.telemetry import api
from anlan.apps.telemetry.kinds.measures import worked_out_of
from anlan.apps.telemetry.models import Datastream, Reading, Station
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.lib.instants import micros
from anlan.lib.seismic import instrumental
from anlan.lib.series import rolling

T0 = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)


def equip(*quantities: str) -> None:
    held = created(Station, area="441802107", code="D1", name="试验站", kind="weather", source="test")
    for quantity in quantities:
        created(Datastream, area="441802107", station=held, quantity=quantity, stale_after=H)


def put(*readings: tuple[float, float], quantity: str = "air_temperature") -> api.IngestResult:
    found = api.ingest([api.RawReading(n, "D1", quantity, T0 + h * H, v) for n, (h, v) in enumerate(readings, 2)], "test")
    api.detect(found.batch)
    return found


def held(quantity: str) -> list[tuple[float, float]]:
    """Return (hour, value) of what holds of a quantity."""
    stream = Datastream.objects.get(station__code="D1", quantity=quantity).pk
    return [((at - T0) / H, value) for at, value, _e, flags in api.series(stream, T0 - 99 * H, T0 + 999 * H) if not flags]


def test_a_late_and_a_corrected_reading_change_what_rests_on_them(live: Scope) -> None:
    equip("air_temperature", "temperature_max_24h")
    put((0, 30.0), (10, 25.0))
    assert held("temperature_max_24h") == [(0, 30.0), (10, 30.0)]
    put((5, 33.0))
    assert held("temperature_max_24h") == [(0, 30.0), (5, 33.0), (10, 33.0)]
    put((5, 28.0))
    assert held("temperature_max_24h") == [(0, 30.0), (5, 30.0), (10, 30.0)]
    versions = Reading.objects.count()
    put((5, 28.0))
    assert Reading.objects.count() == versions, "what is as it was is not stored again"


def test_a_suspect_reading_takes_no_part(live: Scope) -> None:
    equip("air_temperature", "temperature_max_24h")
    put((0, 30.0), (1, 70.0))
    assert held("temperature_max_24h") == [(0, 30.0)]


def test_a_station_that_has_no_such_datastream_costs_nothing(live: Scope) -> None:
    equip("air_temperature")
    put((0, 30.0))
    assert Reading.objects.count() == 1


def test_a_day_is_worked_out_once_it_is_over(live: Scope) -> None:
    equip("air_temperature", "humidity", "rain", "wind_speed", "fire_danger_index")
    put((6, 26.0))
    assert held("fire_danger_index") == []
    put((12, 20.0))
    assert held("fire_danger_index") == [], "nothing is said without humidity, rain and wind"


def shake(*peaks: tuple[str, float, float]) -> None:
    """Tell peaks (quantity, second, value) in one batch."""
    rows = [api.RawReading(n, "D1", q, T0 + timedelta(seconds=s), v) for n, (q, s, v) in enumerate(peaks, 2)]
    api.detect(api.ingest(rows, "test").batch)


def shaken() -> list[tuple[float, float, bool]]:
    """Return (second, intensity, estimated) of what holds."""
    stream = Datastream.objects.get(station__code="D1", quantity="instrumental_intensity").pk
    return [((at - T0).total_seconds(), value, est) for at, value, est, _flags in api.series(stream, T0 - H, T0 + H)]


def test_a_formula_takes_the_nearest_of_its_other_sources_within_its_reach(live: Scope) -> None:
    equip("pga", "pgv", "instrumental_intensity")
    shake(("pga", 0, 1.35), ("pgv", 3, 0.258), ("pgv", 5.001, 0.12))
    assert shaken() == [(0, 8.0, False)]
    shake(("pga", 20, 1.35), ("pgv", 25.001, 0.12))
    assert shaken()[1:] == [(20, 7.0, True)], "by its acceleration alone: the velocity came too late"
    shake(("pgv", 15, 0.555))
    assert shaken() == [(0, 8.0, False), (20, 9.0, False)], "five seconds before it belongs to it"
    shake(("pgv", 19, 0.12))
    assert shaken()[1:] == [(20, 7.0, False)], "a nearer one takes its place"


def test_a_formula_says_nothing_of_a_moment_without_what_it_needs(live: Scope) -> None:
    equip("pga", "pgv", "instrumental_intensity")
    shake(("pgv", 0, 0.258))
    assert shaken() == []
    shake(("pga", 2, 99.0))
    assert shaken() == [], "what is doubted takes no part"
    shake(("pga", 1, 1.35))
    assert shaken() == [(1, 8.0, False)]


def test_who_sends_acceleration_alone_gets_the_intensity_too() -> None:
    assert worked_out_of(["pga"]) == worked_out_of(["pga", "pgv"]) == ["instrumental_intensity"]
    assert worked_out_of(["pgv"]) == []


PEAKS = st.lists(
    st.tuples(st.sampled_from(["pga", "pgv"]), st.integers(0, 12), st.sampled_from([0.02, 0.1, 0.4, 2.0])),
    min_size=1,
    max_size=8,
    unique_by=lambda p: p[:2],
)


@settings(max_examples=10)
@given(PEAKS)
def test_in_whatever_order_peaks_come_the_same_is_worked_out(live: Scope, peaks: list[tuple[str, int, float]]) -> None:
    with transaction.atomic():
        equip("pga", "pgv", "instrumental_intensity")
        for peak in peaks:
            shake(peak)
        found = []
        for second, value in sorted((s, v) for q, s, v in peaks if q == "pga"):
            near = min(((abs(s - second), s, v) for q, s, v in peaks if q == "pgv" and abs(s - second) <= 5), default=None)
            found.append((second, float(instrumental(value, near[2] if near else np.nan)), near is None))
        assert shaken() == found
        transaction.set_rollback(True)


READINGS = st.lists(st.tuples(st.integers(0, 60), st.integers(-20, 45)), min_size=1, max_size=12, unique_by=lambda r: r[0])


@settings(max_examples=10)
@given(READINGS)
def test_in_whatever_order_readings_come_the_same_is_worked_out(live: Scope, readings: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        equip("air_temperature", "temperature_min_24h")
        for hour, value in readings:
            put((hour, float(value)))
        rows = sorted(readings)
        at = np.array([micros(T0 + h * H) for h, _v in rows])
        slow = rolling(np.zeros(len(rows), dtype=np.int64), at, np.array([float(v) for _h, v in rows]), 24 * 3_600_000_000, "min")
        assert held("temperature_min_24h") == [(h, low) for (h, _v), low in zip(rows, slow.tolist(), strict=True)]
        transaction.set_rollback(True)
