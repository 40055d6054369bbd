"""A storm of alarms for tests and for `make bench`: rows as detection leaves them, made at once."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.alarms.choices import Origin
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.rules import priority_of
from anlan.apps.telemetry.models import Datastream
from anlan.kit import clock
from anlan.kit.records import unscoped, writing


def storm(count: int, skip: int = 0) -> None:
    """Raise so many alarms within the last ten minutes over all stations and causes; `skip` were raised before."""
    streams = list(unscoped(Datastream, "default").select_related("station").order_by("pk"))
    began = clock.now() - timedelta(minutes=10)
    rows = []
    for n in range(skip, skip + count):
        stream, origin = streams[n % len(streams)], Origin.values[n % len(Origin)]
        level, at = 1 + n % 4 if n % 17 == 0 else 1 + n % 3, began + timedelta(milliseconds=120 * (n % 5000))
        told = {"value": 1.0 + n, "peak_value": 1.0 + n, "threshold": 1.0, "reading_at": at, "began_at": at, "raised_at": at}
        row = Alarm(station=stream.station, datastream=stream, area=stream.area, hazard=f"h{n}", level=level, **told)
        row.peak_level, row.origin, row.priority, row.created_at = level, origin, priority_of(level, 1 + n % 4), at
        rows.append(row)
    with writing():
        unscoped(Alarm, "default").bulk_create(rows, batch_size=1000)
