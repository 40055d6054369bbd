"""The warnings of a world in time: which were in force when, and where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db.models import Q
from django.utils import timezone

from anlan.apps.warning.choices import MessageType
from anlan.apps.warning.models import Warning
from anlan.kit.records import ScopedQuerySet


@dataclass(frozen=True)
class Spell:
    """The time a warning was in force; `until` is None while it still is."""

    title: str
    url: str
    colour: str
    since: datetime
    until: datetime | None


def in_force_at(at: datetime) -> ScopedQuerySet:
    """Return the warnings that were in force at an instant, the most severe first."""
    rows: ScopedQuerySet = Warning.objects.filter(published_at__lte=at, expires_at__gt=at)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at)).exclude(message_type=MessageType.CANCEL)
    return rows.order_by("-level", "-published_at")


def spells(since: datetime, until: datetime) -> list[Spell]:
    """Return when each warning was in force within a span, in order of publication."""
    rows = Warning.objects.filter(published_at__lte=until, expires_at__gt=since).exclude(message_type=MessageType.CANCEL)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since)).order_by("published_at", "id")
    ends = [(w, w.ended_at or (w.expires_at if w.expires_at <= until else None)) for w in rows]
    return [Spell(str(w), w.desk_url(), w.colour, w.published_at, end) for w, end in ends]


def outlines_at(at: datetime) -> dict[str, Any]:
    """Return the outlines of the warnings in force at an instant as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shapely.from_wkb(bytes(a.outline.wkb)), 0.001))),
            "properties": {
                "title": str(w),
                "level": w.colour,
                "url": w.desk_url(),
                "text": f"{timezone.localtime(w.published_at):%m-%d %H:%M}",
            },
        }
        for w in in_force_at(at).prefetch_related("areas")
        for a in w.areas.all()
    ]
    return {"type": "FeatureCollection", "features": features}
