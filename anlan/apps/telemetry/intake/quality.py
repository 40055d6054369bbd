"""Quality control on arrays: which rows can be taken at all, and which flags a value deserves after what came before it.

STEP: it changed by more than the limit an hour (a change within an hour counts as one hour's). PERSISTENCE: it has not
moved for longer than the limit; zero may last. LADDER: a first value, or one after a day's silence, lies further from the
station's ladder than it may (centimetres sent as metres); of rain whose period nobody declared, more after a pause than an
hour brings (a day's sum sent as an hour's). WORK: somebody worked on the station then. Estimates are not compared. Nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.intake import measures
from anlan.apps.telemetry.intake.catalogue import Catalogue
from anlan.apps.telemetry.intake.decoding import Table
from anlan.apps.telemetry.rules import AN_HOUR, CLOCK_REACH, FUTURE, Rejected, Track, instant_of, number_of
from anlan.lib.instants import MICROSECOND, NEVER, micros

Ints, Floats, Bools = NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that can be taken, in order of place, time and arrival."""

    place: Ints
    at: Ints
    value: Floats
    estimated: Bools
    correction: Bools

    def __len__(self) -> int:
        return len(self.place)

    def pick(self, which: Any) -> Rows:
        """Return some of the rows."""
        return Rows(self.place[which], self.at[which], self.value[which], self.estimated[which], self.correction[which])


@dataclass(frozen=True, slots=True)
class Said:
    """What datastreams have said, one entry each: the newest instant, the newest good value, and since when it stands."""

    place: Ints
    at: Ints
    good_at: Ints
    good_value: Floats
    same_since: Ints


def sift(table: Table, held: Catalogue, areas: tuple[str, ...], now: datetime) -> tuple[Rows, list[Rejected], timedelta | None]:
    """Split rows into those that can be taken and those rejected, each with its line and reason; and tell how far behind they are."""
    place = held.places(table.stations, table.quantities, areas)
    times = _hashable(table.times)
    moments = {given: instant_of(given, now, CLOCK_REACH) for given in set(times)}
    known = {given: NEVER if isinstance(at, str) else at for given, at in moments.items()}
    at = np.fromiter(map(known.__getitem__, times), dtype=np.int64, count=len(table))
    value, spoilt = _numbers(table.values)
    spoilt |= measures.honour(table, held, place, value)
    latest = micros(now + FUTURE)
    wrong = (place < 0) | (at == NEVER) | (at > latest)
    low, high = (held.low[place], held.high[place]) if len(held.stream) else (value, value)
    with np.errstate(invalid="ignore"):
        wrong |= ~np.isfinite(value) | (value < low - 10 * np.abs(low) - 1) | (value > high * 10)
    rejected = [_rejected(table, int(n), int(place[n]), moments[times[n]], spoilt, latest) for n in np.flatnonzero(wrong)]
    estimated, correction = (
        np.array(c if len(c) else np.zeros(len(table)), dtype=bool) for c in (table.estimated, table.corrections)
    )
    rows = Rows(place, at, value, estimated, correction)
    if rejected:
        rows = rows.pick(~wrong)
    ordered = rows.place[1:] >= rows.place[:-1]
    if not (ordered & ((rows.at[1:] >= rows.at[:-1]) | (rows.place[1:] > rows.place[:-1]))).all():
        rows = rows.pick(np.lexsort((rows.at, rows.place)))
    return rows, rejected, _lag(at[(place >= 0) & (at != NEVER)], now)


def _lag(at: Ints, now: datetime) -> timedelta | None:
    """Return how long ago the newest row of a delivery was observed by its sender's clock; None where that tells nothing of it."""
    behind = timedelta(microseconds=micros(now) - int(at.max())) if len(at) else CLOCK_REACH
    return behind if abs(behind) < CLOCK_REACH else None


def _hashable(times: Sequence[Any]) -> Sequence[Any]:
    """Return times that can be looked up: anything but text and instants as text."""
    if set(map(type, times)) <= {str, datetime}:
        return times
    return [given if isinstance(given, (str, datetime)) else str(given) for given in times]


def _numbers(values: Sequence[Any]) -> tuple[Floats, dict[int, str]]:
    """Return values as numbers, nan where one is none, and the reasons by row."""
    if set(map(type, values)) <= {float, str}:
        try:
            found = np.fromiter(map(float, values), dtype=np.float64, count=len(values))
        except ValueError:
            pass  # which one is none is told below
        else:
            if np.isfinite(found).all():
                return found, {}
    read = [number_of(value) for value in values]
    spoilt = {n: value for n, value in enumerate(read) if isinstance(value, str)}
    return np.array([np.nan if isinstance(value, str) else value for value in read], dtype=np.float64), spoilt


def _rejected(table: Table, n: int, place: int, at: int | str, spoilt: dict[int, str], latest: int) -> Rejected:
    if place < 0:
        reason = _("There is no station %(station)r that measures %(quantity)s in your area.") % {
            "station": table.stations[n][:40],
            "quantity": table.quantities[n][:40] or "—",
        }
    elif isinstance(at, str):
        reason = at
    elif at > latest and n not in spoilt:
        return Rejected(table.lines[n], _("The time lies in the future."), wait=(at - latest) * MICROSECOND)
    else:
        reason = spoilt.get(n) or _("The value %(value)s is physically impossible.") % {"value": table.values[n]}
    return Rejected(table.lines[n], reason)


def verdicts(rows: Rows, said: Said, held: Catalogue) -> tuple[NDArray[np.int16], Said]:
    """Flag rows that are all newer than what their datastreams said; returns the flags and what has been said then.

    The rows of a place stand together in order of time; `said` has one entry a place, in the same order.
    """
    first = np.flatnonzero(np.diff(rows.place, prepend=-1))
    group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(rows))))
    flags = np.where(
        (rows.value < held.low[rows.place]) | (rows.value > held.high[rows.place]), np.int16(Flag.RANGE), np.int16(0)
    )
    flags |= held.worked_on(rows.place, rows.at) * np.int16(Flag.WORK)
    found, after = _at_once(rows.pick(flags == 0), group[flags == 0], said, held)
    flags[flags == 0] = found
    newest = rows.at[np.append(first[1:], len(rows)) - 1]
    after = Said(said.place, newest, after.good_at, after.good_value, after.same_since)
    for doubtful in np.unique(group[(flags & (Flag.STEP | Flag.PERSISTENCE | Flag.LADDER)) > 0]).tolist():
        _one_by_one(rows, np.flatnonzero(group == doubtful), flags, doubtful, said, after, held)
    return flags, after


def _at_once(rows: Rows, group: Ints, said: Said, held: Catalogue) -> tuple[NDArray[np.int16], Said]:
    """Compare every row with the one before it; exact where no flag comes out, else its datastream is gone through one by one."""
    after = Said(said.place, said.at, said.good_at.copy(), said.good_value.copy(), said.same_since.copy())
    if not len(rows):
        return np.zeros(0, dtype=np.int16), after
    is_first = np.diff(group, prepend=-1) > 0
    before_at = np.where(is_first, said.good_at[group], np.roll(rows.at, 1))
    before = np.where(is_first, said.good_value[group], np.roll(rows.value, 1))
    compared = (before_at != NEVER) & ~rows.estimated
    with np.errstate(invalid="ignore", over="ignore"):
        hours = np.maximum((rows.at - before_at) / AN_HOUR, 1.0)
        jumped = compared & (np.abs(rows.value - before) > held.step[rows.place] * hours)
        moved = ~compared | (rows.value != before)
        lone = ((before_at == NEVER) | (rows.at - before_at > held.forgotten[rows.place])) & ~rows.estimated
        far = lone & ((rows.value < held.first_low[rows.place]) | (rows.value > held.first_high[rows.place]))
        turn = np.maximum.accumulate(np.where(moved | is_first, np.arange(len(rows)), 0))
        since = np.where(moved[turn], rows.at[turn], said.same_since[group])
        stuck = ~moved & (rows.value != 0) & (rows.at - since > held.stuck[rows.place])
    last = np.append(np.flatnonzero(is_first)[1:], len(rows)) - 1
    where = group[last]
    after.good_at[where], after.good_value[where], after.same_since[where] = rows.at[last], rows.value[last], since[last]
    found = np.where(far, np.int16(Flag.LADDER), jumped * np.int16(Flag.STEP) + stuck * np.int16(Flag.PERSISTENCE))
    return found.astype(np.int16), after


def _one_by_one(rows: Rows, which: Ints, flags: NDArray[np.int16], group: int, said: Said, after: Said, held: Catalogue) -> None:
    place = int(said.place[group])
    track = Track(int(said.good_at[group]), float(said.good_value[group]), int(said.same_since[group]))
    for n in which.tolist():
        if flags[n] & (Flag.RANGE | Flag.WORK):
            continue
        flags[n] = track.follow(
            int(rows.at[n]),
            float(rows.value[n]),
            bool(rows.estimated[n]),
            held.step[place],
            held.stuck[place],
            held.first(place),
            int(held.forgotten[place]),
        )
    after.good_at[group], after.good_value[group], after.same_since[group] = track.good_at, track.good_value, track.same_since
