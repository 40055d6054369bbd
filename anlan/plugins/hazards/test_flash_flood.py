"""A flash flood's rain on a synthetic hour-by-hour storm over a village."""

from datetime import UTC, datetime, timedelta

from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.desk import AlarmDesk
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import AREA, equip, tried

HOUR = timedelta(hours=1)


def test_a_villages_storm_is_warned_of_by_its_own_ladder(live: Scope) -> None:
    equip("V1", "village", ("rain",))
    came = tried("flash_flood", "flash_flood.synthetic")
    assert came.levels[:3] == (1, 2, 4)
    red = next(w for w in came.drafts if w.level == 4)
    assert "3小时雨量129.0mm，达到120.0mm。" in red.description_zh
    assert red.event_code == "11A51"
    assert {w.area for w in came.drafts} == {AREA}, "the village's town, not its county"
    assert [piece.division for piece in red.areas.all()] == [AREA] and "龙坪镇" in red.headline_zh


def test_two_towns_villages_are_each_warned_of_for_their_own_ground(live: Scope) -> None:
    begin = datetime(2026, 6, 1, 8, tzinfo=UTC)
    grounds = {"V1": AREA, "V2": "441881103"}
    for code, area in grounds.items():
        equip(code, "village", ("rain",), area=area)
    with clock.frozen(begin + HOUR):
        for code in grounds:
            telemetry.detect(telemetry.ingest([telemetry.RawReading(2, code, "rain", begin, 90.0)], "test").batch)
        outbox.drain()
        drafts = Warning.objects.filter(hazard="flash_flood", state="draft")
        assert sorted(w.area for w in drafts) == sorted(grounds.values())


def test_a_gauge_that_is_no_villages_has_no_flash_flood(live: Scope) -> None:
    equip("V1", "rain", ("rain",))
    assert tried("flash_flood", "flash_flood.synthetic").levels == ()


def test_a_storm_that_comes_at_once_is_told_over_its_own_hours(live: Scope) -> None:
    """The six hours' sum is no sum of three, and what has gone below is not said to have reached."""
    gauge = equip("V1", "village", ("rain",))
    begin = datetime(2026, 6, 1, 8, tzinfo=UTC)
    storm = (0.5, 3.0, 38.0, 47.0, 44.0, 6.0)
    rows = [telemetry.RawReading(n, "V1", "rain", begin + n * HOUR, mm) for n, mm in enumerate(storm)]
    with clock.frozen(begin + len(storm) * HOUR):
        telemetry.detect(telemetry.ingest(rows, "test").batch)
        outbox.drain()
        (alarm,) = AlarmDesk.rows().filter(station=gauge, hazard="flash_flood")
        (now,) = alarms.alarms_open(hazard="flash_flood")
    assert (alarm.window_hours, alarm.value, alarm.newest, alarm.top) == (3, 129.0, 129.0, 129.0)
    assert (now.reached, now.crossing) == ((129.0, begin + 4 * HOUR), "129.0 mm ≥ 120.0 mm")
    told = {w.hazard: w.description_zh for w in Warning.objects.all()}
    assert "3小时雨量129.0mm，达到120.0mm。" in told["flash_flood"]
