"""The door to alarms."""

from anlan.apps.alarms.actions import acknowledge
from anlan.apps.alarms.choices import ANSWERED, UNANSWERED
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import (
    AlarmNow,
    AlarmOver,
    Silence,
    alarm_history,
    alarm_now,
    alarms_behind,
    alarms_of_silence,
    alarms_open,
    alarms_to_close,
    answer_by,
    count_open,
    first_alarm_at,
    levels_reached,
    was_unreal,
)
from anlan.apps.alarms.queries.peaks import gravest_during, peak_during

__all__ = [
    "ANSWERED",
    "Alarm",
    "AlarmNow",
    "AlarmOver",
    "Silence",
    "UNANSWERED",
    "acknowledge",
    "alarm_history",
    "alarm_now",
    "alarms_behind",
    "alarms_of_silence",
    "alarms_open",
    "alarms_to_close",
    "answer_by",
    "count_open",
    "first_alarm_at",
    "gravest_during",
    "levels_reached",
    "peak_during",
    "was_unreal",
]
