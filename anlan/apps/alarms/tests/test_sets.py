"""Many alarms in one turn: the same as one by one, few statements, the journal held last of all, a turn that ends half way loses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.apps.alarms import rules
from anlan.apps.alarms.jobs import watch_silence
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.rules import Turn, sets_of, turn_of
from anlan.apps.telemetry import api
from anlan.apps.telemetry.detection import telling
from anlan.apps.telemetry.detection.process import judge
from anlan.apps.telemetry.events import HEARERS, Found, LevelMoved
from anlan.apps.telemetry.kinds.lanes import LIGHT, SHARES
from anlan.apps.telemetry.models import Datastream, Station, Threshold, Untold
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.models import Delivery, JournalEntry, OutboxEvent
from anlan.kit.records import unscoped, writing
from anlan.kit.scope import Scope

T0, H = datetime(2022, 6, 15, tzinfo=UTC), timedelta(hours=1)
COUNTIES = ("441802", "441881", "4418")
#: Below, warning, guarantee.
STAGES = (24.0, 27.0, 31.0)


def gauges(count: int) -> None:
    """Set up river gauges with their ladders, at once."""
    with writing():
        where = [(f"S-{n}", COUNTIES[n % 3]) for n in range(count)]
        stations = unscoped(Station, "default").bulk_create(
            Station(code=code, name=code, kind="river", area=area, source="synthetic") for code, area in where
        )
        streams = unscoped(Datastream, "default").bulk_create(
            Datastream(station=s, quantity="water_level", stale_after=6 * H, area=s.area) for s in stations
        )
        unscoped(Threshold, "default").bulk_create(
            Threshold(datastream=s, hazard="river_flood", level=rung, value=value, source="synthetic", area=s.area)
            for s in streams
            for rung, value in (("warning", 26.0), ("guarantee", 30.0))
        )


def put(*told: tuple[int, float, float]) -> int:
    """Take in (gauge, hours, stage) as one delivery; return its batch."""
    rows = [RawReading(n, f"S-{gauge}", "water_level", T0 + hours * H, stage) for n, (gauge, hours, stage) in enumerate(told, 2)]
    found = api.ingest(rows, "test")
    assert not found.rejected
    return found.batch


MOVES = st.builds(
    lambda hazard, stream, levels, minute: LevelMoved(hazard, stream, *levels, 1.0, 1.0, 0, T0 + timedelta(minutes=minute)),
    st.sampled_from(("river_flood", "rainstorm")), st.integers(1, 4),
    st.sampled_from(((0, 2), (2, 3), (3, 2), (2, 0))), st.integers(0, 3),
)  # fmt: skip


@given(st.lists(MOVES, max_size=30))
def test_sets_leave_out_nothing_and_keep_every_order_that_matters(moves: list[LevelMoved]) -> None:
    sets = list(sets_of(moves))
    flat = [move for _turn, some in sets for move in some]
    assert sorted(map(str, flat)) == sorted(map(str, moves))
    for turn, some in sets:
        assert {turn_of(move) for move in some} == {turn} and len({move.hazard for move in some}) == 1
        assert len({move.stream for move in some}) == len(some)
    for key in {(m.hazard, m.stream) for m in moves}:
        assert [m for m in flat if (m.hazard, m.stream) == key] == [m for m in moves if (m.hazard, m.stream) == key]
    for one, other in pairwise([m for m in flat if turn_of(m) != Turn.CHANGED]):
        before = [n for n, m in enumerate(moves) if m is one or m is other]
        assert one.at == other.at or one.hazard != other.hazard or moves[before[0]] is one


def outcome() -> dict[str, Any]:
    """Return all that came of a course, told without keys."""
    alarms = list(Alarm.objects.select_related("station").order_by("id"))
    rank = {alarm.pk: n for n, alarm in enumerate(alarms)}
    keys = ("id", "group", "station_id", "datastream_id", "batch")
    told = [
        {f.attname: getattr(a, f.attname) for f in Alarm._meta.concrete_fields if f.attname not in keys}
        | {"group": rank[a.group], "station": a.station.code}
        for a in alarms
    ]
    entries, facts = defaultdict(list), defaultdict(list)
    for entry in JournalEntry.objects.filter(record="alarms.alarm").order_by("seq"):
        diff = {name: pair for name, pair in entry.diff.items() if name not in keys}
        entries[rank[int(entry.record_id)]].append((entry.action, entry.area, entry.actor, diff))
    for event in OutboxEvent.objects.filter(name__startswith="alarms.").order_by("id"):
        about = JournalEntry.objects.get(seq=event.entry)
        assert about.record_id == str(event.payload["alarm"]), "a fact names the entry of its own alarm"
        facts[rank[event.payload["alarm"]]].append((event.name, event.payload | {"alarm": 0}))
    owed = Delivery.objects.filter(event__name__startswith="alarms.").values_list("handler", flat=True)
    return {"alarms": told, "entries": dict(entries), "facts": dict(facts), "owed": sorted(owed)}


COURSES = st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(STAGES)), max_size=14), max_size=4)


@settings(max_examples=25, deadline=None)
@given(COURSES, st.integers(1, 4))
def test_sets_come_to_the_same_as_one_by_one(live: Scope, course: list[list[tuple[int, int, float]]], most: int) -> None:
    """Raised, risen, over, back again, chattering: alarms, groups, entries, facts and who is owed them; also in small pieces."""

    def lived(patched: Callable[[pytest.MonkeyPatch], None]) -> dict[str, Any]:
        with transaction.atomic(), pytest.MonkeyPatch.context() as patch, clock.frozen(T0 + 99 * H):
            patched(patch)
            gauges(6)
            for hour, some in enumerate(course):
                told = {(gauge, minute): stage for gauge, minute, stage in some}
                api.detect(put(*[(gauge, hour + minute / 60, stage) for (gauge, minute), stage in told.items()]))
            found = outcome()
            transaction.set_rollback(True)
        return found

    def one_by_one(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(rules, "sets_of", lambda moves: [(turn_of(m), [m]) for m in rules._by_instant(moves)])

    whole = lived(one_by_one)
    assert lived(lambda _patch: None) == whole
    assert lived(lambda patch: patch.setattr(telling, "MOST", most))["facts"] == whole["facts"]


def test_statements_do_not_grow_with_the_alarms(live: Scope) -> None:
    """Many cost no more statements than few: raised, risen and over."""
    gauges(150)
    costs: dict[float, list[int]] = {}
    for hour, stage in enumerate((27.0, 31.0, 24.0)):
        for some in (range(50), range(50, 150)):
            batch = put(*[(n, hour, stage) for n in some])
            with CaptureQueriesContext(connection) as asked:
                api.detect(batch)
            costs.setdefault(stage, []).append(len(asked))
    for few, many in costs.values():
        assert many <= few + 4 and few < 100, costs  # each share of the stations a transaction of its own
    assert (
        Alarm.objects.filter(state="returned").count() == JournalEntry.objects.filter(action="alarms.return_alarm").count() == 150
    )


def test_a_network_that_falls_silent_and_speaks_again_is_told_in_sets(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each alarm keeps its entry and its fact; a hundred more cost nothing, and no transaction carries out too many."""
    gauges(150)
    costs = []
    put(*[(n, 0, 24.0) for n in range(50)])
    put(*[(n, 1, 24.0) for n in range(50, 150)])
    for hours in (6.5, 7.5):
        with clock.frozen(T0 + hours * H), CaptureQueriesContext(connection) as asked:
            watch_silence()
        costs.append(len(asked))
    assert costs[1] <= costs[0] + 2 and costs[0] < 40, costs
    alarms = dict(Alarm.objects.values_list("pk", "station__code"))
    assert len(alarms) == 150 and set(Alarm.objects.values_list("basis", "state", "value")) == {("silence", "raised", 24.0)}
    entries = dict(JournalEntry.objects.filter(action="alarms.tell_silence").values_list("record_id", "seq"))
    facts = OutboxEvent.objects.filter(name="alarms.station_silent")
    assert {(f.payload["alarm"], f.payload["station_code"]) for f in facts} == set(alarms.items())
    assert {str(f.payload["alarm"]): f.entry for f in facts} == entries
    monkeypatch.setattr(rules, "MOST", 40)
    put(*[(n, 8, 24.0) for n in range(150)])
    with clock.frozen(T0 + 8 * H), CaptureQueriesContext(connection) as asked:
        watch_silence()
        watch_silence()
    assert len([q for q in asked if "kit_journal_append" in q["sql"]]) == 4, "three of 40 and one of 30"
    assert set(Alarm.objects.values_list("state", "returned_at")) == {("returned", T0 + 8 * H)}
    assert sorted(JournalEntry.objects.filter(action="alarms.end_silence").values_list("record_id", flat=True)) == sorted(entries)


def test_the_journal_is_held_last_of_all(live: Scope) -> None:
    gauges(12)
    put(*[(n, 0, 27.0) for n in range(6)])
    api.detect(*api.undetected())
    put(*[(n, 1, (24.0, 31.0, 27.0)[n % 3]) for n in range(12)])
    batches = api.undetected()
    for lane in LIGHT:
        with CaptureQueriesContext(connection) as asked:
            assert api.detect(*batches, lane=lane)
        journalled_last(asked)
    assert not api.undetected()


def journalled_last(asked: CaptureQueriesContext) -> None:
    told = [query["sql"] for query in asked if not query["sql"].startswith(("RELEASE", "SAVEPOINT"))]
    places = [n for n, sql in enumerate(told) if "kit_journal_append" in sql]
    assert len(places) == 1 and "kit_outboxevent" in told[places[0] + 1]
    assert [sql for sql in told[places[0] + 2 :] if "SELECT" not in sql] == []


class Killed(BaseException):
    """Stands for kill -9."""


def test_a_turn_that_ends_half_way_loses_nothing_and_raises_nothing_twice(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    gauges(20)
    mine = [
        int(code[2:]) for key, code in Station.objects.filter(code__startswith="S-").values_list("pk", "code") if key % SHARES
    ]
    monkeypatch.setattr(telling, "MOST", 3)

    def die(*_given: Any) -> None:
        raise Killed

    batch = put(*[(n, 0, 27.0) for n in mine])
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(telling, "tell_waiting", die)
        api.detect(batch)
    assert (Alarm.objects.count(), Untold.objects.count(), api.undetected()) == (3, 3, [])
    (name, hear), heard = next(iter(HEARERS.items())), []

    def fail(found: Found) -> None:
        hear(found)
        heard.append(found)
        if len(heard) == 2:
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setitem(HEARERS, name, fail)
        judge("live")
    assert (Alarm.objects.count(), Untold.objects.count()) == (6, 2), "what was not committed is still owed"
    put(*[(n, 1, 24.0) for n in mine])
    judge("live")
    assert (Alarm.objects.count(), Untold.objects.count()) == (10, 0)
    assert set(Alarm.objects.values_list("state", "batch")) == {("returned", batch)}, "raised before it is told to be over"
    assert JournalEntry.objects.filter(action="alarms.raise_alarm").count() == 10
    assert OutboxEvent.objects.filter(name="alarms.alarm_raised").count() == 10
