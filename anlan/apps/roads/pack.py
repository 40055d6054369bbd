"""Load a pack's pieces of road, once their classes are there."""

from __future__ import annotations

from pathlib import Path

from django.contrib.gis.geos import LineString

from anlan.apps.roads import actions
from anlan.apps.roads.models import RoadClass, RoadPiece
from anlan.lib.tables import rows_of

ORDER = 45


def load(pack: Path) -> None:
    """Load roads/edges.csv; a pack may have none."""
    classes = RoadClass.objects.in_bulk(field_name="code")
    rows = rows_of(pack / "roads" / "edges.csv", optional=True)
    actions.load(
        pieces=[
            RoadPiece(
                code=row["code"],
                road_class=classes[row["road_class"]],
                derived=row["derived"] == "1",
                course=LineString([tuple(map(float, spot.split())) for spot in row["course"].split(";")], srid=4326),
            )
            for row in rows
        ]
    )
