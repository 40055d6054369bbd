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
    folder = pack / "shelters"
    classes = [
        ShelterClass(**{**row, "walk_km": row["walk_km"] or None}) for row in rows_of(folder / "classes.csv", optional=True)
    ]
    actions.load(classes=classes, shelters=[])
    kinds = ShelterClass.objects.in_bulk(field_name="code")
    actions.load(classes=[], shelters=[_shelter(row, kinds) for row in rows_of(folder / "shelters.csv", optional=True)])


def _shelter(row: dict[str, str], kinds: dict[str, ShelterClass]) -> Shelter:
    location = Point(float(row.pop("lon")), float(row.pop("lat")), srid=4326)
    known = {"kind": kinds[row.pop("kind")], "keeper": people.Post.objects.filter(code=row.pop("keeper")).first()}
    return Shelter(**row, **known, location=location)
