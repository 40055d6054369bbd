"""AIS 船舶自动识别: ships' sentences over TCP or UDP, read by pyais; nobody waits for an answer.

A ship's station is called by its MMSI; where it is goes to whoever asks (geofences). A sentence has no date: it is of when it came. Listens where `ANLAN_LISTEN` names a port:
`ais=0.0.0.0:5631`.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import RawReading
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Placed, Stream
from anlan.kit import clock
from anlan.lib import ais
from anlan.lib.frames import Frame

SAMPLE = "!AIVDM,1,1,,B,15NG6V0P01G?cFhE`R2IU?wn28R>,0*05"


def readings(frame: Frame) -> list[RawReading]:
    """Return the speed of a ship that tells its position."""
    if "speed" not in frame.fields or "mmsi" not in frame.fields:
        return []
    return [RawReading(1, str(frame.fields["mmsi"]), "vehicle_speed", clock.now(), float(frame.fields["speed"]), unit="kn")]


def places(frame: Frame) -> list[Placed]:
    """Return where a ship is that says so."""
    told = frame.fields
    if not {"mmsi", "lat", "lon"} <= told.keys():
        return []
    kmh = float(told["speed"]) * 1.852 if "speed" in told else None
    return [Placed(1, str(told["mmsi"]), clock.now(), float(told["lon"]), float(told["lat"]), kmh)]


def answer(frame: Frame, now: datetime) -> bytes:
    """Return nothing: a ship asks for no confirmation."""
    return b""


def decode(raw: bytes) -> list[RawReading]:
    """Return the readings of one sentence."""
    return readings(ais.decode(raw))


CONNECTORS.add(
    Connector(
        code="ais",
        name=_("AIS over TCP and UDP"),
        story=_("Ships' sentences come to the port that ANLAN_LISTEN names, from a receiver or an exchange."),
        sample=SAMPLE,
        decode=decode,
        stream=Stream(ais.find, readings, answer, sender="mmsi", skip=b"\r\n", datagrams=True, places=places),
    )
)
