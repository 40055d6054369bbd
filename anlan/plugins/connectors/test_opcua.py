"""OPC UA against asyncua's own server on loopback: numbers, states, doubtful and bad values, nodes that are not there, nobody there."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
from asyncua import Server, ua
from django.conf import settings

from anlan.apps.telemetry.intake import asking, following
from anlan.apps.telemetry.kinds import Spot, Told
from anlan.apps.telemetry.models import ControlSystem, Feed, Reading, Tag
from anlan.apps.telemetry.tests import factories
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.plugins.connectors import opcua
from anlan.plugins.connectors.opcua import faults, follow, read

AT = datetime(2026, 11, 1, tzinfo=UTC)
NODES = ("ns=2;s=Level", "ns=2;s=Doubtful", "ns=2;s=Broken", "ns=2;s=Name", "ns=2;s=Pump", "ns=2;s=Nowhere")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def served(port: int, spots: list[Spot]) -> list[Told]:
    """Ask the library's server, which holds a good, a doubtful and a bad number, a text and a state."""
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/plant")
    await server.register_namespace("urn:anlan:test")
    held: dict[str, Any] = {"Level": 34.57, "Doubtful": 3.0, "Broken": 1.0, "Name": "tank", "Pump": True}
    nodes = {name: await server.nodes.objects.add_variable(ua.NodeId(name, 2), name, value) for name, value in held.items()}
    for name, status in (("Doubtful", ua.StatusCodes.UncertainLastUsableValue), ("Broken", ua.StatusCodes.BadSensorFailure)):
        await nodes[name].write_value(ua.DataValue(ua.Variant(held[name]), ua.StatusCode(status)))
    async with server:
        return await read("127.0.0.1", port, "/plant", spots)


def test_each_status_means_what_it_says() -> None:
    told = asyncio.run(served(free_port(), [Spot(node=node) for node in NODES]))
    assert [(one.value, one.doubted) for one in told] == [
        (34.57, False),
        (3.0, True),
        (None, False),
        (None, False),
        (1.0, False),
        (None, False),
    ]
    assert [one.fault for one in told if one.value is None] == ["BadSensorFailure", "str is no number", "BadNodeIdUnknown"]


def test_nobody_there_is_an_error_of_the_system() -> None:
    with pytest.raises((OSError, TimeoutError)):
        asyncio.run(read("127.0.0.1", free_port(), "", [Spot(node=NODES[0])]))


@pytest.mark.parametrize(
    ("spot", "field"),
    [
        (Spot(node="ns=2;s=Tank1.Level"), ""),
        (Spot(node="i=2258"), ""),
        (Spot(node="ns=2;i=1", table="coil"), "table"),
        (Spot(), "node"),
        (Spot(node="Tank1"), "node"),
        (Spot(node="ns=x;i=1"), "node"),
        (Spot(node="ns=2;i=abc"), "node"),
    ],
)
def test_a_spot_is_judged_before_it_is_asked(spot: Spot, field: str) -> None:
    assert list(faults(spot)) == ([field] if field else [])


def test_it_comes_as_readings_with_its_doubts(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, control_networks=(ip_network("127.0.0.0/8"),)))
    port = free_port()
    system = created(
        ControlSystem, area="441802", code="scada", name="组态", protocol="opcua", url=f"opc.tcp://127.0.0.1:{port}/plant"
    )
    for number, node in enumerate(NODES[:3]):
        created(Tag, area="441802", system=system, datastream=factories.stream("441802107", 910 + number), node=node)

    way = asking.asks_of(system)

    async def through(_host: str, port: int, _path: str, spots: Any) -> list[Told]:
        return await served(port, list(spots))

    monkeypatch.setattr(asking, "asks_of", lambda _system: replace(way, read=through))
    with clock.frozen(AT):
        (due,) = asking.due()
        asking.ask(due)
    assert sorted((r.value, r.estimated) for r in Reading.objects.all()) == [(3.0, True), (34.57, False)]
    assert "ns=2;s=Broken: BadSensorFailure" in Feed.objects.get().last_result


async def changing(port: int, values: list[float], told: dict[int, list[Told]]) -> None:
    """Follow two spots, one of which is nowhere, while the other's value goes through some; end when the last is told."""
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/plant")
    await server.register_namespace("urn:anlan:test")
    level = await server.nodes.objects.add_variable(ua.NodeId("Level", 2), "Level", values[0])
    async with server:
        spots = [Spot(node="ns=2;s=Level"), Spot(node="ns=2;s=Nowhere"), Spot(node="ns=2;s=Level")]
        hears = follow("127.0.0.1", port, "/plant", spots, lambda n, one: told.setdefault(n, []).append(one))
        task = asyncio.create_task(hears)  # type: ignore[arg-type, var-annotated]
        for value in values:
            await level.write_value(value)
            async with asyncio.timeout(15):
                while value not in {one.value for one in told.get(2, [])}:
                    assert not task.done(), task.exception()
                    await asyncio.sleep(0.02)
        task.cancel()


def test_what_changes_is_told_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opcua, "PERIOD_MS", 50)
    told: dict[int, list[Told]] = {}
    asyncio.run(changing(free_port(), [1.0, 2.5, 4.0], told))
    assert [one.value for one in told[0]] == [one.value for one in told[2]]
    assert {1.0, 2.5, 4.0} == {one.value for one in told[0]} and not told.get(1)


def test_who_cannot_be_followed_says_so() -> None:
    with pytest.raises((OSError, TimeoutError)):
        asyncio.run(follow("127.0.0.1", free_port(), "", [Spot(node=NODES[0])], lambda *_: None))  # type: ignore[arg-type]


def test_what_was_told_comes_as_readings(live: Scope) -> None:
    system = created(ControlSystem, area="441802", code="scada", name="组态", protocol="opcua", url="opc.tcp://127.0.0.1/plant")
    tags = [
        created(Tag, area="441802", system=system, datastream=factories.stream("441802107", 920 + n), node=node)
        for n, node in enumerate(NODES[:2])
    ]
    with clock.frozen(AT):
        following._take(following.Followed(system, tags), {1: Told(7.5, doubted=True)})
    reading = Reading.objects.get()
    assert (reading.datastream_id, reading.value, reading.estimated) == (tags[1].datastream_id, 7.5, True)
