"""What whoever answers an alarm is shown before: the value and where it goes, who is called otherwise, what speaks against believing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.alarms.choices import Basis
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import alarm_now, alarms_open, answer_by, ladder, limits_of, next_up
from anlan.apps.places import api as places
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.kit.languages import listed
from anlan.lib.decisions import Line, Sheet
from anlan.lib.sketches import Sketch

#: Other alarms within so many degrees are shown on its map.
NEAR = 0.5


def answering(alarm: Alarm, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of an alarm that somebody is about to answer."""
    course = telemetry.course(alarm.datastream_id)
    return Sheet(
        about=tuple(_about(alarm)),
        effects=tuple(_effects(alarm)),
        doubts=tuple(_doubts(alarm)),
        maps=tuple(_map(alarm)),
        courses=(course,) if course else (),
    )


def _map(alarm: Alarm) -> Iterator[Sketch]:
    """Show the station, and the others where an alarm stands at present."""
    others = {a.station: a.level for a in alarms_open() if a.station != alarm.station.code}
    here = telemetry.stations_at({alarm.station.code})
    there = telemetry.stations_at(set(others)) if here else []
    near = [s for s in there if abs(s.lon - here[0].lon) < NEAR and abs(s.lat - here[0].lat) < NEAR]
    spots = [places.Spot(s.name, s.lon, s.lat, others[s.code]) for s in near]
    spots += [places.Spot(s.name, s.lon, s.lat, alarm.level) for s in here]
    found = places.sketch(_("Where it is, with the other alarms that stand near it"), spots=spots)
    if found is not None:
        yield found


def _about(alarm: Alarm) -> Iterator[Line]:
    now, quantity = alarm_now(alarm.pk), alarm.datastream.quantity
    yield Line(_("Station"), str(alarm.station), level=alarm.level, url=alarm.station.desk_url())
    if alarm.picture:
        yield Line(_("Picture or recording"), alarm.picture, url=alarm.picture if alarm.picture.startswith("http") else "")
    if now is not None and alarm.basis == Basis.OBSERVED:
        value, unit, digits = telemetry.told(quantity, now.value)
        rise = None if isinstance(value, str) else telemetry.rise_per_hour(alarm.datastream_id, now.reading_at)
        trend = "" if rise is None else _("%(rise)s %(unit)s per hour") % {"rise": f"{rise:+,.{max(digits, 1)}f}", "unit": unit}
        yield Line(alarm.measure, value, unit, digits, note=trend, at=now.reading_at, live=True)
    elif alarm.basis == Basis.FORECAST:
        yield Line(
            _("%(measure)s, forecast") % {"measure": alarm.measure}, *telemetry.told(quantity, alarm.value), at=alarm.reading_at
        )
    else:
        yield Line(_("No data since"), at=alarm.reading_at)
    for limit in limits_of(alarm):
        if limit.threshold.window_hours == alarm.window_hours:
            yield Line(limit.threshold.get_level_display(), *telemetry.told(quantity, limit.threshold.value), limit.level)
    highest = max(alarm.peak_value, now.value) if now is not None else alarm.peak_value
    yield Line(_("Peak"), *telemetry.told(quantity, highest), alarm.peak_level, live=True)


def _effects(alarm: Alarm) -> Iterator[Line]:
    if alarm.basis == Basis.OBSERVED:
        yield Line(_("Answer by"), at=answer_by(alarm.raised_at))
        coming = [
            rung
            for rung in ladder(alarm.raised_at).rungs(alarm.raised_at, alarm.escalation, alarm.escalated_at)
            if not rung.reached
        ]
        if coming:
            spared = next_up(alarm.area, [rung.number for rung in coming])[coming[0].number]
            names = listed([str(one) for one in spared])
            yield Line(_("Not called any more"), names, at=coming[0].at)
    if alarm.escalation:
        yield Line(_("Called already, steps"), alarm.escalation)
    yield Line(_("The alarm then"), _("stands as answered by you until it returns to normal"))


def _doubts(alarm: Alarm) -> Iterator[Line]:
    newest = next((v for v in telemetry.latest_values([alarm.station_id]) if v.datastream == alarm.datastream_id), None)
    if alarm.basis == Basis.FORECAST:
        yield Line(_("Nothing has been measured: this rests on a forecast."))
    if newest is None:
        return
    if newest.stale:
        yield Line(_("The value is old: the station has not reported in time."), at=newest.at)
    for doubt in newest.doubts:
        yield Line(_("The newest reading is suspect."), doubt, at=newest.at)
    if newest.estimated:
        yield Line(_("The newest value is estimated between two observations."), at=newest.at)
    judged = telemetry.judged_now([alarm.datastream_id]).value(alarm.datastream_id, alarm.hazard, alarm.window_hours)
    beyond = telemetry.beyond(alarm.hazard, alarm.datastream.quantity, judged, alarm.threshold) if judged is not None else 0.0
    if alarm.basis == Basis.OBSERVED and beyond < 0:
        yield Line(_("The value is no longer beyond the threshold."))
    if alarm.flapping:
        yield Line(_("It has come back %(times)d times: the threshold may be too tight.") % {"times": alarm.reopened})
    ahead = telemetry.reaches([alarm.datastream_id]).get((alarm.datastream_id, alarm.hazard))
    if ahead is not None and ahead.level > alarm.level and ahead.at > clock.now():
        yield Line(
            _("A forecast says that it goes higher."),
            *telemetry.told(alarm.datastream.quantity, ahead.value),
            ahead.level,
            at=ahead.at,
        )
