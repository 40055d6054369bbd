"""Load a pack's stations, datastreams and thresholds."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from django.contrib.gis.geos import Point

from anlan.apps.monitoring import actions
from anlan.apps.monitoring.models import Datastream, Station, Threshold

ORDER = 30
STALE_AFTER = timedelta(hours=6)


def load(pack: Path) -> None:
    """Load hydro/stations.csv and hydro/thresholds.csv."""
    stations, streams = [], []
    for row in _rows(pack / "hydro" / "stations.csv"):
        location = Point(float(row["lon"]), float(row["lat"]), srid=4326) if row["lon"] else None
        stations.append(
            Station(
                code=row["code"],
                name=row["name"],
                river=row["river"],
                area=row["area"],
                location=location,
                location_precision=row["coord_precision"],
                note=row["note"],
                source=row["source"],
            )
        )
        streams += [
            (row["code"], Datastream(quantity=quantity, stale_after=STALE_AFTER)) for quantity in row["quantities"].split("|")
        ]
    thresholds = [
        (
            r["station"],
            r["quantity"],
            Threshold(level=r["level"], value=float(r["value"]), source=r["source"], confidence=r["confidence"]),
        )
        for r in _rows(pack / "hydro" / "thresholds.csv")
    ]
    actions.load_stations(stations=stations, streams=streams, thresholds=thresholds)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
