"""What a report says of warnings and alarms: lead times that hold, one line a level, the gravest of each alarm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from anlan.apps.exercises import report

T0 = datetime(2022, 6, 15, tzinfo=UTC)


def warned(hour: float, level: str, lasts: float, peak: float | None, area: str = "441881") -> dict[str, Any]:
    """Return a published warning: from an hour on, so many hours, its alarm's peak at an hour."""
    at = T0 + timedelta(hours=hour)
    lead = None if peak is None else (peak - hour) * 60
    return {
        "identifier": f"{area}-{hour}",
        "hazard": "river_flood",
        "level": level,
        "area": area,
        "headline": level,
        "published_at": at,
        "ended_at": None,
        "expires_at": at + timedelta(hours=lasts),
        "alarm": peak is not None,
        "lead_time_minutes": lead,
        "audience": 1,
    }


def told(*rows: dict[str, Any]) -> list[tuple[float | None, str | None]]:
    return [(w["lead_time_minutes"], w["lead_time_reason"]) for w in report.with_lead_times(list(rows))]


def test_a_warning_that_runs_to_the_peak_has_its_lead_and_its_renewal_has_none() -> None:
    assert told(warned(0, "orange", 24, 30), warned(20, "orange", 24, 30)) == [(1800, None), (None, report.RENEWAL)]


def test_a_higher_level_goes_on_where_the_lower_ended() -> None:
    assert told(warned(0, "orange", 24, 30), warned(20, "red", 24, 30)) == [(1800, None), (600, None)]


def test_what_had_run_out_before_the_peak_warned_nobody_and_a_new_one_has_its_own() -> None:
    assert told(warned(0, "orange", 24, 100), warned(90, "orange", 24, 100)) == [(None, report.OVER), (600, None)]


def test_after_the_peak_without_one_and_elsewhere() -> None:
    rows = (warned(10, "blue", 24, 5), warned(11, "blue", 24, None, "441802"), warned(12, "blue", 24, 20, "441823"))
    assert told(*rows) == [(None, report.AFTER_PEAK), (None, report.NO_PEAK), (480, None)]


def test_alarms_are_counted_by_the_gravest_level_each_reached() -> None:
    lines = [{"alarm": 1, "level": "yellow"}, {"alarm": 2, "level": "orange"}, {"alarm": 1, "level": "red"}]
    assert report.counted(lines) == {"red": 1, "orange": 1}
    older = [{"level": "red"}, {"level": "red"}]
    assert report.counted(older) == {"red": 2}, "a report kept by an older program had one line an alarm"
