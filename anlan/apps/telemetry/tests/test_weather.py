"""The weather of the day: since midnight, of what the viewer may read, told by sum, range or highest."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from anlan.apps.telemetry import api
from anlan.apps.telemetry.queries.weather import weather_of_today
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import Member

H = timedelta(hours=1)
MIDNIGHT = timezone.make_aware(datetime.combine(timezone.localdate(T0), datetime.min.time()))


def put(code: str, rain: dict[int, float]) -> None:
    """Let a gauge report hourly sums so many hours after midnight."""
    rows = [api.RawReading(n, code, "rain", MIDNIGHT + hour * H, value) for n, (hour, value) in enumerate(rain.items())]
    assert not api.ingest(rows, "test").rejected


def test_the_day_begins_at_midnight_and_the_wettest_gauge_is_named(live: Scope, cast: dict[str, Member]) -> None:
    duty = cast["city_officer"]
    with clock.frozen(MIDNIGHT + 10 * H):
        assert weather_of_today() == []
        page = duty.client.get("/telemetry/weather/")
        assert page.status_code == 200 and not page.content.strip(), "without a reading nothing is told"
        put("QY-R01", {-1: 40.0, 0: 30.0, 1: 2.0, 2: 3.0})
        put("QY-R08", {3: 4.0})
        (rain,) = weather_of_today()
        assert (rain.quantity, rain.highest, rain.lowest, rain.station_code, rain.stations) == ("rain", 5.0, None, "QY-R01", 2)
        assert "5.0 mm" in duty.client.get("/telemetry/weather/").content.decode()
        assert duty.client.get("/api/v1/telemetry/weather/").json()[0]["highest"] == 5.0
        put("QY-R01", {2: 7.0})
        assert weather_of_today()[0].highest == 9.0, "a correction counts once"
        told = cast["neighbour"].client.get("/api/v1/telemetry/weather/").json()
        assert not any(one["station"] == "QY-R01" for one in told), "another county's gauge"
