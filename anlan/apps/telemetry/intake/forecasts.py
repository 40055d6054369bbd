"""Forecast values: kept apart from readings and shown dashed; what they reach is never an observed level."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction
from django.utils.translation import gettext as _

from anlan.apps.telemetry.intake.catalogue import Catalogue, catalogue
from anlan.apps.telemetry.intake.handing import hand
from anlan.apps.telemetry.intake.wire import notice, run_together
from anlan.apps.telemetry.models import Batch, Forecast
from anlan.apps.telemetry.rules import FORECAST_REACH, RawForecast, Rejected, instant_of, number_of
from anlan.kit import clock
from anlan.kit.scope import current
from anlan.kit.worlds import alias
from anlan.lib.instants import instant

INSERT = """
INSERT INTO telemetry_forecast (datastream_id, at, issued_at, issue_stated, value, method, batch)
SELECT %(stream)s, %(at)s, %(issued_at)s, %(stated)s, %(value)s, '', %(batch)s
WHERE %(stated)s OR NOT EXISTS (SELECT FROM telemetry_forecast WHERE datastream_id = %(stream)s AND at = %(at)s
                                AND value = %(value)s AND NOT issue_stated)
ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Foretold:
    """A forecast that can be taken."""

    stream: int
    at: datetime
    issued_at: datetime
    stated: bool
    value: float


def sift(
    rows: Sequence[RawForecast], held: Catalogue, areas: tuple[str, ...], now: datetime
) -> tuple[list[Foretold], list[Rejected]]:
    """Split forecasts into those that can be taken and those at fault; without an hour of issue it is `now`."""
    places = held.places([r.station for r in rows], [r.quantity for r in rows], areas).tolist() if rows else []
    good, faults = [], []
    for row, place in zip(rows, places, strict=True):
        at, value = instant_of(row.at, now, FORECAST_REACH), number_of(row.value)
        issued = instant_of(row.issued_at, now) if row.issued_at else 0
        told = [part for part in (at, value, issued) if isinstance(part, str)]
        if place < 0:
            words = _("There is no station %(station)r that measures %(quantity)s in your area.")
            told = [words % {"station": row.station[:40], "quantity": row.quantity[:40]}]
        elif not told and not held.low[place] <= float(value) <= held.high[place]:
            told = [_("The value %(value)s is physically impossible.") % {"value": row.value}]
        if told:
            faults.append(Rejected(row.line, told[0]))
            continue
        stated = bool(row.issued_at)
        good.append(
            Foretold(int(held.stream[place]), instant(int(at)), instant(int(issued)) if stated else now, stated, float(value))
        )
    return good, faults


def store(
    using: str, rows: Sequence[RawForecast], held: Catalogue, areas: tuple[str, ...], batch: int
) -> tuple[list[int], list[Rejected]]:
    """Keep forecasts; the same for the same instant and issue is kept once. Returns the datastream of each that is new, and the faults."""
    if not rows:
        return [], []
    good, faults = sift(rows, held, areas, clock.now())
    new: list[int] = []
    with connections[using].cursor() as cursor:
        for row in good:
            told = {name: getattr(row, name) for name in ("stream", "at", "issued_at", "stated", "value")}
            cursor.execute(INSERT, told | {"batch": batch})
            new += [row.stream] * cursor.rowcount
    return new, faults


def foretell(method: str, issued: datetime, rows: Sequence[tuple[int, datetime, float, float, float]]) -> int:
    """Keep what a method of our own foretells (datastream, instant, value, low, high); detection judges it like any forecast."""
    if not rows:
        return 0
    using = alias()
    with transaction.atomic(using=using):
        batch = Batch(
            connector=method,
            sender=current().actor,
            received_at=clock.now(),
            sha256=hashlib.sha256(f"{method} {issued.isoformat()}".encode()).hexdigest(),
            forecasts=len(rows),
        )
        batch.save(using=using)
        told = [
            Forecast(datastream_id=s, at=at, issued_at=issued, value=v, low=low, high=high, method=method, batch=batch.pk)
            for s, at, v, low, high in rows
        ]
        Forecast.objects.using(using).bulk_create(told, ignore_conflicts=True)
        held = catalogue(using)
        lanes = held.lanes(held.find([s for s, *_rest in rows]))
        run_together(using, [*hand(held, {batch.pk: lanes}), notice(batch.pk)])
    return len(rows)
