"""Readers: divisions by code, by words, by point; outlines; people within an outline."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import MultiPolygonField, Union
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Count, FloatField, Func, Max, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anlan.apps.places import search
from anlan.apps.places.choices import CountKind
from anlan.apps.places.island_texts import map_texts
from anlan.apps.places.models import BaseLayer, Division, MapFeature, PopulationCount
from anlan.kit.languages import in_chinese, localised
from anlan.kit.names import name_of, names_of
from anlan.kit.records import AreaField
from anlan.kit.worlds import alias
from anlan.lib.geojson import feature

#: From this share on a county counts as covered whole: outlines are simplified.
WHOLE = 0.9995
#: A county that holds so much of an outline is one of those it is for.
PART_OF_OUTLINE = 0.02
#: What the map can show of the world: all of it but the city lies under a veil.
WORLD = Polygon.from_bbox((-180, -85, 180, 85))
#: In the statistical codes of villages, residents' committees have the numbers below.
FIRST_VILLAGE = 200

#: A tile of the land is so wide on its grid, and is drawn so wide; shapes are told to a third of a pixel.
LAND_EXTENT, TILE_PIXELS, FINE = 4096, 512, 0.375
#: The world's width in metres of the web's projection.
WORLD_WIDE = 40_075_016.7
LAND_TILE = """
    SELECT ST_AsMVT(t, %s, %s, 'shape') FROM (
      SELECT ST_AsMVTGeom(
        ST_Simplify(ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326), 3857), %s, true), ST_TileEnvelope(%s, %s, %s), %s, 128
      ) AS shape, NULLIF(name, '') AS name, rank
      FROM unnest(%s::text[], %s::text[], %s::int[]) AS land (shape, name, rank)
    ) AS t WHERE shape IS NOT NULL
"""


@dataclass(frozen=True)
class DivisionFact:
    """A division for neighbours."""

    code: str
    name: str
    name_en: str
    level: str
    population: int | None

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


@dataclass(frozen=True)
class Population:
    """People within an outline, by county, with how they were counted."""

    total: int
    by_division: tuple[tuple[str, str, int], ...] = ()
    method: str = "towns by committees and villages, then by area"


@dataclass
class DivisionIndex:
    """Which division of a level is this point in, for millions of points: polygons in memory, vectorised."""

    codes: list[str]
    polygons: NDArray[np.object_]
    tree: shapely.STRtree = field(init=False)

    def __post_init__(self) -> None:
        shapely.prepare(self.polygons)
        self.tree = shapely.STRtree(self.polygons)

    def locate(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return the code for each point (degrees, WGS84), None outside or for no point. A million points take seconds.

        A point on a common border lies in the division with the lower code: it belongs to somebody.
        """
        found = np.full(len(lons), None, dtype=object)
        known = np.flatnonzero(np.isfinite(lons) & np.isfinite(lats))
        if len(known) and self.codes:
            point_at, polygon_at = self.tree.query(shapely.points(lons[known], lats[known]), predicate="intersects")
            order = np.argsort(-polygon_at, kind="stable")
            found[known[point_at[order]]] = np.asarray(self.codes, dtype=object)[polygon_at[order]]
        return found


def facts(division: Division) -> DivisionFact:
    """Make the fact of a row."""
    return DivisionFact(division.code, division.name, division.name_en, division.level, division.population)


def division(code: str) -> DivisionFact | None:
    """Return the division with this code, if any."""
    row = Division.objects.filter(code=code).first()
    return facts(row) if row else None


def below(code: str, level: str) -> list[DivisionFact]:
    """Return the divisions of a level within `code` (itself if it is of that level), by code."""
    rows = Division.objects.filter(code__startswith=code, level=level).order_by("code")
    return [DivisionFact(*row) for row in rows.values_list("code", "name", "name_en", "level", "population")]


def lying_in(areas: Iterable[str]) -> Q:
    """Return the condition that a division is one of these or lies in one; nothing does where there are none."""
    return reduce(or_, (Q(code__startswith=area) for area in areas), Q(pk__in=()))


def touched(shape: GEOSGeometry, level: str) -> list[DivisionFact]:
    """Return the divisions of a level whose outline shares ground with a shape, by code."""
    rows = Division.objects.filter(level=level, outline__intersects=shape).order_by("code")
    return [facts(row) for row in rows if row.outline.intersection(shape).area > 1e-9]


#: Ground of an enterprise: three digits from 900 below a town, which no village has.
GROUND = re.compile(r"\d{9}9\d{2}")
#: Who knows the names of grounds; apps above add theirs.
_grounds: list[Callable[[], dict[str, tuple[str, str]]]] = []


def is_ground(code: str) -> bool:
    """Return whether a jurisdiction is ground of an enterprise below a town."""
    return GROUND.fullmatch(code) is not None


def is_there(code: str) -> bool:
    """Return whether a jurisdiction is a division, or an enterprise's ground in one."""
    return division(code[:9] if is_ground(code) else code) is not None


def names_grounds(loader: Callable[[], dict[str, tuple[str, str]]]) -> Callable[[], dict[str, tuple[str, str]]]:
    """Let an app tell the names of grounds, jurisdiction → (Chinese, English)."""
    _grounds.append(loader)
    return loader


@names_of("area", "area", "over", "division")
def _names() -> dict[str, tuple[str, str]]:
    named = {code: (zh, en) for code, zh, en in Division.objects.values_list("code", "name", "name_en")}
    plain = dict(named)
    alike = Counter((len(code), zh) for code, (zh, _en) in plain.items())
    for code, (zh, en) in plain.items():
        above = plain.get(code[:-3])
        if above and alike[len(code), zh] > 1:  # two towns are called 石角镇, eight villages 田心
            named[code] = (f"{zh}（{above[0]}）", f"{en} ({above[1]})" if en else "")
    for loader in _grounds:
        named |= loader()
    return named


def _there_is(code: str) -> None:
    """Refuse a jurisdiction that is no division of the city, wherever it is typed."""
    code = code[:9] if is_ground(code) else code
    if name_of("area", code) == code and not Division.objects.filter(code=code).exists():  # names are held: each write asks
        raise ValidationError(_("There is no division with the code %(code)s.") % {"code": code})


AreaField.further.append(_there_is)


def ancestors(code: str) -> list[DivisionFact]:
    """Return the divisions above `code`, outermost first."""
    prefixes = [code[:n] for n in (4, 6, 9, 12) if n < len(code)]
    return [facts(row) for row in Division.objects.filter(code__in=prefixes).order_by("code")]


def find(text: str, limit: int = 20) -> list[Division]:
    """Find divisions by name, pinyin, initials, code, former name or code; the best first."""
    return [hit.division for hit in search.find(text, limit)]


def ancestors_of(row: Division) -> list[Division]:
    """Return the divisions above a row, outermost first, each with its page."""
    prefixes = [row.code[:n] for n in (4, 6, 9) if n < len(row.code)]
    return list(Division.objects.defer("outline").filter(code__in=prefixes).order_by("code"))


def counted_around(row: Division) -> Division | None:
    """Return the nearest division above whose people were counted: below it nobody has published a number."""
    return next((d for d in reversed(ancestors_of(row)) if d.population), None)


def divisions_at(lon: float, lat: float) -> list[str]:
    """Return the codes of the divisions around a point, outermost first."""
    return [row.code for row in around(lon, lat)]


def around(lon: float, lat: float) -> list[Division]:
    """Return the divisions around a point, outermost first; on a common border the one with the lower code at each level."""
    point = GEOSGeometry(f"SRID=4326;POINT({lon} {lat})")
    rows = Division.objects.filter(outline__intersects=point).defer("outline").order_by("code")
    lowest: dict[str, Division] = {}
    for row in rows:
        lowest.setdefault(row.level, row)
    return list(lowest.values())


def geometry_of(code: str) -> MultiPolygon | None:
    """Return the outline of a division, or of its nearest ancestor that has one."""
    for n in (len(code), 9, 6, 4):
        if n <= len(code):
            outline = Division.objects.filter(code=code[:n]).values_list("outline", flat=True).first()
            if outline is not None:
                return outline
    return None


def together(codes: Iterable[str]) -> GEOSGeometry | None:
    """Return the outlines of divisions as one area; None where none has an outline of its own."""
    whole: GEOSGeometry | None = Division.objects.filter(code__in=list(codes)).aggregate(whole=Union("outline"))["whole"]
    return whole


def outlines_of(codes: Iterable[str]) -> dict[str, MultiPolygon]:
    """Return the outlines of divisions by code; those without one of their own are left out. One query."""
    rows = Division.objects.filter(code__in=list(codes), outline__isnull=False).order_by("code")
    return dict(rows.values_list("code", "outline"))


def has_outline(code: str) -> bool:
    """Return whether a division has an outline of its own."""
    return Division.objects.filter(code=code, outline__isnull=False).exists()


def points_of(codes: set[str]) -> dict[str, tuple[float, float]]:
    """Return where to put a mark for each division (longitude, latitude); those without a place are left out."""
    rows = Division.objects.filter(code__in=codes).only("code", "point", "outline")
    return {row.code: at for row in rows if (at := _mark(row))}


def areas_km2(codes: Iterable[str]) -> dict[str, float]:
    """Return how large divisions are, on the ellipsoid; those without an outline of their own are left out."""
    ground = Func(Cast("outline", MultiPolygonField(geography=True)), function="ST_Area", output_field=FloatField())
    rows = Division.objects.filter(code__in=list(codes), outline__isnull=False).annotate(ground=ground)
    return {code: square / 1e6 for code, square in rows.order_by("code").values_list("code", "ground")}


def residents_by_year(code: str) -> dict[tuple[str, int], int]:
    """Return how many people lived in a division and in its counties, by (division, year): a census before other counts, of towns alone none."""
    rows = PopulationCount.objects.filter(division__code__startswith=code, division__level__in=["city", "county"])
    rows = rows.exclude(kind=CountKind.URBAN).order_by("year", "-kind")  # "resident" first, so that a census comes last and holds
    return {(division, year): people for division, year, people in rows.values_list("division__code", "year", "people")}


def extents_below(code: str, level: str) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the name and the box around (west, south, east, north) of each division of a level within `code` that has an outline."""
    rows = Division.objects.filter(code__startswith=code, level=level, outline__isnull=False).order_by("code")
    return [(str(row), row.outline.extent) for row in rows]


def _mark(row: Division) -> tuple[float, float] | None:
    """Return where to put a division's mark; None where it has no place."""
    at = row.point or (row.outline.point_on_surface if row.outline else None)
    return (at.x, at.y) if at is not None else None


def index(level: str) -> DivisionIndex:
    """Load the polygons of a level into memory."""
    rows = list(Division.objects.filter(level=level, outline__isnull=False).order_by("code").values_list("code", "outline"))
    polygons = np.array([shapely.from_wkb(bytes(outline.wkb)) for _code, outline in rows], dtype=object)
    return DivisionIndex([code for code, _outline in rows], polygons)


def outlines_mark(level: str) -> str:
    """Return what changes whenever the outlines of a level do: what rests on them may be kept as long."""
    held = Division.objects.filter(level=level, outline__isnull=False).aggregate(count=Count("pk"), at=Max("changed_at"))
    return f"{level} {held['count']} {held['at']}"


def population_in(shape: GEOSGeometry) -> Population:
    """Estimate the residents within an outline: a whole county's as published, else its towns' shares of it by area covered."""
    target = shapely.from_wkb(bytes(shape.wkb))
    counted = []
    for row in Division.objects.filter(level="county", outline__intersects=shape):
        share = _covered(row, target)
        if share > WHOLE:
            people = row.population or 0
        else:
            towns = Division.objects.filter(level="town", code__startswith=row.code, outline__isnull=False)
            parts = _town_shares(row.code, {town.code: town for town in towns})
            covered = sum(part * _covered(town, target) for town, part, _villages in parts) if parts else share
            people = round((row.population or 0) * min(covered, 1.0))
        part = share * _area_of(row) / target.area if target.area else 0.0
        # A sliver at a border is none of the county's; an outline that lies in it is, however small.
        if (people and share > 0.0005) or part > PART_OF_OUTLINE:
            counted.append((row.code, row.name, people))
    return Population(sum(people for *_, people in counted), tuple(counted))


def _area_of(row: Division) -> float:
    """Return the area of a division's outline in square degrees."""
    return float(shapely.from_wkb(bytes(row.outline.wkb)).area)


def _covered(row: Division, target: shapely.Geometry) -> float:
    whole = shapely.from_wkb(bytes(row.outline.wkb))
    return float(whole.intersection(target).area / whole.area) if whole.area else 0.0


def _town_shares(county: str, towns: dict[str, Division]) -> list[tuple[Division, float, int]]:
    """Return each town with its estimated share of its county's residents and its number of villages; nothing where no village is known.

    Nobody publishes the residents of towns. Those of a county who live in towns are spread over its residents' committees, the
    others over its village committees: a hill town of many acres and few villages does not count as a crowded one.
    """
    committees: Counter[str] = Counter()
    villages: Counter[str] = Counter()
    for code in Division.objects.filter(level="village", code__startswith=county).values_list("code", flat=True):
        if code[:9] in towns:
            (committees if int(code[9:12]) < FIRST_VILLAGE else villages)[code[:9]] += 1
    counts = PopulationCount.objects.filter(division__code=county, kind__in=[CountKind.URBAN, CountKind.RESIDENT]).order_by(
        "year"
    )
    newest = dict(counts.values_list("kind", "people"))
    every = committees + villages
    if not committees or not villages or len(newest) < 2:
        return [(towns[code], every[code] / every.total(), every[code]) for code in sorted(every)]
    urban = newest[CountKind.URBAN] / newest[CountKind.RESIDENT]
    each, rural_each = urban / committees.total(), (1 - urban) / villages.total()
    return [(row, committees[code] * each + villages[code] * rural_each, every[code]) for code, row in sorted(towns.items())]


@dataclass(frozen=True)
class TownResidents:
    """A town with a mark on the map, its estimated residents and how many villages it has."""

    code: str
    name: str
    lon: float
    lat: float
    residents: int
    villages: int


def residents_of_towns(area: str = "") -> list[TownResidents]:
    """Return every town (of an area's counties) with its estimated share of its county's residents, by code; without a place none."""
    found = []
    counties = Division.objects.filter(level="county", code__startswith=area[:6])
    for county in counties.defer("outline").order_by("code"):
        towns = {town.code: town for town in Division.objects.filter(level="town", code__startswith=county.code)}
        for town, share, villages in _town_shares(county.code, towns):
            if at := _mark(town):
                residents = round((county.population or 0) * share)
                found.append(TownResidents(town.code, str(town), *at, residents, villages))
    return found


def layer_geojson(layer: str) -> tuple[bytes, str]:
    """Return a background layer as GeoJSON in the reader's language, and its hash: a map feature layer, `city`, `county`, `town`, or `veil`.

    It is the same for everybody, and written anew when something of it has changed.
    """
    return _layer_geojson(layer, alias(), in_chinese(), *_held()[layer])


def land_tiles(wanted: Iterable[tuple[int, int, int]]) -> list[bytes]:
    """Return tiles of the map's background in the reader's language: a layer of each kind, the names of counties and towns apart.

    They are the same for everybody, and made anew when something of them has changed.
    """
    held = _held()
    layers = tuple((layer, *held[layer]) for layer, *_shown in background())
    return [_land_tile(where, alias(), in_chinese(), layers) for where in wanted]


def _held() -> dict[str, tuple[int, datetime | None]]:
    """Return how many rows stand behind each background layer, and when the newest of them changed."""
    divisions = Division.objects.filter(level__in=["city", "county", "town"]).order_by().values("level")
    rows = [
        *divisions.annotate(count=Count("pk"), at=Max("changed_at")).values_list("level", "count", "at"),
        *MapFeature.objects.order_by()
        .values("layer")
        .annotate(count=Count("pk"), at=Max("changed_at"))
        .values_list("layer", "count", "at"),
    ]
    found: dict[str, tuple[int, datetime | None]] = defaultdict(lambda: (0, None))
    found |= {layer: (count, at) for layer, count, at in rows}
    found["veil"] = found["city"]
    return found


@lru_cache(maxsize=64)
def _layer_geojson(layer: str, _world: str, _chinese: bool, _count: int, _changed_at: datetime | None) -> tuple[bytes, str]:
    return _written(_features(layer))


@lru_cache(maxsize=1024)
def _land_tile(
    where: tuple[int, int, int], world: str, chinese: bool, layers: tuple[tuple[str, int, datetime | None], ...]
) -> bytes:
    z, x, y = where
    body = b""
    with connections[world].cursor() as cursor:
        for kind, shapes, names, ranks in _land(world, chinese, layers):
            cursor.execute(
                LAND_TILE, [kind, LAND_EXTENT, WORLD_WIDE / 2**z / TILE_PIXELS * FINE, z, x, y, LAND_EXTENT, shapes, names, ranks]
            )
            body += bytes(cursor.fetchone()[0])
    return body


@lru_cache(maxsize=8)
def _land(
    _world: str, _chinese: bool, layers: tuple[tuple[str, int, datetime | None], ...]
) -> list[tuple[str, list[str], list[str], list[int | None]]]:
    """Return the land by kind: the shapes as GeoJSON, their names and ranks."""
    found = []
    for layer, _count, _changed_at in layers:
        features = _features(layer)
        facts = [each["properties"] for each in features]
        shapes = [json.dumps(each["geometry"]) for each in features]
        found.append((layer, shapes, [str(each.get("name") or "") for each in facts], [each.get("rank") for each in facts]))
        if named := [each for each in facts if each.get("label")]:
            points = [json.dumps({"type": "Point", "coordinates": [each["label_lon"], each["label_lat"]]}) for each in named]
            found.append((f"{layer}-name", points, [each["label"] for each in named], [None] * len(named)))
    return found


def _features(layer: str) -> list[dict[str, Any]]:
    if layer == "veil":
        rows = list(Division.objects.filter(level="city", outline__isnull=False))
        return [_feature(WORLD.difference(row.outline), {}) for row in rows]
    if layer in {"city", "county", "town"}:
        divisions = Division.objects.filter(level=layer, outline__isnull=False)
        return [_feature(row.outline, _division_properties(row)) for row in divisions]
    shapes = MapFeature.objects.filter(layer=layer)
    return [_feature(r.shape, {"name": localised(r.name, r.name_en), "rank": r.rank, "derived": r.derived}) for r in shapes]


def _written(features: list[dict[str, Any]]) -> tuple[bytes, str]:
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")).encode()
    return text, hashlib.sha256(text).hexdigest()[:20]


def _division_properties(row: Division) -> dict[str, Any]:
    at = row.point or row.outline.point_on_surface
    return {"code": row.code, "label": str(row), "label_lon": at.x, "label_lat": at.y, "derived": row.outline_derived}


def background() -> list[tuple[str, str, str, str]]:
    """Return the layers below everything, the lowest first: name, title ("": it is always shown), role and the question it answers."""
    where, water = _("Where is it?"), _("Where is the water?")
    return [
        ("built_up", _("Built-up areas"), "built_up", where),
        ("veil", "", "veil", ""),
        ("neighbours", "", "neighbour", ""),
        ("county", _("Counties"), "county", where),
        ("town", _("Towns (derived outlines)"), "town", where),
        ("lakes", _("Lakes"), "lake", water),
        ("rivers", _("Rivers"), "river", water),
        ("railways", _("Railways"), "railway", where),
        ("roads", _("Roads"), "road", where),
    ]


def map_config(layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the map island's configuration: the background and the layers given, in the user's language."""
    city = Division.objects.filter(level="city", outline__isnull=False).first()
    west, south, east, north = city.outline.extent if city else (111.9, 23.4, 114.0, 25.2)
    base = [
        {"id": name, "title": title, "role": role, "group": group, "land": True, "hidden": False}
        for name, title, role, group in background()
    ]
    ground = list(BaseLayer.objects.defer("night", "day"))
    return {
        "bounds": [west, south, east, north],
        "layers": [*(_base_layer(row) for row in ground), *base, *layers],
        "land": reverse("places:land"),  # tiles, asked for together
        "words": map_texts(),
        "find": reverse("places:find"),
        "attribution": " · ".join(
            dict.fromkeys(["Natural Earth", "WDBII", "GeoNames CC BY 4.0", *(r.credit for r in ground if r.credit)])
        ),
    }


def _base_layer(row: BaseLayer) -> dict[str, Any]:
    """Return how the map finds a base layer: a picture for each theme, or tiles."""
    found = {
        "id": f"base-{row.code}",
        "title": str(row),
        "role": row.role,
        "group": _("What lies below?"),
        "hidden": row.hidden,
        "note": str(localised(row.note, row.note_en)),
        "zooms": [row.least_zoom, row.most_zoom],
    }
    if row.bounds:
        found["bounds"] = row.bounds
    if row.archive or row.service:
        tile = reverse("places:base_tile", args=[row.code, 0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
        return {**found, "scheme": row.scheme, "tiles" if row.scheme else "raster": row.service or tile}
    return {**found, "picture": {theme: reverse("places:base_picture", args=[row.code, theme]) for theme in ("night", "day")}}


def _feature(shape: GEOSGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    simple = shapely.set_precision(shapely.from_wkb(bytes(shape.wkb)), 0.0001)
    return feature(simple, properties)
