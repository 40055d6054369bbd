"""Readers of values over time: series, charts, forecasts, sums over the windows that hazards watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.telemetry.intake.wire import fetch_packed
from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, measures
from anlan.apps.telemetry.kinds.hazards import falls
from anlan.apps.telemetry.kinds.measures import precedence
from anlan.apps.telemetry.models import Datastream, DetectionState, Forecast, Latest, Reading, Station, Threshold
from anlan.apps.telemetry.queries.caption import RATE_WITHIN, Line, Told, caption_of, rate_of
from anlan.apps.telemetry.queries.network import level_of
from anlan.kit import clock
from anlan.kit.worlds import alias
from anlan.lib.instants import instant
from anlan.lib.thinning import thinned

#: A course of more points than this is thinned, to so many spans: five minutes apart twelve days are drawn as they are.
DRAWN, SPANS = 3500, 500
#: The index lies in this very order; of an instant's versions the last is the newest. Flags and estimate are one number: each column costs.
VERSIONS = """
SELECT at, value, ((flags << 1) | estimated::int)::smallint FROM telemetry_reading
WHERE datastream_id = {stream} AND at >= '{since}' AND at <= '{until}' ORDER BY at, version"""


@dataclass(frozen=True)
class WindowSum:
    """A gauge's sum over one window, the level it has reached and the next threshold."""

    hours: int
    value: float
    level: int
    next_limit: float | None


def outlook(station: Station) -> list[Forecast]:
    """Return the newest forecasts sent for a station from now on (ours are drawn), each with its unit and quantity in words."""
    streams = {d.pk: d for d in station.datastreams.all()}
    found = []
    for pk, points in newest_forecasts(alias(), streams).items():
        for point in points:
            if point.at >= clock.now() and not point.method:
                point.unit, point.quantity = streams[pk].unit, str(streams[pk])  # type: ignore[attr-defined]
                found.append(point)
    return found


def newest_forecasts(using: str, streams: Iterable[int]) -> dict[int, list[Forecast]]:
    """Return the points of the newest issue of each datastream, what was sent and what we work out ourselves, in order of time."""
    rows = Forecast.objects.using(using).filter(datastream_id__in=list(streams)).order_by()
    newest = rows.values("datastream_id", "method").annotate(last=models.Max("issued_at"))
    issued = {(s, method): last for s, method, last in newest.values_list("datastream_id", "method", "last")}
    found: dict[int, list[Forecast]] = defaultdict(list)
    for row in rows.filter(issued_at__in=set(issued.values())).order_by("datastream_id", "at", "method"):
        if row.issued_at == issued[row.datastream_id, row.method]:
            found[row.datastream_id].append(row)
    return dict(found)


def series(datastream: int, since: datetime, until: datetime) -> list[tuple[datetime, float, bool, int]]:
    """Return (time, value, estimated, flags) of a datastream, the newest version of each instant, oldest first."""
    rows = Reading.objects.using(alias()).filter(datastream_id=datastream, at__gte=since, at__lte=until)
    # Backwards the index lies in this very order.
    rows = rows.order_by("-at", "-version").distinct("at").values_list("at", "value", "estimated", "flags")
    return list(rows)[::-1]


def series_drawn(datastream: int, since: datetime, until: datetime) -> list[tuple[datetime, float, bool, int]]:
    """Return what `series` does, as much of it as a picture shows: a dense course is thinned to first, last, lowest and highest of each span."""
    query = VERSIONS.format(stream=datastream, since=since.isoformat(), until=until.isoformat())
    rows = fetch_packed(alias(), query, {"at": "t", "value": "f", "kind": "h"})
    rows = rows[np.append(rows["at"][1:] != rows["at"][:-1], True)] if len(rows) else rows
    if len(rows) > DRAWN:
        kind = rows["kind"].astype(np.int64)
        rows = rows[thinned(rows["at"].astype(np.int64), rows["value"].astype(np.float64), kind, SPANS)]
    return [(instant(at), value, bool(kind & 1), kind >> 1) for at, value, kind in rows.tolist()]


def hydrograph(
    station: Station, hours: int = 240, until: datetime | None = None, datastream: int | None = None
) -> dict[str, Any]:
    """Return a station's chart: its main quantity or the one asked for, its thresholds, estimates marked, forecasts apart."""
    until = until or clock.now()
    stream = _telling(station, datastream)
    if stream is None:
        why = _("This station measures nothing yet: no datastream is set up.")
        return {"title": str(station), "unit": "", "series": [], "lines": [], "forecast": [], "caption": "", "why_empty": why}
    begin = until - timedelta(hours=hours)
    points = series_drawn(stream.pk, begin, until)
    told = [Told(at, value) for at, value, _estimated, flags in points if not flags]
    lines = [
        {"name": t.get_level_display(), "value": t.value, "level": level_of(t), "falling": falls(t.hazard, stream.quantity)}
        for t in Threshold.objects.filter(datastream=stream, window_hours=0)
        if t.level not in RUNGS or RUNGS.get(t.level).drawn
    ]
    graded = [Line(line["name"], line["value"], line["falling"]) for line in lines if line["level"]]
    foretold = [row for row in newest_forecasts(alias(), [stream.pk]).get(stream.pk, []) if row.at >= begin]
    silent = "" if points else _why_empty(stream, hours)  # said above what is foretold, or instead of a picture
    return {
        "title": str(station),
        "unit": stream.unit,
        "digits": measures.digits_of(stream.quantity),
        "series": [
            {"name": str(stream), "points": [[at.isoformat(), value, estimated, flags] for at, value, estimated, flags in points]}
        ],
        "lines": lines,
        "states": measures.words(stream.quantity, [*(value for _at, value, *_ in points), *(line.value for line in graded)]),
        "until": until.isoformat(),
        "caption": silent or f"{stream} {caption_of(stream.quantity, told, graded, until)}",
        "why_empty": "" if foretold else silent,
        "forecast": [[row.at.isoformat(), row.value] for row in foretold if not row.method],
        "foreseen": [[row.at.isoformat(), row.value, row.low, row.high] for row in foretold if row.method],
    }


def _telling(station: Station, datastream: int | None) -> Datastream | None:
    """Return the datastream asked for, else the one that says most: at the highest level, then with readings, then of the lowest rank."""
    order = precedence()
    streams = sorted(station.datastreams.all(), key=lambda d: order.index(d.quantity) if d.quantity in order else len(order))
    asked = next((d for d in streams if d.pk == datastream), None)
    if asked or len(streams) < 2:
        return asked or next(iter(streams), None)
    ids = [d.pk for d in streams]
    states = DetectionState.objects.using(alias()).filter(datastream_id__in=ids).order_by()
    levels = dict(states.values("datastream_id").annotate(top=models.Max("level")).values_list("datastream_id", "top"))
    known = set(Latest.objects.using(alias()).filter(datastream_id__in=ids).values_list("datastream_id", flat=True))
    return max(streams, key=lambda d: (levels.get(d.pk, 0), d.pk in known, -streams.index(d)))


def _why_empty(stream: Datastream, hours: int) -> str:
    """Say why there is nothing to draw."""
    newest = Latest.objects.using(alias()).filter(datastream_id=stream.pk).first()
    if newest is None:
        return _("%(stream)s: no reading has ever come in.") % {"stream": stream}
    values = {"stream": stream, "days": hours // 24, "at": f"{timezone.localtime(newest.at):%Y-%m-%d %H:%M}"}
    return _("%(stream)s: no reading in the last %(days)d days; the newest is of %(at)s.") % values


def window_sums(station: Station) -> list[WindowSum]:
    """Return the sums of a station's rain over every window that a hazard watches, up to its newest good reading; the gravest level of each."""
    found: dict[int, WindowSum] = {}
    for hazard in HAZARDS:
        stream = station.datastreams.filter(quantity__in=hazard.quantities).first() if hazard.windows else None
        newest = Latest.objects.using(alias()).filter(pk=stream.pk).first() if stream else None
        if stream is None or newest is None or newest.good_at is None:
            continue
        limits, rungs = defaultdict(list), Threshold.objects.filter(datastream=stream, hazard=hazard.code)
        for hours, rung, value in rungs.values_list("window_hours", "level", "value"):
            limits[hours].append((value, hazard.ladder.get(rung, 0)))
        points = series(stream.pk, newest.good_at - timedelta(hours=max(hazard.windows)), newest.good_at)
        for hours in hazard.windows:
            since = newest.good_at - timedelta(hours=hours)
            total = sum(value for at, value, _estimated, flags in points if at > since and not flags)
            known = found.get(hours, WindowSum(hours, total, 0, None))
            ahead = [limit for limit, _level in limits[hours] if limit > total]
            ahead += [] if known.next_limit is None else [known.next_limit]
            level = max([known.level, *(level for limit, level in limits[hours] if total >= limit)])
            found[hours] = WindowSum(hours, total, level, min(ahead, default=None))
    return [found[hours] for hours in sorted(found)]


def estimated_at(instants: Iterable[datetime]) -> set[tuple[int, datetime]]:
    """Return (datastream, instant) of the estimates among the readings at some instants."""
    rows = Reading.objects.using(alias()).filter(at__in=set(instants), estimated=True)
    return set(rows.values_list("datastream_id", "at"))


def rise_per_hour(datastream: int, until: datetime) -> float | None:
    """Return by how much a datastream rose per hour up to an instant, by the rule of its hydrograph's caption; None for too few readings."""
    told = [Told(at, value) for at, value, _estimated, flags in series(datastream, until - RATE_WITHIN, until) if not flags]
    return rate_of(told) if told else None


def good_at(datastream: int, at: datetime) -> float | None:
    """Return what a datastream holds for an instant, corrections applied; None where nothing that can be believed."""
    rows = Reading.objects.using(alias()).filter(datastream_id=datastream, at=at).order_by("-version")
    found = rows.values_list("value", "flags").first()
    return float(found[0]) if found and not found[1] else None
