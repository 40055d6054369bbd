"""The door to telemetry."""

from anlan.apps.telemetry.choices import Level
from anlan.apps.telemetry.detection.judging import detect
from anlan.apps.telemetry.detection.waiting import undetected
from anlan.apps.telemetry.display.columns import Picture
from anlan.apps.telemetry.display.marks import Shown, StationShown, stations_shown
from anlan.apps.telemetry.display.towns import SHADES as RAIN_SHADES
from anlan.apps.telemetry.display.towns import rain_map
from anlan.apps.telemetry.display.water import water
from anlan.apps.telemetry.intake.decoding import from_csv, from_json
from anlan.apps.telemetry.intake.forecasts import foretell
from anlan.apps.telemetry.intake.pausing import pause, paused, resume
from anlan.apps.telemetry.intake.storing import IngestResult, ingest
from anlan.apps.telemetry.kinds.measures import digits_of, shown, told, unit_of
from anlan.apps.telemetry.models import Datastream, Forecast, Latest, Reading, Station
from anlan.apps.telemetry.queries.areal import WINDOWS as RAIN_WINDOWS
from anlan.apps.telemetry.queries.areal import ground_of_towns, may_read_rain, rain_over_areas
from anlan.apps.telemetry.queries.catchments import at as catchment_at
from anlan.apps.telemetry.queries.catchments import drawn_rivers, ground_of
from anlan.apps.telemetry.queries.catchments import named as catchment_of
from anlan.apps.telemetry.queries.catchments import rain_on as rain_on_catchments
from anlan.apps.telemetry.queries.catchments import readable as catchments
from anlan.apps.telemetry.queries.contradictions import Misfit, misfits
from anlan.apps.telemetry.queries.courses import estimated_at, good_at, rise_per_hour, series
from anlan.apps.telemetry.queries.foresight import (
    Reach,
    forecasts_by,
    forecasts_met,
    good_between,
    good_values,
    reaches,
    streams_of,
)
from anlan.apps.telemetry.queries.heartbeat import Heartbeat, heartbeat
from anlan.apps.telemetry.queries.moments import Moment, highest_degrees
from anlan.apps.telemetry.queries.network import (
    OTHER_WAYS,
    Doubted,
    batch_counts,
    batches_after,
    doubted,
    faults,
    hazard_names,
    rungs_of,
    station_codes,
    station_names,
    stations_at,
    stations_measuring,
    step_limits,
    stream_of,
    thresholds_of,
    watched,
)
from anlan.apps.telemetry.queries.newest import (
    Judged,
    Silence,
    doubts_of,
    good_now,
    judged_now,
    judged_of_row,
    latest_values,
    newest_at,
    newest_good,
    silences,
)
from anlan.apps.telemetry.queries.peaks import extremes, highest_sum, peak_between, peak_of
from anlan.apps.telemetry.queries.trends import Trend, course, gravest
from anlan.apps.telemetry.rules import RawReading, Rejected, beyond, level_reached
from anlan.lib.levels import COLOURS

__all__ = [
    "OTHER_WAYS",
    "COLOURS",
    "RAIN_SHADES",
    "RAIN_WINDOWS",
    "Datastream",
    "Doubted",
    "Forecast",
    "Heartbeat",
    "IngestResult",
    "Judged",
    "Latest",
    "Level",
    "Misfit",
    "Moment",
    "Picture",
    "RawReading",
    "Reach",
    "Reading",
    "Rejected",
    "Shown",
    "Silence",
    "Station",
    "StationShown",
    "Trend",
    "batch_counts",
    "batches_after",
    "catchment_at",
    "catchment_of",
    "catchments",
    "beyond",
    "course",
    "detect",
    "digits_of",
    "doubted",
    "doubts_of",
    "drawn_rivers",
    "estimated_at",
    "extremes",
    "faults",
    "forecasts_by",
    "forecasts_met",
    "foretell",
    "from_csv",
    "from_json",
    "good_at",
    "good_between",
    "good_now",
    "good_values",
    "gravest",
    "ground_of",
    "ground_of_towns",
    "hazard_names",
    "heartbeat",
    "highest_degrees",
    "highest_sum",
    "ingest",
    "judged_now",
    "judged_of_row",
    "latest_values",
    "level_reached",
    "may_read_rain",
    "misfits",
    "newest_at",
    "newest_good",
    "pause",
    "paused",
    "peak_between",
    "peak_of",
    "rain_map",
    "rain_on_catchments",
    "rain_over_areas",
    "reaches",
    "resume",
    "rise_per_hour",
    "rungs_of",
    "series",
    "silences",
    "station_codes",
    "station_names",
    "shown",
    "stations_at",
    "stations_measuring",
    "stations_shown",
    "step_limits",
    "stream_of",
    "streams_of",
    "undetected",
    "thresholds_of",
    "told",
    "unit_of",
    "watched",
    "water",
]
