"""The door to monitoring."""

from anlan.apps.monitoring.actions import acknowledge
from anlan.apps.monitoring.choices import Level
from anlan.apps.monitoring.decoding import from_csv, from_json
from anlan.apps.monitoring.detection import detect, undetected
from anlan.apps.monitoring.intake import IngestResult, ingest
from anlan.apps.monitoring.picture import Shown, StationShown, stations_shown
from anlan.apps.monitoring.queries.alarms import (
    AlarmNow,
    AlarmOver,
    alarm_history,
    alarms_open,
    alarms_to_close,
    first_alarm_at,
    levels_reached,
)
from anlan.apps.monitoring.queries.courses import series
from anlan.apps.monitoring.queries.network import batch_counts, hazard_names, station_codes, watched
from anlan.apps.monitoring.queries.newest import newest_at, newest_good
from anlan.apps.monitoring.queries.peaks import peak_during, peak_in, peak_of
from anlan.apps.monitoring.rules import ANSWER_WITHIN, RawReading, Rejected
from anlan.lib.levels import COLOURS

__all__ = [
    "ANSWER_WITHIN",
    "COLOURS",
    "AlarmNow",
    "AlarmOver",
    "IngestResult",
    "Level",
    "RawReading",
    "Rejected",
    "Shown",
    "StationShown",
    "acknowledge",
    "alarm_history",
    "alarms_open",
    "alarms_to_close",
    "batch_counts",
    "detect",
    "first_alarm_at",
    "from_csv",
    "from_json",
    "hazard_names",
    "ingest",
    "levels_reached",
    "newest_at",
    "newest_good",
    "peak_during",
    "peak_in",
    "peak_of",
    "series",
    "station_codes",
    "stations_shown",
    "undetected",
    "watched",
]
