"""The stations are shared out to the lanes of detection: which lane judges what, that any interleaving comes to the same, and that nobody who is killed or moved loses anything."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, connections, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api
from anlan.apps.telemetry.api import RawReading
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.detection import windows
from anlan.apps.telemetry.detection.process import LIGHTS, Working, hand_on, judge
from anlan.apps.telemetry.detection.waiting import Waiting
from anlan.apps.telemetry.intake import storing
from anlan.apps.telemetry.intake.catalogue import catalogue
from anlan.apps.telemetry.kinds.lanes import AREAS, EVERY, HEAVY, LANES, LIGHT, SHARES, areal, counted, heavy, lane_of, lanes_in
from anlan.apps.telemetry.leases import LEASES
from anlan.apps.telemetry.models import Datastream, DetectionState, Reading, Station, Threshold, Unjudged, Untold
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.kit.testing.forking import forked

H, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TOWN = "441802006"


def equip(code: str, kind: str, ladders: dict[tuple[str, str, int], dict[str, float]], *also: str) -> Station:
    """Set up a station with the thresholds of (quantity, hazard, hours), and quantities that are worked out there."""
    held = created(Station, area=TOWN, code=code, name=code, kind=kind, source="test", location=Point(113.0, 23.7))
    for quantity in dict.fromkeys([*(key[0] for key in ladders), *also]):
        stream = created(
            Datastream, area=TOWN, station=held, quantity=quantity, stale_after=6 * H, period=H if quantity == "rain" else None
        )
        for (of, hazard, hours), rungs in ladders.items():
            for rung, value in rungs.items() if of == quantity else ():
                created(
                    Threshold,
                    area=TOWN,
                    datastream=stream,
                    hazard=hazard,
                    level=rung,
                    window_hours=hours,
                    value=value,
                    source="test",
                )
    return held


def city() -> None:
    """Set up stages, rain and temperature in both shares (keys go on by one), and a pond of four points; the county counts its gauges."""
    for n in range(SHARES):
        equip(f"S{n}", "river", {("water_level", "river_flood", 0): {"warning": 26.0, "guarantee": 30.0}})
        equip(
            f"R{n}", "rain", {("rain", "rainstorm", 1): {"blue": 35.0, "red": 80.0}, ("rain", "rainstorm", 3): {"orange": 50.0}}
        )
        equip(f"T{n}", "weather", {("air_temperature", "heat", 0): {}}, "temperature_max_24h")
    pond = equip(
        "POND", "tailings", {("tailings_level", "tailings_dam", 0): {"blue": 1.0, "yellow": 2.0, "blue_are_yellow": 2.0}}
    )
    for n in range(4):
        point = equip(f"P{n}", "tailings", {("phreatic_depth", "tailings_point", 0): {"blue": 5.0, "yellow": 4.0}})
        StationDesk.change(row=point.pk, values={"part_of": pond})
    for batch in api.undetected():
        api.detect(batch)


QUANTITY = {"S": "water_level", "R": "rain", "T": "air_temperature", "P": "phreatic_depth"}
VALUES = {"S": (24.0, 27.0, 31.0), "R": (0.0, 20.0, 36.0, 81.0), "T": (20.0, 30.0), "P": (6.0, 4.9, 3.9)}


def put(told: Iterable[tuple[str, float, float]]) -> int:
    """Take in (station, minutes, value) as one delivery; return its batch."""
    rows = [
        RawReading(n, code, QUANTITY[code[0]], T0 + m * MINUTE, value, correction=True)
        for n, (code, m, value) in enumerate(told, 2)
    ]
    found = api.ingest(rows, "test")
    assert not found.rejected, found.rejected
    return found.batch


def lanes(batch: int) -> int:
    return sum(Unjudged.objects.filter(batch=batch).values_list("lane", flat=True))


def of(code: str) -> int:
    """Return the lane in which what a station measures is judged."""
    held = Station.objects.get(code=code)
    return lane_of(QUANTITY[code[0]], held.part_of_id or held.pk)


def test_what_rests_on_one_another_is_one_lane_s() -> None:
    assert {"rain", "dry_days", "air_temperature"} <= heavy() and not {"water_level", "displacement"} & heavy()
    assert {"rain_stations_3h", "rain_stations_24h"} <= areal() and not areal() & heavy() and counted() == {"rain"}
    assert [lane_of("water_level", n) for n in range(SHARES)] == list(LIGHT) and [
        lane_of("rain", n) for n in range(SHARES)
    ] == list(HEAVY)
    assert lane_of("rain_stations_3h", 1) == AREAS and sum(LANES) == EVERY == len(LANES) ** 2 + 6
    assert lanes_in(5) == [1, 4]


def test_a_mixed_delivery_is_judged_by_each_lane_for_itself(live: Scope) -> None:
    """A stage does not wait for the rain, nor one share for the other; the batch waits until the last one has judged."""
    with clock.frozen(T0 + 9 * H):
        city()
        assert {of(f"S{n}") for n in range(SHARES)} == set(LIGHT) and {of(f"R{n}") for n in range(SHARES)} == set(HEAVY)
        assert len({of(f"P{n}") for n in range(4)}) == 1, "points go with their pond"
        batch = put([("S0", 0, 27.0), ("S1", 0, 27.0), ("R0", 0, 36.0), ("R1", 0, 36.0)])
        assert lanes(batch) == EVERY
        for n in range(SHARES):
            assert api.detect(batch, lane=of(f"S{n}")) == 1
            assert Alarm.objects.order_by("-id")[0].station.code == f"S{n}"
        assert api.detect(batch, lane=of("R0")) == 1 and api.detect(batch, lane=of("R0")) == 0 and api.undetected() == [batch]
        assert judge("live") == 1 and not api.undetected() and Alarm.objects.count() == 4
        assert Reading.objects.filter(batch=batch).count() == 6, "and the two counts of the county"
        lonely = put([("S0", 9, 27.0)])
        assert lanes(lonely) == of("S0") and api.detect(lonely, lane=of("S1")) == 0 and lanes(lonely) == of("S0")


def outcome() -> dict[str, Any]:
    """Return all that came of a course, told without keys; which alarm of several came first is not one lane's to know."""
    code = {
        pk: (station, quantity) for pk, station, quantity in Datastream.objects.values_list("pk", "station__code", "quantity")
    }
    # A peak, and a sum of rain, rest on what is stored, judged or not: what they are, and whether they are revised once more, depends on
    # when a correction comes.
    keys = {"id", "group", "first_out", "station_id", "datastream_id", "batch", "peak_value", "peak_level"}
    alarms = [
        (
            code[a.datastream_id],
            a.began_at,
            {
                f.attname: getattr(a, f.attname)
                for f in Alarm._meta.concrete_fields
                if f.attname not in keys | ({"value"} if a.hazard == "rainstorm" else set())
            },
        )
        for a in Alarm.objects.all()
    ]
    names = ("datastream_id", "hazard", "level", "at", "value", "clear_since", "clear_to")
    states = [(code[row[0]], *row[1:]) for row in DetectionState.objects.values_list(*names)]
    readings = Reading.objects.values_list("datastream_id", "at", "version", "value", "flags", "estimated")
    entries = (
        JournalEntry.objects.filter(record="alarms.alarm").exclude(action="alarms.revise_peak").values_list("action", flat=True)
    )
    return {
        "alarms": sorted(alarms, key=str),
        "states": sorted(states, key=str),
        "readings": sorted((code[row[0]], *row[1:]) for row in readings),
        "entries": dict(Counter(entries)),
    }


class Killed(BaseException):
    """Stands for kill -9."""


#: Stations in turn; minutes that also come late, again and corrected.
TOLD = st.sampled_from([*(f"{kind}{n}" for kind in "SRT" for n in range(SHARES)), *(f"P{n}" for n in range(4))]).flatmap(
    lambda code: st.tuples(st.just(code), st.sampled_from((0, 2, 5, 61, 130)), st.sampled_from(VALUES[code[0]]))
)
DELIVERIES = st.lists(st.lists(TOLD, min_size=1, max_size=8, unique_by=lambda t: t[:2]), min_size=1, max_size=5)
#: Who does something next: a delivery comes, a lane judges, is killed before its commit, or all processes begin anew.
STEPS = st.lists(
    st.tuples(st.sampled_from(("put", "judge", "judge", "judge", "killed", "anew")), st.sampled_from(LANES)), max_size=40
)


#: The counts of the county are worked out of the rain of the last delivery before its points are judged: the pond's time is not theirs.
COUNTED_FIRST = [[("R1", 130, 0.0)], [("P1", 5, 3.9), ("S0", 61, 24.0)], [("P1", 5, 4.9), ("R1", 0, 81.0)]]


@settings(max_examples=25, deadline=None)
@example(COUNTED_FIRST, [])
@given(DELIVERIES, STEPS)
def test_any_interleaving_comes_to_the_same(
    live: Scope, deliveries: list[list[tuple[str, float, float]]], steps: list[tuple[str, int]]
) -> None:
    """States, alarms, their entries and what is worked out are those of one worker that judges everything in order."""

    def lived(course: Callable[[], None]) -> dict[str, Any]:
        with transaction.atomic(), clock.frozen(T0 + 9 * H):
            windows._kept.clear()
            city()
            course()
            assert not api.undetected()
            found = outcome()
            transaction.set_rollback(True)
        return found

    def one_by_one() -> None:
        for told in deliveries:
            api.detect(put(told))

    def interleaved() -> None:
        left = list(deliveries)

        def turn(lane: int) -> None:
            waiting = Unjudged.objects.filter(lane=lane).order_by("batch").values_list("batch", flat=True)[:1]
            for batch in waiting:
                api.detect(batch, lane=lane)

        for what, lane in steps:
            if what == "put" and left:
                put(left.pop(0))
            elif what == "judge":
                turn(lane)
            elif what == "killed":
                with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
                    patch.setattr(Waiting, "judged", _die)
                    turn(lane)
                    raise Killed
            elif what == "anew":
                windows._kept.clear()
        for told in left:
            put(told)
        for lane in reversed(LANES):
            while Unjudged.objects.filter(lane=lane).exists():
                turn(lane)

    assert lived(interleaved) == lived(one_by_one)


def _die(*_given: Any) -> None:
    raise Killed


def test_what_waits_while_a_station_changes_its_share_is_lost_to_nobody(live: Scope) -> None:
    """A stage that becomes part of a whole of the other share, with deliveries judged, half judged and unjudged; then leaves it again."""
    with clock.frozen(T0 + 9 * H):
        city()
        rain, stage = (Station.objects.get(code=code) for code in ("R0", "S0"))
        judged, waiting = put([("S0", 0, 27.0), ("R0", 0, 20.0)]), put([("S0", 2, 31.0), ("R0", 2, 16.0), ("S1", 2, 27.0)])
        api.detect(judged)
        api.detect(waiting, lane=of("S1"))
        piece = Untold.objects.create(lanes=of("S0"), found={"moved": [], "corrected": [], "foretold": []})
        for station in (stage, rain):
            other = Station.objects.get(code=f"{station.code[0]}1")
            assert (other.pk - station.pk) % SHARES
            StationDesk.change(row=station.pk, values={"part_of": other})
        assert lanes(waiting) == EVERY, "judged by whoever has the stations now"
        assert Untold.objects.get().lanes == EVERY and piece.lanes != EVERY, "told before anybody judges"
        assert judge("live") == 3, "and the two by which wholes are judged anew"
        assert of("S0") == of("S1")
        states = {(code, hazard): level for code, hazard, level in _states()}
        assert states["S0", "river_flood"] == 3 and states["R0", "rainstorm"] == 1 and states["S1", "river_flood"] == 2
        put([("R0", 61, 20.0), ("S0", 61, 24.0)])
        judge("live")
        states = {(code, hazard): level for code, hazard, level in _states()}
        assert states["R0", "rainstorm"] == 3, "its arrays hold what was told before: 56 mm in three hours"
        assert states["S0", "river_flood"] == 0
        StationDesk.change(row=rain.pk, values={"part_of": None})
        put([("R0", 65, 0.0)])
        judge("live")
        assert {(code, hazard): level for code, hazard, level in _states()} == states
        assert sorted(Alarm.objects.values_list("station__code", "state")) == [
            ("R0", "raised"),
            ("S0", "returned"),
            ("S1", "raised"),
        ]
        assert JournalEntry.objects.filter(action="alarms.raise_alarm").count() == 3


def _states() -> list[tuple[str, str, int]]:
    code = dict(Datastream.objects.values_list("pk", "station__code"))
    return [
        (code[stream], hazard, level)
        for stream, hazard, level in DetectionState.objects.values_list("datastream_id", "hazard", "level")
    ]


@settings(max_examples=10, deadline=None)
@given(DELIVERIES)
def test_judging_twice_changes_nothing(live: Scope, deliveries: list[list[tuple[str, float, float]]]) -> None:
    with transaction.atomic(), clock.frozen(T0 + 9 * H):
        windows._kept.clear()
        city()
        batches = [put(told) for told in deliveries]
        judge("live")
        once = outcome()
        Unjudged.objects.bulk_create(
            Unjudged(lane=lane, batch=batch, again=True, stations=[0]) for batch in batches for lane in LANES
        )
        judge("live")
        assert outcome() == once
        Unjudged.objects.create(lane=HEAVY[0], batch=batches[-1], again=True, stations=[0])
        hand_on()
        assert lanes(batches[-1]) == EVERY, "a process that starts knows nothing of how it was sorted"
        judge("live")
        assert outcome() == once
        transaction.set_rollback(True)


def test_a_delivery_whose_catalogue_is_old_is_everybody_s(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.frozen(T0 + 9 * H):
        city()
        old = catalogue("default")
        point, pond = Station.objects.get(code="S0"), Station.objects.get(code="POND")
        StationDesk.change(row=point.pk, values={"part_of": pond})
        judge("live")
        number = put([("S1", 0, 24.0)]) + 1000
        monkeypatch.setattr(storing, "begin", lambda _using: (old, number))
        assert put([("S0", 1, 27.0)]) == number and lanes(number) == EVERY
        judge("live")
        assert Alarm.objects.get().station.code == "S0"


@pytest.mark.xdist_group("committed")
def test_no_turn_ends_while_stations_are_shared_out_anew(committed: None) -> None:
    """Whoever judges meanwhile begins again by how they are shared out then; a delivery that comes meanwhile is everybody's."""
    with entered(Scope.everything("system:test")):
        city()
        stage, other = Station.objects.get(code="S0"), Station.objects.get(code="S1")
        assert (stage.pk - other.pk) % SHARES
        now = clock.now().replace(microsecond=0)
        rows = [RawReading(2, "S0", "water_level", now - 2 * MINUTE, 24.0)]
        first, before = api.ingest(rows, "test").batch, of("S0")
        done, reached = threading.Event(), threading.Event()

        def judging() -> None:
            try:
                with entered(Scope.everything("system:test")):
                    reached.set()
                    api.detect(first, lane=before)
                    done.set()
            finally:
                connections.close_all()

        worker = threading.Thread(target=judging)
        with transaction.atomic():
            StationDesk.change(row=stage.pk, values={"part_of": other})
            worker.start()
            assert reached.wait(10) and not done.wait(1), "it cannot end its turn"
            late = _elsewhere(lambda: api.ingest([RawReading(2, "S0", "water_level", now, 31.0)], "test").batch)
        worker.join(10)
        assert done.is_set()
        assert lanes(late) == EVERY and lanes(first) == EVERY - before
        judge("live")
        assert not api.undetected()
        alarm = Alarm.objects.get()
        assert (alarm.station.code, alarm.level, alarm.peak_value) == ("S0", 3, 31.0)


def _elsewhere(work: Callable[[], int]) -> int:
    """Do something in a session of its own; returns its result."""
    found: list[int] = []

    def do() -> None:
        try:
            with entered(Scope.everything("system:test")):
                found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join(10)
    return found[0]


def until(holds: Callable[[], bool], seconds: float = 20) -> float:
    """Wait until something holds; return how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


HOLDERS = """
SELECT DISTINCT pid, objid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid < %s AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest.mark.xdist_group("committed")
def test_two_workers_share_the_stations_and_one_killed_is_taken_over(committed: None) -> None:
    """Both judge stages; one gets kill -9 while deliveries come in. Nothing is lost, nothing twice, and it takes no five seconds."""
    count, every = 12, Scope.everything("system:test")
    with entered(every):
        ladders = {("water_level", "river_flood", 0): {"warning": 26.0, "guarantee": 30.0}}
        for n in range(count):
            equip(f"S{n}", "river", ladders)
        now = clock.now().replace(microsecond=0)

    def deliver(minute: int, stage: float) -> None:
        with entered(every):
            for first in range(0, count, 3):
                rows = [
                    RawReading(n, f"S{n}", "water_level", now - (60 - minute) * MINUTE, stage) for n in range(first, first + 3)
                ]
                assert api.ingest(rows, "test").accepted == 3

    def holders() -> dict[int, int]:
        """Return which session holds which lease of light work."""
        with connection.cursor() as cursor:
            cursor.execute(HOLDERS, [LEASES, len(LIGHTS)])
            return {lease: pid for pid, lease in cursor.fetchall()}

    def judged(stage: float) -> bool:
        with entered(every):
            level = {27.0: 2, 31.0: 3}[stage]
            return not api.undetected() and Alarm.objects.filter(level=level, state="raised").count() == count

    workers = [forked(_work) for _n in range(2)]
    try:
        until(lambda: len(holders()) == SHARES and len(set(holders().values())) == 2)
        deliver(0, 27.0)
        until(lambda: judged(27.0))
        deliver(10, 31.0)
        os.kill(workers[0], signal.SIGKILL)
        took = until(lambda: judged(31.0))
        assert took < 5, f"taken over after {took:.1f} s"
        until(lambda: len(set(holders().values())) == 1 and len(holders()) == SHARES)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
    with entered(every):
        codes = [f"S{n}" for n in range(count)]
        assert sorted(Alarm.objects.values_list("station__code", flat=True)) == sorted(codes), "each once"
        entries = JournalEntry.objects.filter(record="alarms.alarm").values_list("action", flat=True)
        assert sorted(entries) == ["alarms.change_level"] * count + ["alarms.raise_alarm"] * count
        assert Reading.objects.count() == 2 * count


def _work() -> None:
    """Be an ingest process, as far as detection goes, until killed."""
    with Working(""):
        threading.Event().wait()
