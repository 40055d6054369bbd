"""What came of earlier warnings, as everybody may read it: each warning's class and lead, and counts by month; of no alarm anything else.

Judged by the teller that staff have (`verification`), over all that the city sees. Kept for half a minute, and for five where no warning
has changed since, so that the public page does not wait; it says as of when it was judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning import queries
from anlan.apps.warning.verification import verify
from anlan.apps.warning.verifying import Outcome, Score, by_month, holding, outcomes
from anlan.kit import clock
from anlan.kit.scope import Scope, World, current, entered

#: Warnings of so long are judged; seconds for which an answer is kept.
BACK, KEPT = timedelta(days=366), 300.0
#: No sooner is it worked out anew: in a storm warnings change every minute, and the page is asked most.
SOONEST = 30.0
_judging = Lock()
WORDS: dict[str, Any] = {
    "early": _("The danger came; the warning was out before it began."),
    "hit": _("The danger came; the warning was out before its peak."),
    "late": _("The danger came; the warning came after its peak."),
    "lesser": _("The danger came, but less grave than warned of."),
    "false": _("The danger did not come: a false alarm."),
    "followed": _("It went on with an earlier warning of the same danger."),
}
_kept: dict[World, tuple[float, object, Archive]] = {}


@dataclass(frozen=True)
class Archive:
    """What came of each warning by its number, which still hold (an update may go on with one), the months' counts, and when it was judged."""

    of: dict[int, Outcome]
    holding: set[int]
    months: list[tuple[date, Score]]
    at: datetime


def archive() -> Archive:
    """Return what came of the warnings of the last year."""
    world = current().world
    held = _kept.get(world)
    if held is not None and _is_fresh(held):
        return held[2]
    if not _judging.acquire(blocking=held is None):  # somebody judges already: meanwhile the last word stands
        return held[2]  # type: ignore[index]
    try:
        mark = queries.last_change()
        with entered(Scope.everything("system:outcomes", world)):
            found = verify(clock.now() - BACK, clock.now())
        came, months = outcomes(found.scores, found.issued), by_month(found.scores, timezone.get_default_timezone())
        made = Archive(came, holding(found.issued), months, clock.now())
        _kept[world] = (monotonic(), mark, made)
    finally:
        _judging.release()
    return made


def _is_fresh(held: tuple[float, object, Archive]) -> bool:
    age = monotonic() - held[0]
    return age < SOONEST or (age < KEPT and held[1] == queries.last_change())


def told(outcome: Outcome | None) -> str:
    """Return an outcome in words that anybody understands; "" for none."""
    return str(WORDS[outcome.code]) if outcome is not None else ""
