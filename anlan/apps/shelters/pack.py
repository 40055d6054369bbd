"""Load a pack's shelters."""

from __future__ import annotations

from pathlib import Path

from django.contrib.gis.geos import Point

from anlan.apps.people import api as people
from anlan.apps.shelters import actions
from anlan.apps.shelters.models import Shelter, ShelterClass
from anlan.lib.tables import rows_of

ORDER = 46


def load(pack: Path) -> None:
    """Load shelters/classes.csv and shelters.csv; a pack may have none."""
    rows = rows_of(pack / "shelters" / "classes.csv", optional=True)
    classes = [ShelterClass(**{**row, "walk_km": row["walk_km"] or None}) for row in rows]
    actions.load(classes=classes, shelters=[])
    kinds = ShelterClass.objects.in_bulk(field_name="code")
    shelters = []
    for row in rows_of(pack / "shelters" / "shelters.csv", optional=True):
        location = Point(float(row.pop("lon")), float(row.pop("lat")), srid=4326)
        keeper = people.Post.objects.filter(code=row.pop("keeper")).first()
        shelters.append(
            Shelter(**{**row, "kind": kinds[row["kind"]], "indoor": row["indoor"] == "1"}, location=location, keeper=keeper)
        )
    actions.load(classes=[], shelters=shelters)
