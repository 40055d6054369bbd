"""GB/T 26875.3-2011 城市消防远程监控: transmitters of buildings tell the states of fire alarm components; confirmed once stored.

A component's station is called `<transmitter>-<component>`, both hexadecimal as in the frame. Of several states at once the gravest
counts. Listens where `ANLAN_LISTEN` names a port: `gb26875=0.0.0.0:5875`.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import RawReading
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Stream
from anlan.lib import gb26875
from anlan.lib.frames import BEIJING, Frame

#: Names of states in the order of their gravity, with their numbers as the sensor declares them.
GRAVEST = {"fire": 1, "power_fault": 8, "fault": 2, "supervise": 4, "start": 5, "feedback": 6, "delay": 7, "shielded": 3}
COMPONENT_STATUS = 2


def readings(frame: Frame) -> list[RawReading]:
    """Return the state of each component of a report."""
    return [
        RawReading(
            number, f"{frame.fields['source']}-{each['component']}", "fire_state", each["at"], float(state(each["states"]))
        )
        for number, each in enumerate(frame.fields.get("components", ()), 1)
        if each["at"] is not None
    ]


def state(names: list[str]) -> int:
    """Return the number of the gravest of some states."""
    return next((number for name, number in GRAVEST.items() if name in names), 0)


def answer(frame: Frame, now: datetime) -> bytes:
    """Return the confirmation of a frame that sends something."""
    return gb26875.answer(frame, now) or b""


def report(station: str, quantity: str, at: datetime, value: float, serial: int) -> bytes:
    """Make a report of one component as a transmitter sends it."""
    if quantity != "fire_state":
        return b""
    source, _dash, component = station.partition("-")
    bits = {number: 1 << gb26875.COMPONENT_BITS.index(name) for name, number in GRAVEST.items()}
    local = at.astimezone(BEIJING)
    time = bytes([local.second, local.minute, local.hour, local.day, local.month, local.year - 2000])
    part = bytes([1, 1, 40]) + bytes.fromhex(component.zfill(8))[::-1] + bits.get(int(value), 0).to_bytes(2, "little")
    return gb26875.encode(
        serial=(serial % 65536).to_bytes(2, "little"),
        version=b"\x01\x01",
        now=at,
        source=bytes.fromhex(source.zfill(12))[::-1],
        destination=bytes(6),
        command=gb26875.SEND,
        data=bytes([COMPONENT_STATUS, 1]) + part + bytes(31) + time,
    )


def decode(raw: bytes) -> list[RawReading]:
    """Return the readings of one report as hexadecimal text."""
    return readings(gb26875.decode(bytes.fromhex(raw.decode())))


CONNECTORS.add(
    Connector(
        code="gb26875",
        name=_("GB/T 26875.3-2011 over TCP"),
        story=_(
            "Fire alarm transmitters report to the port that ANLAN_LISTEN names; each report is confirmed once it is stored."
        ),
        sample=report("FF1280512509-00000001", "fire_state", datetime(2023, 11, 24, 15, 52, tzinfo=BEIJING), 1.0, 1).hex(),
        decode=decode,
        stream=Stream(gb26875.find, readings, answer, sender="source", report=report),
    )
)
