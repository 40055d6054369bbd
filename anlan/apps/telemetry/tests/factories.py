"""Rows of telemetry for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.telemetry.models import ControlSystem, Datastream, PolledFeed, Station, Tag, Threshold, ThresholdChange
from anlan.kit import clock
from anlan.kit.testing.factory import created

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def station_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验站{number}",
        "name_en": f"Test gauge {number}",
        "kind": "river",
        "river": "试验河",
        "river_en": "Trial River",
        "note": "",
        "source": "test",
    }


def station(area: str, number: int) -> Station:
    known = Station.objects.filter(code=f"t-{area}-{1000 + number}").first()
    point = Point(113.0 + number / 1000, 23.7, srid=4326)
    found: Station = known or created(Station, area=area, location=point, **station_values(area, 1000 + number))
    return found


def more_of_station(row: Station, number: int) -> None:
    quantity = ("water_level", "flow", "rain")[number % 3]
    if not Datastream.objects.filter(station=row, quantity=quantity).exists():
        created(Datastream, area=row.area, station=row, quantity=quantity, stale_after=timedelta(hours=1))


def stream_values(area: str, number: int) -> dict[str, Any]:
    return {
        "station": station(area, 100 + number).pk,
        "quantity": "flow",
        "stale_after": "01:00:00",
        "step_limit": "2.5",
        "stuck_after": "06:00:00",
    }


def stream(area: str, number: int) -> Datastream:
    held = station(area, number)
    known = Datastream.objects.filter(station=held, quantity="water_level").first()
    found: Datastream = known or created(
        Datastream, area=area, station=held, quantity="water_level", stale_after=timedelta(hours=1), step_limit=2.0
    )
    return found


def more_of_stream(row: Datastream, number: int) -> None:
    created(
        Threshold,
        area=row.area,
        datastream=row,
        hazard="river_flood",
        level="warning",
        window_hours=number,
        value=20.0 + number,
        source="test",
    )


def threshold_values(area: str, number: int) -> dict[str, Any]:
    return {
        "datastream": stream(area, 100 + number).pk,
        "hazard": "river_flood",
        "level": "guarantee",
        "window_hours": 0,
        "value": "20.0",
        "source": "test",
        "confidence": "K-",
    }


def threshold(area: str, number: int) -> Threshold:
    held = stream(area, number)
    return created(
        Threshold, area=area, datastream=held, hazard="river_flood", level="warning", value=20.0, source="test", confidence="K-"
    )


def change(area: str, number: int) -> ThresholdChange:
    held = threshold(area, 400 + number)
    facts = {"old_value": 20.0, "new_value": 20.5 + number, "reason": f"理由{number}", "source": "test", "proposed_by": "other"}
    made: ThresholdChange = created(
        ThresholdChange, area=held.area, threshold=held, effective_at=clock.now() + timedelta(days=1 + number), **facts
    )
    return made


def change_in_force(area: str, number: int) -> ThresholdChange:
    held = threshold(area, 400 + number)
    facts = {"old_value": 20.0, "new_value": 20.5 + number, "reason": f"理由{number}", "source": "test", "proposed_by": "other"}
    at = clock.now() - timedelta(days=1)
    made: ThresholdChange = created(
        ThresholdChange,
        area=held.area,
        threshold=held,
        effective_at=at,
        state="in_force",
        signed_by="x",
        signed_at=at,
        entered_at=at,
        **facts,
    )
    return made


def control_system_values(area: str, number: int) -> dict[str, Any]:
    modbus = number % 2 == 0
    return {
        "code": f"plc-{area}-{number}",
        "name": f"试验控制器{number}",
        "name_en": f"Trial controller {number}",
        "protocol": "modbus" if modbus else "opcua",
        "url": f"modbus://10.20.0.{number}:502" if modbus else f"opc.tcp://10.20.0.{number}:4840",
        "every_seconds": 30,
        "active": modbus,
        "source": "test",
    }


def control_system(area: str, number: int) -> ControlSystem:
    made: ControlSystem = created(ControlSystem, area=area, **control_system_values(area, 100 + number))
    return made


def more_of_control_system(row: ControlSystem, number: int) -> None:
    _tag_of(row, stream(row.area, 500 + number), number)


def tag_values(area: str, number: int) -> dict[str, Any]:
    return {
        "system": control_system_of(area, "modbus").pk,
        "datastream": stream(area, 600 + number).pk,
        "node": "",
        "device": 1,
        "table": "holding",
        "register": number,
        "type": "float32",
        "order": "CDAB",
        "factor": 0.01,
        "offset": 0.0,
    }


def control_system_of(area: str, protocol: str, code: str = "") -> ControlSystem:
    code = code or f"{protocol}-{area}"
    known = ControlSystem.objects.filter(code=code).first()
    given = control_system_values(area, 2 if protocol == "modbus" else 1) | {"code": code}
    found: ControlSystem = known or created(ControlSystem, area=area, **given)
    return found


def tag(area: str, number: int) -> Tag:
    protocol = "modbus" if number % 2 == 0 else "opcua"
    return _tag_of(control_system_of(area, protocol, f"{protocol}-{area}-{number}"), stream(area, 700 + number), number)


def _tag_of(system: ControlSystem, held: Datastream, number: int) -> Tag:
    where = (
        {"table": "input", "register": number, "type": "int16"} if system.protocol == "modbus" else {"node": f"ns=2;i={number}"}
    )
    made: Tag = created(Tag, area=system.area, system=system, datastream=held, **where)
    return made


def feed_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"feed-{area}-{number}",
        "name": f"试验源{number}",
        "name_en": f"Trial feed {number}",
        "connector": ("air_feed", "firms")[number % 2],
        "url": f"https://example.org/{number}.csv",
        "active": number % 2 == 0,
        "source": "test",
    }


def feed(area: str, number: int) -> PolledFeed:
    made: PolledFeed = created(PolledFeed, area=area, **feed_values(area, 100 + number))
    return made
