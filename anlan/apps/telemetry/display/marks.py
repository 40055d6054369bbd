"""Stations on the map: what each shows now, what it showed at an instant of the past, and the list beside the map."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, measures
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.newest import STANDING, standing_now
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.lib.levels import COLOURS

#: How far back a value of the past is looked for; beyond that a station had nothing to say.
LOOK_BACK = timedelta(days=7)

#: Everything a station's mark says, in one pass over its datastreams. The gravest level counts for who is named on a full map.
MARK = """
SELECT jsonb_build_object(
    'level', coalesce(%s::jsonb ->> max(x.level)::text, 'normal'),
    'weight', coalesce(max(x.level), 0) + coalesce(bool_or(x.fresh), false)::int * 0.5,
    'fresh', coalesce(bool_or(x.fresh), false),
    'at', to_char(max(x.at) AT TIME ZONE %s, 'YYYY-MM-DD HH24:MI'),
    'value', string_agg(
        coalesce(%s::jsonb -> x.quantity ->> round(x.value)::int::text,
            to_char(x.value, coalesce(%s::jsonb ->> x.quantity, 'FM999,999,990.00')) || ' ' || coalesce(%s::jsonb ->> x.quantity, '')
            || coalesce('(' || (%s::jsonb -> x.quantity ->> floor(x.value + 0.5)::int::text) || ')', ''))
        || CASE WHEN x.estimated THEN %s ELSE '' END || CASE WHEN x.flags <> 0 THEN ' ?' ELSE '' END,
        '  ' ORDER BY x.quantity))
FROM ({shown}) x"""
SHOWN_NOW = f"""
    SELECT d.quantity, l.value, l.at, l.flags, l.estimated, l.at >= %s - d.stale_after AS fresh,
        (SELECT max(s.level) FROM telemetry_detectionstate s WHERE s.datastream_id = d.id) AS level
    FROM telemetry_datastream d JOIN {STANDING} l ON l.datastream_id = d.id WHERE d.station_id = telemetry_station.id"""
NOW = MARK.format(shown=SHOWN_NOW)
#: What each datastream of some stations says now, for the list beside the map.
VALUES_NOW = f"""
    SELECT d.station_id, d.quantity, l.value, l.at, l.estimated, l.flags <> 0, l.at < %s - d.stale_after, coalesce(
        (SELECT max(s.level) FROM telemetry_detectionstate s WHERE s.datastream_id = d.id), 0)
    FROM telemetry_datastream d JOIN {STANDING} l ON l.datastream_id = d.id WHERE d.station_id = ANY(%s) ORDER BY d.quantity"""
#: The mark's weight alone, of all stations at once: who comes first in a list needs no words of those who do not.
WEIGHTS_NOW = f"""
    SELECT d.station_id, coalesce(max(s.level), 0) + bool_or(l.at >= %s - d.stale_after)::int * 0.5
    FROM telemetry_datastream d JOIN {STANDING} l ON l.datastream_id = d.id
        LEFT JOIN (SELECT datastream_id, max(level) AS level FROM telemetry_detectionstate GROUP BY 1) s ON s.datastream_id = d.id
    GROUP BY 1"""
#: The level of the past is that of the value under the thresholds then in force; sums over hours are not judged again.
THEN = MARK.format(
    shown="""
    SELECT d.quantity, r.value, r.at, r.flags, r.estimated, r.at >= %s - d.stale_after AS fresh,
        CASE WHEN r.flags = 0 THEN (SELECT max((%s::jsonb -> t.hazard ->> t.level)::int) FROM telemetry_threshold t
            CROSS JOIN LATERAL (SELECT coalesce((SELECT c.old_value FROM telemetry_thresholdchange c
                WHERE c.threshold_id = t.id AND c.state = 'in_force' AND c.effective_at > r.at
                ORDER BY c.effective_at, c.id LIMIT 1), t.value) AS held) v
            WHERE t.datastream_id = d.id AND t.window_hours = 0
                AND CASE WHEN t.hazard || '/' || d.quantity = ANY(%s) THEN v.held >= r.value ELSE v.held <= r.value END) END AS level
    FROM telemetry_datastream d JOIN LATERAL (
        SELECT value, at, flags, estimated FROM telemetry_reading r
        WHERE r.datastream_id = d.id AND r.at <= %s AND r.at > %s ORDER BY r.at DESC, r.version DESC LIMIT 1) r ON true
    WHERE d.station_id = telemetry_station.id"""
)


def _said() -> list[str]:
    """Return how a mark says levels, times, states, numbers, units, degrees and estimates."""
    return [
        json.dumps(COLOURS),
        timezone.get_current_timezone_name(),
        json.dumps({q.code: {number: localised(*words) for number, words in q.states.items()} for q in QUANTITIES if q.states}),
        json.dumps({q.code: "FM999,999,999,990" + ("." + "0" * q.digits if q.digits else "") for q in QUANTITIES}),
        json.dumps({q.code: q.unit for q in QUANTITIES}),
        json.dumps({q.code: dict(q.degrees) for q in QUANTITIES if q.degrees}),
        " " + _("est."),
    ]


def mark_now() -> RawSQL:
    """Return the expression for what a station's mark says now."""
    return RawSQL(NOW, [*_said(), clock.now(), *standing_now()], output_field=models.JSONField())


def mark_then(at: datetime) -> RawSQL:
    """Return the expression for what a station's mark said at an instant."""
    ladders = json.dumps({hazard.code: dict(hazard.ladder) for hazard in HAZARDS})
    falling = [f"{hazard.code}/{quantity}" for hazard in HAZARDS for quantity in hazard.detector.falling]
    return RawSQL(THEN, [*_said(), at, ladders, falling, at, at - LOOK_BACK], output_field=models.JSONField())


@dataclass(frozen=True)
class Shown:
    """One value at a station as the list beside the map shows it."""

    quantity: str
    value: float
    unit: str
    at: datetime
    estimated: bool
    doubted: bool
    stale: bool
    level: int

    @property
    def figure(self) -> str:
        """Return the value with its unit, a state by its word."""
        return measures.shown(self.quantity, self.value)


@dataclass(frozen=True)
class StationShown:
    """A station with the values it shows."""

    name: str
    url: str
    values: tuple[Shown, ...]

    @property
    def level(self) -> int:
        """Return the gravest level among its values."""
        return max((v.level for v in self.values), default=0)


def stations_shown(most: int) -> tuple[list[StationShown], int]:
    """Return the stations within the scope that the map would name first, with their newest values; and how many have a place."""
    placed = Station.objects.readable().filter(location__isnull=False).order_by()
    names = {pk: localised(zh, en) for pk, zh, en in placed.values_list("pk", "name", "name_en")}
    with connections[placed.db].cursor() as cursor:
        cursor.execute(WEIGHTS_NOW, [clock.now(), *standing_now()])
        weights = {station: float(weight) for station, weight in cursor if station in names}
        first = sorted(names, key=lambda pk: (-weights.get(pk, 0.0), names[pk]))[:most]
        cursor.execute(VALUES_NOW, [clock.now(), *standing_now(), first])
        found: dict[int, list[Shown]] = defaultdict(list)
        for station, quantity, value, *rest in cursor:
            found[station].append(Shown(quantity, value, measures.unit_of(quantity), *rest))
    shown = [
        StationShown(names[pk], reverse("desk:telemetry_stations_page", args=[pk]), tuple(found.get(pk, ()))) for pk in first
    ]
    return shown, len(names)
