"""HJ 212-2017 污染物在线监控系统数据传输标准: monitors of air and water report over TCP; a packet that asks for it is answered once stored.

A station is known by its MN. Averages of a minute, an hour and a day are taken like readings; what its sender flags as other than N
(normal) is left out. Listens where `ANLAN_LISTEN` names a port: `hj212=0.0.0.0:5212`.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import RawReading
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Stream
from anlan.lib import hj212
from anlan.lib.frames import BEIJING, Frame

#: Factor of HJ 212 → quantity and the unit that the standard gives it.
FACTORS = {
    "a01001": ("air_temperature", "°C"),
    "a01002": ("humidity", "%"),
    "a01007": ("wind_speed", "m/s"),
    "a34004": ("pm2_5", "μg/m³"),
    "a34002": ("pm10", "μg/m³"),
}


def readings(frame: Frame) -> list[RawReading]:
    """Return the readings of a packet whose quantity is known here."""
    station = str(frame.fields.get("MN", ""))
    return [
        RawReading(number, station, quantity, each["at"], each["value"], unit=unit)
        for number, each in enumerate(hj212.readings(frame), 1)
        if each["factor"] in FACTORS and each["value"] is not None and each["flag"] in ("", "N")
        for quantity, unit in (FACTORS[each["factor"]],)
    ]


def answer(frame: Frame, now: datetime) -> bytes:
    """Return the answer that a packet asks for by its Flag."""
    return hj212.answer(frame) or b""


def report(station: str, quantity: str, at: datetime, value: float, serial: int) -> bytes:
    """Make a packet as a monitor sends it."""
    factor = next((code for code, (held, _unit) in FACTORS.items() if held == quantity), "")
    if not factor:
        return b""
    time = f"{at.astimezone(BEIJING):%Y%m%d%H%M%S}"
    head = {"QN": f"{time}{serial % 1000:03d}", "ST": "22", "CN": "2011", "PW": "123456", "MN": station, "Flag": "5"}
    return hj212.encode(head, f"DataTime={time};{factor}-Rtd={value},{factor}-Flag=N")


def decode(raw: bytes) -> list[RawReading]:
    """Return the readings of one packet."""
    return readings(hj212.decode(raw))


CONNECTORS.add(
    Connector(
        code="hj212",
        name=_("HJ 212-2017 over TCP"),
        story=_(
            "Monitors of air and water report to the port that ANLAN_LISTEN names; what asks for an answer gets it once stored."
        ),
        sample=report("QYAIR0001", "pm2_5", datetime(2023, 6, 23, 15, 0, tzinfo=BEIJING), 38.0, 1).decode(),
        decode=decode,
        stream=Stream(hj212.find, readings, answer, sender="MN", skip=hj212.SKIP, report=report),
    )
)
