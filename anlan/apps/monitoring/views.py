"""Pages of monitoring that no desk makes: chart data, the stations layer, readings pushed in."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.monitoring.intake import ingest
from anlan.apps.monitoring.models import Station
from anlan.apps.monitoring.queries import hydrograph, latest_values
from anlan.apps.monitoring.rules import RawReading
from anlan.kit.refusals import NotAuthorised, NotFound, Refusal
from anlan.kit.scope import current
from anlan.lib.levels import COLOURS

LIMIT = 50_000
NEEDS = "monitoring.view_station"


def series(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve a station's hydrograph as JSON."""
    station = Station.objects.filter(pk=pk).first() if current().areas_for(NEEDS) else None
    if station is None:
        raise NotFound()
    hours = min(int(request.GET["hours"]), 24 * 60) if request.GET.get("hours", "").isdigit() else 288
    return JsonResponse(hydrograph(station, hours))


def stations_layer(request: HttpRequest) -> JsonResponse:
    """Serve the stations within the scope with their newest values and levels as GeoJSON."""
    if not current().areas_for(NEEDS):
        raise NotAuthorised(_("Your role does not include reading this."))
    values: dict[str, list[Any]] = {}
    for value in latest_values():
        values.setdefault(value.station, []).append(value)
    features = []
    for s in Station.objects.filter(location__isnull=False):
        newest = values.get(s.code, [])
        level = max((v.level for v in newest), default=0)
        text = "  ".join(f"{v.value:.2f} {v.unit}{' 估' if v.estimated else ''}" for v in newest)
        facts = {
            "title": str(s),
            "url": s.desk_url(),
            "text": text or _("No value yet"),
            "level": COLOURS.get(level, "normal"),
            "stale": all(v.stale for v in newest),
            "spark": reverse("monitoring:series", args=[s.pk]),
            "code": s.code,
        }
        features.append(
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [s.location.x, s.location.y]}, "properties": facts}
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@api_view(["POST"])
def push_readings(request: Request) -> Response:
    """Take readings as JSON ({"readings": [{station, quantity, time, value}]}) or CSV with those columns.

    Answers only after the commit, with counts and every row that was not taken.
    """
    if not current().areas_for("monitoring.ingest_readings"):
        raise NotAuthorised(_("This account may not deliver readings."))
    raw = request._request.body
    rows = _parse(raw, request.content_type or "")
    key = request.headers.get("Idempotency-Key", "")
    own_key = f"push:{sha256(f'{current().actor} {key}'.encode()).hexdigest()[:48]}" if key else ""
    found = ingest(rows, "http_push", raw, key=own_key, areas=current().areas_for("monitoring.ingest_readings"))
    rejected = [{"line": r.line, "reason": r.reason} for r in found.rejected]
    body = {
        "batch": found.batch,
        "accepted": found.accepted,
        "duplicate": found.duplicate,
        "corrected": found.corrected,
        "rejected": rejected,
    }
    return Response(body, status=200 if found.accepted or not rejected else 422)


def _parse(raw: bytes, content_type: str) -> list[RawReading]:
    try:
        text = raw.decode("utf-8-sig")
        if "csv" in content_type:
            table = csv.DictReader(io.StringIO(text))
            found = [(table.line_num, row) for row in table]
        else:
            content = json.loads(text)
            listed = content["readings"] if isinstance(content, dict) else content
            found = list(enumerate(listed, start=1))
        rows = [
            RawReading(
                n, str(r["station"]), str(r["quantity"]), str(r["time"]), r["value"], r.get("estimated") in (True, "true", "1")
            )
            for n, r in found
        ]
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            _("The body must hold readings with station, quantity, time and value: %(error)s") % {"error": error}
        ) from None
    if len(rows) > LIMIT:
        raise Refusal(_("Send at most %(limit)d readings at once.") % {"limit": LIMIT})
    return rows
