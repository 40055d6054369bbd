"""Modbus TCP: registers of PLCs and gateways are asked for, by pymodbus; which, and what they mean, stands in the map of tags.

A device that answers with an exception has no value for that tag; Modbus knows no quality, so what it says is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from pymodbus import ModbusException
from pymodbus.client import AsyncModbusTcpClient

from anlan.apps.telemetry.api import from_json
from anlan.apps.telemetry.kinds import CONNECTORS, Asks, Connector, Spot, Told
from anlan.lib import registers

#: Seconds for one answer of a device.
PATIENCE = 3.0
SAMPLE = """{"readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 12.5,
"tag": "1/holding/0", "raw": 1250.0, "doubted": false, "fault": ""}]}"""
BITS = ("coil", "discrete")


def faults(spot: Spot) -> Mapping[str, Any]:
    """Return what is wrong with a spot, by its field."""
    found: dict[str, Any] = {}
    if spot.node:
        found["node"] = _("Modbus knows no nodes; leave this empty.")
    if not spot.table:
        found["table"] = _("Say in which table the register stands.")
    elif spot.table not in BITS and not spot.type:
        found["type"] = _("Say which type of number the registers hold.")
    elif spot.table not in BITS and spot.register + registers.width(spot.type) > registers.MOST + 1:
        found["register"] = _("The number would end beyond the last register.")
    return found


async def read(host: str, port: int, path: str, spots: Sequence[Spot]) -> list[Told]:
    """Ask a device for spots, one after the other on one connection."""
    client = AsyncModbusTcpClient(host, port=port, timeout=PATIENCE, retries=0, reconnect_delay=0)
    try:
        if not await client.connect():
            raise OSError(f"no connection to {host}:{port}")
        return [await _told(client, spot) for spot in spots]
    finally:
        client.close()


async def _told(client: AsyncModbusTcpClient, spot: Spot) -> Told:
    ask = {
        "holding": client.read_holding_registers,
        "input": client.read_input_registers,
        "coil": client.read_coils,
        "discrete": client.read_discrete_inputs,
    }[spot.table]
    wide = 1 if spot.table in BITS else registers.width(spot.type)
    try:
        answer = await ask(spot.register, count=wide, device_id=spot.device)
        if answer.isError():
            return Told(fault=str(answer)[:100])
        if spot.table in BITS:
            return Told(float(answer.bits[0]))
        return Told(registers.number(answer.registers, spot.type, spot.order or "ABCD"))
    except (ModbusException, ValueError, IndexError) as error:
        if not client.connected:
            raise OSError(str(error)) from error
        return Told(fault=str(error)[:100])


CONNECTORS.add(
    Connector(
        code="modbus",
        name=_("Modbus TCP"),
        story=_("PLCs and gateways are asked for registers by the map of tags; see control systems."),
        sample=SAMPLE,
        decode=from_json,
        asks=Asks("modbus", 502, read, faults),
    )
)
