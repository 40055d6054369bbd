"""Count how much of each day every datastream was heard: what batches touched since the last count, one statement a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connections
from django.utils import timezone

from anlan.apps.telemetry import api as telemetry
from anlan.apps.upkeep.models import HeardMark
from anlan.kit import clock
from anlan.kit.worlds import alias

#: So many days are counted in one run at most; the rest follows with the next.
MOST = 62
#: A reading holds until the next one or until it is stale, within the day and not beyond the present.
COUNT = """
INSERT INTO upkeep_dayheard (datastream_id, day, seconds, readings, doubted)
SELECT datastream_id, %(day)s, coalesce(sum(extract(epoch FROM least(nxt, at + stale, %(end)s) - greatest(at, %(begin)s)))
        FILTER (WHERE good AND least(nxt, at + stale, %(end)s) > greatest(at, %(begin)s)), 0),
    count(*) FILTER (WHERE at >= %(begin)s), count(*) FILTER (WHERE at >= %(begin)s AND NOT good)
FROM (
    SELECT r.datastream_id, r.at, r.flags = 0 AS good, least(d.stale_after, interval '1 day') AS stale,
        lead(r.at) OVER (PARTITION BY r.datastream_id, r.flags = 0 ORDER BY r.at) AS nxt
    FROM (SELECT DISTINCT ON (datastream_id, at) datastream_id, at, flags FROM telemetry_reading
          WHERE at >= %(before)s AND at < %(end)s ORDER BY datastream_id, at, version DESC) r
    JOIN telemetry_datastream d ON d.id = r.datastream_id) x
GROUP BY datastream_id
ON CONFLICT (datastream_id, day) DO UPDATE
SET seconds = excluded.seconds, readings = excluded.readings, doubted = excluded.doubted"""


def count() -> int:
    """Count the days that batches touched since the last count, and the last two; returns how many days."""
    using, now = alias(), clock.now()
    mark = HeardMark.objects.using(using).first() or HeardMark(batch=0, counted_at=now)
    top, days = _touched(mark.batch, now)
    for day in days:
        count_day(day)
    mark.batch, mark.counted_at = top, now
    mark.save(using=using)
    return len(days)


def _touched(after: int, now: datetime) -> tuple[int, list[date]]:
    """Return the newest batch looked at and the local days to count, the oldest first; more than a run counts wait."""
    today = timezone.localtime(now).date()
    days, top = {today, today - timedelta(days=1)}, after
    for number, first, last in telemetry.batches_after(after):
        spans = (timezone.localtime(last).date() - timezone.localtime(first).date()).days + 2
        fresh = {timezone.localtime(first).date() + timedelta(days=n) for n in range(min(spans, MOST))}
        if len(days | fresh) > MOST and top > after:
            break
        days, top = days | fresh, number
    return top, sorted(day for day in days if day <= today)


def count_day(day: date) -> None:
    """Count one local day."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = min(begin + timedelta(days=1), clock.now())
    asked = {"day": day, "begin": begin, "end": end, "before": begin - timedelta(days=1)}
    with connections[alias()].cursor() as cursor:
        cursor.execute(COUNT, asked)
