"""Rain over areas: which gauges count for which hours, what stands behind a mean, who sees which areas, how many gauges are over a number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from anlan.apps.telemetry import api
from anlan.apps.telemetry.detection import windows
from anlan.apps.telemetry.models import Datastream, Station
from anlan.apps.telemetry.queries import areal
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import Member

H = timedelta(hours=1)
#: Two gauges of the pack, in Qingcheng and Yingde.
NEAR, FAR = "QY-R01", "QY-R08"


def put(code: str, *rain: float, until: int = 0) -> None:
    """Let a gauge report hourly sums, the last one at T0 + `until` hours."""
    first = until - len(rain) + 1
    rows = [api.RawReading(n, code, "rain", T0 + (first + n) * H, value) for n, value in enumerate(rain)]
    found = api.ingest(rows, "test")
    assert not found.rejected
    api.detect(found.batch)


def test_means_by_area_with_the_gauges_behind_each_window(live: Scope) -> None:
    with clock.frozen(T0):
        put(NEAR, *[1.0] * 24)
        put(FAR, *[0.0] * 3, 5.0, 10.0, 20.0)
        told = areal.rain_over_areas()
    assert told.at == T0 and told.heard == (2, 2, 2, 1), "six hours say nothing of a day"
    by = {f.code: f for f in told.counties}
    assert by["441881"].mean[:3] == pytest.approx((20.0, 35.0, 35.0), abs=4.0), "all but its edge lies nearest its own gauge"
    assert by["441881"].mean[3] == pytest.approx(24.0) and by["441881"].near[3] == 0.0, "a day only from the gauge far off"
    assert by["441802"].highest[0] is not None and 0 < by["441802"].near[0] < 1
    assert told.whole is not None and 1.0 < (told.whole.mean[0] or 0) < 20.0
    town = next(f for f in told.towns if f.code == "441802006")
    assert town.mean[3] == 24.0 and town.gauges == (1, 1, 1, 1) and town.near[0] > 0.9


def test_late_corrected_and_suspect_readings_and_a_silent_gauge(live: Scope) -> None:
    with clock.frozen(T0 + 6 * H):
        put(NEAR, *[1.0] * 6)
        assert areal.rain_over_areas().heard[:3] == (1, 1, 1)
        put(NEAR, 4.0)
        town = next(f for f in areal.rain_over_areas(T0).towns if f.code == "441802006")
        assert town.mean[0] == 4.0 and town.mean[1] == 6.0, "a correction counts once"
        put(FAR, 2.0, until=6)
        later = areal.rain_over_areas()
        assert later.at == T0 + 6 * H and later.heard == (1, 0, 0, 0), "who fell silent six hours ago is not heard"


def test_page_and_api_tell_areas_of_the_asker(live: Scope, cast: dict[str, Member]) -> None:
    with clock.frozen(T0):
        put(NEAR, *[3.0] * 24)
        told = cast["city_officer"].client.get("/api/v1/telemetry/rain/").json()
        assert {(c["code"], c["hours"], c["mean"]) for c in told["counties"]} >= {("441802", 24, 72.0), ("441882", 1, 3.0)}
        page = cast["city_officer"].client.get("/telemetry/rainfall/?hours=3").content.decode()
        assert "凤城街道 9.0 mm" in page
        assert cast["city_officer"].client.get("/telemetry/rainfall/?at=yesterday").status_code == 422
        neighbour = cast["neighbour"].client.get("/api/v1/telemetry/rain/").json()
        assert not any(c["code"].startswith("441802") for c in neighbour["counties"] + neighbour["towns"])


def test_how_many_gauges_of_an_area_are_over_a_number(live: Scope) -> None:
    """A gauge without a place in the area, one below the number and suspect rain count for nothing; late rain changes the count."""
    county = Station.objects.get(code="AREA-441802")
    stream = Datastream.objects.get(station=county, quantity="rain_stations_3h")
    for n in range(3):
        gauge = created(
            Station, area="441802006", code=f"G{n}", name=f"雨量{n}", kind="rain", location=Point(113.0, 23.7 + n / 50)
        )
        created(Datastream, area="441802006", station=gauge, quantity="rain", stale_after=6 * H, period=H)

    def counts() -> list[float]:
        return [value for _at, value, _e, flags in api.series(stream.pk, T0 - 9 * H, T0 + 9 * H) if not flags]

    with clock.frozen(T0 + 3 * H):
        put("G0", 20.0, 20.0, 15.0)
        assert counts()[-1] == 1.0
        put("G1", 60.0)
        put("G2", 10.0)
        put(FAR, 99.0)
        assert counts()[-1] == 2.0, "Yingde's gauge is none of Qingcheng's"
        put("G2", 45.0, until=-1)
        assert counts()[-1] == 3.0


@pytest.mark.parametrize("restarts", [False, True])
def test_whatever_comes_late_the_count_is_that_of_a_plain_sum(live: Scope, restarts: bool) -> None:
    """A gauge that lags, one corrected, one suspect; with a process that begins anew at every turn, and with one that keeps its sums."""
    county = Station.objects.get(code="AREA-441802")
    stream = Datastream.objects.get(station=county, quantity="rain_stations_3h")
    for n in range(4):
        gauge = created(
            Station, area="441802006", code=f"G{n}", name=f"雨量{n}", kind="rain", location=Point(113.0, 23.7 + n / 50)
        )
        created(Datastream, area="441802006", station=gauge, quantity="rain", stale_after=6 * H, period=H)
    said: dict[tuple[str, int], float] = {}

    def tell(code: str, *values: float, until: int) -> None:
        said.update({(code, until - len(values) + 1 + n): value for n, value in enumerate(values)})
        put(code, *values, until=until)
        if restarts:
            windows._kept.clear()
        told = {round((at - T0) / H): v for at, v, _e, flags in api.series(stream.pk, T0 - 30 * H, T0 + 30 * H) if not flags}
        sums = {
            (hour, g): sum(v for (code, h), v in said.items() if code == g and hour - 3 < h <= hour)
            for hour in told
            for g in ("G0", "G1", "G2", "G3")
        }
        assert told == {hour: sum(sums[(hour, g)] >= 50 for g in ("G0", "G1", "G2", "G3")) for hour in told}
        assert max(h for _c, h in said) in told

    with clock.frozen(T0 + 6 * H):
        tell("G0", 20.0, 20.0, 15.0, until=0)
        tell("G1", 60.0, until=-1)
        tell("G0", 0.0, 0.0, until=2)
        tell("G2", 10.0, until=2)
        tell("G2", 45.0, until=1)
        tell("G1", 5.0, until=-1)
        tell("G3", 30.0, 30.0, 30.0, 0.0, 0.0, until=3)
