"""Writers of incidents, by noun."""

from anlan.apps.incidents.actions.incidents import close, correct, grade, merge, open_incident, reopen, set_figures, tell_upwards
from anlan.apps.incidents.actions.rapid import add, attach, dismiss, report, take_up
from anlan.apps.incidents.actions.reports import discard, draft_report, receive, revise, send, send_back

__all__ = [
    "add",
    "attach",
    "close",
    "correct",
    "discard",
    "dismiss",
    "draft_report",
    "grade",
    "merge",
    "open_incident",
    "receive",
    "reopen",
    "report",
    "revise",
    "send",
    "send_back",
    "set_figures",
    "take_up",
    "tell_upwards",
]
