"""The stations along a river on one axis: how far each stands above or below its own warning level, so that a crest is seen to travel."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connections, models
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import QUANTITIES, RUNGS
from anlan.apps.telemetry.models import Datastream, Station, Threshold
from anlan.kit import clock
from anlan.kit.figures import Chart, Point, Series
from anlan.kit.worlds import alias
from anlan.lib.charts import Mark

#: Three days, every three hours; so many stations can be told apart.
SPAN, STEP, MOST = timedelta(hours=72), timedelta(hours=3), 6


def along(station: Station) -> Chart:
    """Return the stations of a station's river that the viewer may read, each against its own warning level. Two queries."""
    datums = [rung.code for rung in RUNGS if rung.datum]
    limits = Threshold.objects.filter(datastream_id=models.OuterRef("pk"), level__in=datums, window_hours=0).order_by("value")
    streams = (
        Datastream.objects.readable("telemetry.view_station").filter(station__river=station.river).exclude(station__river="")
    )
    heights = [quantity.code for quantity in QUANTITIES if quantity.unit == "m" and not quantity.derivation]
    told = streams.filter(quantity__in=heights).annotate(datum=models.Subquery(limits.values("value")[:1]))
    found = list(told.filter(datum__isnull=False).select_related("station").order_by("-station__location", "pk")[:MOST])
    until = timezone.localtime(clock.now()).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    begin, places = until - SPAN, int(SPAN / STEP)
    values = _values([d.pk for d in found], begin, until)
    found = [d for d in found if values[d.pk]]
    series = tuple(
        Series(str(d.station), tuple(_point(values[d.pk], n, d.datum) for n in range(places)), kind="line") for d in found
    )
    labels = tuple(f"{begin + STEP * (n + 1):%m-%d %H}" for n in range(places))
    why = _("No station of this river has reported a water level in the last three days.")
    title = _("Water against each station's own warning level") + " (m)"
    if len(series) == 1:  # one line has no legend
        title = f"{title} · {series[0].name}"
    return Chart(
        title, _("Time"), labels, series, "m", 2, why, (Mark(_("Warning level"), 0.0, "#c79200"),) if series else (), True
    )


def _point(values: dict[int, float], place: int, datum: float) -> Point:
    return Point(round(values[place] - datum, 2) if place in values else None)


#: The newest believable value of each stretch of the axis; each is looked up by the index, however densely a gauge reports.
NEWEST = """
SELECT s.id, p.place, r.value FROM unnest(%(streams)s::bigint[]) AS s(id), generate_series(0, %(places)s - 1) AS p(place), LATERAL (
    SELECT value FROM telemetry_reading
    WHERE datastream_id = s.id AND flags = 0 AND at > %(begin)s AND at <= %(until)s
        AND at > %(begin)s + p.place * %(step)s AND at <= %(begin)s + (p.place + 1) * %(step)s
    ORDER BY at DESC, version DESC LIMIT 1) r"""


def _values(streams: list[int], begin: datetime, until: datetime) -> dict[int, dict[int, float]]:
    """Return by datastream and place of the axis the last believable value up to the place's instant; newer versions stand for older ones."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    if not streams:
        return found
    with connections[alias()].cursor() as cursor:
        cursor.execute(NEWEST, {"streams": streams, "places": int(SPAN / STEP), "begin": begin, "until": until, "step": STEP})
        for stream, place, value in cursor.fetchall():
            found[stream][place] = value
    return found
