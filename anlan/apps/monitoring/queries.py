"""Readers: latest values, series for charts, open alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from anlan.apps.monitoring.choices import DOUBTS, OPEN, UNITS, AlarmState, Basis, Quantity, Rung
from anlan.apps.monitoring.kinds import CONNECTORS, HAZARDS, Hazard
from anlan.apps.monitoring.models import Alarm, Batch, Datastream, DetectionState, Forecast, Latest, Reading, Station, Threshold
from anlan.apps.monitoring.rules import LAST_STEP
from anlan.apps.people import api as people
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.models import JournalEntry
from anlan.kit.names import names_of
from anlan.kit.worlds import alias
from anlan.lib.hydrology import sums_at, thousandths
from anlan.lib.instants import MICROSECOND, micros
from anlan.lib.levels import COLOURS

OTHER_WAYS = {"scenario": _("Scenario replay")}
#: Windows move in steps of five minutes.
STEP = timedelta(minutes=5) // MICROSECOND
#: The version of each instant that holds, superseded ones left out.
HOLDING = (
    """SELECT DISTINCT ON (at) at, value, flags FROM monitoring_reading WHERE datastream_id = %s ORDER BY at, version DESC"""
)


names_of("precision")(lambda: {"town_centroid": (_("Centre of the town"), _("Centre of the town"))})


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
    #: Time of the reading that brought the alarm to its level.
    level_since: datetime | None = None
    datastream: int = 0
    station_name_en: str = ""

    @property
    def name(self) -> str:
        """Return the station's name in the reader's language."""
        return str(localised(self.station_name, self.station_name_en))


_OF_ALARM = (
    *("pk", "station__code", "station__name", "area", "hazard", "level", "peak_level", "threshold", "datastream__quantity"),
    *("raised_at", "state", "window_hours", "reading_at", "datastream_id", "station__name_en"),
)


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
    source: str = ""
    received_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return the quantity in words."""
        return str(Quantity(self.quantity).label)

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
    rows = Alarm.objects.filter(state__in=OPEN, basis=Basis.OBSERVED).order_by("-level", "raised_at", "id")
    if area:
        rows = rows.within(area)
    if hazard:
        rows = rows.filter(hazard=hazard)
    # Plain rows: hundreds may be open, and a station's model would read its geometry each time.
    alarms = list(rows.values_list(*_OF_ALARM, named=True))
    using, streams = alias(), [a.datastream_id for a in alarms]
    newest = Latest.objects.using(using).filter(datastream_id__in=streams, good_at__isnull=False)
    good = {stream: (value, at) for stream, value, at in newest.values_list("datastream_id", "good_value", "good_at")}
    summed = DetectionState.objects.using(using).filter(datastream_id__in=streams, value__isnull=False)
    sums = {(stream, of): value for stream, of, value in summed.values_list("datastream_id", "hazard", "value")}
    found = [
        AlarmNow(
            a.pk,
            a.station__code,
            a.station__name,
            a.area,
            a.hazard,
            a.level,
            a.peak_level,
            sums.get((a.datastream_id, a.hazard), good[a.datastream_id][0]),
            a.threshold,
            UNITS[Quantity(a.datastream__quantity)],
            good[a.datastream_id][1],
            a.raised_at,
            a.state,
            a.window_hours,
            a.reading_at,
            a.datastream_id,
            a.station__name_en,
        )
        for a in alarms
        if a.datastream_id in good
    ]
    return [a for a in found if seen_within is None or clock.now() - a.reading_at <= seen_within]


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
    value: float
    at: datetime


def newest_good(quantity: str) -> list[Newest]:
    """Return the newest believable value of every datastream of a quantity within the scope; a suspect one decides nothing."""
    codes = dict(Datastream.objects.filter(quantity=quantity).order_by("pk").values_list("pk", "station__code"))
    rows = Latest.objects.using(alias()).filter(datastream_id__in=codes, good_at__isnull=False).order_by("datastream_id")
    told = rows.values_list("datastream_id", "good_value", "good_at")
    return [Newest(codes[stream], stream, value, at) for stream, value, at in told]


def latest_values(stations: list[int] | None = None, of: Any = None) -> list[LatestValue]:
    """Return the newest values within the scope, of some stations or datastreams, one each. Five queries, whatever the number."""
    streams = (Datastream.objects.all() if of is None else of).select_related("station").defer("station__location")
    if stations is not None:
        streams = streams.filter(station_id__in=stations)
    streams = list(streams)
    ids = [d.pk for d in streams]
    using = alias()
    newest = {row.datastream_id: row for row in Latest.objects.using(using).filter(datastream_id__in=ids)}
    warning = dict(Threshold.objects.filter(datastream_id__in=ids, level="warning").values_list("datastream_id", "value"))
    states = DetectionState.objects.using(using).filter(datastream_id__in=ids)
    levels = dict(states.values("datastream_id").annotate(top=models.Max("level")).values_list("datastream_id", "top"))
    batches = (
        Batch.objects.using(using).only("connector", "received_at").in_bulk({row.batch for row in newest.values() if row.batch})
    )
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
            source_name(batches[row.batch].connector) if row.batch in batches else "",
            batches[row.batch].received_at if row.batch in batches else None,
        )
        for d in streams
        if (row := newest.get(d.pk)) is not None
    ]


def source_name(connector: str) -> str:
    """Return in words by which way a value came in."""
    return str(CONNECTORS.get(connector).name if connector in CONNECTORS else OTHER_WAYS.get(connector, connector))


def outlook(station: Station) -> list[Forecast]:
    """Return the newest forecasts of a station from now on, each with its unit and quantity in words."""
    streams = {d.pk: d for d in station.datastreams.all()}
    found = []
    for pk, points in newest_forecasts(alias(), streams).items():
        for point in points:
            if point.at >= clock.now():
                point.unit, point.quantity = streams[pk].unit, str(streams[pk])  # type: ignore[attr-defined]
                found.append(point)
    return found


def newest_forecasts(using: str, streams: Iterable[int]) -> dict[int, list[Forecast]]:
    """Return the points of the newest issue of each datastream, in order of time."""
    rows = Forecast.objects.using(using).filter(datastream_id__in=list(streams))
    issued = dict(rows.values("datastream_id").annotate(last=models.Max("issued_at")).values_list("datastream_id", "last"))
    found: dict[int, list[Forecast]] = defaultdict(list)
    for row in rows.filter(issued_at__in=set(issued.values())).order_by("datastream_id", "at"):
        if row.issued_at == issued[row.datastream_id]:
            found[row.datastream_id].append(row)
    return dict(found)


@dataclass(frozen=True)
class Limit:
    """A threshold as the alarm's page shows it; `crossed` is the one behind the alarm."""

    threshold: Threshold
    level: int
    crossed: bool


def limits_of(alarm: Alarm) -> list[Limit]:
    """Return the thresholds that an alarm's hazard grades by at its datastream, the highest first."""
    if alarm.hazard not in HAZARDS:
        return []
    ladder = HAZARDS.get(alarm.hazard).ladder
    rows = Threshold.objects.filter(datastream=alarm.datastream_id, level__in=ladder).order_by("window_hours", "-value")
    return [Limit(t, ladder[t.level], t.window_hours == alarm.window_hours and t.value == alarm.threshold) for t in rows]


def series(datastream: int, since: datetime, until: datetime) -> list[tuple[datetime, float, bool, int]]:
    """Return (time, value, estimated, flags) of a datastream, the newest version of each instant, oldest first."""
    rows = Reading.objects.using(alias()).filter(datastream_id=datastream, at__gte=since, at__lte=until)
    rows = rows.order_by("at", "-version").distinct("at").values_list("at", "value", "estimated", "flags")
    return list(rows)


def hydrograph(
    station: Station, hours: int = 240, until: datetime | None = None, datastream: int | None = None
) -> dict[str, Any]:
    """Return a station's chart: its main quantity or the one asked for, its thresholds, estimates marked, forecasts apart."""
    until = until or clock.now()
    streams = list(station.datastreams.order_by("-quantity"))
    stream = next((d for d in streams if d.pk == datastream), streams[0] if streams else None)
    if stream is None:
        return {"title": str(station), "unit": "", "series": [], "lines": [], "forecast": []}
    points = series(stream.pk, until - timedelta(hours=hours), until)
    lines = [
        {"name": str(Rung(t.level).label), "value": t.value, "level": level_of(t.level)}
        for t in Threshold.objects.filter(datastream=stream, window_hours=0)
    ]
    foretold = newest_forecasts(alias(), [stream.pk]).get(stream.pk, [])
    return {
        "title": str(station),
        "unit": stream.unit,
        "series": [
            {"name": str(stream), "points": [[at.isoformat(), value, estimated, flags] for at, value, estimated, flags in points]}
        ],
        "lines": lines,
        "forecast": [[row.at.isoformat(), row.value] for row in foretold if row.at >= until - timedelta(hours=hours)],
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
    newest = Latest.objects.filter(datastream_id=models.OuterRef("pk"))
    told = Datastream.objects.annotate(
        newest=models.Subquery(newest.values("at")[:1]), doubts=models.Subquery(newest.values("flags")[:1])
    )
    stale = models.Q(newest__lt=models.Value(clock.now()) - models.F("stale_after"))
    found = latest_values(of=told.filter(stale | models.Q(doubts__gt=0)))
    return sorted((v for v in found if v.stale or v.flags), key=lambda v: (not v.flags, v.at))


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


@dataclass(frozen=True)
class SumPeak:
    """The highest level that sums reached and the highest sum behind a level, and the sum that stands now."""

    level: int
    value: float
    latest: float


def highest_sum(datastream: int, hazard: Hazard, since: datetime) -> SumPeak | None:
    """Judge the sums at every good reading since an instant anew, corrections applied; None where there is none."""
    begins = since - timedelta(hours=max(hazard.windows))
    with connections[alias()].cursor() as cursor:
        cursor.execute(f"SELECT at, value FROM ({HOLDING}) AS r WHERE flags = 0 AND at > %s", [datastream, begins])
        points = cursor.fetchall()
    slots = np.array([-(-micros(at) // STEP) for at, _value in points], dtype=np.int64)
    ats = np.array([at >= since for at, _value in points], dtype=bool)
    if not ats.any():
        return None
    spans = [hours * 12 for hours in hazard.windows]
    sums = sums_at(slots, thousandths(np.array([value for _at, value in points])), spans)[:, ats] / 1000
    levels, values = np.zeros(sums.shape[1], dtype=int), np.zeros(sums.shape[1])
    over = np.zeros(sums.shape[1])
    rungs = Threshold.objects.filter(datastream=datastream, level__in=hazard.ladder, window_hours__in=hazard.windows)
    for hours, rung, limit in rungs.values_list("window_hours", "level", "value"):
        found, level = sums[hazard.windows.index(hours)], hazard.ladder[rung]
        better = (found >= limit) & ((level > levels) | ((level == levels) & (found / limit > over)))
        levels[better], values[better], over[better] = level, found[better], (found / limit)[better]
    state = DetectionState.objects.using(alias()).filter(datastream_id=datastream, hazard=hazard.code).first()
    latest = float(state.value or 0.0) if state else 0.0
    return SumPeak(int(levels.max()), float(max(values.max(), latest)), latest)


def next_up(area: str, steps: Iterable[int]) -> dict[int, list[people.OrganisationFact]]:
    """Return who is told at each step when nobody answers: the county's bureau, then also the city's, then both headquarters.

    One query, whatever the number of steps.
    """
    places = list(dict.fromkeys((area[:6], area[:4])))
    there = people.organisations_at(places, ("bureau", "headquarters"))
    told = {}
    for step in steps:
        kinds = ("bureau", "headquarters") if step >= LAST_STEP else ("bureau",)
        asked = [(place, kind) for place in places[: min(step, 2)] for kind in kinds]
        told[step] = [o for place, kind in asked for o in there if (o.area, o.kind) == (place, kind)]
    return told


def peak_in(area: str, hazard: str) -> tuple[datetime, float] | None:
    """Return when and how high the worst station of an area peaked: the highest level, then the furthest over its threshold."""
    worst = Alarm.objects.within(area).filter(hazard=hazard, basis=Basis.OBSERVED).select_related("station", "datastream")
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


def watched(hazard: str) -> set[str]:
    """Return the areas of the stations within the scope that measure what a hazard is judged by."""
    quantities = HAZARDS.get(hazard).quantities
    return set(Datastream.objects.filter(quantity__in=quantities).values_list("area", flat=True))


def alarm_history(since: datetime | None = None) -> list[Alarm]:
    """Return the observed alarms of this world in order of time; with `since` only those that stood then or came later."""
    rows = Alarm.objects.filter(basis=Basis.OBSERVED).select_related("station", "datastream").order_by("created_at", "id")
    if since is not None:
        stands = models.Q(returned_at__isnull=True) & (models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=since))
        rows = rows.filter(stands | models.Q(returned_at__gte=since))
    return list(rows)


def first_alarm_at() -> datetime | None:
    """Return when the first observed alarm of this world was raised."""
    rows = Alarm.objects.filter(basis=Basis.OBSERVED).order_by("created_at", "id")
    return rows.values_list("raised_at", flat=True).first()


@dataclass(frozen=True)
class Reached:
    """A level that an alarm climbed to, by which reading of what time."""

    alarm: Alarm
    level: int
    at: datetime
    value: float
    threshold: float
    #: The reading was no observation: interpolated between two.
    estimated: bool = False


def levels_reached() -> list[Reached]:
    """Return each level that each observed alarm climbed to, once, at the reading that first brought it there; from the journal."""
    alarms = {str(a.pk): a for a in alarm_history()}
    moves = ("monitoring.raise_alarm", "monitoring.change_level", "monitoring.return_alarm")
    entries = JournalEntry.objects.filter(record="monitoring.alarm", record_id__in=list(alarms), action__in=moves).order_by("seq")
    stands: dict[str, dict[str, Any]] = defaultdict(dict)
    found: dict[tuple[str, int], Reached] = {}
    for entry in entries:
        now = stands[entry.record_id]
        before = now.get("level", 0) if now.get("state") != AlarmState.RETURNED else 0
        now |= {name: after for name, (_was, after) in entry.diff.items()}
        if entry.action != moves[2] and now["level"] > before and (entry.record_id, now["level"]) not in found:
            reached = Reached(
                alarms[entry.record_id], now["level"], datetime.fromisoformat(now["reading_at"]), now["value"], now["threshold"]
            )
            found[(entry.record_id, now["level"])] = reached
    made = sorted(found.values(), key=lambda r: (r.at, r.alarm.pk, r.level))
    guessed = Reading.objects.using(alias()).filter(at__in={r.at for r in made}, estimated=True)
    held = set(guessed.values_list("datastream_id", "at"))
    return [replace(r, estimated=(r.alarm.datastream_id, r.at) in held) for r in made]


def station_codes() -> set[str]:
    """Return the codes of the stations within the scope."""
    return set(Station.objects.values_list("code", flat=True))
