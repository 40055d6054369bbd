"""What another threshold for a sum of rain would have meant: the same alarms as detection raises on the same readings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.apps.telemetry import api, proposing
from anlan.apps.telemetry.detection import windows
from anlan.apps.telemetry.detection.waiting import Waiting
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.apps.telemetry.kinds.lanes import lane_of
from anlan.apps.telemetry.models import Datastream, DetectionState, DetectorMark, Threshold
from anlan.apps.telemetry.queries.thresholds import effect_of
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import Member
from anlan.lib.threshold_effects import Counted

GAUGE = "QY-R01"
H = timedelta(hours=1)
MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    windows._kept.clear()
    yield
    windows._kept.clear()


def put(rain: list[tuple[int, float]], period: str = "") -> int:
    """Store (minutes, mm) of a gauge; returns the batch."""
    rows = [api.RawReading(n, GAUGE, "rain", T0 + m * MINUTES, mm, period=period) for n, (m, mm) in enumerate(rain, 2)]
    found = api.ingest(rows, "test")
    assert not found.rejected
    return found.batch


def threshold(level: str, hours: int) -> Threshold:
    return Threshold.objects.get(datastream__station__code=GAUGE, hazard="rainstorm", level=level, window_hours=hours)


def raised(batch: int, rank: int) -> int:
    """Return how often detection, from the beginning on, moves the gauge up to a level or beyond it by a batch."""
    windows._kept.clear()
    DetectionState.objects.filter(hazard="rainstorm").delete()
    DetectorMark.objects.filter(hazard__startswith="rainstorm").delete()
    stream = Datastream.objects.get(station__code=GAUGE, quantity="rain")
    held = Waiting.locked("default", lane_of("rain", stream.station_id), [batch])
    moves = windows.judge(HAZARDS.get("rainstorm"), "default", held)
    return sum(move.before < rank <= move.after for move in moves)


#: Gaps in minutes and amounts: dry hours, drizzle, downpours, what is doubted as absurd.
RAIN = st.lists(
    st.tuples(st.sampled_from([5, 10, 60, 60, 60, 180, 2000]), st.sampled_from([0.0, 0.0, 0.5, 9.0, 20.0, 34.9, 51.0, 900.0])),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40)
@given(RAIN, st.sampled_from([("orange", 3), ("yellow", 6), ("blue", 12), ("red", 3), ("blue", 1)]), st.integers(5, 120))
def test_it_counts_the_alarms_that_detection_raises(
    live: Scope, rain: list[tuple[int, float]], which: tuple[str, int], new: int
) -> None:
    with transaction.atomic():
        at, rows = 0, []
        for gap, mm in rain:
            at += gap
            rows.append((at, mm))
        batch = put(rows)
        held = threshold(*which)
        rank = HAZARDS.get("rainstorm").ladder[held.level]
        found = effect_of(held, float(new))
        assert found is not None
        assert found.old.alarms == raised(batch, rank)
        if rank < 4:
            assert found.events == raised(batch, rank + 1), "danger is the next graver level, by any sum"
        with writing():
            Threshold.objects.filter(pk=held.pk).update(value=float(new))
        assert found.new.alarms == raised(batch, rank)
        transaction.set_rollback(True)


def test_hits_misses_and_minutes_of_an_earlier_village(live: Scope) -> None:
    """25 mm an hour: two hours reach 50, red's 150 in six hours comes four hours later."""
    put([(60 * n, 25.0) for n in range(8)])
    found = effect_of(threshold("orange", 3), 30.0)
    assert found is not None and (found.values, found.events, found.hours) == (8, 1, 7.0)
    assert found.old == found.new == Counted(1, 1, 0, 0)
    assert found.earlier == 0.0, "two hours of 25 mm reach either"
    later = effect_of(threshold("orange", 3), 25.0)
    assert later is not None and later.earlier == 60.0


def test_what_is_corrected_or_doubted_counts_as_it_holds(live: Scope) -> None:
    put([(0, 60.0), (60, 0.0)])
    put([(0, 1.0)])
    found = effect_of(threshold("orange", 3), 30.0)
    assert found is not None and (found.old.alarms, found.new.alarms) == (0, 0)


def test_a_gauge_that_reports_whole_days_is_not_judged_by_hours(live: Scope) -> None:
    with writing():
        Datastream.objects.filter(station__code=GAUGE, quantity="rain").update(period=24 * H)
    put([(0, 300.0)], period="24")
    assert effect_of(threshold("orange", 3), 30.0) is None
    assert effect_of(threshold("orange", 24), 90.0) is not None


@pytest.mark.parametrize(("hours", "short"), [(4, False), (1, True)])
def test_proposal_page_sheet_and_api_tell_it(live: Scope, as_: Any, cast: dict[str, Member], hours: int, short: bool) -> None:
    put([(60 * n, 52.0) for n in range(hours + 1)])
    with as_("4418", actor="first"):
        given = {"effective_at": clock.now() + H, "source": "复核 review", "reason": "来得太迟"}
        change = proposing.propose_threshold(threshold=threshold("orange", 3).pk, value=45.0, **given)
    sheet = proposing.signing(change, {})
    assert "3小时累计" in {line.note for line in sheet.about}
    assert [line.value for line in sheet.effects][:2] == [str(hours + 1), 1]
    said = [line.label for line in sheet.doubts]
    assert any("历史太短" in one for one in said) is short
    client = cast["city_officer"].client
    page = client.get(f"/telemetry/threshold_changes/{change.pk}/").content.decode()
    assert "3小时累计与本站其他累计时段一并" in page and ("历史太短" in page) is short
    told = client.get(f"/api/v1/telemetry/threshold_changes/{change.pk}/").json()
    assert told["effect"] == asdict(effect_of(threshold("orange", 3), 45.0))  # type: ignore[call-overload]


def test_a_year_of_hourly_rain_is_quick(live: Scope) -> None:
    """A wet year: two thirds of the hours with rain, so that a level stands for most of it."""
    put([(60 * n, 12.0 if n % 3 else 0.0) for n in range(8760)])
    began = time.process_time()
    found = effect_of(threshold("orange", 3), 30.0)
    spent = time.process_time() - began
    assert found is not None and (found.values, found.hours, found.old.alarms) == (8760, 8759.0, 1)
    assert spent < 3.0, "0.2 s of processor time"
