"""SL 651-2014 水文监测数据通信规约: hydrological stations report over TCP; each report is confirmed once it is stored.

A station is known by its address in the frame, with or without the two leading noughts that a code of eight digits gets.
Listens where `ANLAN_LISTEN` names a port: `sl651=0.0.0.0:5651`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import RawReading
from anlan.apps.telemetry.kinds import CONNECTORS, QUANTITIES, Connector, Stream
from anlan.lib import sl651
from anlan.lib.frames import Frame

SAMPLE = "7E7E0100123456780000320024020003220615080000F1F1001234567848F0F02206150800392200003047272800000017000315F6"

#: Element → quantity, bytes and decimals in which a simulated station tells it.
ELEMENTS = {0x39: ("water_level", 4, 3), 0x27: ("flow", 5, 3), 0x1A: ("rain", 3, 1)}


def readings(frame: Frame) -> list[RawReading]:
    """Return the readings of a report whose quantity is known here; a broken sensor's element is none."""
    station = str(frame.fields["station"])
    return [
        RawReading(
            number,
            station.removeprefix("00"),
            each["quantity"],
            each["at"],
            float(each["value"]),
            unit=each["unit"],
            period=f"PT{round(each['hours'] * 60)}M" if each.get("hours") else "",
        )
        for number, each in enumerate(frame.fields.get("elements", ()), 1)
        if each.get("quantity", "") in QUANTITIES and each["value"] is not None and each["at"] is not None
    ]


def answer(frame: Frame, now: datetime) -> bytes:
    """Return the confirmation of a station's report; what carries no serial number asks for none."""
    up = frame.fields["direction"] == "up" and "serial" in frame.fields
    return sl651.answer(frame, now) if up and int(frame.fields["function"], 16) in sl651.REPORTS else b""


def report(station: str, quantity: str, at: datetime, value: float, serial: int) -> bytes:
    """Make a report as a station sends it."""
    element = next(((code, held) for code, held in ELEMENTS.items() if held[0] == quantity), None)
    if element is None:
        return b""
    code, (_quantity, size, decimals) = element
    told = [(code, Decimal(str(round(value, decimals))), size, decimals)]
    return sl651.encode(station=station.zfill(10), function=0x32, serial=serial % 65536, at=at, readings=told)


def decode(raw: bytes) -> list[RawReading]:
    """Return the readings of one report as hexadecimal text."""
    return readings(sl651.decode(bytes.fromhex(raw.decode())))


CONNECTORS.add(
    Connector(
        code="sl651",
        name=_("SL 651-2014 over TCP"),
        story=_("Hydrological stations report to the port that ANLAN_LISTEN names; each report is confirmed once it is stored."),
        sample=SAMPLE,
        decode=decode,
        stream=Stream(sl651.find, readings, answer, report=report),
    )
)
