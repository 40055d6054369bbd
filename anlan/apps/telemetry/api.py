"""The door to telemetry."""

from anlan.apps.telemetry.choices import Level
from anlan.apps.telemetry.detection.judging import detect, undetected
from anlan.apps.telemetry.display.picture import Shown, StationShown, stations_shown
from anlan.apps.telemetry.display.water import water
from anlan.apps.telemetry.intake.decoding import from_csv, from_json
from anlan.apps.telemetry.intake.storing import IngestResult, ingest
from anlan.apps.telemetry.kinds.measures import digits_of, unit_of
from anlan.apps.telemetry.queries.courses import estimated_at, good_at, rise_per_hour, series
from anlan.apps.telemetry.queries.foresight import Reach, reaches
from anlan.apps.telemetry.queries.heartbeat import Heartbeat, heartbeat
from anlan.apps.telemetry.queries.network import (
    Doubted,
    batch_counts,
    doubted,
    faults,
    hazard_names,
    rungs_of,
    station_codes,
    stream,
    watched,
)
from anlan.apps.telemetry.queries.newest import (
    Judged,
    Silence,
    doubts_of,
    judged_now,
    judged_of_row,
    latest_values,
    newest_at,
    newest_good,
    silences,
)
from anlan.apps.telemetry.queries.peaks import extreme, highest_sum, level_reached, peak_between, peak_of
from anlan.apps.telemetry.queries.trends import Trend, gravest
from anlan.apps.telemetry.rules import RawReading, Rejected, beyond
from anlan.lib.levels import COLOURS

__all__ = [
    "COLOURS",
    "Doubted",
    "Heartbeat",
    "IngestResult",
    "Judged",
    "Level",
    "RawReading",
    "Reach",
    "Rejected",
    "Shown",
    "Silence",
    "StationShown",
    "Trend",
    "batch_counts",
    "beyond",
    "detect",
    "digits_of",
    "doubted",
    "doubts_of",
    "estimated_at",
    "extreme",
    "faults",
    "from_csv",
    "from_json",
    "good_at",
    "gravest",
    "hazard_names",
    "heartbeat",
    "highest_sum",
    "ingest",
    "judged_now",
    "judged_of_row",
    "latest_values",
    "level_reached",
    "newest_at",
    "newest_good",
    "peak_between",
    "peak_of",
    "reaches",
    "rise_per_hour",
    "rungs_of",
    "series",
    "silences",
    "station_codes",
    "stations_shown",
    "stream",
    "undetected",
    "unit_of",
    "watched",
    "water",
]
