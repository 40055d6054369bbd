"""Modbus TCP against pymodbus' own server on loopback: types, orders, tables, what the device has not, and a device that is away."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any, TypeVar

import pytest
from django.conf import settings
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from anlan.apps.telemetry.desk import ControlSystemDesk, TagDesk
from anlan.apps.telemetry.intake import asking
from anlan.apps.telemetry.kinds import CONNECTORS, Spot, Told
from anlan.apps.telemetry.models import Batch, ControlSystem, Datastream, Feed, Reading, Tag
from anlan.apps.telemetry.tests import factories
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import registers
from anlan.plugins.connectors.modbus import faults, read

T = TypeVar("T")
AT = datetime(2026, 11, 1, tzinfo=UTC)
LOOPBACK = (ip_network("127.0.0.0/8"),)
HELD = [*registers.words(12.5, "float32", "CDAB"), 0xFFFE, *registers.words(70_000, "uint32")]


async def served(then: Callable[[int], Awaitable[T]]) -> T:
    """Do something while the library's server serves `HELD` in all four tables of unit 1."""
    device = SimDevice(
        1,
        simdata=(
            [SimData(0, values=[True, False], datatype=DataType.BITS)],
            [SimData(0, values=[False, True], datatype=DataType.BITS)],
            [SimData(0, values=HELD, datatype=DataType.REGISTERS)],
            [SimData(0, values=HELD, datatype=DataType.REGISTERS)],
        ),
    )
    server = ModbusTcpServer(device, address=("127.0.0.1", 0))
    await server.listen()
    try:
        return await then(server.transport.sockets[0].getsockname()[1])
    finally:
        await server.shutdown()


def test_every_table_type_and_order_is_read() -> None:
    spots = [
        Spot(table="holding", register=0, type="float32", order="CDAB"),
        Spot(table="input", register=2, type="int16"),
        Spot(table="holding", register=3, type="uint32", order="ABCD"),
        Spot(table="coil", register=0),
        Spot(table="discrete", register=0),
        Spot(table="holding", register=900, type="int16"),
    ]
    told = asyncio.run(served(lambda port: read("127.0.0.1", port, "", spots)))
    assert [one.value for one in told] == [12.5, -2.0, 70_000.0, 1.0, 0.0, None]
    assert told[-1].fault


def test_nobody_there_is_an_error_of_the_system() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(OSError):
            asyncio.run(read("127.0.0.1", held.getsockname()[1], "", [Spot(table="coil")]))


@pytest.mark.parametrize(
    ("spot", "field"),
    [
        (Spot(table="holding", type="int16"), ""),
        (Spot(table="coil"), ""),
        (Spot(type="int16"), "table"),
        (Spot(table="holding"), "type"),
        (Spot(table="holding", type="float64", register=65_533), "register"),
        (Spot(node="ns=2;i=1", table="coil"), "node"),
    ],
)
def test_a_spot_is_judged_before_it_is_asked(spot: Spot, field: str) -> None:
    assert list(faults(spot)) == ([field] if field else [])


@pytest.fixture
def system(live: Scope, monkeypatch: pytest.MonkeyPatch) -> ControlSystem:
    """A controller on loopback, which the deployment allows, with a tag for a level and one that it does not have."""
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, control_networks=LOOPBACK))
    held: ControlSystem = created(
        ControlSystem, area="441802", code="plc-1", name="控制器", protocol="modbus", url="modbus://127.0.0.1:9", every_seconds=5
    )
    where = {"system": held, "area": "441802", "table": "holding", "type": "float32", "order": "CDAB"}
    created(Tag, datastream=factories.stream("441802107", 901), factor=2.0, offset=0.5, **where)
    created(Tag, datastream=factories.stream("441802107", 902), register=900, **where)
    return held


def asked(system: ControlSystem, monkeypatch: pytest.MonkeyPatch, at: datetime = AT) -> Feed:
    """Ask a system once as the ingest process does, with the library's server behind it; returns how it stands."""
    way = CONNECTORS.get("modbus").asks
    assert way is not None

    async def through(host: str, port: int, path: str, spots: Any) -> Any:
        return await served(lambda real: read(host, real, path, spots)) if port == 9 else await read(host, port, path, spots)

    monkeypatch.setattr(asking, "asks_of", lambda _system: replace(way, read=through))
    with clock.frozen(at):
        for one in asking.due():
            asking.ask(one)
    return Feed.objects.get(connector=system.key)


def test_what_is_asked_becomes_readings_and_what_is_missing_is_told(
    system: ControlSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = asked(system, monkeypatch)
    assert [(r.value, r.at, r.estimated) for r in Reading.objects.all()] == [(25.5, AT, False)]
    assert (feed.failed, feed.took_at, feed.next_at) == (0, AT, AT + timedelta(seconds=5))
    assert "1/holding/900" in feed.last_result
    batch = Batch.objects.get()
    assert (batch.connector, batch.accepted) == ("modbus", 1) and batch.raw
    with clock.frozen(AT + timedelta(seconds=4)):
        assert asking.due() == [], "its time has not come"


def test_two_processes_share_the_systems(system: ControlSystem) -> None:
    with clock.frozen(AT):
        assert (asking.due(), asking.due()) == ([system], [])
    with clock.frozen(AT + asking.HOLDS):
        assert asking.due() == [system], "a process that was killed holds it no longer"


def test_a_system_that_fails_is_asked_more_and_more_rarely(system: ControlSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "asks_of", lambda _system: replace(CONNECTORS.get("modbus").asks, read=gone))
    at, pauses = AT, []
    for _n in range(9):
        with clock.frozen(at):
            for one in asking.due():
                asking.ask(one)
        feed = Feed.objects.get()
        pauses.append((feed.next_at - at).total_seconds())
        at = feed.next_at
    assert (pauses[:4], pauses[-1], feed.fault) == ([10, 20, 40, 80], 600, "gone")
    assert asked(system, monkeypatch, at).failed == 0


async def gone(*_asked: Any) -> list[Told]:
    raise OSError("gone")


def test_inside_the_house_only_named_networks_are_asked(system: ControlSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, control_networks=()))
    with assert_nothing_happened(Reading, Batch):
        feed = asked(system, monkeypatch)
    assert (feed.failed, feed.fault) == (1, "127.0.0.1 lies inside the private network")


def test_without_tags_a_forbidden_system_is_no_more_in_order_than_one_that_is_asked_nothing(
    system: ControlSystem, monkeypatch: pytest.MonkeyPatch, cast: dict[str, Any]
) -> None:
    bare = created(ControlSystem, area="441802", code="plc-2", name="空", protocol="modbus", url=system.url, every_seconds=5)
    client = cast["integrator"].client
    pages = [f"/telemetry/control_systems/{bare.pk}/", "/telemetry/connectors/"]
    asked(bare, monkeypatch)
    for page in pages:
        assert "没有点位" in client.get(page).content.decode(), page
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, control_networks=()))
    asked(bare, monkeypatch, AT + timedelta(minutes=1))
    for page in pages:
        assert "127.0.0.1 位于内网" in client.get(page).content.decode(), page


def test_a_system_brings_nothing_for_another_jurisdiction(system: ControlSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    other = factories.stream("441881103", 903)
    created(Tag, system=system, area="441802", datastream=other, table="holding", type="float32", order="CDAB")
    feed = asked(system, monkeypatch)
    assert Reading.objects.filter(datastream_id=other.pk).count() == 0
    assert len(feed.last_result.split("; ")) == 3, "its rejection is told"


def test_a_system_that_is_not_asked_any_more_is_forgotten(system: ControlSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(system, monkeypatch)
    ControlSystemDesk.change(row=system.pk, values={"active": False})
    with clock.frozen(AT + timedelta(hours=1)):
        assert asking.due() == []
    assert not Feed.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "http://10.20.0.1"}, "url"),
        ({"url": "modbus://user:secret@10.20.0.1"}, "url"),
        ({"url": "modbus://10.20.0.1:99999"}, "url"),
        ({"url": "modbus://[10"}, "url"),
        ({"every_seconds": 0}, "every_seconds"),
        ({"protocol": "sl651"}, "protocol"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(live: Scope, values: dict[str, Any], field: str) -> None:
    given = {"area": "441802", "code": "x", "name": "x", "protocol": "modbus", "url": "modbus://10.20.0.1", "every_seconds": 5}
    with assert_nothing_happened(ControlSystem), pytest.raises(Refusal) as refused:
        ControlSystemDesk.create(values=given | values)
    assert refused.value.field == field


def test_the_map_of_tags_is_checked_and_journalled(system: ControlSystem) -> None:
    stream: Datastream = factories.stream("441802107", 904)
    given = {"system": system, "datastream": stream, "area": "441802", "table": "holding", "type": "int16"}
    for wrong, field in (
        ({"type": ""}, "type"),
        ({"factor": 0.0}, "factor"),
        ({"datastream": factories.stream("441881103", 905)}, "datastream"),
    ):
        with assert_nothing_happened(Tag), pytest.raises(Refusal) as refused:
            TagDesk.create(values=given | wrong)
        assert refused.value.field == field
    made = TagDesk.create(values=given)
    assert JournalEntry.objects.filter(action="telemetry.create_tag").count() == 1
    with pytest.raises(Refusal):
        TagDesk.change(row=made.pk, values={"table": ""})
    with pytest.raises(Refusal):
        ControlSystemDesk.change(row=system.pk, values={"protocol": "opcua", "url": "opc.tcp://10.20.0.1"})
    made.refresh_from_db()
    assert made.table == "holding"
