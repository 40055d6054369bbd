"""The river forecast of our own raises a forecast alarm, never an observed one: the chain through rivers, telemetry, alarms, warning."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.alarms.jobs import pass_forecasts
from anlan.apps.alarms.models import Alarm
from anlan.apps.rivers import forecasting
from anlan.apps.rivers.tests import factories
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Threshold
from anlan.apps.telemetry.tests.factories import T0
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created

AREA = "441802107"
H = timedelta(hours=1)


def test_a_forecast_over_a_threshold_raises_a_forecast_alarm_and_never_an_observed_one(live: Scope) -> None:
    reach = factories.reach(AREA, 5)
    rise = [telemetry.RawReading(n, reach.up.code, "water_level", T0 - (12 - n) * H, 18.8 + 0.1 * n) for n in range(13)]
    stream = telemetry.streams_of([reach.down_id], "water_level")[reach.down_id]
    held = telemetry.Datastream.objects.get(pk=stream)
    created(Threshold, area=AREA, datastream=held, hazard="river_flood", level="warning", value=14.0, source="test")

    def judged() -> None:
        for batch in telemetry.undetected():
            telemetry.detect(batch)
        outbox.drain()

    with clock.frozen(T0):
        telemetry.ingest(rise, "test")
        forecasting.make()
        judged()
        alarm = Alarm.objects.get(datastream=stream)
        assert (alarm.basis, alarm.level, alarm.state) == ("forecast", 2, "raised")
        assert alarm.reading_at > T0 and not Warning.objects.filter(alarm=alarm.pk, certainty="Observed").exists()
    with clock.frozen(T0 + H):
        telemetry.ingest([telemetry.RawReading(0, reach.down.code, "water_level", T0 + H, 14.2)], "test")
        judged()
        bases = set(Alarm.objects.filter(datastream=stream, state="raised").values_list("basis", flat=True))
        assert bases == {"forecast", "observed"}, "what is measured then is an alarm of its own"
    with clock.frozen(T0 + 25 * H):
        pass_forecasts()
        alarm.refresh_from_db()
        assert alarm.state == "returned", "its hours have passed"
