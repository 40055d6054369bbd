"""Load a pack's lookouts and key forests."""

from __future__ import annotations

import json
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point

from anlan.apps.lookouts import actions
from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.lib.tables import rows_of

ORDER = 46


def load(pack: Path) -> None:
    """Load lookouts/lookouts.csv and lookouts/forests.geojson; a pack may have none."""
    lookouts = [
        Lookout(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            kind=row["kind"],
            area=row["area"],
            location=Point(float(row["lon"]), float(row["lat"]), srid=4326),
            height_m=float(row["height_m"]),
            reach_km=float(row["reach_km"]),
            bearing_from=float(row["bearing_from"] or 0),
            bearing_to=float(row["bearing_to"] or 360),
            source=row["source"],
        )
        for row in rows_of(pack / "lookouts" / "lookouts.csv", optional=True)
    ]
    actions.load(lookouts=lookouts, forests=_forests(pack / "lookouts" / "forests.geojson"))


def _forests(path: Path) -> list[KeyForest]:
    told = json.loads(path.read_text(encoding="utf-8"))["features"] if path.exists() else []
    found = []
    for each in told:
        shape = GEOSGeometry(json.dumps(each["geometry"]), srid=4326)
        outline = shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)
        names = {name: each["properties"][name] for name in ("code", "name", "name_en", "area", "source")}
        found.append(KeyForest(outline=outline, **names))
    return found
