"""Readers of what is watched: stations, hazards and their thresholds, and the ways by which values come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import BitOr
from django.db import models
from django.db.models import Count, Exists, Max, Min, OuterRef
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import CONNECTORS, HAZARDS, Hazard
from anlan.apps.telemetry.models import Batch, Datastream, Reading, Station, Threshold
from anlan.kit.names import names_of
from anlan.kit.worlds import alias
from anlan.lib.levels import COLOURS

#: Ways in that are no connectors, by what their batches are called; apps and plug-ins add theirs.
OTHER_WAYS = {
    "reach": _("River forecast of our own"),
    "scenario": _("Scenario replay"),
    "work": _("Marked while it was worked on"),
    "neighbours": _("Marked against its neighbours"),
    "parts": _("Parts given to a whole"),
}


@names_of("station")
def _station_names() -> dict[str, tuple[str, str]]:
    return {code: (zh, en) for code, zh, en in Station.objects.values_list("code", "name", "name_en")}


@names_of("river", "river")
def _river_names() -> dict[str, tuple[str, str]]:
    rows = Station.objects.exclude(river_en="").order_by("river").values_list("river", "river_en").distinct()
    return {zh: (zh, en) for zh, en in rows}


names_of("precision", "location_precision")(lambda: {"town_centroid": (_("Centre of the town"), _("Centre of the town"))})


def source_name(connector: str) -> str:
    """Return in words by which way a value came in."""
    return str(CONNECTORS.get(connector).name if connector in CONNECTORS else OTHER_WAYS.get(connector, connector))


def level_of(threshold: Threshold) -> str:
    """Return the colour that a threshold stands for in its hazard's ladder, "" for none."""
    known = HAZARDS.get(threshold.hazard).ladder if threshold.hazard in HAZARDS else {}
    return COLOURS.get(known.get(threshold.level, 0), "")


def thresholds_of(streams: Iterable[int]) -> dict[tuple[int, str], dict[str, float]]:
    """Return the thresholds for newest values, by (datastream, hazard) and rung; what is no rung of its hazard's ladder is left out."""
    found: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    rows = Threshold.objects.filter(datastream__in=set(streams), window_hours=0)
    for stream, hazard, rung, value in rows.values_list("datastream_id", "hazard", "level", "value"):
        if hazard in HAZARDS and rung in HAZARDS.get(hazard).ladder:
            found[stream, hazard][rung] = value
    return found


def stream_of(station: int, quantity: str) -> int | None:
    """Return the datastream of a station that measures a quantity, within the scope."""
    return Datastream.objects.filter(station=station, quantity=quantity).values_list("pk", flat=True).first()


def rungs_of(datastream: int, hazard: Hazard) -> models.QuerySet[Threshold]:
    """Return every threshold by which a hazard grades a datastream, the gravest of each window first."""
    rows = Threshold.objects.filter(datastream=datastream, hazard=hazard.code, level__in=hazard.ladder)
    falls = models.Case(
        models.When(datastream__quantity__in=hazard.detector.falling, then=models.F("value")), default=-models.F("value")
    )
    return rows.order_by("window_hours", falls)


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


def batches_after(number: int) -> list[tuple[int, datetime, datetime]]:
    """Return the batches of this world after one that wrote readings, with the first and the last instant each wrote; in order."""
    rows = Batch.objects.using(alias()).filter(pk__gt=number, first_at__isnull=False).order_by("pk")
    return list(rows.values_list("pk", "first_at", "last_at")[:20000])


def faults(most: int) -> list[tuple[int, str]]:
    """Return the first rows of this world that were refused: the line each stood in, and why, in the words told to its sender."""
    rows = Batch.objects.using(alias()).exclude(faults=[]).order_by("id").values_list("faults", flat=True)
    return [(line, reason) for each in rows[:most] for line, reason in each][:most]


@dataclass(frozen=True)
class Doubted:
    """The suspect values of one datastream: how many, from when to when, and the flags among them."""

    station: str
    name: str
    name_en: str
    quantity: str
    flags: int
    count: int
    first: datetime
    last: datetime


def doubted() -> list[Doubted]:
    """Return the suspect values of this world per datastream within the scope, corrected ones left out, the most first."""
    streams = {d.pk: d for d in Datastream.objects.select_related("station")}
    batches = Batch.objects.using(alias()).aggregate(first=Min("first_at"), last=Max("last_at"))
    if batches["first"] is None:
        return []
    days = {"at__gte": batches["first"], "at__lte": batches["last"]}  # in constants: partitions of other days are not opened
    newer = Reading.objects.filter(
        **days, datastream_id=OuterRef("datastream_id"), at=OuterRef("at"), version__gt=OuterRef("version")
    )
    rows = Reading.objects.using(alias()).filter(~Exists(newer), **days, datastream_id__in=streams, flags__gt=0)
    found = rows.values("datastream_id").annotate(flags=BitOr("flags"), count=Count("at"), first=Min("at"), last=Max("at"))
    told = []
    for row in found.order_by("-count", "datastream_id"):
        d = streams[row.pop("datastream_id")]
        told.append(Doubted(d.station.code, d.station.name, d.station.name_en, d.quantity, **row))
    return told


def watched(hazard: str) -> set[str]:
    """Return the areas of the stations within the scope that measure what a hazard is judged by."""
    quantities = HAZARDS.get(hazard).quantities
    return set(Datastream.objects.filter(quantity__in=quantities).values_list("area", flat=True))


def station_codes() -> set[str]:
    """Return the codes of the stations within the scope."""
    return set(Station.objects.values_list("code", flat=True))


def step_limits() -> dict[tuple[str, str], float]:
    """Return the greatest change in an hour that is believed of each datastream within the scope, by station and quantity."""
    rows = Datastream.objects.filter(step_limit__isnull=False).values_list("station__code", "quantity", "step_limit")
    return {(station, quantity): limit for station, quantity, limit in rows}


@dataclass(frozen=True)
class StationPlace:
    """Where a station stands, for a map."""

    code: str
    name: str
    lon: float
    lat: float


def stations_at(codes: set[str]) -> list[StationPlace]:
    """Return where stations within the scope stand, by code; one without a place is left out."""
    rows = Station.objects.filter(code__in=codes, location__isnull=False).order_by("code")
    return [StationPlace(row.code, str(row), row.location.x, row.location.y) for row in rows]


def addresses() -> dict[str, str]:
    """Return by what each station calls itself in its protocol, where that is not its code."""
    return dict(Station.objects.exclude(address="").values_list("code", "address"))


def names_of_stations(keys: Collection[str]) -> dict[str, frozenset[str]]:
    """Return by what names the station of each code or address may call itself; none where there is no such station."""
    rows = list(Station.objects.filter(models.Q(address__in=keys) | models.Q(code__in=keys)).values_list("code", "address"))
    found: dict[str, frozenset[str]] = dict.fromkeys(keys, frozenset())
    for code, address in sorted(rows):
        for key in {code, address} & found.keys() - {""}:
            found[key] = found[key] or frozenset(name for name in (key, code, address) if name)
    return found


def station_names() -> dict[str, frozenset[str]]:
    """Return what each station measures, by its code and by what it calls itself."""
    found: dict[str, set[str]] = {}
    for code, address, quantity in Datastream.objects.values_list("station__code", "station__address", "quantity"):
        for name in {code, address} - {""}:
            found.setdefault(name, set()).add(quantity)
    return {name: frozenset(measured) for name, measured in found.items()}


def stations_measuring(quantity: str, names: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return number and kind of each station that measures a quantity, by the code or address under which it is asked for."""
    called = models.Q(station__code__in=names) | models.Q(station__address__in=names)
    rows = Datastream.objects.filter(called, quantity=quantity)
    found: dict[str, tuple[int, str]] = {}
    for code, address, number, kind in rows.values_list("station__code", "station__address", "station_id", "station__kind"):
        found |= {name: (number, kind) for name in (address, code) if name in names}
    return found
