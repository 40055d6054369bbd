"""The datastreams of a world as arrays, kept by each process until a station or datastream changes (a trigger changes the mark)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import repeat

import numpy as np
from django.db import connections
from django.db.models import Max, Min, Q
from numpy.typing import NDArray

from anlan.apps.telemetry.kinds import QUANTITIES
from anlan.apps.telemetry.kinds.lanes import AREAS, counted, lane_of
from anlan.apps.telemetry.kinds.measures import summed
from anlan.apps.telemetry.models import Datastream, Pause, Station
from anlan.apps.telemetry.rules import FORGOTTEN, UNSUMMED
from anlan.kit.scope import Scope, current, entered
from anlan.lib.instants import MICROSECOND, NEVER, micros

ANYTHING = (-1e12, 1e12)


@dataclass
class Catalogue:
    """Every datastream of a world; a place is an index into these arrays."""

    token: str
    place: dict[tuple[str, str], int]
    stream: NDArray[np.int64]
    quantity: NDArray[np.str_]
    station: NDArray[np.int64]
    #: In which lane of detection it is judged, and which others read it.
    lane: NDArray[np.int16]
    also: NDArray[np.int16]
    area: NDArray[np.str_]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    step: NDArray[np.float64]
    stuck: NDArray[np.float64]
    #: A first value lies between these.
    first_low: NDArray[np.float64]
    first_high: NDArray[np.float64]
    #: After so long a silence (microseconds) a value is held against the ladder like a first one.
    forgotten: NDArray[np.int64]
    #: Sums are over so much; NEVER where nobody said.
    period: NDArray[np.int64]
    #: Somebody works on a place from an instant to another: (place, since, until).
    work: NDArray[np.int64]
    #: Places whose newest value has been seen in the database: a hint that spares careful locking, never a fact.
    spoken: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _within: dict[tuple[str, ...], NDArray[np.bool_]] = field(default_factory=dict)
    _of: dict[str, dict[str, int]] = field(default_factory=dict)
    _at: dict[str, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spoken = np.zeros(len(self.stream), dtype=bool)

    def first(self, place: int) -> tuple[float, float]:
        """Return between which values a first one of a place must lie."""
        return float(self.first_low[place]), float(self.first_high[place])

    def worked_on(self, place: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each row whether somebody worked on its place at its instant."""
        found = np.zeros(len(place), dtype=bool)
        if len(self.work) and len(place):
            near = (self.work[:, 1] <= at.max()) & (self.work[:, 2] > at.min()) & np.isin(self.work[:, 0], place)
            for which, since, until in self.work[near].tolist():
                found |= (place == which) & (at >= since) & (at < until)
        return found

    def within(self, areas: tuple[str, ...]) -> NDArray[np.bool_]:
        """Tell of every place whether it lies in any of some areas."""
        if areas not in self._within:
            found = np.zeros(len(self.area), dtype=bool)
            for area in areas:
                found |= (self.area >= area) & (self.area < f"{area}~") if area else True
            self._within[areas] = found
        return self._within[areas]

    def of(self, quantity: str) -> dict[str, int]:
        """Return station → place of one quantity."""
        if quantity not in self._of:
            self._of[quantity] = {station: place for (station, kind), place in self.place.items() if kind == quantity}
        return self._of[quantity]

    def find(self, streams: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of each datastream, -1 for one that is gone."""
        wanted = np.asarray(streams, dtype=np.int64)
        if not len(self.stream):
            return np.full(len(wanted), -1)
        places = np.minimum(np.searchsorted(self.stream, wanted), len(self.stream) - 1)
        return np.where(self.stream[places] == wanted, places, -1)

    def judged_in(self, lane: int, streams: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each datastream whether a lane judges it."""
        places = self.find(streams)
        return (self.lane[places] == lane) & (places >= 0) if len(self.stream) else np.zeros(len(places), dtype=bool)

    def at_stations(self, quantity: str) -> dict[int, int]:
        """Return station's number → datastream's number of one quantity."""
        if quantity not in self._at:
            mine = self.quantity == quantity
            self._at[quantity] = dict(zip(self.station[mine].tolist(), self.stream[mine].tolist(), strict=True))
        return self._at[quantity]

    def lanes(self, places: NDArray[np.int64]) -> int:
        """Return the lanes that judge or read what some places say."""
        there = places[places >= 0]
        return int(np.bitwise_or.reduce(self.lane[there] | self.also[there], initial=0))

    @cached_property
    def sharing(self) -> int:
        """Return a number that is another one once a datastream is of another lane."""
        return hash((self.stream.tobytes(), self.lane.tobytes()))

    def places(self, stations: Sequence[str], quantities: Sequence[str], areas: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the place of each row's datastream, -1 where the scope in force or `areas` hold none."""
        kinds = set(quantities)
        if len(kinds) == 1:  # the usual delivery: no pair is made for each row
            (quantity,) = kinds
            found = np.fromiter(map(self.of(quantity).get, stations, repeat(-1)), dtype=np.int64, count=len(stations))
        else:
            keys = zip(stations, quantities, strict=True)
            found = np.fromiter(map(self.place.get, keys, repeat(-1)), dtype=np.int64, count=len(stations))
        if len(self.stream):
            for limits in (areas, current().areas):
                if "" not in limits:
                    found[~self.within(limits)[found]] = -1
        return found


_kept: dict[str, Catalogue] = {}


def catalogue(using: str) -> Catalogue:
    """Return the catalogue of a world, read anew when it has changed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT token FROM telemetry_cataloguemark")
        row = cursor.fetchone()
    return of_token(using, str(row[0]) if row else "")


def begin(using: str) -> tuple[Catalogue, int]:
    """Return the catalogue of a world and the number of a new batch. One statement."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT (SELECT token FROM telemetry_cataloguemark), nextval('telemetry_batch_id_seq')")
        token, number = cursor.fetchone()
    return of_token(using, str(token or "")), number


def begin_many(using: str, count: int) -> tuple[Catalogue, list[int]]:
    """Return the catalogue of a world and the numbers of new batches, in order. One statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT token FROM telemetry_cataloguemark), array(SELECT nextval('telemetry_batch_id_seq')"
            " FROM generate_series(1, %s))",
            [count],
        )
        token, numbers = cursor.fetchone()
    return of_token(using, str(token or "")), sorted(numbers)


def of_token(using: str, token: str) -> Catalogue:
    """Return the catalogue of a world whose mark has been read."""
    kept = _kept.get(using)
    if kept is None or not token or kept.token != token:
        kept = _kept[using] = _read(using, token)
    return kept


def _read(using: str, token: str) -> Catalogue:
    sums = summed()
    graded = Q(thresholds__window_hours=0) | Q(thresholds__window_hours=1, quantity__in=sums)
    with entered(Scope.everything("system:ingest", current().world)):
        rows = list(
            Datastream.objects.using(using)
            .order_by("pk")
            .annotate(lowest=Min("thresholds__value", filter=graded), highest=Max("thresholds__value", filter=graded))
            .values_list(
                "pk",
                "station__code",
                "quantity",
                "area",
                "step_limit",
                "stuck_after",
                "lowest",
                "highest",
                "first_span",
                "period",
                "station__address",
                "station_id",
            )
        )
        work = _work(using, {row[0]: n for n, row in enumerate(rows)})
        whole_of = dict(Station.objects.using(using).exclude(part_of=None).order_by("pk").values_list("pk", "part_of_id"))
    # What a device calls itself is known like the code; a code of another station counts first.
    known = {(row[10], row[2]): n for n, row in enumerate(rows) if row[10]}
    counts = counted() if any(lane_of(row[2], 0) == AREAS for row in rows) else frozenset()
    spans = [QUANTITIES.get(row[2]).span if row[2] in QUANTITIES else ANYTHING for row in rows]
    return Catalogue(
        token,
        known | {(code, quantity): n for n, (_pk, code, quantity, *_rest) in enumerate(rows)},
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.str_),
        np.array([row[11] for row in rows], dtype=np.int64),
        np.array([lane_of(row[2], _whole(row[11], whole_of)) for row in rows], dtype=np.int16),
        np.array([AREAS if row[2] in counts else 0 for row in rows], dtype=np.int16),
        np.array([row[3] for row in rows], dtype=np.str_),
        np.array([low for low, _high in spans], dtype=np.float64),
        np.array([high for _low, high in spans], dtype=np.float64),
        np.array([np.nan if row[4] is None else row[4] for row in rows], dtype=np.float64),
        np.array([np.nan if row[5] is None else _micros(row[5]) for row in rows], dtype=np.float64),
        np.array([_first_low(row[2] in sums, row[6], row[8]) for row in rows], dtype=np.float64),
        np.array([_first_high(row[2] in sums, row[7], row[8], row[9]) for row in rows], dtype=np.float64),
        np.array([UNSUMMED if row[2] in sums and row[9] is None else FORGOTTEN for row in rows], dtype=np.int64),
        np.array([NEVER if row[9] is None else row[9] // MICROSECOND for row in rows], dtype=np.int64),
        work,
    )


def _whole(station: int, whole_of: dict[int, int]) -> int:
    """Return the whole that a station is part of in the end, itself where it is part of none."""
    seen = {station}
    while (whole := whole_of.get(station)) is not None and whole not in seen:
        station = whole
        seen.add(whole)
    return station


def _work(using: str, places: dict[int, int]) -> NDArray[np.int64]:
    """Return when somebody works on which place."""
    pauses = list(Pause.objects.using(using).values_list("station_id", "datastream_id", "since", "until"))
    held = Datastream.objects.using(using).filter(station_id__in={p[0] for p in pauses}).order_by("pk") if pauses else ()
    of: dict[int, list[int]] = {}
    for stream in held:
        of.setdefault(stream.station_id, []).append(stream.pk)
    rows = [
        (places[stream], micros(since), micros(until))
        for station, one, since, until in pauses
        for stream in ([one] if one else of.get(station, ()))
        if stream in places
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _first_low(is_sum: bool, lowest: float | None, span: float | None) -> float:
    return -np.inf if lowest is None or span is None or is_sum else lowest - span


def _first_high(is_sum: bool, highest: float | None, span: float | None, period: timedelta | None) -> float:
    """A sum whose period is declared needs no such guess: it may be as high as it is."""
    declared = is_sum and period is not None
    return np.inf if highest is None or span is None or declared else highest + span


def _micros(span: timedelta) -> float:
    return span / MICROSECOND
