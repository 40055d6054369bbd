"""Timed jobs run as often as they say, counted from their last start, which stands in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from anlan.kit import jobs
from anlan.kit.models import Heartbeat
from anlan.kit.records import unscoped

START = datetime(2026, 6, 1, 8, 0, 0, tzinfo=UTC)


def starts(monkeypatch: pytest.MonkeyPatch, every: str, during: timedelta, fails: bool = False) -> list[timedelta]:
    """Let the worker's ticks come for a while on a clock of our own; returns when the job was started."""
    found: list[timedelta] = []
    at = START

    def work() -> None:
        found.append(at - START)
        if fails:
            raise ValueError("no")

    monkeypatch.setattr(jobs, "JOBS", {})
    jobs.job(every=every, name="sample.every")(work)
    tick = timedelta(seconds=jobs.JOBS["sample.every"].tick)
    monkeypatch.setattr(jobs, "real_now", lambda: at)
    jobs.expect_heartbeats("live")
    while at < START + during:
        try:
            jobs.run_job("sample.every", "live")
        except ValueError:
            assert fails
        # Ticks are never on the dot.
        at = START + (at - START + tick) + timedelta(milliseconds=7 if len(found) % 2 else -7)
    return found


@pytest.mark.parametrize(
    ("every", "during", "wanted"),
    [
        ("90 seconds", timedelta(minutes=9), 6),
        ("7 minutes", timedelta(minutes=63), 9),
        ("45 seconds", timedelta(minutes=3), 4),
        ("10 seconds", timedelta(minutes=1), 6),
    ],
)
def test_a_job_runs_as_often_as_it_says(
    db: None, monkeypatch: pytest.MonkeyPatch, every: str, during: timedelta, wanted: int
) -> None:
    found = starts(monkeypatch, every, during)
    assert len(found) == wanted
    interval = jobs.JOBS["sample.every"].every
    slack = timedelta(seconds=jobs.JOBS["sample.every"].tick)
    assert all(abs(later - earlier - interval) <= slack for earlier, later in zip(found, found[1:], strict=False))


def test_seven_days_are_seven_days(db: None) -> None:
    """They were one: the cron expression said daily."""
    week = jobs.Job("sample.week", timedelta(days=7), lambda: None)
    beat = Heartbeat(name="x", world="live", started_at=START, finished_at=START + timedelta(seconds=3), seconds=3)
    due = [hour for hour in range(24 * 8) if week.is_due(beat, START + timedelta(hours=hour))]
    assert due[0] == 24 * 7


def test_a_job_that_failed_is_tried_again_before_its_interval_is_over(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found = starts(monkeypatch, "2 hours", timedelta(minutes=25), fails=True)
    assert [round(at.total_seconds() / 60) for at in found] == [0, 10, 20]
    assert "no" in unscoped(Heartbeat, "default").get(name="sample.every").error
