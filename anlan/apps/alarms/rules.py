"""Pure decisions of alarms: what may be answered, put aside and closed, and the ladder of an unanswered one (ISA-18.2)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from anlan.apps.alarms.choices import Cause
from anlan.kit.refusals import Refusal
from anlan.lib.ladders import Ladder

LONGEST_SHELF = timedelta(hours=24)
#: An alarm that crosses again so soon after it returned is the same alarm (proposal, K-).
FLAP_WITHIN = timedelta(hours=2)
#: How long an alarm may wait for an answer before it climbs, and from one step to the next (proposal, K-).
ANSWER_WITHIN = timedelta(minutes=5)
LADDER = Ladder((ANSWER_WITHIN, timedelta(minutes=10), timedelta(minutes=10)))
ISA = "ISA-18.2"
RED = 4


def check_shelf(hours: float, reason: str, level: int) -> None:
    """Refuse to shelve an alarm for longer than a day or for no reason, and a red one at all: lives hang on it."""
    if level >= RED:
        raise Refusal(_("A red alarm cannot be put aside: acknowledge it and act."), article=ISA)
    if not reason.strip():
        raise Refusal(_("Say why this alarm is put aside."), article=ISA, field="reason")
    if not 0 < hours <= LONGEST_SHELF / timedelta(hours=1):
        raise Refusal(_("An alarm may be shelved for up to 24 hours."), article=ISA, field="hours")


def check_several(level: int) -> None:
    """Refuse to answer a red alarm together with others: each is looked at by itself."""
    if level >= RED:
        raise Refusal(_("A red alarm is answered by itself: open it, look, then acknowledge it."), article=ISA)


def check_cause(cause: str, remark: str) -> None:
    """Refuse to close an alarm without a cause of the list, or with "other" and no word."""
    if cause not in Cause.values:
        raise Refusal(_("Choose the cause: %(causes)s.") % {"causes": ", ".join(Cause.values)}, article=ISA, field="cause")
    if cause == Cause.OTHER and not remark.strip():
        raise Refusal(_("Say in the remark what the cause was."), article=ISA, field="remark")
