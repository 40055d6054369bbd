"""What the house itself puts on the workbench: steps that wait for the viewer as their second person."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from anlan.kit import clock
from anlan.kit.actions import ACTIONS, check_second
from anlan.kit.board import Rank, Waiting, step, waiting
from anlan.kit.desk.own_desks import PendingActionDesk
from anlan.kit.models import PendingAction
from anlan.kit.names import name_of
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

MOST = 20


@waiting(needs="kit.confirm_action")
def steps_to_confirm() -> Iterator[Waiting]:
    """Yield the steps that somebody else asked for and that the viewer may confirm, the oldest first."""
    rows = PendingActionDesk.rows().filter(state=PendingAction.State.WAITING, expires_at__gt=clock.now())
    for row in rows.exclude(requested_by=current().actor).order_by("requested_at")[:MOST]:
        if not _is_second(row):
            continue
        yield Waiting(
            Rank.SIGN,
            "confirmation",
            "checks",
            "",
            str(row),
            _("Asked by %(who)s: %(reason)s") % {"who": name_of("actor", row.requested_by), "reason": row.reason or "—"},
            row.desk_url(),
            row.requested_at,
            at_once=True,
            **step("kit.confirm_action", row.area, "confirm", _("Confirm")),
        )


def _is_second(row: PendingAction) -> bool:
    """Return whether the viewer could be the second person; nobody is of a step that the program no longer has."""
    if row.action not in ACTIONS:
        return False
    try:
        check_second(row, current())
    except Refusal:
        return False
    return True
