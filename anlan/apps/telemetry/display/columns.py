"""Cells of lists: a newest value with its age, a small line of the last two days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from anlan.apps.telemetry.choices import DOUBTS
from anlan.apps.telemetry.kinds.measures import precedence
from anlan.apps.telemetry.kinds.measures import told as told_of
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.newest import STANDING, standing_now
from anlan.kit import clock
from anlan.kit.desk import Column
from anlan.kit.desk.columns import value_at
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.ui.templatetags.ui import age, level

SPARK = timedelta(days=2)
WIDTH, HEIGHT = 120, 28
#: The main quantity of a station is the one of the lowest rank.
NEWEST = f"""
SELECT json_build_object('value', l.value, 'at', l.at, 'flags', l.flags, 'estimated', l.estimated, 'quantity', d.quantity,
    'stale', %s - l.at > d.stale_after, 'level', (SELECT max(s.level) FROM telemetry_detectionstate s WHERE s.datastream_id = d.id))
FROM telemetry_datastream d JOIN {STANDING} l ON l.datastream_id = d.id
WHERE d.station_id = telemetry_station.id ORDER BY array_position(%s::text[], d.quantity::text) LIMIT 1"""
#: One pixel's worth of readings by their lowest and highest: a dense course would be thousands of points for a line of 120 pixels.
#: What is doubted is left out by each sum: as a condition the planner would take it for nearly all, and sort what it can hash.
COURSE = f"""
SELECT json_agg(json_build_array(extract(epoch FROM x.first), x.low, extract(epoch FROM x.last), x.high) ORDER BY x.first) FROM (
    SELECT min(h.at) FILTER (WHERE h.flags = 0) AS first, max(h.at) FILTER (WHERE h.flags = 0) AS last,
        min(h.value) FILTER (WHERE h.flags = 0) AS low, max(h.value) FILTER (WHERE h.flags = 0) AS high FROM (
        SELECT DISTINCT ON (r.at) r.at, r.value, r.flags FROM telemetry_reading r
        WHERE r.datastream_id = (SELECT d.id FROM telemetry_datastream d WHERE d.station_id = telemetry_station.id
                                 ORDER BY array_position(%s::text[], d.quantity::text) LIMIT 1) AND r.at >= %s AND r.at <= %s
        ORDER BY r.at DESC, r.version DESC) h
    GROUP BY date_bin('{SPARK.total_seconds() / WIDTH} seconds', h.at, 'epoch')) x WHERE x.first IS NOT NULL"""


class Picture(Column):
    """Show where a camera's picture is seen: what a browser opens as a link, what a player opens as its address."""

    def show(self, row: Model) -> Any:
        address = str(super().show(row) or "")
        if not address.startswith(("https://", "http://")) or "{at}" in address:
            return address
        return format_html('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>', address)


def with_newest(rows: QuerySet[Station]) -> QuerySet[Station]:
    """Add to stations what their newest value and last two days are, in the same query."""
    now, order = clock.now(), precedence()
    return rows.annotate(newest=RawSQL(NEWEST, [now, *standing_now(), order]), course=RawSQL(COURSE, [order, now - SPARK, now]))


class Newest(Column):
    """Show a station's newest value with its unit, age and doubts; a stale one is greyed."""

    def show(self, row: Model) -> Any:
        told = getattr(row, "newest", None)
        if not told:
            return format_html('<span class="text-secondary">{}</span>', gettext("No value yet"))
        marks = [format_html(' <span class="estimate">{}</span>', gettext("est."))] if told["estimated"] else []
        marks += [
            format_html(' <span class="badge bg-pink-lt">{}</span>', text) for f, text in DOUBTS.items() if told["flags"] & f
        ]
        if told["stale"]:
            marks.append(format_html(' <span class="badge bg-secondary-lt">{}</span>', gettext("stale")))
        elif told["level"]:
            marks.append(format_html(" {}", level(told["level"])))
        value, unit, digits = told_of(told["quantity"], told["value"])
        return format_html(
            '<div class="{}"><span class="number fw-medium">{}</span> <small class="text-secondary">{}</small>{}'
            '<div class="small text-secondary">{}</div></div>',
            "stale" if told["stale"] else "",
            value if isinstance(value, str) else f"{value:,.{digits}f}",
            unit,
            mark_safe("".join(marks)),  # each part was made by format_html
            age(datetime.fromisoformat(told["at"])),
        )


class Hours(Column):
    """Show over how many hours is summed; nothing where a value stands by itself."""

    def show(self, row: Model) -> Any:
        hours = value_at(row, self.name)
        return gettext("%(hours)d h") % {"hours": hours} if hours else NOT_THERE


class Spark(Column):
    """Draw the last two days as a small line."""

    def show(self, row: Model) -> Any:
        points = []
        for first, low, last, high in getattr(row, "course", None) or ():
            points += [(first, low), (last, high)] if last > first else [(first, low)]
        return line(points) if len(points) > 1 else "—"


def line(points: list[tuple[float, float]]) -> SafeString:
    """Return points (seconds, value) as a line of fixed size."""
    first, last = points[0][0], points[-1][0]
    low, high = min(p[1] for p in points), max(p[1] for p in points)
    wide, tall = max(last - first, 1.0), max(high - low, 1e-9)
    path = " ".join(
        f"{(x - first) / wide * (WIDTH - 4) + 2:.1f},{HEIGHT - 3 - (y - low) / tall * (HEIGHT - 6):.1f}" for x, y in points
    )
    return format_html(
        '<svg width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        gettext("%(low).2f to %(high).2f in two days") % {"low": low, "high": high},
        path,
    )
