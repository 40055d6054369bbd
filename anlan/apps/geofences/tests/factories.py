"""Rows of geofences for tests."""

from __future__ import annotations

from typing import Any

from anlan.apps.geofences.models import Fence
from anlan.kit.testing.factory import created


def square(west: float, south: float, size: float = 0.1) -> str:
    """Return a square as GeoJSON."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return str({"type": "MultiPolygon", "coordinates": [[ring]]}).replace("'", '"')


def fence_values(area: str, number: int) -> dict[str, Any]:
    home = number % 2 == 0
    names = {"code": f"g-{area}-{number}", "name": f"试验围栏{number}", "name_en": f"Test fence {number}"}
    asks = {"kind": "stay_inside" if home else "no_entry", "since": "22:00", "until": "06:00"}
    return {**names, **asks, "active": not home, "source": "test", "outline": square(113.0, 23.7)}


def fence(area: str, number: int, **changed: Any) -> Fence:
    known = Fence.objects.filter(code=f"g-{area}-{1000 + number}").first()
    values = fence_values(area, 1000 + number) | {"outline": square(113.0 + number / 1000, 23.7)} | changed
    found: Fence = known or created(Fence, area=area, **values)
    return found
