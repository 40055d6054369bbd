"""Readers of formulas: the highest moment of each station in a period, with the readings that it was worked out from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from anlan.apps.telemetry.intake.wire import fetch_packed, listed
from anlan.apps.telemetry.kinds import QUANTITIES, Formula, measures
from anlan.apps.telemetry.models import Datastream, Station
from anlan.kit.worlds import alias
from anlan.lib.instants import instant

READ = """
SELECT DISTINCT ON (datastream_id, at) datastream_id, at, value, estimated, flags FROM telemetry_reading
WHERE datastream_id = ANY('{streams}'::bigint[]) AND at >= '{since}' AND at <= '{until}' ORDER BY datastream_id, at, version DESC"""


@dataclass(frozen=True)
class Moment:
    """When what a station's instruments come to was highest; what each source of the formula told then, in its order, None where nothing."""

    station: Station
    at: datetime
    value: float
    estimated: bool
    shown: str
    sources: tuple[float | None, ...]


def highest_degrees(since: datetime, until: datetime) -> list[Moment]:
    """Return the highest moment in a period of every station that the viewer sees and whose instruments come to degrees, the highest first."""
    found = []
    for quantity in QUANTITIES:
        if quantity.degrees and isinstance(quantity.derivation, Formula):
            found += _highest(quantity.code, quantity.derivation, since, until)
    return sorted(found, key=lambda m: (-m.value, m.station.code))


def _highest(quantity: str, how: Formula, since: datetime, until: datetime) -> list[Moment]:
    rows = Datastream.objects.filter(station__in=Station.objects.readable(), quantity__in=(quantity, *how.of))
    known = {d.pk: d for d in rows.select_related("station").order_by("pk")}
    span = {"since": (since - how.within).isoformat(), "until": (until + how.within).isoformat()}
    columns = {"stream": "i", "at": "t", "value": "f", "estimated": "b", "flags": "h"}
    told: dict[int, dict[str, list[tuple[datetime, float, bool]]]] = defaultdict(lambda: defaultdict(list))
    for stream, at, value, estimated, flags in fetch_packed(
        alias(), READ.format(streams=listed(list(known)), **span), columns
    ).tolist():
        if not flags:
            told[known[stream].station_id][known[stream].quantity].append((instant(at), value, bool(estimated)))
    stations, found = {d.station_id: d.station for d in known.values()}, []
    for station, of in told.items():
        within = [one for one in of[quantity] if since <= one[0] <= until]
        if not within:
            continue
        at, value, estimated = max(within, key=lambda one: one[1])
        near = {source: min(of[source], key=lambda one: (abs(one[0] - at), one[0]), default=None) for source in how.of}
        sources = [one[1] if one is not None and abs(one[0] - at) <= how.within else None for one in near.values()]
        found.append(Moment(stations[station], at, value, estimated, measures.shown(quantity, value), tuple(sources)))
    return found
