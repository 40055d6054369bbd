"""The door to alarms."""

from anlan.apps.alarms.actions import acknowledge
from anlan.apps.alarms.queries.alarms import (
    AlarmNow,
    AlarmOver,
    Silence,
    alarm_history,
    alarm_now,
    alarms_of_silence,
    alarms_open,
    alarms_to_close,
    first_alarm_at,
    levels_reached,
)
from anlan.apps.alarms.queries.peaks import gravest_during, peak_during
from anlan.apps.alarms.rules import ANSWER_WITHIN

__all__ = [
    "ANSWER_WITHIN",
    "AlarmNow",
    "AlarmOver",
    "Silence",
    "acknowledge",
    "alarm_history",
    "alarm_now",
    "alarms_of_silence",
    "alarms_open",
    "alarms_to_close",
    "first_alarm_at",
    "gravest_during",
    "levels_reached",
    "peak_during",
]
