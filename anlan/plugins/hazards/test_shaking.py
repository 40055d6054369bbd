"""The shaking of one station by both peaks, up to VIII and down; a station without velocity; labelled synthetic."""

from datetime import UTC, datetime, timedelta

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Datastream
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried

BOTH = ("pga", "pgv", "instrumental_intensity")
LONG = timedelta(days=3650)


def told(station: str) -> list[tuple[float, bool]]:
    """Return the intensities of a station, and which are estimates."""
    stream = Datastream.objects.get(station__code=station, quantity="instrumental_intensity").pk
    now = datetime(2026, 6, 2, tzinfo=UTC)
    return [(value, estimated) for _at, value, estimated, flags in telemetry.series(stream, now - LONG, now) if not flags]


def test_both_peaks_go_up_the_intensities(live: Scope) -> None:
    equip("E1", "seismograph", BOTH)
    came = tried("shaking", "shaking.synthetic")
    assert (came.levels, came.open_now) == ((1, 3, 4, 2, 0), 0)
    assert not came.drafts, "the desk's alone"
    assert told("E1") == [(1.0, False), (5.0, False), (7.0, False), (6.8, False), (8.0, False), (5.7, False), (1.0, False)]
    assert Alarm.objects.get(hazard="shaking").peak_value == 8.0


def test_a_station_without_velocity_has_the_intensity_of_its_acceleration_as_an_estimate(live: Scope) -> None:
    equip("E1", "seismograph", ("pga", "instrumental_intensity"))
    stream = Datastream.objects.get(quantity="pga")
    at = datetime(2026, 6, 1, tzinfo=UTC)
    found = telemetry.ingest([telemetry.RawReading(2, "E1", stream.quantity, at, 6.0)], "test")
    telemetry.detect(found.batch)
    assert told("E1") == [(9.1, True)]
