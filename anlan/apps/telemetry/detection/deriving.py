"""Working out derived quantities: what a batch changed is worked out anew, on arrays, and stored as readings of that batch.

A reading that came late or was corrected changes what was worked out up to one reach later; each becomes a new version there.
Suspect readings take no part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from anlan.apps.telemetry.detection import counting
from anlan.apps.telemetry.detection.waiting import Waiting
from anlan.apps.telemetry.intake.quality import Rows
from anlan.apps.telemetry.intake.storing import store
from anlan.apps.telemetry.intake.wire import fetch_packed, listed, run_together
from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, Quantity
from anlan.apps.telemetry.kinds.derivations import Aggregate, Count, Daily, Formula, Rate, Rolling
from anlan.apps.telemetry.kinds.lanes import AREAS, areal
from anlan.apps.telemetry.models import Threshold
from anlan.kit import clock
from anlan.lib import series
from anlan.lib.instants import MICROSECOND, micros

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: More digits than any instrument has: without them the same sum in another order would be another value.
DIGITS = 6
READ = """
SELECT DISTINCT ON (datastream_id, at) datastream_id, at, version, value, flags, estimated FROM telemetry_reading
WHERE datastream_id = ANY('{streams}'::bigint[]) AND at > '{since}' AND at <= '{until}' AND batch NOT IN ({others})
ORDER BY datastream_id, at, version DESC"""
ROW = {"stream": "i", "at": "t", "version": "h", "value": "f", "flags": "h", "estimated": "b"}
#: The points of each whole that has the derived quantity, with the level at which each stands; a whole without parts has one that stands at nothing.
POINTS = """
SELECT t.id, coalesce(s.quantity, ''), coalesce(max(l.level), 0), n.at FROM telemetry_datastream t
LEFT JOIN telemetry_latest n ON n.datastream_id = t.id
LEFT JOIN telemetry_station p ON p.part_of_id = t.station_id LEFT JOIN telemetry_datastream s ON s.station_id = p.id
LEFT JOIN telemetry_detectionstate l ON l.datastream_id = s.id AND l.hazard = %(hazard)s
WHERE t.quantity = %(into)s AND (p.id IS NULL OR l.level IS NOT NULL) AND (t.station_id = ANY(%(wholes)s) OR t.station_id IN (
    SELECT q.part_of_id FROM telemetry_station q JOIN telemetry_datastream d ON d.station_id = q.id WHERE d.id IN (
        SELECT r.datastream_id FROM telemetry_reading r WHERE r.batch = ANY(%(batches)s) AND r.at >= %(first)s AND r.at <= %(last)s)))
GROUP BY t.id, s.quantity, s.id, n.at ORDER BY t.id, s.quantity"""


@dataclass
class Found:
    """What is worked out: datastream, instant, value; whether it rests on an estimate."""

    stream: Ints
    at: Ints
    value: Floats
    estimated: NDArray[np.bool_]


@dataclass(frozen=True)
class Sources:
    """The readings behind one derived quantity, by place of the derived datastream in `targets`, in order of place and time."""

    targets: Ints
    place: Ints
    quantity: NDArray[np.str_]
    at: Ints
    value: Floats
    estimated: NDArray[np.bool_]

    def of(self, quantity: str) -> tuple[Ints, Ints, Floats]:
        """Return place, instant and value of the readings of one source."""
        mine = self.quantity == quantity
        return self.place[mine], self.at[mine], self.value[mine]


def derive(using: str, batch: Waiting, touched: set[str], judged: bool) -> set[str]:
    """Work out and store what a batch changed of derived quantities: before judging, or those that rest on what was judged.

    `touched` are the quantities of which the batch has readings. Returns those that were worked out.
    """
    held = batch.held
    concerned = [
        q
        for q in QUANTITIES
        if q.derivation
        and (q.code in areal()) is (batch.lane == AREAS)
        and isinstance(q.derivation, Aggregate) is judged
        and (_rests(q, touched) or (judged and batch.wholes))
        and held.at_stations(q.code)
    ]
    if not concerned:
        return set()
    made = set()
    for quantity in concerned:
        found = FAMILIES[type(quantity.derivation)](using, batch, quantity, quantity.derivation)
        if found is not None:
            _store(using, batch, found)
            made.add(quantity.code)
    return made


def _rests(quantity: Quantity, touched: set[str]) -> bool:
    """Return whether a quantity is worked out from any of those that were touched."""
    how = quantity.derivation
    if isinstance(how, Aggregate):
        return how.hazard in HAZARDS and not touched.isdisjoint(HAZARDS.get(how.hazard).quantities)
    return how is not None and not touched.isdisjoint(how.sources)


def _store(using: str, batch: Waiting, found: Found) -> None:
    """Store what was worked out as readings of the batch; one that is as it was is not stored again."""
    held, told = batch.held, ~np.isnan(found.value)
    place = np.searchsorted(held.stream, found.stream[told])
    at, value = found.at[told], np.round(found.value[told], DIGITS)
    if not len(place):
        return
    order = np.lexsort((at, place))
    stored = store(
        using,
        Rows(place[order], at[order], value[order], found.estimated[told][order], np.ones(len(order), dtype=bool)),
        batch.pk,
        held,
    )
    run_together(using, stored.newest)
    first, last = stored.span
    if first is not None and last is not None:
        batch.widen(first, last)


def _sources(
    using: str, batch: Waiting, quantity: Quantity, sources: tuple[str, ...], back: timedelta, on: timedelta
) -> Sources | None:
    """Read what a derived quantity is worked out from, `back` before the batch and `on` after it; None where it touches none."""
    assert batch.first_at is not None and batch.last_at is not None
    held = batch.held
    beside = [(source, held.at_stations(source)) for source in sources]
    touched = set(np.unique(batch.of(using, sources)["stream"]).tolist())
    pairs: list[tuple[int, str, int]] = []
    for station, target in held.at_stations(quantity.code).items():
        mine = [(of[station], source, target) for source, of in beside if station in of]
        if not touched.isdisjoint(stream for stream, _source, _target in mine):
            pairs += mine
    if not pairs:
        return None
    targets = np.array(sorted({target for _s, _q, target in pairs}), dtype=np.int64)
    place = {source: int(np.searchsorted(targets, target)) for source, _q, target in pairs}
    kind = {source: q for source, q, _target in pairs}
    since, until = (batch.first_at - back).isoformat(), (batch.last_at + on).isoformat()
    rows = fetch_packed(using, READ.format(streams=listed(sorted(place)), since=since, until=until, others=batch.others), ROW)
    rows = rows[rows["flags"] == 0]
    places = np.array([place[s] for s in rows["stream"].tolist()], dtype=np.int64)
    kinds = np.array([kind[s] for s in rows["stream"].tolist()], dtype=np.str_)
    order = np.lexsort((rows["at"], places))
    return Sources(
        targets,
        places[order],
        kinds[order],
        rows["at"].astype(np.int64)[order],
        rows["value"].astype(float)[order],
        rows["estimated"][order],
    )


def _rate(using: str, batch: Waiting, quantity: Quantity, how: Rate) -> Found | None:
    held = _sources(using, batch, quantity, how.sources, how.oldest, how.oldest)
    if held is None:
        return None
    value = series.rates(held.place, held.at, held.value, how.over // MICROSECOND, how.oldest // MICROSECOND)
    if how.steady:
        rungs = Threshold.objects.filter(datastream_id__in=held.targets.tolist(), level=how.steady)
        known = dict(rungs.values_list("datastream_id", "value"))
        steady = np.array([known.get(target, np.nan) for target in held.targets.tolist()])
        value = series.tangent_angles(value, steady[held.place])
    return _from(batch, held, value)


def _rolling(using: str, batch: Waiting, quantity: Quantity, how: Rolling) -> Found | None:
    held = _sources(using, batch, quantity, how.sources, how.over, how.over)
    if held is None:
        return None
    return _from(batch, held, series.rolling(held.place, held.at, held.value, how.over // MICROSECOND, how.how))


def _from(batch: Waiting, held: Sources, value: Floats) -> Found:
    """Return the values at the batch's instants and after: what stands before them is as it was."""
    assert batch.first_at is not None
    since = held.at >= micros(batch.first_at)
    return Found(held.targets[held.place[since]], held.at[since], value[since], held.estimated[since])


def _daily(using: str, batch: Waiting, quantity: Quantity, how: Daily) -> Found | None:
    days = timedelta(days=how.days)
    held = _sources(using, batch, quantity, how.sources, days, days)
    if held is None:
        return None
    assert batch.first_at is not None
    hour = how.hour * series.DAY // 24
    first = -(-(micros(batch.first_at - days) - hour) // series.DAY)
    width, count = len(held.targets), 2 * how.days + 2
    columns = [series.daily(*held.of(q), count, first, how.hour, each, width) for q, each in how.of]
    rungs = Threshold.objects.filter(datastream_id__in=held.targets.tolist(), level__in=how.rungs)
    known = {(stream, rung): number for stream, rung, number in rungs.values_list("datastream_id", "level", "value")}
    own = [np.array([known.get((target, rung), np.nan) for target in held.targets.tolist()]) for rung in how.rungs]
    value = how.index(*columns, *own)
    begun = micros(batch.first_at)
    touched = np.full(width, -(-(begun - hour) // series.DAY) - first)
    earlier = held.at < begun  # the day of the reading before may be over only now
    never = np.iinfo(np.int64).min // 2
    last = np.full(width, never)
    np.maximum.at(last, held.place[earlier], held.at[earlier])
    touched = np.where(last > never, np.minimum(touched, -(-(last - hour) // series.DAY) - first), touched)
    newest = np.full(width, np.iinfo(np.int64).min)
    np.maximum.at(newest, held.place, held.at)
    ends = (np.arange(count) + first) * series.DAY + hour
    over = (newest[None, :] >= ends[:, None]) & (np.arange(count)[:, None] >= touched[None, :])
    day, place = np.nonzero(over & ~np.isnan(value))
    return Found(held.targets[place], ends[day], value[day, place], np.zeros(len(day), dtype=bool))


def _formula(using: str, batch: Waiting, quantity: Quantity, how: Formula) -> Found | None:
    """Work out the moments that lie no further from the batch than their readings may from each other."""
    reach = 2 * how.within + timedelta(microseconds=1)
    held = _sources(using, batch, quantity, how.sources, reach, reach)
    if held is None:
        return None
    assert batch.first_at is not None and batch.last_at is not None
    first, last, within = micros(batch.first_at), micros(batch.last_at), how.within // MICROSECOND
    mine = (held.quantity == how.of[0]) & (held.at >= first - within) & (held.at <= last + within)
    place, at = held.place[mine], held.at[mine]
    columns, estimated = [held.value[mine]], held.estimated[mine].copy()
    for source in how.of[1:]:
        there = np.flatnonzero(held.quantity == source)
        near = series.nearest(held.place[there], held.at[there], place, at, within)
        known = near >= 0
        column = np.full(len(at), np.nan)
        column[known] = held.value[there][near[known]]
        estimated[known] |= held.estimated[there][near[known]]
        estimated |= ~known
        columns.append(column)
    return Found(held.targets[place], at, how.formula(*columns), estimated)


def _aggregate(using: str, batch: Waiting, quantity: Quantity, how: Aggregate) -> Found | None:
    asked = {"hazard": how.hazard, "into": quantity.code, "batches": batch.ids, "first": batch.first_at, "last": batch.last_at}
    with connections[using].cursor() as cursor:
        cursor.execute(POINTS, asked | {"wholes": batch.wholes})
        rows: list[Any] = cursor.fetchall()
    mine = batch.held.judged_in(batch.lane, [whole for whole, *_rest in rows])
    rows = [row for row, own in zip(rows, mine.tolist(), strict=True) if own]
    if not rows:
        return None
    newest = {whole: at for whole, _item, _level, at in rows}
    wholes = sorted(newest)
    items = sorted({(whole, item) for whole, item, _level, _at in rows})
    rungs = Threshold.objects.filter(datastream_id__in=wholes, level__in=how.counts)
    known = {(stream, rung): value for stream, rung, value in rungs.values_list("datastream_id", "level", "value")}
    counts = np.array([[known.get((whole, rung), 0) for rung in how.counts] for whole in wholes], dtype=np.int64)
    of_item = np.array([wholes.index(whole) for whole, _item in items], dtype=np.int64)
    levels = np.array([level for _whole, _item, level, _at in rows], dtype=np.int8)
    group = np.array([items.index((whole, item)) for whole, item, _level, _at in rows], dtype=np.int64)
    item_levels = series.promoted(levels, group, len(items), counts[of_item])
    found = series.promoted(item_levels, of_item, len(wholes), counts)
    # As of the last that the lane reads of the batch: how far other lanes have worked something out of it is no matter of this one. A point whose
    # clock or line is behind the others' changes what its whole has said last.
    last = batch.last_read(using)
    at = [_latest_of(last, newest[whole]) for whole in wholes]
    return Found(np.array(wholes), np.array(at), found.astype(float), np.zeros(len(wholes), dtype=bool))


def _latest_of(last: int, said: datetime | None) -> int:
    """Return the later of two instants, unless what was said came from a clock that runs ahead."""
    return max(last, micros(said)) if said is not None and said <= clock.now() else last


def _count(using: str, batch: Waiting, quantity: Quantity, how: Count) -> Found | None:
    """Count who has that much in the hours before: where the batch has news of an area, and after it as far as that reaches."""
    found = counting.count(quantity.code, how, using, batch)
    if not found:
        return None
    told = np.array(sorted(found.items()), dtype=object)
    streams, ats = (np.array([key[n] for key, _count in told], dtype=np.int64) for n in (0, 1))
    return Found(streams, ats, np.array([float(count) for _key, count in told]), np.zeros(len(told), dtype=bool))


#: Which function works out which kind of derivation.
FAMILIES: dict[type, Callable[[str, Waiting, Quantity, Any], Found | None]] = {
    Rate: _rate,
    Rolling: _rolling,
    Daily: _daily,
    Aggregate: _aggregate,
    Count: _count,
    Formula: _formula,
}
