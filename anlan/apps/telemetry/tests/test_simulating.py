"""Devices played against real listeners: each protocol's reports are sent, answered and read; what it has no words for is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from anlan.apps.telemetry import simulating
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.intake import listening
from anlan.apps.telemetry.intake.listening import Listeners, take
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Reading, Station
from anlan.apps.telemetry.queries.network import addresses
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.lib.frames import Frame

AT = datetime(2022, 6, 21, 4, tzinfo=UTC)
NO_SHIFT = timedelta(0)


@pytest.mark.parametrize(
    ("protocol", "station", "quantity"),
    [
        ("sl651", "90000001", "water_level"),
        ("hj212", "QYAIR0001", "pm2_5"),
        ("gb26875", "FF1280512509-00000001", "fire_state"),
        ("jt808", "13912344329", "vehicle_speed"),
    ],
)
def test_each_protocol_is_sent_read_and_answered(
    monkeypatch: pytest.MonkeyPatch, protocol: str, station: str, quantity: str
) -> None:
    read: list[tuple[str, str, float]] = []

    def instead(connector: object, frames: Sequence[Frame]) -> list[bytes]:
        stream = CONNECTORS.get(protocol).stream
        assert stream is not None and all(frame.valid for frame in frames)
        read.extend((row.station, row.quantity, float(row.value)) for frame in frames for row in stream.readings(frame))
        return [stream.answer(frame, AT) for frame in frames]

    monkeypatch.setattr(listening, "take", instead)
    rows = [(station, quantity, AT, 1.0), (station, "displacement", AT, 1.0), (station, quantity, AT + timedelta(hours=1), 2.0)]
    with Listeners({protocol: ("127.0.0.1", 0)}) as ports:
        played = simulating.play(protocol, iter(rows), ports[protocol], 0.0, NO_SHIFT)
    assert played == simulating.Played(sent=2, answered=2, left_out=1)
    told = [(name, value) for name, held, value in read if held == quantity]
    assert len(told) == 2
    assert {name for name, _value in told} == {station}


def test_what_cannot_be_played_or_reached_is_refused() -> None:
    with pytest.raises(Refusal):
        simulating.play("file_drop", iter([]), ("127.0.0.1", 9), 0.0, NO_SHIFT)
    with pytest.raises(Refusal):
        simulating.play("sl651", iter([]), ("127.0.0.1", 9), 0.0, NO_SHIFT)


def test_a_scenario_is_sent_by_the_addresses_of_its_stations(live: Scope) -> None:
    rows = list(simulating.rows_of(settings.CONFIG.pack / "scenarios" / "flood-2022-06", addresses()))
    assert {row[0] for row in rows} <= {f"900000{n:02d}" for n in range(1, 21)}
    assert rows == sorted(rows, key=lambda row: row[2])
    stream = CONNECTORS.get("sl651").stream
    assert stream is not None and stream.report is not None
    stages = [row for row in rows if row[1] == "water_level"]
    station, quantity, at, value = stages[0]
    frame = stream.find(stream.report(station, quantity, at, value, 1))
    assert frame is not None
    with clock.frozen(at + timedelta(minutes=1)):
        assert len(take(CONNECTORS.get("sl651"), [frame])) == 1
    assert list(Reading.objects.values_list("value", flat=True)) == [value]


def test_an_address_is_known_like_the_code_and_a_code_counts_first(live: Scope) -> None:
    first, second = Station.objects.filter(kind="river").order_by("code")[:2]
    StationDesk.change(row=second.pk, values={"address": first.code})
    stream = CONNECTORS.get("hj212").stream
    assert stream is not None
    from anlan.apps.telemetry import api  # noqa: PLC0415

    with clock.frozen(AT + timedelta(minutes=1)):
        found = api.ingest([api.RawReading(1, first.code, "water_level", AT, 30.0)], "test")
    assert found.accepted == 1
    reading = Reading.objects.get()
    assert reading.datastream_id == first.datastreams.get(quantity="water_level").pk
