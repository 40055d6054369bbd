"""Load a pack's divisions, outlines, former codes and the map's background."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon

from anlan.apps.places import actions
from anlan.apps.places.models import BaseLayer, CodeChange, Division, MapFeature, OtherCode, PopulationCount
from anlan.lib.divisions import normalise
from anlan.lib.pinyin import initials, spelt
from anlan.lib.romanise import english_name
from anlan.lib.tables import rows_of

ORDER = 10


def load(pack: Path) -> None:
    """Load places/ and map/ of a pack."""
    outlines = {f["properties"]["code"]: (f, False) for f in _features(pack / "places" / "outlines.geojson")}
    outlines |= {f["properties"]["code"]: (f, True) for f in _features(pack / "places" / "towns_derived.geojson")}
    with (pack / "places" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        actions.load_divisions(
            divisions=[_division(row, *outlines.get(row["code"], (None, False))) for row in csv.DictReader(file)]
        )
    with (pack / "places" / "code_changes.csv").open(encoding="utf-8", newline="") as file:
        changes = [
            CodeChange(
                year=int(r["year"]),
                kind=r["type"],
                old_code=r["old_code"],
                old_name=r["old_name"],
                new_code=r["new_code"] or "",
                new_name=r["new_name"] or "",
                source=(r["source"] or "")[:200],
            )
            for r in csv.DictReader(file)
        ]
    features = [_map_feature(layer.stem, f) for layer in sorted((pack / "map").glob("*.geojson")) for f in _features(layer)]
    actions.load_background(features=features, changes=changes, layers=_base_layers(pack / "map"))
    actions.load_facts(codes=_other_codes(pack / "places" / "town_codes.csv"), counts=_counts(pack / "places" / "population.csv"))


def _other_codes(path: Path) -> list[tuple[str, OtherCode]]:
    """Read the civil-affairs codes of towns; a pack may have none."""
    return [
        (r["code"], OtherCode(code=r["other_code"], name=r["other_name"], scheme=r["scheme"], note=r["note"]))
        for r in rows_of(path, optional=True)
    ]


def _counts(path: Path) -> list[tuple[str, PopulationCount]]:
    """Read the population counts; a pack may have none."""
    return [
        (
            normalise(r["code"]),
            PopulationCount(year=int(r["year"]), people=int(r["people"]), kind=r["kind"], source=r["source"]),
        )
        for r in rows_of(path, optional=True)
    ]


def _division(row: dict[str, str], feature: dict[str, Any] | None, derived: bool) -> Division:
    shape = GEOSGeometry(json.dumps(feature["geometry"]), srid=4326) if feature else None
    if isinstance(shape, Polygon):
        shape = MultiPolygon(shape, srid=4326)
    return Division(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"] or english_name(row["name"], spelt),
        level=row["level"],
        pinyin="".join(spelt(row["name"])),
        initials=initials(row["name"]),
        population=int(row["population"]) if row["population"] else None,
        population_source=row["population_source"],
        point=Point(float(row["lon"]), float(row["lat"]), srid=4326) if row["lon"] else None,
        outline=shape,
        outline_derived=derived,
    )


def _map_feature(layer: str, feature: dict[str, Any]) -> MapFeature:
    facts = feature["properties"]
    shape = GEOSGeometry(json.dumps(feature["geometry"]), srid=4326)
    return MapFeature(
        layer=layer,
        name=facts.get("name") or "",
        name_en=facts.get("name_en") or "",
        rank=int(facts.get("rank") or 5),
        derived=bool(facts.get("derived")),
        shape=shape,
    )


def _base_layers(folder: Path) -> list[BaseLayer]:
    """Read base.toml and the pictures it names; a pack may have none."""
    declared = folder / "base.toml"
    if not declared.exists():
        return []
    found = []
    for order, facts in enumerate(tomllib.loads(declared.read_text(encoding="utf-8"))["layer"]):
        pictures = {theme: (folder / facts.pop(theme)).read_bytes() for theme in ("night", "day") if theme in facts}
        found.append(BaseLayer(order=order, **facts, **pictures))
    return found


def _features(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["features"])
