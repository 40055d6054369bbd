"""Forecasts are made from good readings, kept apart with their band, held against what came, and shown to whoever may see the gauge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anlan.apps.rivers import actions, forecasting, queries
from anlan.apps.rivers.models import Reach
from anlan.apps.rivers.tests import factories
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Batch, Forecast, Reading
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import Member, assert_nothing_happened

AREA = "441802107"
H = timedelta(hours=1)


def _rising(reach: Reach, hours: int = 12) -> None:
    """Let the gauge upstream rise by 0.1 m an hour to 20 m at T0; the line says 15 m downstream then."""
    rows = [
        telemetry.RawReading(n, reach.up.code, "water_level", T0 - (hours - n) * H, 20.0 - 0.1 * (hours - n))
        for n in range(hours + 1)
    ]
    telemetry.ingest(rows, "test")


def test_a_rise_upstream_is_foretold_downstream_with_its_band_and_never_as_a_reading(live: Scope) -> None:
    reach = factories.reach(AREA, 1)
    with clock.frozen(T0):
        _rising(reach)
        assert forecasting.make() > 0
        stream = telemetry.streams_of([reach.down_id], "water_level")[reach.down_id]
        told = telemetry.forecasts_by("reach", [stream])[stream]
        by = {round((p.at - T0) / H): p for p in told}
        assert sorted(by) == list(range(3, 25, 3))
        assert by[3].value == pytest.approx(5.0 + 0.5 * 19.8), "observed two hours ago upstream"
        assert by[3].low is not None and by[3].high is not None and by[24].high is not None
        assert by[3].low < by[3].value < by[3].high < by[24].high
        assert not Reading.objects.filter(datastream_id=stream).exists()
        assert Batch.objects.filter(connector="reach", forecasts__gt=0, pk__in=telemetry.undetected()).count() == 1


def test_without_readings_of_the_last_hours_nothing_is_foretold(live: Scope) -> None:
    reach = factories.reach(AREA, 2)
    with clock.frozen(T0 - 24 * H):
        telemetry.ingest([telemetry.RawReading(0, reach.up.code, "water_level", T0 - 25 * H, 18.0)], "test")
    with clock.frozen(T0):
        forecasting.make()
        assert not Forecast.objects.exists()


def test_a_forecast_is_held_against_what_was_measured_then(live: Scope) -> None:
    reach = factories.reach(AREA, 3)
    with clock.frozen(T0):
        _rising(reach)
        forecasting.make()
    with clock.frozen(T0 + 6 * H):
        telemetry.ingest([telemetry.RawReading(0, reach.down.code, "water_level", T0 + 6 * H, 15.3)], "test")
        six = next(m for m in queries.missed() if m.lead == 6)
        assert six.count == 1 and six.bias == pytest.approx(
            -0.3 + 0.5 * 1.0 * 12 * (1 - 2.718281828 ** (-1 / 12)) * 0.1, abs=0.05
        )


def test_errors_by_lead() -> None:
    told = queries.by_lead([(6, 0.2, -0.3, 0.3), (6, -0.4, -0.3, 0.3), (24, 1.0, -2, 2), (3, 9, -1, 1)])
    assert [(m.lead, m.count, m.within) for m in told] == [(6, 2, 0.5), (24, 1, 1.0)]
    assert (told[0].bias, told[0].mean) == (pytest.approx(-0.1), pytest.approx(0.3))


def test_a_reach_without_a_line_is_not_used(live: Scope) -> None:
    reach = Reach.objects.get(slope__isnull=True)  # Lianjiang: travel time only
    with pytest.raises(Refusal), assert_nothing_happened():
        actions.set_in_use(reach=reach.pk, in_use=True, reason="try")


def test_page_and_api_tell_gauges_that_the_asker_may_see(live: Scope, cast: dict[str, Member]) -> None:
    reach = factories.reach(AREA, 4)
    with clock.frozen(T0):
        _rising(reach)
        forecasting.make()
        told = cast["city_officer"].client.get("/api/v1/rivers/forecasts/").json()
        assert reach.down.code in {g["station"] for g in told["gauges"]}
        page = cast["city_officer"].client.get("/rivers/").content.decode()
        assert reach.down.desk_url() in page
        others = cast["neighbour"].client.get("/api/v1/rivers/forecasts/").json()
        assert reach.down.code not in {g["station"] for g in others["gauges"]}
