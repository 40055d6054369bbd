"""Stations on the map: what each shows now, and what it showed at an instant of the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.monitoring.kinds import HAZARDS
from anlan.apps.monitoring.models import Datastream, Station, Threshold
from anlan.apps.monitoring.queries import latest_values
from anlan.kit.worlds import alias
from anlan.lib.levels import COLOURS

#: How far back a value of the past is looked for; beyond that a station had nothing to say.
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Shown:
    """One value at a station as the map shows it."""

    quantity: str
    value: float
    unit: str
    at: datetime
    estimated: bool
    doubted: bool
    stale: bool
    level: int


@dataclass(frozen=True)
class StationShown:
    """A station with the values it shows, for the map and for the list beside it."""

    id: int
    code: str
    name: str
    url: str
    lon: float
    lat: float
    values: tuple[Shown, ...]

    @property
    def level(self) -> int:
        """Return the gravest level among its values."""
        return max((v.level for v in self.values), default=0)

    @property
    def stale(self) -> bool:
        """Tell whether nothing it shows is fresh."""
        return all(v.stale for v in self.values)


def stations_at(at: datetime | None = None) -> list[StationShown]:
    """Return the stations within the scope that have a place: as they are now, or as they were at an instant.

    In the past the level is that of the value under the ladder of today's thresholds; sums over hours are not judged again.
    """
    shown = _shown_then(at) if at else _shown_now()
    return [
        StationShown(s.pk, s.code, str(s), s.desk_url(), s.location.x, s.location.y, tuple(shown.get(s.code, ())))
        for s in Station.objects.filter(location__isnull=False)
    ]


def _shown_now() -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = defaultdict(list)
    for v in latest_values():
        found[v.station].append(Shown(v.quantity, v.value, v.unit, v.at, v.estimated, bool(v.flags), v.stale, v.level))
    return found


def _shown_then(at: datetime) -> dict[str, list[Shown]]:
    streams = {d.pk: d for d in Datastream.objects.select_related("station")}
    ladders: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for stream, rung, value in Threshold.objects.filter(window_hours=0).values_list("datastream_id", "level", "value"):
        ladders[stream].append((value, max((h.ladder.get(rung, 0) for h in HAZARDS), default=0)))
    found: dict[str, list[Shown]] = defaultdict(list)
    for stream, read_at, value, flags, estimated in _readings_before(list(streams), at):
        d = streams[stream]
        level = 0 if flags else max((level for limit, level in ladders[stream] if value >= limit), default=0)
        stale = at - read_at > d.stale_after
        found[d.station.code].append(Shown(d.quantity, value, d.unit, read_at, estimated, bool(flags), stale, level))
    return found


def _readings_before(streams: list[int], at: datetime) -> Iterator[tuple[int, datetime, float, int, bool]]:
    with connections[alias()].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (datastream_id) datastream_id, at, value, flags, estimated FROM monitoring_reading"
            " WHERE datastream_id = ANY(%s) AND at <= %s AND at > %s ORDER BY datastream_id, at DESC, version DESC",
            [streams, at, at - LOOK_BACK],
        )
        yield from cursor.fetchall()


def stations_geojson(at: datetime | None = None) -> dict[str, Any]:
    """Return the stations as GeoJSON for the map island."""
    return {"type": "FeatureCollection", "features": [_feature(s) for s in stations_at(at)]}


def _feature(s: StationShown) -> dict[str, Any]:
    facts = {
        "title": s.name,
        "code": s.code,
        "url": s.url,
        "value": "  ".join(words(v) for v in s.values),
        "text": " · ".join(f"{words(v)} ({timezone.localtime(v.at):%m-%d %H:%M})" for v in s.values) or _("No value yet"),
        "level": COLOURS.get(s.level, "normal"),
        "stale": s.stale,
        "spark": reverse("monitoring:series", args=[s.id]),
    }
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [s.lon, s.lat]}, "properties": facts}


def words(v: Shown) -> str:
    """Say a value with its unit, and whether it is an estimate or in doubt."""
    digits = 0 if abs(v.value) >= 1000 else 2
    return f"{v.value:.{digits}f} {v.unit}{' ' + _('est.') if v.estimated else ''}{' ?' if v.doubted else ''}"
