"""How the gravest stations have gone in the last day, each as a chart: for a wall that is read from afar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import RUNGS, measures
from anlan.apps.telemetry.kinds.hazards import falls
from anlan.apps.telemetry.models import Datastream, DetectionState, Latest, Threshold
from anlan.apps.telemetry.queries.caption import Line, Told, caption_of
from anlan.apps.telemetry.queries.courses import newest_forecasts, series
from anlan.apps.telemetry.queries.network import level_of
from anlan.apps.telemetry.queries.newest import LatestValue, latest_values
from anlan.kit import clock
from anlan.kit.figures import Chart, Point, Series
from anlan.kit.worlds import alias
from anlan.lib.charts import Mark

#: How much of the past a trend shows, an hour a place.
HOURS = 24
#: How much of the future is shown of a forecast.
AHEAD = 24
#: The colours of levels on a dark and on a light wall alike.
INKS = {"blue": "#4d94ff", "yellow": "#c79200", "orange": "#ee7420", "red": "#e8414c"}


@dataclass(frozen=True)
class Trend:
    """One datastream as a wall shows it: its newest value, how far from its thresholds and how fast it moves, and its last day."""

    name: str
    value: LatestValue
    text: str
    chart: Chart
    lon: float | None
    lat: float | None

    @property
    def figure(self) -> str:
        """Return the newest value with its unit."""
        return measures.shown(self.value.quantity, self.value.value)


def gravest(most: int, first: list[int]) -> list[Trend]:
    """Return the trends of the datastreams that the viewer may read: those named first, then the gravest, then those nearest a threshold.

    One that says nothing at present comes last, however grave it was.
    """
    readable = Datastream.objects.readable("telemetry.view_station")
    asked = list(readable.filter(pk__in=first).values_list("pk", flat=True))
    told = {v.datastream: v for v in latest_values(of=Datastream.objects.filter(pk__in=asked))}
    named = [pk for pk in dict.fromkeys(first) if pk in told]
    wanted = [pk for pk in named if not told[pk].stale][:most]
    if len(wanted) < most:
        wanted += list(_near(readable.exclude(pk__in=wanted))[: most - len(wanted)])
    wanted = list(dict.fromkeys([*wanted, *named]))[:most]
    rows = readable.filter(pk__in=wanted)
    values = {v.datastream: v for v in latest_values(of=rows)}
    streams = {d.pk: d for d in rows.select_related("station")}
    return [_trend(streams[pk], values[pk]) for pk in wanted if pk in values]


def course(datastream: int) -> Chart | None:
    """Return the last day of a datastream hour by hour, with its thresholds and what is foretold; None for none within the scope."""
    stream = Datastream.objects.filter(pk=datastream).select_related("station").first()
    if stream is None:
        return None
    until = clock.now()
    points = series(stream.pk, until - timedelta(hours=HOURS), until)
    good = [Told(at, value) for at, value, _estimated, flags in points if not flags]
    foretold = newest_forecasts(alias(), [stream.pk]).get(stream.pk, [])
    return _chart(stream, good, _drawn_limits(stream), until, [Told(row.at, row.value) for row in foretold if row.at > until], 3)


def _drawn_limits(stream: Datastream) -> list[Threshold]:
    """Return the thresholds of a value by itself that mean a level, the lowest first."""
    at_once = Threshold.objects.filter(datastream=stream, window_hours=0).order_by("value")
    return [t for t in at_once if level_of(t) and (t.level not in RUNGS or RUNGS.get(t.level).drawn)]


def _near(streams: models.QuerySet[Datastream]) -> models.QuerySet[Datastream, int]:
    """Return the fresh ones among some datastreams that have a datum to be held against, the gravest and the nearest to it first."""
    datums = [rung.code for rung in RUNGS if rung.datum]
    newest = Latest.objects.filter(datastream_id=models.OuterRef("pk"))
    states = DetectionState.objects.filter(datastream_id=models.OuterRef("pk")).order_by("-level")
    datum = Threshold.objects.filter(datastream_id=models.OuterRef("pk"), level__in=datums, window_hours=0, value__gt=0)
    told = streams.annotate(
        newest_at=models.Subquery(newest.values("good_at")[:1]),
        share=models.Subquery(newest.values("good_value")[:1]) / models.Subquery(datum.values("value")[:1]),
        top=models.functions.Coalesce(models.Subquery(states.values("level")[:1]), 0),
    )
    fresh = told.filter(share__isnull=False, newest_at__gt=models.Value(clock.now()) - models.F("stale_after"))
    return fresh.order_by("-top", "-share", "pk").values_list("pk", flat=True)


def _trend(stream: Datastream, value: LatestValue) -> Trend:
    until = clock.now()
    points = series(stream.pk, until - timedelta(hours=HOURS), until)
    good = [Told(at, v) for at, v, _estimated, flags in points if not flags]
    limits = _drawn_limits(stream)
    words = caption_of(
        stream.quantity, good, [Line(t.get_level_display(), t.value, falls(t.hazard, stream.quantity)) for t in limits], until
    )
    at = stream.station.location
    return Trend(
        str(stream.station),
        value,
        " · ".join(words.split(" · ")[2:]),
        _chart(stream, good, limits, until),
        at.x if at else None,
        at.y if at else None,
    )


def _chart(
    stream: Datastream, good: list[Told], limits: list[Threshold], until: datetime, ahead: Sequence[Told] = (), most: int = 1
) -> Chart:
    """Return the last day hour by hour: sums as bars, anything else as the last value of each hour; an hour without one is a gap.

    Of the thresholds that are passed and of those ahead the nearest `most` are drawn: two say enough from afar.
    """
    summed = stream.quantity in measures.summed()
    begin = timezone.localtime(until).replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    far = HOURS + (AHEAD if ahead else 0)
    labels = tuple(f"{begin + timedelta(hours=n):%H}" for n in range(far))
    kind: Literal["bar", "line"] = "bar" if summed else "line"
    told = [Series(str(stream), _hourly(good, begin, far, summed), "#1a98a0", kind)]
    if ahead:
        told.append(Series(_("Forecast"), _hourly(ahead, begin, far, summed), "#a06ad0", kind))
    highest = max((one.value for one in (*good, *ahead)), default=0.0)
    passed = [t for t in limits if t.value <= highest][-most:]
    above = [t for t in limits if t.value > highest][:most]
    marks = tuple(Mark(t.get_level_display(), t.value, INKS[level_of(t)]) for t in [*passed, *above])
    why = _("Nought in the last 24 hours.") if good else _("No reading in the last 24 hours.")
    digits = measures.digits_of(stream.quantity)
    words = measures.words(stream.quantity, [*(one.value for one in good), *(t.value for t in limits)])
    title = f"{stream.station} · {stream}"
    return Chart(title, _("Hour"), labels, tuple(told), stream.unit, digits, why, marks, not summed, tuple(words))


def _hourly(readings: Sequence[Told], begin: datetime, hours: int, summed: bool) -> tuple[Point, ...]:
    """Return the sum or the last value of each hour."""
    found: list[float | None] = [None] * hours
    for one in readings:
        n = int((one.at - begin) / timedelta(hours=1))
        if 0 <= n < hours and one.at >= begin:
            found[n] = (found[n] or 0) + one.value if summed else one.value
    return tuple(Point(value) for value in found)
