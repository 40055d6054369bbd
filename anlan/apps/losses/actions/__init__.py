"""Writers of losses, by noun."""

from anlan.apps.losses.actions.ledgers import strike_home, strike_person
from anlan.apps.losses.actions.processes import add_towns, correct, end, open_process, release, reopen
from anlan.apps.losses.actions.reports import approve, discard, revise, send_back, submit, write
from anlan.apps.losses.actions.villages import tell

__all__ = [
    "add_towns",
    "approve",
    "correct",
    "discard",
    "end",
    "open_process",
    "release",
    "reopen",
    "revise",
    "send_back",
    "strike_home",
    "strike_person",
    "submit",
    "tell",
    "write",
]
