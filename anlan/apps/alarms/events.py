"""Facts that alarms announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class AlarmFact(Event):
    """What every event of an alarm tells: the station, the hazard, the level and the reading behind it."""

    alarm: int
    station_code: str
    station_name: str
    hazard: str
    level: int
    value: float
    unit: str
    threshold: float
    reading_at: datetime


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(AlarmFact):
    """A threshold was crossed."""

    name = "alarms.alarm_raised"
    label = _("Alarm raised")


@dataclass(frozen=True, kw_only=True)
class AlarmSuppressed(AlarmFact):
    """A threshold was crossed where alarms are kept back: out of service, or in a state in which it means nothing."""

    name = "alarms.alarm_suppressed"
    label = _("Alarm kept back")


@dataclass(frozen=True, kw_only=True)
class AlarmLevelChanged(AlarmFact):
    """An open alarm moved to another level."""

    name = "alarms.alarm_level_changed"
    label = _("Alarm level changed")

    previous: int = 0


@dataclass(frozen=True, kw_only=True)
class AlarmCorrected(AlarmFact):
    """The reading behind an open alarm was corrected; its level stays."""

    name = "alarms.alarm_corrected"
    label = _("Alarm follows a correction")


@dataclass(frozen=True, kw_only=True)
class AlarmReturned(AlarmFact):
    """The condition went back to normal."""

    name = "alarms.alarm_returned"
    label = _("Alarm returned to normal")


@dataclass(frozen=True, kw_only=True)
class ForecastToReach(AlarmFact):
    """A forecast reaches a threshold, or another level, or (level 0) none any more; `reading_at` is the hour forecast."""

    name = "alarms.forecast_to_reach"
    label = _("Forecast to reach a threshold")


@dataclass(frozen=True, kw_only=True)
class StationSilent(Event):
    """A station that used to report has sent nothing for longer than it may."""

    name = "alarms.station_silent"
    label = _("Station silent")

    alarm: int
    station_code: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class AlarmAcknowledged(Event):
    """Somebody answered."""

    name = "alarms.alarm_acknowledged"
    label = _("Alarm acknowledged")

    alarm: int
    by: str


@dataclass(frozen=True, kw_only=True)
class AlarmEscalated(Event):
    """Nobody answered in time; `step` counts how often that was said."""

    name = "alarms.alarm_escalated"
    label = _("Alarm escalated")

    alarm: int
    station_name: str
    level: int
    step: int = 1
