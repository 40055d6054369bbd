"""Senders' clocks: measured from their deliveries, told once when one goes beyond its limit, and once when it is right again."""

from __future__ import annotations

from datetime import timedelta

from django.db import connections

from anlan.apps.telemetry.actions import tell_clock
from anlan.apps.telemetry.choices import ClockSide
from anlan.apps.telemetry.models import ClockLimit, SenderClock
from anlan.kit import clock
from anlan.kit.worlds import alias

#: The running median is over so many deliveries of so long a time; fewer than `FEWEST` say nothing.
NEWEST, WITHIN, FEWEST = 25, timedelta(hours=12), 3
MEASURE = """
SELECT connector, sender, percentile_cont(0.5) WITHIN GROUP (ORDER BY lag), count(*) FROM (
    SELECT connector, sender, lag, row_number() OVER (PARTITION BY connector, sender ORDER BY id DESC) AS n
    FROM telemetry_batch WHERE received_at > %s AND received_at <= %s AND lag IS NOT NULL
) b WHERE n <= %s GROUP BY connector, sender HAVING count(*) >= %s ORDER BY connector, sender"""


def measure() -> None:
    """Measure every sender's clock anew and tell whose has gone beyond its limit or come back."""
    now, using = clock.now(), alias()
    with connections[using].cursor() as cursor:
        cursor.execute(MEASURE, [now - WITHIN, now, NEWEST, FEWEST])
        found = cursor.fetchall()
    limits = dict(ClockLimit.objects.values_list("side", "most"))
    held = {(c.connector, c.sender): c for c in SenderClock.objects.using(using)}
    for connector, sender, lag, deliveries in found:
        known = held.get((connector, sender)) or SenderClock(connector=connector, sender=sender)
        was, wrong = known.wrong_since is not None, beyond(lag, limits)
        known.lag, known.deliveries, known.measured_at = lag, deliveries, now
        known.wrong_since = (known.wrong_since or now) if wrong else None
        if was != wrong:
            tell_clock(connector=connector, sender=sender, seconds=round(lag.total_seconds()), wrong=wrong)
        known.save(using=using)


def beyond(lag: timedelta, limits: dict[str, timedelta]) -> bool:
    """Return whether a clock is further from ours than its side's limit; without a limit nobody is told."""
    most = limits.get(ClockSide.AHEAD if lag < timedelta(0) else ClockSide.BEHIND)
    return most is not None and abs(lag) > most
