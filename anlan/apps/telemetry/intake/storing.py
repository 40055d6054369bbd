"""Taking readings in: decoded to columns, checked on arrays, copied in bulk; acknowledged only after the commit.

A row newer than all that its datastream has said goes straight into its day's partition. The others are settled one by one
(`late`). The newest-value rows of a batch's datastreams are locked first, in one order: two senders of one datastream queue up.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connections, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from anlan.apps.telemetry.intake import forecasts
from anlan.apps.telemetry.intake.catalogue import Catalogue, begin, catalogue
from anlan.apps.telemetry.intake.decoding import Table, from_csv
from anlan.apps.telemetry.intake.handing import hand, hand_to_all
from anlan.apps.telemetry.intake.late import Outcome, settle
from anlan.apps.telemetry.intake.quality import Ints, Rows, Said, sift, verdicts
from anlan.apps.telemetry.intake.wire import Column, Statement, copy_in, fetch_packed, listed, notice, run_together
from anlan.apps.telemetry.models import Batch
from anlan.apps.telemetry.rules import RawReading, Rejected, printable
from anlan.kit import clock
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current
from anlan.kit.worlds import alias
from anlan.lib.instants import DAY, NEVER, instant

#: A batch that would make more day partitions than this is cut by its sender.
MOST_DAYS = 800
#: A batch remembers so many of its faults for the connectors page; the answer names them all.
MOST_FAULTS = 200
#: So much is kept of a body that cannot be read.
KEPT_BYTES = 1_000_000
#: First readings of a datastream are let in one sender at a time.
FIRST_LOCK: Statement = ("SELECT pg_advisory_xact_lock(%s)", [0x616E6C61])
KEY_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
NAMES, KINDS = "datastream_id, at, version, value, flags, estimated, batch", "ithfhbi"
#: What the datastreams of a batch have said; their rows stay locked until the commit.
LOCK_LATEST = """
SELECT datastream_id AS stream, at, coalesce(good_at, '-infinity') AS good_at, coalesce(good_value, 0) AS good_value,
    coalesce(same_since, '-infinity') AS same_since
FROM telemetry_latest WHERE datastream_id = ANY('{streams}'::bigint[]) ORDER BY datastream_id FOR UPDATE"""
SAID = {"stream": "i", "at": "t", "good_at": "t", "good_value": "f", "same_since": "t"}
MOVE_LATEST = """
UPDATE telemetry_latest l SET at = x.at, value = x.value, flags = x.flags, estimated = x.estimated,
    good_at = nullif(x.good_at, '-infinity'), same_since = nullif(x.same_since, '-infinity'),
    good_value = CASE WHEN x.good_at = '-infinity' THEN NULL ELSE x.good_value END, batch = x.batch
FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s, %s) AS x(batch, stream, at, value, flags, estimated, good_at, good_value, same_since)
WHERE l.datastream_id = x.stream"""
FIRST_LATEST = """
INSERT INTO telemetry_latest (datastream_id, at, value, flags, estimated, good_at, good_value, same_since, batch)
SELECT stream, at, value, flags, estimated, nullif(good_at, '-infinity'),
    CASE WHEN good_at = '-infinity' THEN NULL ELSE good_value END, nullif(same_since, '-infinity'), batch
FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s, %s) AS x(batch, stream, at, value, flags, estimated, good_at, good_value, same_since)"""

ROW_OF_BATCH = f"({', '.join(['%s'] * 17)})"
KEEP_BATCH = """
INSERT INTO telemetry_batch (id, connector, sender, key, received_at, sha256, raw, accepted, duplicate, corrected, rejected,
    revised, forecasts, faults, lag, first_at, last_at)
VALUES """


@dataclass(frozen=True)
class IngestResult:
    """What became of a batch: counts, and the rows that were not taken with their reasons."""

    batch: int
    accepted: int = 0
    duplicate: int = 0
    corrected: int = 0
    rejected: tuple[Rejected, ...] = field(default=())
    forecasts: int = 0

    @property
    def wait(self) -> timedelta | None:
        """Return after how long the first of the early rows can be taken; None where none is early."""
        return min((r.wait for r in self.rejected if r.wait), default=None)

    @property
    def taken(self) -> int:
        """Return how many rows were taken or known already."""
        return self.accepted + self.corrected + self.duplicate + self.forecasts


def inspect_file(raw: bytes, areas: tuple[str, ...]) -> tuple[Table, list[Rejected], int]:
    """Read an observations file without storing anything; returns its rows, those at fault by line, and how many are good."""
    table = from_csv(raw)
    held, now = catalogue(alias()), clock.now()
    rows, rejected, _lag = sift(table, held, areas, now)
    foretold, faults = forecasts.sift(table.forecasts, held, areas, now)
    return table, sorted([*rejected, *table.faults, *faults], key=lambda r: r.line), len(rows) + len(foretold)


def batch_of(key: str) -> IngestResult | None:
    """Return what became of the batch with this key, if it came in."""
    known = Batch.objects.using(alias()).filter(key=key).first()
    return _told_before(known) if known else None


def _told_before(known: Batch) -> IngestResult:
    faults = tuple(Rejected(line, reason) for line, reason in known.faults)
    return IngestResult(known.pk, known.accepted, known.duplicate, known.corrected, faults, known.forecasts)


def note_refused(connector: str, raw: bytes, reason: str) -> int:
    """Remember a delivery that could not be read at all, so that somebody sees it; its body is kept up to a megabyte. Returns its batch."""
    row = Batch(
        connector=connector,
        sender=current().actor,
        received_at=clock.now(),
        sha256=hashlib.sha256(raw).hexdigest(),
        raw=zlib.compress(raw[:KEPT_BYTES], 1) if raw else None,
        faults=[[0, printable(reason)]],
    )
    row.save(using=alias(), force_insert=True)
    return row.pk


def judge_again(wholes: Sequence[int]) -> int:
    """Let stations be judged whose parts have changed, by a batch without readings, as of now. Returns its number."""
    using, now = alias(), clock.now()
    row = Batch(
        connector="parts", sender=current().actor, received_at=now, sha256="", first_at=now, last_at=now, wholes=[*wholes]
    )
    row.save(using=using, force_insert=True)
    run_together(using, [hand_to_all(row.pk), notice(row.pk)])
    return row.pk


def ingest(
    rows: Sequence[RawReading] | Table,
    connector: str,
    raw: bytes = b"",
    key: str = "",
    areas: tuple[str, ...] = ("",),
) -> IngestResult:
    """Store readings in one transaction; committed when this returns. A batch with a known `key` is not stored twice.

    Rows outside the scope in force or outside `areas` are rejected as unknown stations. A known key with another body is a
    Conflict; rows ahead of their time leave the key unused, so that sent again later they are taken. Duplicates (same datastream, time, value) count; another value for the same instant becomes a new version.
    """
    using, body = alias(), Body(raw)
    table = rows if isinstance(rows, Table) else Table.of(rows)
    with transaction.atomic(using=using):
        if key:  # two deliveries with one key at once: the second waits, and is answered like the first
            run_together(using, [(KEY_LOCK, [key])])
        known = Batch.objects.using(using).filter(key=key).first() if key else None
        if known is not None and known.sha256 != body.digest:
            raise Conflict(_("This key was used for other readings already. Use a new one."))
        if known is not None:
            return _told_before(known)
        held, number = begin(using)
        good, rejected, lag = sift(table, held, areas, clock.now())
        foretold, faults = forecasts.store(using, table.forecasts, held, areas, number)
        rejected = sorted([*rejected, *table.faults, *faults], key=lambda r: r.line)
        stored = store(using, good, number, held, meanwhile=body.pack) if len(good) else Stored()
        now = clock.now()
        faults_told = Jsonb([[r.line, r.reason] for r in rejected[:MOST_FAULTS]])
        counts = (stored.accepted, stored.duplicate, stored.corrected, len(rejected), stored.revised, len(foretold))
        lanes = held.lanes(good.place) if stored.accepted + stored.corrected + stored.revised else 0
        lanes |= held.lanes(held.find(foretold))
        batch = (
            number,
            connector,
            current().actor,
            None if any(r.wait for r in rejected) else key or None,
            now,
            body.digest,
            body.packed,
            *counts,
            faults_told,
            lag,
            *stored.span,
        )
        keep = (KEEP_BATCH + ROW_OF_BATCH, batch)
        run_together(using, [*stored.newest, keep, *hand(held, {number: lanes}), notice(number)])
    return IngestResult(number, stored.accepted, stored.duplicate, stored.corrected, tuple(rejected), len(foretold))


class Body:
    """A delivery's body with its hash and its compressed form, each made once: best while the server is at work."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def packed(self) -> bytes | None:
        return zlib.compress(self.raw, 1) if self.raw else None

    def pack(self) -> None:
        """Make both now."""
        self.digest, self.packed  # noqa: B018


@dataclass
class Stored:
    """What storing came to: how many rows are new, corrected and known already, verdicts changed on others, and the statements
    that write the newest values, which are still to be run."""

    accepted: int = 0
    corrected: int = 0
    duplicate: int = 0
    revised: int = 0
    newest: list[Statement] = field(default_factory=list)
    #: The first and the last instant written.
    span: tuple[datetime | None, datetime | None] = (None, None)


def store(using: str, rows: Rows, batch: int, held: Catalogue, meanwhile: Callable[[], object] = int) -> Stored:
    """Write rows that can be taken; `meanwhile` is done while the server copies them."""
    starts = np.flatnonzero(np.diff(rows.place, prepend=-1))
    places, sizes = rows.place[starts], np.diff(np.append(starts, len(rows)))
    said, missing = lock_newest(using, held, places, days_of(rows.at))
    late = rows.at[starts] <= said.at
    again = (rows.at[1:] == rows.at[:-1]) & (rows.place[1:] == rows.place[:-1])
    if again.any():
        late |= np.isin(places, rows.place[1:][again])
    straight = np.repeat(~late, sizes)
    outcome = settle(rows.pick(~straight), some(said, late), held, using) if late.any() else Outcome()
    fresh = rows.pick(straight)
    newest: list[Statement] = []
    if len(fresh):
        flags, after = verdicts(fresh, some(said, ~late), held)

        def tell() -> None:
            last = np.append(np.flatnonzero(np.diff(fresh.place, prepend=-1))[1:], len(fresh)) - 1
            values = fresh.value[last], flags[last], fresh.estimated[last]
            newest.extend(newest_told(batch, held, after, *values, missing[~late]))
            meanwhile()

        columns = (held.stream[fresh.place], fresh.at, 1, fresh.value, flags, fresh.estimated, batch)
        copy_in(using, "telemetry_reading", NAMES, KINDS, columns, tell)
    if outcome.versions:
        _write_late(using, outcome, batch)
        newest += _tell_late(batch, held, some(said, late), outcome, missing[late])
    changed = len(outcome.versions) - outcome.accepted - outcome.corrected
    written = np.concatenate([fresh.at, np.array(outcome.at, dtype=np.int64)])
    span = (instant(int(written.min())), instant(int(written.max()))) if len(written) else (None, None)
    return Stored(len(fresh) + outcome.accepted, outcome.corrected, outcome.duplicate, changed, newest, span)


def some(said: Said, which: NDArray[np.bool_]) -> Said:
    return Said(said.place[which], said.at[which], said.good_at[which], said.good_value[which], said.same_since[which])


def lock_newest(using: str, held: Catalogue, places: Ints, days: set[date]) -> tuple[Said, NDArray[np.bool_]]:
    """Lock the newest-value rows of some places; returns what they said and which have none yet. Makes the days' partitions.

    A sender of first readings takes this lock before it locks any row: taken later, two senders could deadlock.
    Where all are known to have spoken, no way back is kept: should their rows be gone, PostgreSQL settles who waits too long.
    A partition is made after the rows are locked: it locks the whole table until the commit.
    """
    streams = held.stream[places]
    query = LOCK_LATEST.format(streams=listed(np.sort(streams)))
    partitions = ("SELECT telemetry_ensure_partitions(%s)", [sorted(days)])
    if held.spoken[places].all():
        found = fetch_packed(using, query, SAID, then=[partitions])
        careful = len(found) < len(streams)
        held.spoken[places] = not careful
        if careful:
            run_together(using, [FIRST_LOCK])
            found = fetch_packed(using, query, SAID)
    else:
        point = transaction.savepoint(using=using)
        found = fetch_packed(using, query, SAID)
        if len(found) < len(streams):
            transaction.savepoint_rollback(point, using=using)
            run_together(using, [FIRST_LOCK])
            found = fetch_packed(using, query, SAID, then=[partitions])
        else:
            transaction.savepoint_commit(point, using=using)
            held.spoken[places] = True
            run_together(using, [partitions])
    found.sort(order="stream")
    where = np.searchsorted(found["stream"], streams) if len(found) else np.zeros(len(streams), dtype=np.int64)
    where[where == len(found)] = 0
    missing = found["stream"][where] != streams if len(found) else np.ones(len(streams), dtype=bool)
    nothing = {"at": NEVER, "good_at": NEVER, "good_value": 0.0, "same_since": NEVER}
    columns = [
        np.where(missing, none, found[name][where]) if len(found) else np.full(len(streams), none)
        for name, none in nothing.items()
    ]
    return Said(places, *columns), missing


def days_of(ats: Ints) -> set[date]:
    numbers = np.unique(ats // DAY).tolist()
    if len(numbers) > MOST_DAYS:
        raise Refusal(_("These readings lie on more than %(limit)d days; send them in parts.") % {"limit": MOST_DAYS})
    return {instant(number * DAY).date() for number in numbers}


def _write_late(using: str, outcome: Outcome, batch: int) -> None:
    versions = outcome.versions
    columns: list[Any] = [
        np.array(outcome.stream),
        np.array(outcome.at),
        np.array([v.number for v in versions]),
        np.array([v.value for v in versions]),
        np.array([v.flags for v in versions]),
        np.array([v.estimated for v in versions]),
        batch,
    ]
    copy_in(using, "telemetry_reading", NAMES, KINDS, columns)


def _tell_late(batch: int, held: Catalogue, said: Said, outcome: Outcome, missing: NDArray[np.bool_]) -> list[Statement]:
    """Return the statements that bring the newest values of settled datastreams up to date."""
    if not outcome.newest:
        return []
    which = sorted(outcome.newest)
    ats, versions, tracks = zip(*(outcome.newest[n] for n in which), strict=True)
    after = Said(
        said.place[which],
        np.array(ats),
        np.array([t.good_at for t in tracks]),
        np.array([t.good_value for t in tracks]),
        np.array([t.same_since for t in tracks]),
    )
    values, flags, estimated = ([getattr(v, name) for v in versions] for name in ("value", "flags", "estimated"))
    return newest_told(batch, held, after, np.array(values), np.array(flags), np.array(estimated), missing[which])


def newest_told(
    batch: int | Ints, held: Catalogue, said: Said, value: Any, flags: Any, estimated: Any, missing: NDArray[np.bool_]
) -> list[Statement]:
    """Return the statements that write the newest values: rows that are there are moved, first ones added.

    `batch`: of all, or of each.
    """
    parts = [
        ("i", np.broadcast_to(batch, len(said.place))),
        ("i", held.stream[said.place]),
        ("t", said.at),
        ("f", value),
        ("h", flags),
        ("b", estimated),
        ("t", said.good_at),
        ("f", said.good_value),
        ("t", said.same_since),
    ]
    return [
        (statement, [Column(kind, part[which]) for kind, part in parts])
        for statement, which in ((MOVE_LATEST, ~missing), (FIRST_LATEST, missing))
        if which.any()
    ]


def ensure_partitions(using: str, days: set[date]) -> None:
    """Make the day partitions that are missing; the tables stay the owner's. Nothing is remembered: a look-up is cheap."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT telemetry_ensure_partitions(%s)", [sorted(days)])
