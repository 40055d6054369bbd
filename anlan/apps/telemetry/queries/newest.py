"""Readers of the newest values: each with its age, its level and how much it can be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from anlan.apps.telemetry.choices import DOUBTS, UNDECLARED_SUM, Flag
from anlan.apps.telemetry.kinds import RUNGS, measures
from anlan.apps.telemetry.models import Batch, Datastream, DetectionState, Latest, Pause, Reading, Threshold
from anlan.apps.telemetry.queries.network import source_name
from anlan.apps.telemetry.rules import AHEAD
from anlan.kit import clock
from anlan.kit.worlds import alias

#: So far back one looks for what stands now at a datastream whose newest reading is ahead of the clock.
LOOK_BACK = timedelta(days=3)
#: What stands now, a row for each datastream: its newest reading; where a sender's clock ran ahead, the newest one that does not.
STANDING = """(
    SELECT n.datastream_id, coalesce(r.value, n.value) AS value, coalesce(r.at, n.at) AS at, coalesce(r.flags, n.flags) AS flags,
        coalesce(r.estimated, n.estimated) AS estimated, coalesce(r.batch, n.batch) AS batch
    FROM telemetry_latest n LEFT JOIN LATERAL (
        SELECT value, at, flags, estimated, batch FROM telemetry_reading r
        WHERE n.at > %s AND r.datastream_id = n.datastream_id AND r.at <= %s AND r.at > %s
        ORDER BY r.at DESC, r.version DESC LIMIT 1) r ON true)"""

#: The readings of some datastreams (`streams`) after `since` up to `until`, each in its newest version.
NEWEST_VERSIONS = """(
    SELECT DISTINCT ON (datastream_id, at) datastream_id, at, value, flags FROM telemetry_reading
    WHERE datastream_id = ANY(%(streams)s) AND at > %(since)s AND at <= %(until)s ORDER BY datastream_id, at, version DESC)"""


def newest_instant(streams: Iterable[int]) -> datetime | None:
    """Return the newest instant at which any of some datastreams told something, up to now."""
    rows = Latest.objects.using(alias()).filter(datastream_id__in=list(streams), at__lte=clock.now())
    return rows.order_by("-at").values_list("at", flat=True).first()


def hours_between(period: timedelta | None, count: int, span: float) -> float:
    """Return how many hours a reading stands for: the declared period, else what `count` readings over `span` hours come to, else one."""
    if period:
        return period / timedelta(hours=1)
    return span / (count - 1) if count > 1 else 1.0


def standing_now() -> list[datetime]:
    """Return what STANDING asks for."""
    now = clock.now()
    return [now + AHEAD, now, now - LOOK_BACK]


@dataclass(frozen=True)
class LatestValue:
    """The newest value of one quantity at one station, with its age and how much it can be trusted."""

    datastream: int
    station: str
    quantity: str
    value: float
    unit: str
    at: datetime
    estimated: bool
    flags: int
    stale: bool
    above_warning: float | None
    level: int
    #: Some threshold judges it: without one, no level means nothing.
    judged: bool
    source: str = ""
    received_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return the quantity in words."""
        return measures.label_of(self.quantity)

    @property
    def figure(self) -> str:
        """Return the value with its unit, a state by its word."""
        return measures.shown(self.quantity, self.value)

    @property
    def doubts(self) -> list[str]:
        """Return in words why the value is suspect."""
        return doubts_of(self.quantity, self.flags)


def doubts_of(quantity: str, flags: int) -> list[str]:
    """Return in words why a value with these flags is suspect."""
    words = DOUBTS | ({Flag.LADDER: UNDECLARED_SUM} if quantity in measures.summed() else {})
    return [str(text) for flag, text in words.items() if flags & flag]


def newest_at() -> datetime | None:
    """Return when any datastream within the scope last reported."""
    within = Datastream.objects.order_by().values("pk")
    found: datetime | None = Latest.objects.using(alias()).filter(datastream_id__in=within).aggregate(at=models.Max("at"))["at"]
    return found


@dataclass(frozen=True)
class Newest:
    """The newest value of a datastream that can be believed, in the quantity's unit."""

    station: str
    datastream: int
    quantity: str
    value: float
    at: datetime


def newest_good(quantities: Iterable[str], area: str = "", permission: str = "") -> list[Newest]:
    """Return the newest believable value of every datastream of some quantities below `area`; a suspect one decides nothing.

    Without `permission` every one of the scope, as decisions want them; with it those that somebody holding it may read.
    """
    streams = Datastream.objects.readable(permission) if permission else Datastream.objects.all()
    told = (
        streams.within(area).filter(quantity__in=list(quantities)).order_by("pk").values_list("pk", "station__code", "quantity")
    )
    known = {pk: (station, quantity) for pk, station, quantity in told}
    rows = Latest.objects.using(alias()).filter(datastream_id__in=known, good_at__isnull=False).order_by("datastream_id")
    good = rows.values_list("datastream_id", "good_value", "good_at")
    return [Newest(known[stream][0], stream, known[stream][1], value, at) for stream, value, at in good]


def latest_values(stations: list[int] | None = None, of: Any = None) -> list[LatestValue]:
    """Return the newest values within the scope, of some stations or datastreams, one each. Five queries, whatever the number."""
    streams = (Datastream.objects.all() if of is None else of).select_related("station").defer("station__location")
    if stations is not None:
        streams = streams.filter(station_id__in=stations)
    streams = list(streams)
    ids = [d.pk for d in streams]
    using = alias()
    now = clock.now()
    newest: dict[int, Latest | Reading] = {
        row.datastream_id: row for row in Latest.objects.using(using).filter(datastream_id__in=ids)
    }
    if ahead := [pk for pk, row in newest.items() if row.at > now + AHEAD]:
        told = Reading.objects.using(using).filter(datastream_id__in=ahead, at__lte=now, at__gt=now - LOOK_BACK)
        newest |= {row.datastream_id: row for row in told.order_by("at", "version")}
    limits = list(Threshold.objects.filter(datastream_id__in=ids).order_by().values_list("datastream_id", "level", "value"))
    datums = {rung.code for rung in RUNGS if rung.datum}
    warning = {stream: value for stream, level, value in limits if level in datums}
    judged = {stream for stream, _level, _value in limits}
    states = DetectionState.objects.using(using).filter(datastream_id__in=ids)
    levels = dict(states.values("datastream_id").annotate(top=models.Max("level")).values_list("datastream_id", "top"))
    batches = (
        Batch.objects.using(using).only("connector", "received_at").in_bulk({row.batch for row in newest.values() if row.batch})
    )
    return [
        LatestValue(
            d.pk,
            d.station.code,
            d.quantity,
            row.value,
            d.unit,
            row.at,
            row.estimated,
            row.flags,
            now - row.at > d.stale_after,
            row.value - warning[d.pk] if d.pk in warning else None,
            levels.get(d.pk, 0),
            d.pk in judged,
            source_name(batches[row.batch].connector) if row.batch in batches else "",
            batches[row.batch].received_at if row.batch in batches else None,
        )
        for d in streams
        if (row := newest.get(d.pk)) is not None
    ]


def doubtful(permission: str) -> list[LatestValue]:
    """Return the newest values that are stale or suspect where the viewer holds a permission, suspect ones first, then the oldest."""
    newest = Latest.objects.filter(datastream_id=models.OuterRef("pk"))
    told = Datastream.objects.readable(permission).annotate(
        newest=models.Subquery(newest.values("at")[:1]), doubts=models.Subquery(newest.values("flags")[:1])
    )
    stale = models.Q(newest__lt=models.Value(clock.now()) - models.F("stale_after"))
    found = latest_values(of=told.filter(stale | models.Q(doubts__gt=0)))
    return sorted((v for v in found if v.stale or v.flags), key=lambda v: (not v.flags, v.at))


def unheard(permission: str) -> list[Datastream]:
    """Return the datastreams that have never reported where the viewer holds a permission, by station; of those that have a voice of their own."""
    voiceless = [*measures.derived(), *measures.of_events()]
    told = Latest.objects.using(alias()).filter(datastream_id=models.OuterRef("pk"))
    rows = Datastream.objects.readable(permission).filter(~models.Exists(told)).exclude(quantity__in=voiceless)
    rows = rows.select_related("station")
    return list(rows.order_by("station__code", "quantity"))


@dataclass(frozen=True)
class Judged:
    """What detection goes by at some datastreams: newest good values with their instants, and the newest sums by hazard."""

    good: dict[int, tuple[float, datetime]]
    sums: dict[tuple[int, str], tuple[float, int]]

    def value(self, stream: int, hazard: str, hours: int = 0) -> float | None:
        """Return what a hazard judges now: the newest sum over so many hours, else the newest good value, None where there is neither.

        A sum that stands now may be over other hours than those asked for: it says nothing of these.
        """
        if not hours:
            return self.good[stream][0] if stream in self.good else None
        found, over = self.sums.get((stream, hazard), (None, 0))
        return found if over == hours else None


def judged_now(streams: Iterable[int]) -> Judged:
    """Return what detection goes by at some datastreams. Two queries, whatever their number."""
    using, held = alias(), list(streams)
    # A clock that runs ahead says nothing of now.
    newest = Latest.objects.using(using).filter(datastream_id__in=held, good_at__lte=clock.now() + AHEAD)
    summed = DetectionState.objects.using(using).filter(datastream_id__in=held, value__isnull=False)
    return Judged(
        {stream: (value, at) for stream, value, at in newest.values_list("datastream_id", "good_value", "good_at")},
        {(row[0], row[1]): row[2:] for row in summed.values_list("datastream_id", "hazard", "value", "window_hours")},
    )


def judged_of_row(stream: str = "datastream_id", hazard: str = "hazard") -> tuple[models.Case, models.Case]:
    """Return what `judged_now` tells, as expressions over rows that name a datastream, a hazard and its window: the value, and of when."""
    newest = Latest.objects.filter(datastream_id=models.OuterRef(stream), good_at__lte=clock.now() + AHEAD)
    states = DetectionState.objects.filter(datastream_id=models.OuterRef(stream), hazard=models.OuterRef(hazard))
    states = states.filter(window_hours=models.OuterRef("window_hours"))
    told = [
        models.Case(
            models.When(window_hours__gt=0, then=models.Subquery(states.values(summed)[:1])),
            default=models.Subquery(newest.values(good)[:1]),
        )
        for summed, good in (("value", "good_value"), ("at", "good_at"))
    ]
    return told[0], told[1]


@dataclass(frozen=True)
class Silence:
    """When a datastream last reported, what, and whether that is longer ago than it may be."""

    stream: int
    since: datetime
    value: float
    silent: bool


def good_now(stream: int) -> float | None:
    """Return the newest believable value of a datastream; None while there is none."""
    return Latest.objects.using(alias()).filter(pk=stream, good_at__isnull=False).values_list("good_value", flat=True).first()


def silences() -> list[Silence]:
    """Return for every datastream within the scope that ever reported whether it is silent; what is derived, or told of events, has no voice of its own."""
    now = clock.now()
    voiceless = [*measures.derived(), *measures.of_events()]
    limits = dict(Datastream.objects.exclude(quantity__in=voiceless).values_list("pk", "stale_after"))
    rows = Latest.objects.using(alias()).order_by("pk").values_list("pk", "at", "value")
    resting = Pause.objects.using(alias()).filter(since__lte=now, until__gt=now).values_list("station_id", "datastream_id")
    whole, single = {station for station, one in resting if one is None}, {one for _station, one in resting}
    if whole or single:  # whoever works on a station knows that it is silent
        worked_on = Datastream.objects.filter(models.Q(pk__in=single - {None}) | models.Q(station__in=whole))
        for pk in worked_on.values_list("pk", flat=True):
            limits.pop(pk, None)
    return [Silence(pk, at, value, now - at > limits[pk]) for pk, at, value in rows if pk in limits]
