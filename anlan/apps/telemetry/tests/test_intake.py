"""Intake on arrays against a slow model: any order, duplicates, corrections, late rows and splits give the table they should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anlan.apps.telemetry import api
from anlan.apps.telemetry.intake import storing as intake
from anlan.apps.telemetry.intake.decoding import from_csv, from_json
from anlan.apps.telemetry.kinds import QUANTITIES
from anlan.apps.telemetry.models import Batch, Datastream, Latest, Threshold
from anlan.apps.telemetry.rules import AN_HOUR, RawReading, Track
from anlan.kit.scope import Scope
from anlan.lib.instants import micros

T0 = datetime(2022, 6, 1, tzinfo=UTC)
H = timedelta(hours=1)
STATIONS = ("QY-H01", "QY-H02", "QY-H03")
VALUES = st.sampled_from([20.0, 20.0, 20.0, 20.5, 0.0, 30.0, 60.0, 61.0, 3000.0])
ROW = st.tuples(st.integers(0, 2), st.integers(0, 130), VALUES, st.booleans(), st.booleans())
Sent = tuple[int, int, float, bool, bool]


def model(sent: list[Sent]) -> dict[tuple[int, int], tuple[float, int, bool]]:
    """Return what holds at each (station, hour) by the rules, one row after the other, flags from the whole in order of time."""
    told: dict[tuple[int, int], list[tuple[float, bool]]] = {}
    for station, hour, value, estimated, correction in sent:
        known = told.setdefault((station, hour), [])
        if known and estimated and not known[-1][1]:
            continue
        observes = bool(known) and known[-1][1] and not estimated
        if known and not observes and (value == known[-1][0] or ((value, estimated) in known and not correction)):
            continue
        known.append((value, estimated))
    found = {}
    tracks = {station: Track() for station in range(3)}
    ladders = first_values()
    low, high = QUANTITIES.get("water_level").span
    for (station, hour), known in sorted(told.items()):
        value, estimated = known[-1]
        at = micros(T0 + hour * H)
        flags = (
            1 if not low <= value <= high else tracks[station].follow(at, value, estimated, 15.0, 72 * AN_HOUR, ladders[station])
        )
        found[(station, hour)] = (value, flags, estimated)
    return found


def first_values() -> list[tuple[float, float]]:
    """Return between which values a first one of each station must lie: thirty metres around its ladder."""
    rungs = [
        list(
            Threshold.objects.filter(datastream__station__code=code, datastream__quantity="water_level").values_list(
                "value", flat=True
            )
        )
        for code in STATIONS
    ]
    return [(min(values) - 30.0, max(values) + 30.0) for values in rungs]


def held() -> dict[tuple[int, int], tuple[float, int, bool]]:
    streams = {d.pk: STATIONS.index(d.station.code) for d in water_levels()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (datastream_id, at) datastream_id, at, value, flags, estimated FROM telemetry_reading"
            " ORDER BY datastream_id, at, version DESC"
        )
        return {(streams[s], (at - T0) // H): (value, flags, est) for s, at, value, flags, est in cursor}


def water_levels() -> list[Datastream]:
    return list(Datastream.objects.filter(station__code__in=STATIONS, quantity="water_level").select_related("station"))


def newest_by_hand() -> dict[int, tuple[Any, ...]]:
    """Return what the newest-value table should say, from what holds."""
    found: dict[int, tuple[Any, ...]] = {}
    for (station, hour), (value, flags, _estimated) in sorted(held().items()):
        good = (T0 + hour * H, value) if not flags else found.get(station, (None,) * 4)[2:]
        found[station] = (T0 + hour * H, value, *good)
    return found


@settings(max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=25), st.lists(st.integers(1, 8), max_size=25))
@example([(0, 0, 20.0, False, False), (0, 2, 60.0, False, False), (0, 1, 45.0, False, False)], [1, 1, 1])
@example([(0, 100, 20.0, False, False), (0, 0, 20.0, False, False), (0, 50, 20.0, False, False)], [2, 1])
def test_any_order_and_any_split_give_the_table_of_the_model(live: Scope, sent: list[Sent], sizes: list[int]) -> None:
    with transaction.atomic():
        rest, counts = list(sent), [0, 0, 0]
        for size in [*sizes, len(sent)]:
            part, rest = rest[:size], rest[size:]
            if not part:
                break
            rows = [RawReading(n, STATIONS[s], "water_level", T0 + h * H, v, e, c) for n, (s, h, v, e, c) in enumerate(part)]
            found = api.ingest(rows, "test")
            assert found.accepted + found.corrected + found.duplicate == len(part)
            assert found.rejected == ()
            counts[0] += found.accepted
        expected = model(sent)
        assert held() == expected
        assert counts[0] == len(expected)
        streams = {d.pk: STATIONS.index(d.station.code) for d in water_levels()}
        newest = {streams[x.pk]: (x.at, x.value, x.good_at, x.good_value) for x in Latest.objects.all()}
        assert newest == newest_by_hand()
        transaction.set_rollback(True)


@settings(max_examples=25)
@given(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 130)), VALUES, min_size=1, max_size=25), st.data())
def test_rows_in_any_order_say_the_same(live: Scope, told: dict[tuple[int, int], float], data: st.DataObject) -> None:
    order = data.draw(st.permutations(sorted(told)))
    with transaction.atomic():
        for station, hour in order:
            api.ingest([RawReading(1, STATIONS[station], "water_level", T0 + hour * H, told[(station, hour)])], "test")
        one_by_one = held()
        transaction.set_rollback(True)
    with transaction.atomic():
        api.ingest([RawReading(1, STATIONS[s], "water_level", T0 + h * H, v) for (s, h), v in told.items()], "test")
        assert held() == one_by_one
        transaction.set_rollback(True)


def put(value: float, hours: float, *, correction: bool = False) -> api.IngestResult:
    found = api.ingest([RawReading(2, "QY-H01", "water_level", T0 + hours * H, value, correction=correction)], "test")
    api.detect(found.batch)
    return found


def test_late_and_corrected_values_are_checked_against_their_neighbours(live: Scope) -> None:
    put(20.0, 0)
    put(20.5, 2)
    put(36.0, 1)
    assert held()[(0, 1)] == (36.0, 2, False)
    put(60.0, 2)
    assert held()[(0, 2)] == (60.0, 2, False)


def test_an_observation_takes_the_place_of_an_estimate_never_the_other_way_round(live: Scope) -> None:
    row = {"station": "QY-H01", "quantity": "water_level", "at": T0}
    api.ingest([RawReading(1, value=20.0, estimated=True, **row)], "test")  # type: ignore[arg-type]
    api.ingest([RawReading(1, value=20.0, **row)], "test")  # type: ignore[arg-type]
    assert api.ingest([RawReading(1, value=25.0, estimated=True, **row)], "test").duplicate == 1  # type: ignore[arg-type]
    assert held() == {(0, 0): (20.0, 0, False)}


def test_a_new_datastream_is_known_at_once(live: Scope) -> None:
    from anlan.apps.telemetry import actions
    from anlan.apps.telemetry.models import Station

    row = [RawReading(1, "QY-X1", "flow", T0, 5)]
    assert len(api.ingest(row, "test").rejected) == 1
    actions.load_stations(
        stations=[Station(code="QY-X1", name="新站", area="441802", kind="river")],
        streams=[("QY-X1", Datastream(quantity="flow", stale_after=6 * H))],
        thresholds=[],
    )
    assert api.ingest(row, "test").accepted == 1


TEXTS = st.one_of(st.text(max_size=8), st.sampled_from(["QY-H01", "water_level", "2022-06-15T08:00:00+08:00", "20", '"', "\r"]))


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=6), st.booleans())
def test_the_quick_csv_reader_reads_what_the_careful_one_reads(cells: list[list[str]], quoted: bool) -> None:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(
        [
            ["station", "quantity", "time", "value"],
            *[[c.replace("\r", "").replace("\n", "").replace("\x00", "") for c in row] for row in cells],
        ]
    )
    content = text.getvalue()
    if any(
        line != line.strip("\x1c\x1d\x1e\x85\u2028\u2029\x0b\x0c") or len(line.splitlines()) > 1 for line in content.split("\n")
    ):
        return
    careful = list(csv.DictReader(content.splitlines()))
    assert list(from_csv(content.encode("utf-8", "replace")).stations) == [
        row["station"].encode("utf-8", "replace").decode() for row in careful
    ]


@pytest.mark.parametrize("value", ["34.57", 34.57])
def test_the_quick_json_reader_and_the_careful_one_agree(value: Any) -> None:
    import json

    row = {"station": "A", "quantity": "rain", "time": "2022-06-15T08:00:00+08:00", "value": value, "estimated": "true"}
    table = from_json(json.dumps({"readings": [row]}).encode())
    assert (list(table.stations), [float(v) for v in table.values], list(table.estimated)) == (["A"], [34.57], [True])


def test_newest_values_that_went_away_are_begun_anew(live: Scope) -> None:
    for hour in range(3):
        put(20.0 + hour, hour)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM telemetry_latest")
    assert put(24.0, 3).accepted == 1, "this process believes that the datastream has spoken"
    assert put(25.0, 4).accepted == 1
    assert newest_by_hand()[0][:2] == (T0 + 4 * H, 25.0)
    assert Latest.objects.get(datastream_id__in=[d.pk for d in water_levels()]).value == 25.0


def test_a_database_that_fails_is_told_in_djangos_words_and_nothing_is_kept(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    put(20.0, 0)
    before = Batch.objects.count()
    for name, sound, spoilt in (
        ("ROW_OF_BATCH", "(", "(1 / 0 + "),
        ("LOCK_LATEST", "WHERE ", "WHERE 1 / 0 = 1 AND "),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(intake, name, getattr(intake, name).replace(sound, spoilt))
            with pytest.raises(DataError), transaction.atomic():
                put(21.0, 1)
        assert (Batch.objects.count(), set(held())) == (before, {(0, 0)})
    assert put(21.0, 1).accepted == 1
