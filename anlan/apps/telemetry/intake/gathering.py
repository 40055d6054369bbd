"""Deliveries of several senders in one transaction: each keeps a batch of its own, the turns to the database are shared.

Only what is plain goes this way: every row can be taken, is newer than all that its datastream has said, and its key is new.
The others are left to `storing.ingest`, which knows late rows, corrections, forecasts and faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from anlan.apps.telemetry.intake.catalogue import Catalogue, begin_many
from anlan.apps.telemetry.intake.decoding import Table
from anlan.apps.telemetry.intake.handing import hand
from anlan.apps.telemetry.intake.quality import Ints, Rows, sift, verdicts
from anlan.apps.telemetry.intake.storing import (
    KEEP_BATCH,
    KINDS,
    NAMES,
    ROW_OF_BATCH,
    Body,
    IngestResult,
    days_of,
    lock_newest,
    newest_told,
    some,
)
from anlan.apps.telemetry.intake.wire import Statement, copy_in, notice, run_together
from anlan.apps.telemetry.models import Batch
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.worlds import alias
from anlan.lib.instants import instant

KEY_LOCKS = "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest(%s::text[]) k"


@dataclass(frozen=True)
class Delivery:
    """What one sender delivered, and on whose authority. `key` is what a repeat would be known by, "" for nothing."""

    table: Table
    connector: str
    raw: bytes
    key: str
    areas: tuple[str, ...]
    scope: Scope


@dataclass(frozen=True)
class Gathered:
    """The rows of plain deliveries in order of place and time, which delivery each is of, and how far behind each delivery is."""

    rows: Rows
    of: Ints
    lags: dict[int, timedelta | None]


def ingest_together(deliveries: Sequence[Delivery]) -> list[IngestResult | None]:
    """Store plain deliveries in one transaction; committed when this returns. None for each that was left."""
    using = alias()
    if not deliveries:
        return []
    with transaction.atomic(using=using):
        known = _known(using, sorted({one.key for one in deliveries if one.key}))
        held, numbers = begin_many(using, len(deliveries))
        gathered = _sifted(deliveries, held, known)
        if not len(gathered.of):
            return [None] * len(deliveries)
        counts, spans, statements = _stored(using, gathered, held, np.array(numbers, dtype=np.int64))
        kept = [n for n in range(len(deliveries)) if n in counts]
        if kept:
            lanes = {numbers[n]: held.lanes(gathered.rows.place[gathered.of == n]) for n in kept}
            rows = [_batch(deliveries[n], numbers[n], counts[n], gathered.lags[n], spans[n]) for n in kept]
            keep = (KEEP_BATCH + ", ".join([ROW_OF_BATCH] * len(rows)), [value for row in rows for value in row])
            run_together(using, [*statements, keep, *hand(held, lanes), notice(numbers[kept[-1]])])
    return [IngestResult(numbers[n], counts[n]) if n in counts else None for n in range(len(deliveries))]


def _known(using: str, keys: list[str]) -> set[str]:
    """Lock the keys, in one order, and return those that were used before."""
    if not keys:
        return set()
    run_together(using, [(KEY_LOCKS, [keys])])
    return set(Batch.objects.using(using).filter(key__in=keys).values_list("key", flat=True))


def _sifted(deliveries: Sequence[Delivery], held: Catalogue, known: set[str]) -> Gathered:
    """Return the rows of deliveries of which every row can be taken, each judged on its sender's authority."""
    now, used = clock.now(), set(known)
    found: list[tuple[int, Rows]] = []
    lags: dict[int, timedelta | None] = {}
    for n, one in enumerate(deliveries):
        if one.key in used or one.table.forecasts or one.table.faults:
            continue
        with entered(one.scope):
            rows, rejected, lags[n] = sift(one.table, held, one.areas, now)
        if len(rows) and not rejected:
            found.append((n, rows))
            used |= {one.key} - {""}
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Gathered(Rows(*[nothing] * 5), nothing, lags)
    of = np.repeat(np.array([n for n, _rows in found]), [len(rows) for _n, rows in found])
    parts = [np.concatenate(column) for column in zip(*(_columns(rows) for _n, rows in found), strict=True)]
    order = np.lexsort((parts[1], parts[0]))
    return Gathered(Rows(*parts).pick(order), of[order], lags)


def _columns(rows: Rows) -> tuple[NDArray[Any], ...]:
    return rows.place, rows.at, rows.value, rows.estimated, rows.correction


def _stored(
    using: str, gathered: Gathered, held: Catalogue, numbers: Ints
) -> tuple[dict[int, int], dict[int, tuple[int, int]], list[Statement]]:
    """Write the rows of deliveries of which all are new; returns each one's count and span, and what still moves the newest values."""
    rows, of = gathered.rows, gathered.of
    starts = np.flatnonzero(np.diff(rows.place, prepend=-1))
    places, sizes = rows.place[starts], np.diff(np.append(starts, len(rows)))
    said, missing = lock_newest(using, held, places, days_of(rows.at))
    late = rows.at[starts] <= said.at
    again = (rows.at[1:] == rows.at[:-1]) & (rows.place[1:] == rows.place[:-1])
    late |= np.isin(places, rows.place[1:][again])
    fresh = ~np.isin(of, of[np.repeat(late, sizes)])
    rows, of = rows.pick(fresh), of[fresh]
    if not len(of):
        return {}, {}, []
    left = np.isin(places, rows.place)
    flags, after = verdicts(rows, some(said, left), held)
    batch = numbers[of]
    statements: list[Statement] = []

    def tell() -> None:
        last = np.append(np.flatnonzero(np.diff(rows.place, prepend=-1))[1:], len(rows)) - 1
        values = rows.value[last], flags[last], rows.estimated[last]
        statements.extend(newest_told(batch[last], held, after, *values, missing[left]))

    copy_in(
        using,
        "telemetry_reading",
        NAMES,
        KINDS,
        (held.stream[rows.place], rows.at, 1, rows.value, flags, rows.estimated, batch),
        tell,
    )
    which, counts = np.unique(of, return_counts=True)
    spans = {int(n): (int(rows.at[of == n].min()), int(rows.at[of == n].max())) for n in which}
    return dict(zip(which.tolist(), counts.tolist(), strict=True)), spans, statements


def _batch(one: Delivery, number: int, count: int, lag: timedelta | None, span: tuple[int, int]) -> tuple[Any, ...]:
    """Return the row of a delivery's batch."""
    body = Body(one.raw)
    who = (number, one.connector, one.scope.actor, one.key or None, clock.now(), body.digest, body.packed)
    return (*who, count, 0, 0, 0, 0, 0, Jsonb([]), lag, instant(span[0]), instant(span[1]))
