"""OPC UA: nodes of SCADA systems and PLCs are asked for and subscribed to, by asyncua; which, and what they mean, stands in the map of tags.

A value whose status is uncertain is taken as estimated; one whose status is bad is no value, and its status is told. The server is
talked to without security of its own: let it be reached through the control network alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import from_json
from anlan.apps.telemetry.kinds import CONNECTORS, Asks, Connector, Spot, Told

#: Seconds for one answer of a server.
PATIENCE = 5.0
#: A server looks at each subscribed node and tells of changes so often, in milliseconds.
PERIOD_MS = 1000
SAMPLE = """{"readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 34.57,
"tag": "ns=2;s=Tank1.Level", "raw": 34.57, "doubted": false, "fault": ""}]}"""


def faults(spot: Spot) -> Mapping[str, Any]:
    """Return what is wrong with a spot, by its field."""
    from asyncua import ua

    try:
        ua.NodeId.from_string(spot.node)
    except (ua.UaStringParsingError, ValueError, TypeError, AttributeError):
        return {"node": _("Write the node like ns=2;s=Tank1.Level or ns=2;i=1001.")}
    return {"table": _("OPC UA knows no registers; leave this empty.")} if spot.table else {}


async def read(host: str, port: int, path: str, spots: Sequence[Spot]) -> list[Told]:
    """Ask a server for spots, all in one question."""
    from asyncua import Client, ua

    place = f"[{host}]" if ":" in host else host
    try:
        async with Client(f"opc.tcp://{place}:{port}{path}", timeout=PATIENCE) as client:
            nodes = [client.get_node(spot.node) for spot in spots]
            return [_told(found) for found in await client.read_attributes(nodes, ua.AttributeIds.Value)]
    except ua.UaError as error:
        raise ValueError(str(error) or type(error).__name__) from error


async def follow(host: str, port: int, path: str, spots: Sequence[Spot], tell: Callable[[int, Told], None]) -> None:
    """Subscribe to spots at a server, and tell of each what changes, once a second at most."""
    from asyncua import Client, ua

    where: dict[Any, list[int]] = {}
    for n, spot in enumerate(spots):
        where.setdefault(ua.NodeId.from_string(spot.node), []).append(n)

    class Hears:
        def datachange_notification(self, node: Any, _value: Any, data: Any) -> None:
            for n in where[node.nodeid]:
                tell(n, _told(data.monitored_item.Value))

    place = f"[{host}]" if ":" in host else host
    try:
        async with Client(f"opc.tcp://{place}:{port}{path}", timeout=PATIENCE) as client:
            subscription = await client.create_subscription(PERIOD_MS, Hears())
            nodes = [client.get_node(node) for node in where]
            await subscription.subscribe_data_change(nodes, queuesize=1, sampling_interval=PERIOD_MS)
            while True:
                await asyncio.sleep(1)
                await client.check_connection()
    except ua.UaError as error:
        raise ValueError(str(error) or type(error).__name__) from error


def _told(found: Any) -> Told:
    status = found.StatusCode
    if status is not None and not status.is_good() and not status.is_uncertain():
        return Told(fault=status.name)
    value = found.Value.Value if found.Value is not None else None
    if not isinstance(value, bool | int | float):
        return Told(fault=f"{type(value).__name__} is no number")
    return Told(float(value), doubted=bool(status is not None and status.is_uncertain()))


CONNECTORS.add(
    Connector(
        code="opcua",
        name=_("OPC UA"),
        story=_("SCADA systems and PLCs are asked for nodes by the map of tags; see control systems."),
        sample=SAMPLE,
        decode=from_json,
        asks=Asks("opc.tcp", 4840, read, faults, follow),
    )
)
