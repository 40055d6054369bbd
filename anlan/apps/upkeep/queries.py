"""Readers of the network: how much of each month stations were heard, what is due, how dense the gauges stand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from anlan.apps.places import api as places
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.api import Datastream, Latest, Station
from anlan.apps.telemetry.kinds import measures
from anlan.apps.upkeep import rules
from anlan.apps.upkeep.choices import WorkKind, WorkState
from anlan.apps.upkeep.models import DayHeard, HeardMark, Norm, ServiceRule, Work
from anlan.kit import clock
from anlan.kit.worlds import alias

MAY_LOOK = "telemetry.view_station"
MONTHS, DAY = 6, 86400.0
#: Where the pack gives no norm.
NORMS = {"density": 5.0, "active_share": 80.0, "same_place": 100.0}


@dataclass
class Kept:
    """A station as its upkeep sees it; shares by month are None where nobody could have heard it yet."""

    station: Station
    shares: list[float | None]
    last: datetime | None = None
    battery: float | None = None
    battery_at: datetime | None = None
    work: Work | None = None
    due: dict[str, datetime] = field(default_factory=dict)
    misfits: list[str] = field(default_factory=list)

    @property
    def percents(self) -> list[int | None]:
        """Return the shares in whole percent, never rounded up to all."""
        return [None if share is None else int(share * 100) for share in self.shares]

    @property
    def overdue(self) -> list[tuple[str, datetime]]:
        """Return the kinds of work that are overdue, in words, with since when."""
        now = clock.now()
        return [(str(WorkKind(kind).label), at) for kind, at in sorted(self.due.items(), key=lambda d: d[1]) if at <= now]

    @property
    def next_due(self) -> datetime | None:
        """Return when the next work falls due."""
        return min(self.due.values(), default=None)


def norm(code: str) -> float:
    """Return a norm of the network."""
    held = Norm.objects.filter(code=code).values_list("value", flat=True).first()
    return NORMS[code] if held is None else float(held)


def months(count: int = MONTHS) -> list[date]:
    """Return the first days of the last months, the newest last."""
    found, day = [], timezone.localtime(clock.now()).date().replace(day=1)
    for _n in range(count):
        found.append(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return found[::-1]


def counted_at() -> datetime | None:
    """Return when days were last counted."""
    return HeardMark.objects.using(alias()).values_list("counted_at", flat=True).first()


def kept(area: str = "", kind: str = "") -> list[Kept]:
    """Return the stations that the viewer may read with what their upkeep comes to, the least heard first. Nine queries."""
    rows = Station.objects.readable(MAY_LOOK).within(area).exclude(kind__in=measures.of_areas()).defer("location")
    stations = {s.pk: s for s in (rows.filter(kind=kind) if kind else rows)}
    voiceless = [*measures.derived(), *measures.of_events()]
    streams = Datastream.objects.filter(station__in=stations).exclude(quantity__in=voiceless)
    of = {pk: (station, quantity) for pk, station, quantity in streams.values_list("pk", "station_id", "quantity")}
    shares = _shares({pk: station for pk, (station, _q) in of.items()})
    found = {pk: Kept(s, shares.get(pk, [None] * MONTHS)) for pk, s in stations.items()}
    for row in Latest.objects.using(alias()).filter(datastream_id__in=of):
        one, quantity = found[of[row.datastream_id][0]], of[row.datastream_id][1]
        one.last = max(one.last or row.at, row.at)
        if quantity in measures.of_supply():
            one.battery, one.battery_at = row.value, row.at
    for work in Work.objects.readable("upkeep.view_work").filter(
        station__in=stations, state=WorkState.OPEN, until__gt=clock.now()
    ):
        found[work.station_id].work = work
    for misfit in telemetry.misfits(MAY_LOOK, stations):
        found[misfit.station.pk].misfits.append(misfit.reason)
    _set_due(found)
    return sorted(found.values(), key=lambda k: (k.shares[-1] is None, k.shares[-1] or 0, k.station.code))


def _shares(of: dict[int, int]) -> dict[int, list[float | None]]:
    """Return by station the share of each month in which it was heard: of what it measures, the best heard."""
    asked, using = months(), alias()
    first = dict(DayHeard.objects.using(using).filter(datastream_id__in=of).values_list("datastream_id").annotate(day=Min("day")))
    rows = DayHeard.objects.using(using).filter(datastream_id__in=of, day__gte=asked[0])
    heard = {
        (stream, month): seconds
        for stream, month, seconds in rows.annotate(month=TruncMonth("day"))
        .values_list("datastream_id", "month")
        .annotate(seconds=Sum("seconds"))
    }
    now, found = clock.now(), defaultdict(list)
    until = counted_at() or now
    for stream, station in of.items():
        if stream in first:
            found[station].append([_share(heard.get((stream, m), 0.0), m, first[stream], until) for m in asked])
    return {station: [max((s for s in each if s is not None), default=None) for each in zip(*rows, strict=True)]
            for station, rows in found.items()}  # fmt: skip


def _share(seconds: float, month: date, first: date, until: datetime) -> float | None:
    """Return the share of a month, from the first day on which anything was heard, up to the last count."""
    begin = max(month, first)
    end = min((month + timedelta(days=32)).replace(day=1), timezone.localtime(until).date())
    whole = (end - begin).total_seconds()
    if timezone.localtime(until).date().replace(day=1) == month:
        local = timezone.localtime(until)
        whole += local.hour * 3600 + local.minute * 60 + local.second
    return min(1.0, seconds / whole) if whole > 0 else None


def _set_due(found: dict[int, Kept]) -> None:
    """Say of each station when which work falls due by the rules of its kind."""
    done = Work.objects.filter(station__in=found, state=WorkState.DONE).order_by()
    last = {(s, k): at for s, k, at in done.values_list("station_id", "kind").annotate(at=Max("ended_at"))}
    limits: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, work, days in ServiceRule.objects.values_list("station_kind", "kind", "days"):
        limits[kind][work] = days
    for pk, one in found.items():
        for work, days in (limits[""] | limits[one.station.kind]).items():
            one.due[work] = rules.due(last.get((pk, work)), one.station.created_at, days)


def density(rows: list[Kept]) -> list[rules.Density]:
    """Return gauges per 100 km² by county (indicator 11): those that measure rain and were heard for the share asked for."""
    share, metres = norm("active_share") / 100, norm("same_place")
    raining = set(Datastream.objects.filter(quantity__in=measures.summed()).values_list("station_id", flat=True))
    counted = {k.station.pk: k for k in rows if k.station.pk in raining}
    points = {s.code: s for s in telemetry.stations_at({k.station.code for k in counted.values()})}
    areas = places.areas_km2(sorted({k.station.area[:6] for k in rows}))
    found = []
    for county, km2 in sorted(areas.items()):
        mine = [k for k in counted.values() if k.station.area[:6] == county]
        placed = [k for k in mine if k.station.code in points]
        where = [points[k.station.code] for k in placed]
        place = rules.places_of([p.lon for p in where], [p.lat for p in where], metres)
        heard = [n for n, k in enumerate(placed) if any(s is not None and s >= share for s in k.shares[-2:])]
        vague = sum(k.station.location_precision == "town_centroid" for k in mine)
        found.append(rules.Density(county, len(mine), len(set(place.tolist())), len({int(place[n]) for n in heard}), km2, vague))
    return found
