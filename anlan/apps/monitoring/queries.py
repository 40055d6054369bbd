"""Readers: latest values, series for charts, open alarms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, models

from anlan.apps.monitoring.choices import DOUBTS, OPEN, UNITS, Quantity, Rung
from anlan.apps.monitoring.kinds import HAZARDS, Hazard
from anlan.apps.monitoring.models import Alarm, Batch, Datastream, DetectionState, Latest, Reading, Station, Threshold
from anlan.kit import clock
from anlan.kit.desk.words import worded
from anlan.kit.worlds import alias
from anlan.lib.levels import COLOURS

#: The version of each instant that holds, superseded ones left out.
HOLDING = (
    """SELECT DISTINCT ON (at) at, value, flags FROM monitoring_reading WHERE datastream_id = %s ORDER BY at, version DESC"""
)


@dataclass(frozen=True)
class AlarmNow:
    """An open alarm for neighbours."""

    id: int
    station: str
    station_name: str
    area: str
    hazard: str
    level: int
    peak_level: int
    value: float
    threshold: float
    unit: str
    reading_at: datetime
    raised_at: datetime
    state: str
    window_hours: int = 0


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

    @property
    def doubts(self) -> list[str]:
        """Return in words why the value is suspect."""
        return [str(text) for flag, text in DOUBTS.items() if self.flags & flag]


@dataclass(frozen=True)
class WindowSum:
    """A gauge's sum over one window, the level it has reached and the next threshold."""

    hours: int
    value: float
    level: int
    next_limit: float | None


def alarms_open(area: str = "", hazard: str = "", seen_within: timedelta | None = None) -> list[AlarmNow]:
    """Return open alarms, the highest first; with `seen_within` only those whose station has reported so lately."""
    rows = Alarm.objects.filter(state__in=OPEN).select_related("station", "datastream").order_by("-level", "raised_at", "id")
    if area:
        rows = rows.within(area)
    if hazard:
        rows = rows.filter(hazard=hazard)
    rows = list(rows)
    using, streams = alias(), [a.datastream_id for a in rows]
    newest = {v.datastream_id: (v.good_value, v.good_at) for v in Latest.objects.using(using).filter(datastream_id__in=streams)}
    summed = DetectionState.objects.using(using).filter(datastream_id__in=streams, value__isnull=False)
    sums = {(s.datastream_id, s.hazard): s.value for s in summed}
    found = [
        AlarmNow(
            a.pk,
            a.station.code,
            a.station.name,
            a.area,
            a.hazard,
            a.level,
            a.peak_level,
            sums.get((a.datastream_id, a.hazard), newest[a.datastream_id][0]),
            a.threshold,
            UNITS[Quantity(a.datastream.quantity)],
            newest[a.datastream_id][1],
            a.raised_at,
            a.state,
            a.window_hours,
        )
        for a in rows
        if newest.get(a.datastream_id, (None, None))[1] is not None
    ]
    return [a for a in found if seen_within is None or clock.now() - a.reading_at <= seen_within]


def latest_values(stations: list[int] | None = None) -> list[LatestValue]:
    """Return the newest values within the scope, one a datastream. Four queries, whatever the number."""
    streams = Datastream.objects.select_related("station")
    if stations is not None:
        streams = streams.filter(station_id__in=stations)
    streams = list(streams)
    ids = [d.pk for d in streams]
    using = alias()
    newest = {row.datastream_id: row for row in Latest.objects.using(using).filter(datastream_id__in=ids)}
    warning = dict(Threshold.objects.filter(datastream_id__in=ids, level="warning").values_list("datastream_id", "value"))
    levels = dict(DetectionState.objects.using(using).filter(datastream_id__in=ids).values_list("datastream_id", "level"))
    now = clock.now()
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
        )
        for d in streams
        if (row := newest.get(d.pk)) is not None
    ]


def station_colour() -> Any:
    """Return the expression for the gravest level that detection left a station at, as its colour."""
    streams = Datastream.objects.filter(station=models.OuterRef(models.OuterRef("pk"))).values("pk")
    gravest = DetectionState.objects.filter(datastream_id__in=streams).order_by("-level")
    return models.functions.Coalesce(
        models.Subquery(gravest.annotate(colour=worded("level", COLOURS, "normal")).values("colour")[:1]), models.Value("normal")
    )


def station_is_fresh() -> Any:
    """Return the expression for whether any datastream of a station has a value that is not stale."""
    newest = Latest.objects.filter(datastream_id=models.OuterRef("pk")).values("at")[:1]
    streams = Datastream.objects.filter(station=models.OuterRef("pk")).annotate(newest=models.Subquery(newest))
    return models.Exists(streams.filter(newest__gte=models.Value(clock.now()) - models.F("stale_after")))


def series(datastream: int, since: datetime, until: datetime) -> list[tuple[datetime, float, bool, int]]:
    """Return (time, value, estimated, flags) of a datastream, the newest version of each instant, oldest first."""
    rows = Reading.objects.using(alias()).filter(datastream_id=datastream, at__gte=since, at__lte=until)
    rows = rows.order_by("at", "-version").distinct("at").values_list("at", "value", "estimated", "flags")
    return list(rows)


def hydrograph(station: Station, hours: int = 240, until: datetime | None = None) -> dict[str, Any]:
    """Return a station's chart: its first quantity with readings, its thresholds, estimated points marked."""
    until = until or clock.now()
    streams = list(station.datastreams.order_by("-quantity"))
    stream = streams[0] if streams else None
    if stream is None:
        return {"title": str(station), "unit": "", "series": [], "lines": []}
    points = series(stream.pk, until - timedelta(hours=hours), until)
    lines = [
        {"name": str(Rung(t.level).label), "value": t.value, "level": level_of(t.level)}
        for t in Threshold.objects.filter(datastream=stream, window_hours=0)
    ]
    return {
        "title": str(station),
        "unit": stream.unit,
        "series": [
            {"name": str(stream), "points": [[at.isoformat(), value, estimated, flags] for at, value, estimated, flags in points]}
        ],
        "lines": lines,
    }


def window_sums(station: Station) -> list[WindowSum]:
    """Return the sums of a station's rain over every window that a hazard watches, up to its newest good reading."""
    found = []
    for hazard in HAZARDS:
        stream = station.datastreams.filter(quantity__in=hazard.quantities).first() if hazard.windows else None
        newest = Latest.objects.using(alias()).filter(pk=stream.pk).first() if stream else None
        if stream is None or newest is None or newest.good_at is None:
            continue
        limits = defaultdict(list)
        for hours, rung, value in Threshold.objects.filter(datastream=stream).values_list("window_hours", "level", "value"):
            limits[hours].append((value, hazard.ladder.get(rung, 0)))
        points = series(stream.pk, newest.good_at - timedelta(hours=max(hazard.windows)), newest.good_at)
        for hours in hazard.windows:
            since = newest.good_at - timedelta(hours=hours)
            total = sum(value for at, value, _estimated, flags in points if at > since and not flags)
            level = max((level for limit, level in limits[hours] if total >= limit), default=0)
            ahead = min((limit for limit, _level in limits[hours] if limit > total), default=None)
            found.append(WindowSum(hours, total, level, ahead))
    return found


def doubtful() -> list[LatestValue]:
    """Return the newest values that are stale or suspect, suspect ones first, then the oldest."""
    return sorted((v for v in latest_values() if v.stale or v.flags), key=lambda v: (not v.flags, v.at))


def level_of(threshold: str) -> str:
    """Return the colour that a named threshold stands for in any hazard's ladder."""
    level = max((hazard.ladder.get(threshold, 0) for hazard in HAZARDS), default=0)
    return COLOURS.get(level, "")


def thresholds_of(datastream: int, hazard: Hazard) -> dict[str, float]:
    """Return a datastream's thresholds of a hazard for its newest value."""
    rows = Threshold.objects.filter(datastream=datastream, level__in=hazard.ladder, window_hours=0)
    return dict(rows.values_list("level", "value"))


def hazard_names(code: str) -> tuple[str, str, str]:
    """Return (Chinese name, English name, national event code) of a hazard."""
    hazard = HAZARDS.get(code)
    return hazard.name_zh, hazard.name_en, hazard.event_code


def batch_counts() -> dict[str, int]:
    """Sum what became of all rows that came into this world."""
    counts = Batch.objects.using(alias()).aggregate(
        accepted=models.Sum("accepted"),
        duplicate=models.Sum("duplicate"),
        corrected=models.Sum("corrected"),
        rejected=models.Sum("rejected"),
    )
    return {key: value or 0 for key, value in counts.items()}


def peak_of(station_code: str, quantity: str = "water_level") -> tuple[datetime, float] | None:
    """Return when and how high a station peaked, over everything this world holds."""
    stream = Datastream.objects.filter(station__code=station_code, quantity=quantity).first()
    if stream is None:
        return None
    with connections[alias()].cursor() as cursor:
        cursor.execute(f"SELECT at, value FROM ({HOLDING}) AS r WHERE flags = 0 ORDER BY value DESC, at LIMIT 1", [stream.pk])
        found = cursor.fetchone()
    return (found[0], found[1]) if found else None


def highest(datastream: int, since: datetime, at_least: float) -> float:
    """Return the highest good value since an instant, corrections applied; `at_least` where there is none."""
    with connections[alias()].cursor() as cursor:
        cursor.execute(f"SELECT max(value) FROM ({HOLDING}) AS r WHERE flags = 0 AND at >= %s", [datastream, since])
        found = cursor.fetchone()[0]
    return at_least if found is None else float(found)


def peak_in(area: str, hazard: str) -> tuple[datetime, float] | None:
    """Return when and how high the worst station of an area peaked: the highest level, then the furthest over its threshold."""
    worst = Alarm.objects.within(area).filter(hazard=hazard).select_related("station", "datastream")
    top = max(worst, key=lambda a: (a.peak_level, a.peak_value - a.threshold, -a.pk), default=None)
    return peak_of(top.station.code, top.datastream.quantity) if top else None


def peak_during(alarm: int) -> tuple[datetime, float] | None:
    """Return when and how high the good readings of one alarm's episode peaked, from its beginning to its return or now.

    None for an alarm outside the scope, or one that judges sums: a gauge's single reading is no peak of a sum.
    """
    row = Alarm.objects.filter(pk=alarm).first()
    if row is None or row.window_hours:
        return None
    until = row.returned_at or row.closed_at or clock.now()
    with connections[alias()].cursor() as cursor:
        cursor.execute(
            f"SELECT at, value FROM ({HOLDING}) AS r WHERE flags = 0 AND at >= %s AND at <= %s ORDER BY value DESC, at LIMIT 1",
            [row.datastream_id, row.began_at, until],
        )
        found = cursor.fetchone()
    return (found[0], found[1]) if found else None


def alarm_history() -> list[Alarm]:
    """Return every alarm of this world in order of time."""
    return list(Alarm.objects.select_related("station", "datastream").order_by("created_at", "id"))


def station_codes() -> set[str]:
    """Return the codes of the stations within the scope."""
    return set(Station.objects.values_list("code", flat=True))
