"""The layers of the command map, grouped by the question they answer, as they are now and as they were."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.console.queue import sees
from anlan.apps.places import api as places
from anlan.apps.response import api as response
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.scope import current

#: What the timeline of the live world shows.
SPAN = timedelta(hours=72)
#: An exercise shows all of itself, but no more than this.
LONGEST = timedelta(days=31)


def layers() -> list[dict[str, Any]]:
    """Return the layers that the viewer may read; nothing that moves is served from a cache."""
    found: list[dict[str, Any]] = []
    if sees("warning.view_warning"):
        found.append(
            {
                "id": "warnings",
                "title": _("Warnings in force"),
                "group": _("Who is warned?"),
                "role": "warning",
                "url": reverse("warning:layer"),
                "live": "warning.warning",
            }
        )
    if sees("telemetry.view_station"):
        found.append(
            {
                "id": "stations",
                "title": _("Stations"),
                "group": _("Where is the water?"),
                "role": "station",
                **_tiles("telemetry_stations", "stations"),
                "spark": "{page}series.json",
                "past": True,
                "live": "alarms.alarm telemetry.latest",
            }
        )
    if sees("response.view_task"):
        found.append(
            {
                "id": "tasks",
                "title": _("Open tasks"),
                "group": _("Who acts?"),
                "role": "task",
                "url": reverse("console:tasks_layer"),
                "live": "response.task",
            }
        )
    return found


def _tiles(desk: str, within: str) -> dict[str, Any]:
    """Return where the map finds a desk's tiles and, by its id, the page of a row."""
    tile = reverse(f"desk:{desk}_tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    return {"tiles": tile, "within": within, "page": reverse(f"desk:{desk}_list")}


def tasks_geojson() -> dict[str, Any]:
    """Return the viewer's open tasks as GeoJSON: one mark a place, with how many there are and the most urgent one's page."""
    at_place: dict[str, list[Any]] = defaultdict(list)
    for task in response.inbox(current().actor):
        at_place[task.area].append(task)
    points = places.points_of(set(at_place))
    features = []
    for area, tasks in at_place.items():
        if area not in points:
            continue
        first = tasks[0]
        facts = {
            "title": str(first),
            "url": first.desk_url(),
            "value": str(len(tasks)),
            "text": " · ".join(f"{t} ({timezone.localtime(t.due_at):%m-%d %H:%M})" for t in tasks[:5]),
            "overdue": any(t.overdue for t in tasks),
        }
        features.append({"type": "Feature", "geometry": {"type": "Point", "coordinates": points[area]}, "properties": facts})
    return {"type": "FeatureCollection", "features": features}


def past(at: datetime) -> dict[str, Any]:
    """Return the layers as they were at an instant, tiles apart, which are asked with `?at=`; tasks are not told in the past."""
    found: dict[str, Any] = {"at": at.isoformat(), "layers": {}}
    if sees("warning.view_warning"):
        found["layers"]["warnings"] = warning.outlines_at(at)
    return found


def course() -> dict[str, Any]:
    """Return what the timeline shows: alarms, warnings and response levels of the past 72 hours, or of the whole exercise."""
    until = clock.now()
    levels = response.history() if sees("response.view_response") else []
    since = until - SPAN
    if current().world == "exercise":
        first = alarms.first_alarm_at() if sees("alarms.view_alarm") else None
        started = [at for at in (first, *(step["activated_at"] for step in levels[:1])) if at]
        since = max(min([since, *(s - timedelta(hours=2) for s in started)]), until - LONGEST)
    stood = alarms.alarm_history(since) if sees("alarms.view_alarm") else []
    spells = warning.spells(since, until) if sees("warning.view_warning") else []
    return {
        "from": since.isoformat(),
        "to": until.isoformat(),
        "alarms": [
            {
                "title": str(a),
                "url": a.desk_url(),
                "level": telemetry.COLOURS.get(a.peak_level, "normal"),
                "since": a.raised_at.isoformat(),
                "until": end.isoformat() if (end := a.returned_at or a.closed_at) else None,
            }
            for a in stood
        ],
        "warnings": [
            {
                "title": s.title,
                "url": s.url,
                "level": s.colour,
                "since": s.since.isoformat(),
                "until": s.until.isoformat() if s.until else None,
            }
            for s in spells
        ],
        "levels": [
            {
                "plan": step["plan"],
                "level": step["level"],
                "title": f"{step['label']} {step['level']}",
                "at": step["activated_at"],
            }
            for step in levels
        ],
    }
