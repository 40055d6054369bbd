"""Writers: observations loaded by hand, and a pack's stations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.places import api as places
from anlan.apps.telemetry import ladders
from anlan.apps.telemetry.intake.decoding import from_json, key_of, levelled
from anlan.apps.telemetry.intake.storing import IngestResult, batch_of, ingest, inspect_file, judge_again
from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, measures
from anlan.apps.telemetry.kinds.hazards import wholes_of
from anlan.apps.telemetry.models import ClockLimit, Datastream, NeighbourLimit, Station, Threshold
from anlan.apps.telemetry.sensorthings.entering import NewStream, NewThing
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines
from anlan.kit.reference import take_in, take_over
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal


@action("telemetry.upload_readings", needs="telemetry.upload_readings", label=_("Upload observations"))
def upload_readings(deed: Deed, *, name: str, raw: bytes, partly: bool = False) -> IngestResult:
    """Load an observations file by hand; the same content again loads nothing. Faulty rows stop it unless taken `partly`."""
    areas = deed.scope.areas_for("telemetry.upload_readings")
    raw = levelled(raw)
    key = key_of(raw, areas)
    known = batch_of(key)
    if known is not None:
        return known
    table, faults, good = inspect_file(raw, areas)
    if not good:
        raise Refusal(_("No row of this file can be loaded."), field="file")
    if faults and not partly:
        raise Refusal(_("Some rows are at fault; mend them, or load the others only."), field="file")
    found = ingest(table, "file_drop", raw, key=key, areas=areas)
    deed.note("file", name[:200])
    deed.note("batch", found.batch)
    deed.note("counts", f"{found.accepted} + {found.corrected} / {found.duplicate} / {len(found.rejected)}")
    return found


def _quantities(_station: Any) -> Iterable[tuple[Any, Any]]:
    return [(code, name) for code, name in measures.quantity_choices() if code not in measures.derived()]


def _limits(_station: Any) -> Iterable[tuple[Any, Any]]:
    """Return each rung of each hazard that is judged by a newest value, as "hazard/rung"."""
    for hazard in HAZARDS:
        for rung in hazard.ladder if not hazard.windows else ():
            yield f"{hazard.code}/{rung}", f"{hazard.name} · {RUNGS.get(rung).name if rung in RUNGS else rung}"


@dataclass(frozen=True)
class Measured:
    """One quantity that a station measures, and a threshold of it where one is known."""

    quantity: Annotated[str, Input(_("Quantity"), choices=_quantities, example="water_level")]
    stale_minutes: Annotated[int, Input(_("Silent after minutes"), example=60)] = 60
    limit: Annotated[str, Input(_("Threshold"), choices=_limits, example="river_flood/warning")] = ""
    value: Annotated[float | None, Input(_("At"), example=26.0)] = None


@action(
    "telemetry.equip",
    needs="telemetry.add_datastream",
    label=_("Say what it measures"),
    icon="activity",
    record="telemetry.Station",
    story=_(
        "What is worked out of it comes with it, and so do the thresholds that the city has for it; a threshold given here takes precedence."
    ),
)
def equip(
    deed: Deed,
    *,
    station: int,
    lines: Annotated[Lines[Measured], Input(_("What it measures"))],
    source: Annotated[str, Input(_("Source of the thresholds"))] = "",
) -> Station:
    """Add what a station measures and its thresholds, given or the city's; what it measures already keeps its limits."""
    held = deed.lock(Station, station)
    streams = {d.quantity: d for d in held.datastreams.all()}
    known = set(streams)
    for number, line in enumerate(lines):
        if line.stale_minutes < 1:
            raise Refusal(_("Give a minute or more."), field=f"lines.{number}.stale_minutes")
        if line.quantity not in streams:
            after = timedelta(minutes=line.stale_minutes)
            streams[line.quantity] = deed.create(
                Datastream, station=held, area=held.area, quantity=line.quantity, stale_after=after
            )
        if bool(line.limit) != (line.value is not None):
            raise Refusal(_("A threshold wants its level and its value."), field=f"lines.{number}.value")
        if line.limit:
            _limit(deed, streams[line.quantity], line, source, f"lines.{number}.limit")
    _by_the_city(deed, held, [d for quantity, d in streams.items() if quantity not in known])
    return held


def _by_the_city(deed: Deed, station: Station, fresh: list[Datastream]) -> None:
    """Give new datastreams what goes with them: what the program works out of them, and the thresholds of the city's ladders.

    A ladder is reference data: whoever may enter a gauge may enter one that warns.
    """
    measured = set(Datastream.objects.filter(station=station).values_list("quantity", flat=True))
    after = max((d.stale_after for d in fresh), default=timedelta(hours=1))
    for quantity in measures.worked_out_of(measured):
        told_every = measures.told_every(quantity, after)
        fresh = [*fresh, deed.create(Datastream, station=station, area=station.area, quantity=quantity, stale_after=told_every)]
    told: list[Threshold] = []
    for stream in fresh:
        held = set(Threshold.objects.filter(datastream=stream).values_list("hazard", "level", "window_hours"))
        for one in ladders.standing(settings.CONFIG.pack, station.kind, stream.quantity):
            if (one.hazard, one.level, one.window_hours) not in held:
                one.datastream, one.area = stream, station.area
                told.append(one)
    deed.create_many(Threshold, told)
    whole = Station.objects.filter(pk=station.part_of_id).first()
    if whole is not None and deed.scope.may("telemetry.add_datastream", whole.area):
        _to_the_whole(deed, whole, measured, after)


@action("telemetry.regroup", needs="telemetry.change_station", label=_("Parts of a whole"))
def regroup(deed: Deed, *, part: int, wholes: list[int]) -> None:
    """Have wholes judged anew between which a part that measures has moved; the one that it is part of now gets what is worked out of it."""
    held = deed.lock(Station, part)
    streams = list(held.datastreams.all())
    if held.part_of is not None and deed.scope.may("telemetry.add_datastream", held.part_of.area):
        after = max(stream.stale_after for stream in streams)
        _to_the_whole(deed, held.part_of, {stream.quantity for stream in streams}, after)
    judge_again(wholes)


def _to_the_whole(deed: Deed, whole: Station, measured: set[str], after: timedelta) -> None:
    """Give a whole (a pond) what is worked out of its parts, with the city's ladder."""
    held = set(Datastream.objects.filter(station=whole).values_list("quantity", flat=True))
    wanted = [quantity for quantity in wholes_of(measured) if quantity not in held]
    if wanted:
        made = [deed.create(Datastream, station=whole, area=whole.area, quantity=q, stale_after=after) for q in wanted]
        _by_the_city(deed, whole, made)


def _limit(deed: Deed, stream: Datastream, line: Measured, source: str, field: str) -> None:
    """Add one threshold; Refusal where it is not the actor's to give, is there already, or no hazard judges this quantity by it."""
    hazard, _slash, rung = line.limit.partition("/")
    if not deed.scope.may("telemetry.add_threshold", stream.area):
        raise Refusal(_("Thresholds are set by an administrator; leave them out here."), field=field)
    if line.quantity not in HAZARDS.get(hazard).quantities:
        raise Refusal(_("This hazard is not judged by this quantity."), field=field)
    if Threshold.objects.filter(datastream=stream, hazard=hazard, level=rung, window_hours=0).exists():
        raise Refusal(_("This threshold is there already; change it on its page."), field=field)
    deed.create(
        Threshold,
        datastream=stream,
        area=stream.area,
        hazard=hazard,
        level=rung,
        value=line.value,
        source=source.strip() or str(_("entered by hand")),
    )


@action("telemetry.enter_thing", needs="telemetry.add_station", label=_("Enter a Thing"))
def enter_thing(deed: Deed, *, thing: NewThing, raw: bytes) -> Station:
    """Enter a station with what it measures and its first observations, all or nothing."""
    if Station.objects.filter(code=thing.code).exists():
        raise Conflict(_("There is a station %(code)s already.") % {"code": thing.code})
    area = thing.area or _area_at(thing)
    grounds = deed.scope.areas_for("telemetry.add_station")
    if not thing.area and len(grounds) == 1 and grounds[0].startswith(area):
        area = grounds[0]  # whoever may enter stations on ground of its own alone means that
    if not deed.scope.may("telemetry.add_station", area):
        raise NotAuthorised(_("The station lies outside the area in which you may add one."))
    own = {name: getattr(thing, name) for name in ("code", "name", "kind", "note", "river", "source")}
    station = deed.create(Station, **own, location=thing.point, area=area)
    _by_the_city(deed, station, [_entered(deed, station, stream) for stream in thing.streams])
    _first_observations(deed, station, thing.streams, raw)
    return station


@action("telemetry.enter_datastream", needs="telemetry.add_datastream", label=_("Enter a datastream"))
def enter_datastream(deed: Deed, *, station: int, stream: NewStream, raw: bytes) -> Station:
    """Enter what a station measures with the first observations of it, all or nothing."""
    held = deed.lock(Station, station)
    _by_the_city(deed, held, [_entered(deed, held, stream)])
    _first_observations(deed, held, (stream,), raw)
    return held


def _area_at(thing: NewThing) -> str:
    """Return the smallest division in which a station stands."""
    around = places.divisions_at(*thing.point.coords) if thing.point else []
    if not around:
        raise Refusal(_("Say where it stands: a location within the city, or properties.area."), field="Locations")
    return max(around, key=len)


def _entered(deed: Deed, station: Station, stream: NewStream) -> Datastream:
    if not deed.scope.may("telemetry.add_datastream", station.area):
        raise NotAuthorised(_("The station lies outside the area in which you may add one."))
    if Datastream.objects.filter(station=station, quantity=stream.quantity).exists():
        raise Conflict(_("The station measures %(quantity)s already.") % {"quantity": measures.label_of(stream.quantity)})
    limits = {"stale_after": stream.stale_after, "period": stream.period}
    return deed.create(Datastream, station=station, area=station.area, quantity=stream.quantity, **limits)


def _first_observations(deed: Deed, station: Station, streams: Iterable[NewStream], raw: bytes) -> None:
    """Take in the observations that came along; one that cannot be taken refuses all."""
    rows = [
        {"station": station.code, "quantity": s.quantity, "time": at, "value": value}
        for s in streams
        for at, value in s.observations
    ]
    if not rows:
        return
    areas = deed.scope.areas_for("telemetry.ingest_readings")
    if not areas:
        raise NotAuthorised(_("This account may not deliver readings."))
    table = from_json(json.dumps({"readings": rows}).encode())
    found = ingest(table, "sensorthings", raw, areas=areas)
    if found.rejected:
        raise Refusal(found.rejected[0].reason, field="Observations")
    deed.note("batch", found.batch)


@action("telemetry.load_stations", needs="telemetry.load_pack", label=_("Load stations"))
def load_stations(
    deed: Deed, *, stations: list[Station], streams: list[tuple[str, Datastream]], thresholds: list[tuple[str, str, Threshold]]
) -> int:
    """Add a pack's stations, datastreams and thresholds that are not there yet, and change those that the pack changed."""
    known = {s.code: s for s in Station.objects.all()}
    names = (
        "address",
        "name",
        "name_en",
        "kind",
        "river",
        "river_en",
        "owner",
        "area",
        "location",
        "location_precision",
        "note",
        "source",
    )
    take_over(deed, [(known[s.code], s) for s in stations if s.code in known], *names)
    fresh = [s for s in stations if s.code not in known]
    known |= {s.code: s for s in deed.create_many(Station, fresh)}
    held = {(d.station.code, d.quantity): d for d in Datastream.objects.select_related("station")}
    take_over(
        deed,
        [(held[k], d) for c, d in streams if (k := (c, d.quantity)) in held],
        "stale_after",
        "step_limit",
        "stuck_after",
        "first_span",
        "period",
    )
    missing = [(code, d) for code, d in streams if (code, d.quantity) not in held]
    for code, stream in missing:
        stream.station, stream.area = known[code], known[code].area
    held |= {(d.station.code, d.quantity): d for d in deed.create_many(Datastream, [d for _c, d in missing])}
    have = {(t.datastream_id, t.hazard, t.level, t.window_hours): t for t in Threshold.objects.all()}
    told = [(held[(code, quantity)], t) for code, quantity, t in thresholds]
    keyed = [((stream.pk, t.hazard, t.level, t.window_hours), stream, t) for stream, t in told]
    take_over(deed, [(have[key], t) for key, _stream, t in keyed if key in have], "value", "source", "confidence")
    added = [(stream, t) for key, stream, t in keyed if key not in have]
    for stream, threshold in added:
        threshold.datastream, threshold.area = stream, stream.area
    deed.create_many(Threshold, [t for _s, t in added])
    return len(fresh)


@action("telemetry.load_clock_limits", needs="telemetry.load_pack", label=_("Load limits of clocks"))
def load_clock_limits(deed: Deed, *, limits: list[ClockLimit]) -> int:
    """Take over how far a sender's clock may be from ours, new and changed limits."""
    take_in(deed, ClockLimit, limits, ("side",), "most", "source", "confidence")
    return len(limits)


@action("telemetry.load_neighbour_limits", needs="telemetry.load_pack", label=_("Load limits of neighbours"))
def load_neighbour_limits(deed: Deed, *, limits: list[NeighbourLimit]) -> int:
    """Take over what counts as a neighbour and what contradicts, new and changed limits."""
    names = [f.name for f in NeighbourLimit._meta.fields if f.name not in ("id", "quantity", "created_at", "changed_at")]
    take_in(deed, NeighbourLimit, limits, ("quantity",), *names)
    return len(limits)


@action("telemetry.tell_clock", needs="telemetry.detect", label=_("A sender's clock"))
def tell_clock(deed: Deed, *, connector: str, sender: str, seconds: int, wrong: bool) -> None:
    """Note in the journal that a sender's clock has gone beyond its limit, or is right again; `seconds` behind ours."""
    deed.note("sender", f"{connector} {sender}"[:200])
    deed.note("behind_seconds", str(seconds))
    deed.note("wrong", str(wrong))
