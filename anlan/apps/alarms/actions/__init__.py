"""The only writers of alarms: what detection finds, and how people answer it."""

from anlan.apps.alarms.actions.answering import (
    acknowledge,
    answer_own,
    close,
    escalate,
    shelve,
    shelve_red,
    unshelve,
)
from anlan.apps.alarms.actions.following import (
    calm_down,
    end_silence,
    follow,
    judge_forecasts,
    keep_back,
    raise_alarm,
    revise_peak,
    tell_forecast,
    tell_silence,
)

__all__ = [
    "acknowledge",
    "answer_own",
    "calm_down",
    "close",
    "end_silence",
    "escalate",
    "follow",
    "judge_forecasts",
    "keep_back",
    "raise_alarm",
    "revise_peak",
    "shelve",
    "shelve_red",
    "tell_forecast",
    "tell_silence",
    "unshelve",
]
