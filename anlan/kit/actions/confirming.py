"""What the second person does with an action that waits: confirm it, or turn it down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kit.actions.deed import CONFIRM, Deed
from anlan.kit.actions.verb import ACTIONS, action, concealed
from anlan.kit.models import PendingAction
from anlan.kit.refusals import Conflict, NotAuthorised


@action(
    CONFIRM,
    needs="kit.confirm_action",
    label=_("Confirm"),
    record="kit.PendingAction",
    separate_from="requested_by",
    icon="checks",
    when=lambda p: p.state == PendingAction.State.WAITING,
)
def confirm(deed: Deed, *, pending: int) -> PendingAction:
    """Carry out a parked action as its second person, who needs the action's own permission as well."""
    parked = deed.lock(PendingAction, pending)
    verb = ACTIONS[parked.action]
    if parked.state != PendingAction.State.WAITING:
        raise Conflict(_("This has been decided already."))
    if not deed.scope.may(verb.spec.needs, parked.area):
        raise NotAuthorised(_("Your post may not confirm this."))
    parked.state, parked.decided_by, parked.decided_at = PendingAction.State.CONFIRMED, deed.actor, deed.now
    verb(**parked.arguments)
    parked.arguments = concealed(parked.arguments)
    return parked


@action(
    "kit.reject",
    needs="kit.confirm_action",
    label=_("Reject"),
    record="kit.PendingAction",
    icon="x",
    danger=True,
    when=lambda p: p.state == PendingAction.State.WAITING,
)
def reject(deed: Deed, *, pending: int, reason: str) -> PendingAction:
    """Turn a parked action down, with a reason."""
    parked = deed.lock(PendingAction, pending)
    if parked.state != PendingAction.State.WAITING:
        raise Conflict(_("This has been decided already."))
    parked.state, parked.decided_by, parked.decided_at = PendingAction.State.REJECTED, deed.actor, deed.now
    parked.arguments = concealed(parked.arguments)
    return parked
