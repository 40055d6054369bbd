"""Taking readings in: check every row, copy in bulk, keep corrections as versions, acknowledge only after the commit."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from anlan.apps.monitoring.files import read_table
from anlan.apps.monitoring.models import Batch
from anlan.apps.monitoring.rules import RawReading, Rejected, Track, parse, range_flag
from anlan.kit import clock
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current
from anlan.kit.worlds import alias

Row = tuple[int, datetime, float, int, bool]

#: A batch that would make more day partitions than this is cut by its sender.
MOST_DAYS = 800
MOST_ROWS = 50_000
COLUMNS = "(datastream_id, at, version, value, flags, estimated, batch)"
TYPES = ["int8", "timestamptz", "int2", "float8", "int2", "bool", "int8"]
STAGE = """CREATE TEMP TABLE IF NOT EXISTS staged_reading (datastream_id bigint, at timestamptz, version smallint,
           value double precision, flags smallint, estimated boolean, batch bigint) ON COMMIT DELETE ROWS"""
INSERT_NEW = f"""INSERT INTO monitoring_reading {COLUMNS} SELECT * FROM staged_reading ON CONFLICT DO NOTHING"""
INSERT_CORRECTIONS = f"""
INSERT INTO monitoring_reading {COLUMNS}
SELECT s.datastream_id, s.at, known.version + 1, s.value, s.flags, s.estimated, s.batch
FROM staged_reading s
CROSS JOIN LATERAL (SELECT max(r.version) AS version, bool_or(r.value = s.value) AS told FROM monitoring_reading r
                    WHERE r.datastream_id = s.datastream_id AND r.at = s.at) known
WHERE NOT known.told"""  # a value that was told before is a duplicate, also when it has been corrected since
STAGE_LATEST = """CREATE TEMP TABLE IF NOT EXISTS staged_latest (datastream_id bigint, at timestamptz, value double precision,
                  flags smallint, estimated boolean, good_at timestamptz, good_value double precision, same_since timestamptz)
                  ON COMMIT DELETE ROWS"""
STREAMS = """
SELECT s.code, d.quantity, d.id, d.step_limit, d.stuck_after, l.good_at, l.good_value, l.same_since
FROM monitoring_station s JOIN monitoring_datastream d ON d.station_id = s.id
LEFT JOIN monitoring_latest l ON l.datastream_id = d.id WHERE s.code = ANY(%s)"""
BELOW = 'd.area >= %s COLLATE "C" AND d.area < %s COLLATE "C"'
UPSERT_LATEST = """
INSERT INTO monitoring_latest AS l (datastream_id, at, value, flags, estimated, good_at, good_value, same_since)
SELECT * FROM staged_latest
ON CONFLICT (datastream_id) DO UPDATE
SET at = excluded.at, value = excluded.value, flags = excluded.flags, estimated = excluded.estimated,
    good_at = excluded.good_at, good_value = excluded.good_value, same_since = excluded.same_since
WHERE excluded.at > l.at"""
#: After corrections: the newest values are those of the versions that hold.
REFRESH_LATEST = """
UPDATE monitoring_latest l SET value = n.value, flags = n.flags, estimated = n.estimated, good_at = g.at, good_value = g.value
FROM unnest(%s::bigint[]) AS t(stream)
CROSS JOIN LATERAL (SELECT r.value, r.flags, r.estimated FROM monitoring_reading r JOIN monitoring_latest x USING (datastream_id)
                    WHERE r.datastream_id = t.stream AND r.at = x.at ORDER BY r.version DESC LIMIT 1) n
LEFT JOIN LATERAL (SELECT at, value FROM (SELECT DISTINCT ON (at) at, value, flags FROM monitoring_reading
                                          WHERE datastream_id = t.stream ORDER BY at DESC, version DESC) h
                   WHERE flags = 0 LIMIT 1) g ON true
WHERE l.datastream_id = t.stream"""


@dataclass(frozen=True)
class IngestResult:
    """What became of a batch: counts, and the rows that were not taken with their reasons."""

    batch: int
    accepted: int = 0
    duplicate: int = 0
    corrected: int = 0
    rejected: tuple[Rejected, ...] = field(default=())


def inspect_file(raw: bytes, areas: tuple[str, ...]) -> tuple[list[RawReading], list[Rejected]]:
    """Read an observations file without storing anything; returns the rows to take and those at fault, by line."""
    try:
        rows = read_table(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, KeyError, TypeError, csv.Error) as error:
        told = error.args[0] if isinstance(error, KeyError) else error
        raise Refusal(_("This file cannot be read: %(error)s") % {"error": told}, field="file") from None
    if len(rows) > MOST_ROWS:
        raise Refusal(_("Send at most %(limit)d readings at once.") % {"limit": MOST_ROWS}, field="file")
    _good, rejected, _doubled, _replaced, _tracks = checked(rows, areas, alias())
    faulty = {fault.line for fault in rejected}
    return [row for row in rows if row.line not in faulty], rejected


def batch_of(key: str) -> IngestResult | None:
    """Return what became of the batch with this key, if it came in."""
    known = Batch.objects.using(alias()).filter(key=key).first()
    return IngestResult(known.pk, known.accepted, known.duplicate, known.corrected) if known else None


def ingest(
    rows: Sequence[RawReading],
    connector: str,
    raw: bytes = b"",
    key: str = "",
    areas: tuple[str, ...] = ("",),
    rejected: Sequence[Rejected] = (),
) -> IngestResult:
    """Store readings in one transaction; committed when this returns. A batch with a known `key` is not stored twice.

    Rows outside the scope in force or outside `areas` are rejected as unknown stations. A known key with another body is a
    Conflict. Duplicates (same datastream, time, value) count;
    another value for the same instant becomes a new version. `rejected` are rows that the caller left out already.
    """
    using, digest = alias(), hashlib.sha256(raw).hexdigest()
    with transaction.atomic(using=using):
        known = Batch.objects.using(using).filter(key=key).first() if key else None
        if known is not None and known.sha256 != digest:
            raise Conflict(_("This key was used for other readings already. Use a new one."))
        if known is not None:
            return IngestResult(known.pk, known.accepted, known.duplicate, known.corrected)
        good, faulty, doubled, replaced, tracks = checked(rows, areas, using)
        rejected = [*rejected, *faulty]
        batch = Batch(
            connector=connector,
            key=key or None,
            received_at=clock.now(),
            sha256=digest,
            raw=raw or None,
            rejected=len(rejected),
            detected_at=None if good else clock.now(),
        )
        batch.save(using=using)
        accepted, corrected = store(using, good, batch.pk, tracks) if good else (0, 0)
        batch.accepted, batch.corrected = accepted, corrected + replaced
        batch.duplicate = doubled + len(good) - accepted - corrected
        batch.save(using=using, update_fields=["accepted", "corrected", "duplicate"])
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_notify('anlan_readings', %s)", [str(batch.pk)])
    return IngestResult(batch.pk, batch.accepted, batch.duplicate, batch.corrected, tuple(rejected))


@dataclass(slots=True)
class Stream:
    """A datastream that a batch speaks of: its key, its limits, and what it said last."""

    pk: int
    step_limit: float | None
    stuck_after: timedelta | None
    track: Track


def _streams(codes: set[str], areas: tuple[str, ...], using: str) -> dict[tuple[str, str], Stream]:
    """Return the datastreams of stations by code and quantity, within the scope in force and within `areas`."""
    query, parameters = STREAMS, [[code for code in codes if code.isprintable()]]
    for limits in (areas, current().areas):
        if "" not in limits:
            query += f" AND ({' OR '.join([BELOW] * len(limits)) or 'false'})"
            parameters += [bound for area in limits for bound in (area, f"{area}~")]
    with connections[using].cursor() as cursor:
        cursor.execute(query, parameters)
        return {(code, quantity): Stream(pk, step, stuck, Track(*said)) for code, quantity, pk, step, stuck, *said in cursor}


def checked(
    rows: Iterable[RawReading], areas: tuple[str, ...], using: str
) -> tuple[list[Row], list[Rejected], int, int, dict[int, Track]]:
    """Split rows into good ones (one an instant, the last wins, in order of time, flagged) and rejected ones.

    Counts those doubled and replaced; the tracks say what each datastream has said when these rows are in.
    """
    rows = list(rows)
    streams = _streams({row.station for row in rows}, areas, using)
    now, times = clock.now(), dict[Any, datetime]()
    good: dict[tuple[int, datetime], tuple[Stream, datetime, float, str, bool]] = {}
    rejected: list[Rejected] = []
    doubled = replaced = 0
    for row in rows:
        stream = streams.get((row.station, row.quantity))
        if stream is None:
            reason = _("There is no station %(station)r that measures %(quantity)s in your area.")
            rejected.append(Rejected(row.line, reason % {"station": row.station, "quantity": row.quantity}))
            continue
        read = parse(row, now, times)
        if isinstance(read, Rejected):
            rejected.append(read)
            continue
        at, value = read
        earlier = good.get((stream.pk, at))
        if earlier is not None:
            doubled, replaced = doubled + (earlier[2] == value), replaced + (earlier[2] != value)
        good[(stream.pk, at)] = (stream, at, value, row.quantity, row.estimated)
    found = []
    for stream, at, value, quantity, estimated in sorted(good.values(), key=itemgetter(1)):
        flags = range_flag(quantity, value)
        flags |= stream.track.follow(at, value, flags, estimated, stream.step_limit, stream.stuck_after)
        found.append((stream.pk, at, value, flags, estimated))
    return found, rejected, doubled, replaced, {stream.pk: stream.track for stream in streams.values()}


def store(using: str, rows: Sequence[Row], batch: int, tracks: Mapping[int, Track]) -> tuple[int, int]:
    """Copy rows into their day's partition; returns (new, corrected). All-new batches take the straight way."""
    connection = connections[using]
    days = {row[1].date() for row in rows}
    if len(days) > MOST_DAYS:
        raise Refusal(_("These readings lie on more than %(limit)d days; send them in parts.") % {"limit": MOST_DAYS})
    ensure_partitions(using, days)
    newest: dict[int, Row] = {}
    for row in rows:
        if row[0] not in newest or row[1] >= newest[row[0]][1]:
            newest[row[0]] = row
    try:
        with transaction.atomic(using=using), connection.copying() as cursor:
            _copy(cursor, "monitoring_reading", rows, batch)
        fresh, corrected = len(rows), 0
    except errors.UniqueViolation:
        with connection.copying() as cursor:
            cursor.execute(STAGE)
            cursor.execute("DELETE FROM staged_reading")
            _copy(cursor, "staged_reading", rows, batch)
            cursor.execute(INSERT_CORRECTIONS)
            corrected = cursor.rowcount
            cursor.execute(INSERT_NEW)
            fresh = cursor.rowcount
    with connection.copying() as cursor:
        cursor.execute(STAGE_LATEST)
        cursor.execute("DELETE FROM staged_latest")
        with cursor.copy("COPY staged_latest FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "timestamptz", "float8", "int2", "bool", "timestamptz", "float8", "timestamptz"])
            for row in newest.values():
                track = tracks[row[0]]
                copy.write_row((*row, track.good_at, track.good_value, track.same_since))
        cursor.execute(UPSERT_LATEST)
        if corrected:
            cursor.execute(REFRESH_LATEST, [list(newest)])
    return fresh, corrected


def _copy(cursor: Any, table: str, rows: Sequence[Row], batch: int) -> None:
    with cursor.copy(f"COPY {table} {COLUMNS} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(TYPES)
        for stream, at, value, flags, estimated in rows:
            copy.write_row((stream, at, 1, value, flags, estimated, batch))


def ensure_partitions(using: str, days: set[date]) -> None:
    """Make the day partitions that are missing; the tables stay the owner's. Nothing is remembered: a look-up is cheap."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT monitoring_ensure_partitions(%s)", [sorted(days)])
