"""While somebody works on a station its readings are marked: kept and shown, raising nothing. So are those that came before the note."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import connections
from django.db.models import Q

from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.intake.handing import hand_to_all
from anlan.apps.telemetry.intake.wire import run_together
from anlan.apps.telemetry.models import Batch, Datastream, Pause
from anlan.kit import clock
from anlan.kit.scope import current
from anlan.kit.worlds import alias

#: Readings that are there already get a new version with the mark.
MARK = """
INSERT INTO telemetry_reading (datastream_id, at, version, value, flags, estimated, batch)
SELECT datastream_id, at, version + 1, value, flags | %(work)s, estimated, %(batch)s FROM (
    SELECT DISTINCT ON (datastream_id, at) * FROM telemetry_reading
    WHERE datastream_id = ANY(%(streams)s) AND at >= %(since)s AND at < %(until)s ORDER BY datastream_id, at, version DESC) r
WHERE flags & %(work)s = 0"""
#: The newest value follows, with the newest good one before the work.
NEWEST = """
UPDATE telemetry_latest l SET flags = l.flags | %(work)s, same_since = NULL, (good_at, good_value) = (
    SELECT g.at, g.value FROM (SELECT DISTINCT ON (at) at, value, flags FROM telemetry_reading
        WHERE datastream_id = l.datastream_id AND at < %(since)s ORDER BY at DESC, version DESC LIMIT 1000) g
    WHERE g.flags = 0 ORDER BY g.at DESC LIMIT 1)
WHERE l.datastream_id = ANY(%(streams)s) AND l.at >= %(since)s AND l.at < %(until)s"""


def pause(cause: str, station: int, datastream: int | None, since: datetime, until: datetime) -> int:
    """Mark what a station (or one datastream) tells from an instant to another, also what it has told already; returns how many of those."""
    using, now = alias(), clock.now()
    Pause(cause=cause, station_id=station, datastream_id=datastream, since=since, until=until).save(using=using)
    streams = [datastream] if datastream else list(Datastream.objects.filter(station=station).values_list("pk", flat=True))
    if since >= now:
        return 0
    sha256 = hashlib.sha256(cause.encode()).hexdigest()
    return mark(using, "work", sha256, Flag.WORK, streams, since, until)


def mark(using: str, connector: str, sha256: str, flag: Flag, streams: list[int], since: datetime, until: datetime) -> int:
    """Give what some datastreams told from an instant up to another a flag, as new versions; returns of how many readings."""
    now = clock.now()
    batch = Batch(
        connector=connector,
        sender=current().actor,
        received_at=now,
        sha256=sha256,
        first_at=since,
        last_at=min(until, now),
    )
    batch.save(using=using)
    asked = {"work": int(flag), "batch": batch.pk, "streams": streams, "since": since, "until": until}
    with connections[using].cursor() as cursor:
        cursor.execute(NEWEST, asked)
        cursor.execute(MARK, asked)
        marked = cursor.rowcount
    if marked:  # detection looks at what was changed: the peak of an alarm may rest on it
        Batch.objects.using(using).filter(pk=batch.pk).update(revised=marked)
        run_together(using, [hand_to_all(batch.pk)])
    return marked


def resume(cause: str, at: datetime) -> None:
    """Believe a station again from an instant on."""
    Pause.objects.using(alias()).filter(cause=cause, until__gt=at).update(until=at)


def paused(station: int, datastream: int | None = None) -> bool:
    """Return whether somebody works on a station, or on all of it or one datastream, now."""
    now = clock.now()
    held = Pause.objects.using(alias()).filter(station_id=station, since__lte=now, until__gt=now)
    return held.filter(Q(datastream_id=None) | Q(datastream_id=datastream) if datastream else Q()).exists()
