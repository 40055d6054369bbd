"""JT/T 808 道路运输车辆卫星定位: vehicles tell speed and calls for help over TCP; a terminal's messages are answered once stored.

A vehicle's station is called by its terminal's number without leading noughts. Where it is goes to whoever asks (geofences). Listens where `ANLAN_LISTEN` names a port: `jt808=0.0.0.0:5808`.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import RawReading
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Placed, Stream
from anlan.lib import jt808
from anlan.lib.frames import BEIJING, Frame

#: Alarm → the number of its state as the sensor declares it, the gravest first.
STATES = {"collision": 4, "rollover": 4, "emergency": 1, "speeding": 2, "fatigue": 3}
BITS = {1: 1 << 0, 2: 1 << 1, 3: 1 << 2, 4: 1 << 29}


def readings(frame: Frame) -> list[RawReading]:
    """Return speed and alarm of each position that a vehicle tells."""
    station = str(frame.fields["terminal"]).lstrip("0")
    found = []
    for number, each in enumerate(frame.fields.get("positions", ()), 1):
        if each["at"] is None:
            continue
        state = next((n for name, n in STATES.items() if name in each["alarms"]), 0)
        found.append(RawReading(number, station, "vehicle_speed", each["at"], each["speed"], unit="km/h"))
        found.append(RawReading(number, station, "vehicle_state", each["at"], float(state)))
    return found


def places(frame: Frame) -> list[Placed]:
    """Return where a vehicle was at each position that its receiver had located."""
    station = str(frame.fields.get("terminal", "")).lstrip("0")
    return [
        Placed(number, station, each["at"], each["longitude"], each["latitude"], each["speed"])
        for number, each in enumerate(frame.fields.get("positions", ()), 1)
        if each["at"] is not None and each["located"]
    ]


def answer(frame: Frame, now: datetime) -> bytes:
    """Return the answer that a terminal waits for."""
    return jt808.answer(frame) or b""


def report(station: str, quantity: str, at: datetime, value: float, serial: int) -> bytes:
    """Make a position as a terminal sends it, at the city's centre."""
    if quantity not in ("vehicle_speed", "vehicle_state"):
        return b""
    speed, alarm = (value * 3.6, 0) if quantity == "vehicle_speed" else (0.0, BITS.get(int(value), 0))
    body = jt808.encode_position(latitude=23.70, longitude=113.05, at=at, speed=speed, alarm=alarm)
    return jt808.encode(jt808.POSITION, station, serial % 65536, body)


def decode(raw: bytes) -> list[RawReading]:
    """Return the readings of one message as hexadecimal text."""
    return readings(jt808.decode(bytes.fromhex(raw.decode())))


CONNECTORS.add(
    Connector(
        code="jt808",
        name=_("JT/T 808 over TCP"),
        story=_("Vehicles report to the port that ANLAN_LISTEN names; their messages are answered once they are stored."),
        sample=report("13912344329", "vehicle_state", datetime(2023, 6, 23, 15, 0, tzinfo=BEIJING), 1.0, 1).hex(),
        decode=decode,
        stream=Stream(jt808.find, readings, answer, sender="terminal", report=report, places=places),
    )
)
