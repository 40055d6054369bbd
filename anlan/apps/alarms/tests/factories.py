"""Rows of alarms for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.apps.alarms import actions
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry.models import Datastream, Station
from anlan.apps.telemetry.tests import factories
from anlan.apps.telemetry.tests.factories import T0, stream
from anlan.kit.testing.factory import created


def more_of_station(row: Station, number: int) -> None:
    factories.more_of_station(row, number)
    held = Datastream.objects.filter(station=row).order_by("pk").last()
    created(Alarm, **_alarm(held, number), state="closed")


def _alarm(held: Datastream, number: int) -> dict[str, Any]:
    at = T0 + timedelta(minutes=number)
    facts = {"level": 2, "peak_level": 2, "value": 21.0, "threshold": 20.0, "peak_value": 21.0}
    times = {"reading_at": at, "began_at": at, "raised_at": at}
    return {"area": held.area, "station": held.station, "datastream": held, "hazard": "river_flood", **facts, **times}


def alarm(area: str, number: int) -> Alarm:
    held = stream(area, number)
    return actions.raise_alarm(
        datastream=held.pk, hazard="river_flood", level=2, value=21.0, threshold=20.0, reading_at=T0 + timedelta(minutes=number)
    )


def more_of_alarm(row: Alarm, number: int) -> None:
    created(Alarm, **_alarm(stream(row.area, 200 + number), number), group=row.group)


def closed_alarm(area: str, number: int) -> Alarm:
    held = stream(area, number)
    return created(Alarm, **_alarm(held, number), state="closed", cause="threshold")
