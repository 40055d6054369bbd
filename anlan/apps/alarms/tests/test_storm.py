"""A storm of alarms: few groups by cause and place, nothing lost; floods, priorities, and what the desk costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.alarms.choices import Origin
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.rules import MOST_GROUPS, TEN_MINUTES, Cell, floods, folded, origin_of, priority_of
from anlan.apps.alarms.tests.storm import storm
from anlan.kit.scope import Scope, entered

T0 = datetime(2022, 6, 21, 12, 0, tzinfo=UTC)
PLACES = ("441802", "441803", "441821", "441823", "441825", "441826", "441881", "441882", "440114", "45")
CELLS = st.builds(
    lambda origin, place, standing, unanswered, worst, priority, first, minute: Cell(
        origin, place, standing, min(unanswered, standing), 0, 0, worst, priority, first,
        T0 + timedelta(minutes=minute), T0 + timedelta(minutes=minute + 5),
    ),
    st.sampled_from(Origin.values), st.sampled_from(PLACES), st.integers(1, 900), st.integers(0, 900),
    st.integers(0, 4), st.integers(1, 4), st.integers(1, 10**6), st.integers(0, 600),
)  # fmt: skip


@given(st.lists(CELLS, unique_by=lambda c: (c.origin, c.place)))
def test_any_storm_folds_into_ten_groups_and_nothing_is_left_out(cells: list[Cell]) -> None:
    groups = folded(cells)
    assert len(groups) <= MOST_GROUPS
    for name in ("standing", "unanswered"):
        assert sum(getattr(g, name) for g in groups) == sum(getattr(c, name) for c in cells)
    for cell in cells:
        there = [g for g in groups if g.origin == cell.origin and cell.place.startswith(g.place)]
        assert len(there) == 1, "each alarm stands in one group"
        assert there[0].worst >= cell.worst and there[0].priority <= cell.priority and there[0].first_at <= cell.first_at
    if len(cells) <= MOST_GROUPS:
        assert sorted(groups, key=str) == sorted(cells, key=str), "nothing is folded without need"


def test_so_many_causes_as_groups_at_most() -> None:
    assert len(Origin) <= MOST_GROUPS


@pytest.mark.parametrize(
    ("level", "consequence", "basis", "priority"),
    [
        (4, 4, "observed", 1), (4, 1, "observed", 2), (3, 4, "observed", 2), (3, 1, "observed", 3), (2, 3, "observed", 3),
        (1, 4, "observed", 3), (1, 1, "observed", 4), (4, 4, "forecast", 2), (1, 1, "forecast", 4), (0, 4, "silence", 4),
    ],
)  # fmt: skip
def test_priority_goes_by_level_and_consequence(level: int, consequence: int, basis: str, priority: int) -> None:
    assert priority_of(level, consequence, basis) == priority


def test_what_brings_alarms_about_is_told_by_the_event_code() -> None:
    told = {code: origin_of(code) for code in ("11A01", "11B03", "11B09", "11B25", "11D01", "12D02", "12G01", "12H01", "13A01")}
    assert list(told.values()) == ["water", "water", "weather", "fire", "ground", "plant", "fire", "traffic", "other"]


@given(st.lists(st.integers(0, 40), max_size=60))
def test_a_flood_lasts_from_more_than_ten_to_fewer_than_five(counts: list[int]) -> None:
    slots = [(T0 + n * TEN_MINUTES, count) for n, count in enumerate(counts)]
    flooded, running = set(), False
    for n, count in enumerate(counts):
        running = count > 10 or (running and count >= 5)
        if running:
            flooded.add(n)
    found = floods([slot for slot in slots if slot[1]])
    assert {n for n, (at, _c) in enumerate(slots) if any(f.since <= at < f.until for f in found)} == flooded
    assert sum(f.alarms for f in found) == sum(counts[n] for n in flooded)


def test_five_thousand_alarms_are_ten_groups_on_a_page_whose_cost_does_not_grow(live: Scope, cast: dict[str, Any]) -> None:
    storm(50)
    client = cast["city_officer"].client
    with CaptureQueriesContext(connection) as few:
        assert client.get("/alarms/now/").status_code == 200
    storm(4950, 50)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/alarms/now/")
    assert len(many) <= len(few) + 2
    assert Alarm.objects.count() == 5000
    shown = page.context["groups"]
    assert len(shown) <= 10
    assert sum(g.cell.standing for g in shown) == 5000 and page.context["counts"]["unanswered"] == 5000
    assert b'data-sound="red"' in page.content
    told = client.get("/api/v1/alarms/groups/").json()
    assert sum(g["standing"] for g in told) == 5000 and [g["origin"] for g in told] == [g.cell.origin for g in shown]
    there = cast["neighbour"].client.get("/api/v1/alarms/groups/").json()
    with entered(cast["neighbour"].scope):
        assert 0 < sum(g["standing"] for g in there) == Alarm.objects.readable("alarms.view_alarm").count() < 5000
    assert cast["reporter"].client.get("/api/v1/alarms/groups/").status_code == 403
    work = client.get("/")
    assert work.status_code == 200 and len([w for w in work.context["waiting"] if w.kind == "alarm"]) <= 20
