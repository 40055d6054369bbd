"""Tries a hazard on its sample: stations with the pack's own ladders, each instant taken in and judged, and what comes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry import ladders
from anlan.apps.telemetry.intake.decoding import from_csv
from anlan.apps.telemetry.models import Datastream, Station, Threshold
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.testing.factory import created

AREA = "441882103"


@dataclass(frozen=True)
class Came:
    """What a sample came to: the levels each datastream's alarm was moved to, in order, and the drafts of warnings."""

    levels: tuple[int, ...]
    drafts: tuple[Warning, ...]
    open_now: int


def equip(code: str, kind: str, quantities: Sequence[str], part_of: Station | None = None, area: str = AREA) -> Station:
    """Set up a station of a kind with the pack's ladders for its quantities, without limits of quality."""
    station: Station = created(
        Station, area=area, code=code, name=f"试验点{code}", name_en=f"Trial {code}", kind=kind, part_of=part_of, source="test"
    )
    for quantity in quantities:
        stream = created(Datastream, area=area, station=station, quantity=quantity, stale_after=timedelta(days=2))
        for row in ladders.ladder(settings.CONFIG.pack, kind):
            if row["quantity"] == quantity:
                set_threshold(stream, row["hazard"], row["level"], float(row["value"]), int(row["window_hours"] or 0))
    return station


def set_threshold(stream: Datastream, hazard: str, rung: str, value: float, hours: int = 0) -> None:
    """Give a datastream a number of its own."""
    created(
        Threshold, area=stream.area, datastream=stream, hazard=hazard, level=rung, window_hours=hours, value=value, source="test"
    )


def tried(hazard: str, sample: str) -> Came:
    """Take in a sample instant by instant, as it would have come; returns what the hazard made of it."""
    table = from_csv((Path(__file__).parent / "samples" / f"{sample}.csv").read_bytes())
    rows: Mapping[str, list[telemetry.RawReading]] = defaultdict(list)
    columns = zip(table.lines, table.stations, table.quantities, table.times, table.values, strict=True)
    for line, station, quantity, at, value in columns:
        rows[str(at)].append(telemetry.RawReading(line, station, quantity, at, value))
    levels: list[int] = []
    drafts: dict[int, Warning] = {}
    for at in rows:
        instant = datetime.fromisoformat(at)
        with clock.frozen(instant + timedelta(minutes=1)):
            found = telemetry.ingest(rows[at], "test")
            assert not found.rejected, found.rejected
            if not telemetry.detect(found.batch):
                continue
            outbox.drain()
            top = Alarm.objects.filter(hazard=hazard, state__in=("raised", "acknowledged")).order_by("-level").first()
            level = top.level if top else 0
            if level != (levels[-1] if levels else 0):
                levels.append(level)
            drafts |= {w.pk: w for w in Warning.objects.filter(hazard=hazard)}
    still = Alarm.objects.filter(hazard=hazard, state__in=("raised", "acknowledged")).count()
    return Came(tuple(levels), tuple(drafts[pk] for pk in sorted(drafts)), still)
