"""A desk's rows on the map, under the asker's scope: vector tiles (MVT) for any number, GeoJSON for some.

Both read the same rows and properties, in SQL; the row-level security of the connection stands behind the manager's scope.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import mercantile
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.kit import clock
from anlan.kit.desk.declaration import Desk
from anlan.kit.refusals import Refusal

DEEPEST = 22
TILE_FEATURES = 20_000
EXTENT, MARGIN = 4096, 64
#: A name needs about so much room on the grid of a tile (50 by 25 of the 512 pixels it is drawn at, or up to twice that between two zooms).
NAME_ROOM = (400, 200)
GEOJSON_BYTES = 2_000_000
TILE_TYPE = "application/vnd.mapbox-vector-tile"


class InTile(models.Func):
    """A geometry cut to a tile and put on its grid; NULL where nothing of it is left."""

    template = (
        f"ST_AsMVTGeom(ST_Transform(%(expressions)s, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), {EXTENT}, {MARGIN}, true)"
    )
    output_field = models.BinaryField()


def _properties(desk: type[Desk], at: datetime | None) -> dict[str, Any]:
    """Return property → expression, now or at an instant; the record's id always leads."""
    found: dict[str, Any] = {"id": models.F("pk")}
    for name, part in {**desk.tile, **(desk.tile_then(at) if at and desk.tile_then else {})}.items():
        found[name] = models.F(part) if isinstance(part, str) else part() if callable(part) else part
    return found


def _layers(desk: type[Desk]) -> list[tuple[str, str]]:
    """Return (layer, path of the geometry) of a desk: outlines lie below points."""
    layers = [(f"{desk.slug}_outline", desk.outline), (desk.slug, desk.point)]
    return [(layer, path) for layer, path in layers if path]


def _rows(desk: type[Desk], path: str, box: Polygon | None, shape: Any, at: datetime | None = None) -> tuple[Any, list[str]]:
    """Return the rows whose geometry touches the box as values: `shape`, then the properties; and the properties' names."""
    properties = _properties(desk, at)
    aliases = {f"p{n}": expression for n, expression in enumerate(properties.values())}
    wanted = {f"{path}__bboverlaps": box} if box is not None else {f"{path}__isnull": False}
    rows = desk.rows().order_by("-pk").select_related(None).filter(**wanted)
    return rows.annotate(shape=shape, **aliases).values_list("shape", *aliases), list(properties)


def tile(request: HttpRequest, desk: type[Desk], z: int, x: int, y: int) -> HttpResponse:
    """Serve one vector tile: a layer named after the desk, and `…_outline` where it has outlines; 204 where there is nothing.

    A tile that had to leave rows out says so by the header `X-Truncated: true`; zoom in to see them. `?at=` asks for the past.
    """
    if z > DEEPEST or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404
    at = asked_instant(request.GET.get("at", ""))
    if at and not desk.tile_then:
        raise Refusal(_("This layer cannot show the past."), field="at")
    body, truncated = b"", False
    for layer, path in _layers(desk):
        drawn, count = _layer(desk, layer, path, (z, x, y), at)
        body += drawn
        truncated = truncated or count >= TILE_FEATURES
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=TILE_TYPE, status=200 if body else 204)
    response["ETag"] = tag
    if truncated:
        response["X-Truncated"] = "true"
    return _for_the_asker(response)


def _for_the_asker(response: HttpResponse) -> HttpResponse:
    """Let only the asker's browser keep it, and ask again each time: what is true depends on who asks, and when."""
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie, Authorization, Accept-Language"
    return response


def _layer(desk: type[Desk], layer: str, path: str, where: tuple[int, int, int], at: datetime | None) -> tuple[bytes, int]:
    """Return one layer of a tile and how many features it holds."""
    z, x, y = where
    rows, names = _rows(desk, path, bounds(z, x, y), InTile(models.F(path), z=z, x=x, y=y), at)
    sql, parameters = rows[:TILE_FEATURES].query.sql_with_params()
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in ("shape", *names))
    # The id twice: once as the feature's own (for feature state), once among the properties (for filters and pop-ups).
    made = (
        f"SELECT ST_AsMVT(t, %s, {EXTENT}, 'shape', 'feature'), count(*) FROM"  # noqa: S608  names come from declarations
        f" (SELECT *, {quote('id')} AS feature{_named(desk, quote)} FROM ({sql}) AS r ({columns}) WHERE shape IS NOT NULL) AS t"
    )
    with connection.cursor() as cursor:
        cursor.execute(made, [layer, *parameters])
        body, count = cursor.fetchone()
    return bytes(body) if count else b"", count


def _named(desk: type[Desk], quote: Any) -> str:
    """Return the column that says whom to name: in each cell as large as a name the first by what the desk says counts.

    A map of thousands would else weigh thousands of names at every step of the hand; the browser weighs a hundred a tile.
    """
    if not desk.named_first:
        return ""
    column, *keys = desk.named_first
    first = quote(column) + "".join(f"->'{key}'" for key in keys)
    cell = ", ".join(f"floor(ST_{axis}(ST_Centroid(shape)) / {room})" for axis, room in zip("XY", NAME_ROOM, strict=True))
    return f", row_number() OVER (PARTITION BY {cell} ORDER BY {first} DESC NULLS LAST, {quote('id')}) = 1 AS named"


def bounds(z: int, x: int, y: int) -> Polygon:
    """Return the outline of a tile with its margin, in degrees: what the geometry's index can answer."""
    box = mercantile.xy_bounds(x, y, z)
    edge = (box.right - box.left) * MARGIN / EXTENT
    low = mercantile.lnglat(box.left - edge, box.bottom - edge, truncate=True)
    high = mercantile.lnglat(box.right + edge, box.top + edge, truncate=True)
    made: Polygon = Polygon.from_bbox((low.lng, low.lat, high.lng, high.lat))
    made.srid = 4326
    return made


def geojson(request: HttpRequest, desk: type[Desk]) -> HttpResponse:
    """Serve a desk's rows as GeoJSON, those within `?bbox=west,south,east,north` if given, at most 2 MB.

    `truncated` says whether rows were left out: ask for a smaller box, or for vector tiles.
    """
    box = asked_box(request.GET.get("bbox", ""))
    features: list[dict[str, Any]] = []
    size, truncated = 0, False
    for feature in _features(desk, box):
        size += len(json.dumps(feature, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if size > GEOJSON_BYTES - 100:
            truncated = True
            break
        features.append(feature)
    response = JsonResponse(
        {"type": "FeatureCollection", "truncated": truncated, "features": features},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    return _for_the_asker(response)


def _features(desk: type[Desk], box: Polygon | None) -> Iterator[dict[str, Any]]:
    for layer, path in _layers(desk):
        rows, names = _rows(desk, path, box, AsGeoJSON(path, precision=5))
        for shape, *values in rows.iterator(chunk_size=1000):
            facts = _spread(dict(zip(names, values, strict=True)))
            url = reverse(desk.name("page"), args=[facts["id"]])
            yield {
                "type": "Feature",
                "id": facts["id"],
                "geometry": json.loads(shape),
                "properties": {**facts, "url": url, "layer": layer},
            }


def _spread(facts: dict[str, Any]) -> dict[str, Any]:
    """Put what a JSON property holds in its place, as tiles do; what is unknown is left out."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        found |= {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else {name: value}
    return found


def asked_instant(text: str) -> datetime | None:
    """Return the instant that an ISO 8601 text names, None without one; anything else is refused."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if not clock.believable(at):
            raise ValueError(text)
        return timezone.make_aware(at) if timezone.is_naive(at) else at
    except (ValueError, OverflowError):
        raise Refusal(_("The time to look back to must be written like 2022-06-20T08:00+08:00."), field="at") from None


def asked_box(text: str) -> Polygon | None:
    """Return the box that `west,south,east,north` names, None without one; anything else is refused."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Refusal(_("Give bbox as west,south,east,north in degrees."), field="bbox")
    made: Polygon = Polygon.from_bbox((west, south, east, north))
    made.srid = 4326
    return made
