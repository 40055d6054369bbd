"""Rows of supplies for tests."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.supplies.models import Depot, Item, Lot
from anlan.kit.testing.factory import created


def depot_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验库{number}",
        "name_en": f"Test depot {number}",
        "level": "county",
        "address": f"{number}号",
    }


def depot(area: str, number: int) -> Depot:
    return created(Depot, **depot_values(area, 1000 + number), area=area, location=Point(113.05, 23.7, srid=4326))


def item_values(area: str, number: int) -> dict[str, Any]:
    named = {"name": f"试验物资{number}", "name_en": f"Test item {number}", "unit": "件", "unit_en": "piece"}
    return {"code": f"1{area[2:6]}{number % 100:02}", **named, "source": "test"}


def item(number: int) -> Item:
    found = Item.objects.filter(code=f"19{number:05}").first()
    return found or created(Item, code=f"19{number:05}", name=f"试验物资{number}", unit="件", source="test")


def lot(number: int) -> Lot:
    return created(Lot, item=item(number % 3), batch=f"T{number}")
