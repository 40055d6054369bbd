"""Rows of telemetry for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.telemetry.models import Datastream, Station, Threshold, ThresholdChange
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
