"""Load a pack's stations, datastreams and thresholds."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from django.contrib.gis.geos import Point

from anlan.apps.telemetry import actions, ladders
from anlan.apps.telemetry.models import ClockLimit, Datastream, NeighbourLimit, Station
from anlan.lib.tables import rows_of

ORDER = 30


def load(pack: Path) -> None:
    """Load hydro/stations.csv, quality.csv (limits of each quantity), thresholds.csv, ladders.csv (of every station that measures the quantity, or those of a kind), clocks.csv, neighbours.csv."""
    stations, streams = [], []
    measuring: dict[str, list[tuple[str, str]]] = defaultdict(list)
    published = ladders.published(pack)
    quality = {row["quantity"]: row for row in rows_of(pack / "hydro" / "quality.csv")}
    for row in rows_of(pack / "hydro" / "stations.csv"):
        location = Point(float(row["lon"]), float(row["lat"]), srid=4326) if row["lon"] else None
        stations.append(
            Station(
                code=row["code"],
                address=row.get("address", ""),
                name=row["name"],
                name_en=row["name_en"],
                kind=row["kind"],
                river=row["river"],
                river_en=row["river_en"],
                area=row["area"],
                owner=row.get("owner", ""),
                location=location,
                location_precision=row["coord_precision"],
                note=row["note"],
                source=ladders.sources(row["source"], published),
            )
        )
        quantities = row["quantities"].split("|")
        streams += [(row["code"], _stream(quality[quantity])) for quantity in quantities]
        for quantity in quantities:
            measuring[quantity].append((row["code"], row["kind"]))
    levels = [{**r, "source": ladders.sources(r["source"], published)} for r in rows_of(pack / "hydro" / "thresholds.csv")]
    thresholds = [(r["station"], r["quantity"], ladders.threshold(r)) for r in levels]
    for row in ladders.ladder(pack):
        thresholds += [
            (code, row["quantity"], ladders.threshold(row))
            for code, kind in measuring[row["quantity"]]
            if ladders.concerns(row, kind)
        ]
    limits = [
        ClockLimit(side=r["side"], most=timedelta(minutes=float(r["minutes"])), source=r["source"], confidence=r["confidence"])
        for r in rows_of(pack / "hydro" / "clocks.csv", optional=True)
    ]
    actions.load_clock_limits(limits=limits)
    actions.load_neighbour_limits(limits=_neighbours(pack))
    actions.load_stations(stations=stations, streams=streams, thresholds=thresholds)


def _neighbours(pack: Path) -> list[NeighbourLimit]:
    """Read hydro/neighbours.csv: what counts as a neighbour of a gauge, and what contradicts."""
    words, whole = {"quantity", "source", "confidence"}, {"nearest", "least", "hours", "days"}
    rows = rows_of(pack / "hydro" / "neighbours.csv", optional=True)
    return [
        NeighbourLimit(**{k: v if k in words else int(v) if k in whole else float(v) for k, v in row.items()}) for row in rows
    ]


def _stream(limits: dict[str, str]) -> Datastream:
    return Datastream(
        quantity=limits["quantity"],
        stale_after=timedelta(hours=float(limits["stale_hours"])),
        step_limit=float(limits["step_limit"]) if limits["step_limit"] else None,
        stuck_after=timedelta(hours=float(limits["stuck_hours"])) if limits["stuck_hours"] else None,
        first_span=float(limits["first_span"]) if limits.get("first_span") else None,
        period=timedelta(hours=float(limits["period_hours"])) if limits.get("period_hours") else None,
    )
