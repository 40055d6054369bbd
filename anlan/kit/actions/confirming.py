"""What the second person does with an action that waits: confirm it, or turn it down."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kit.actions.deed import CONFIRM, Deed
from anlan.kit.actions.verb import ACTIONS, action, concealed
from anlan.kit.models import PendingAction
from anlan.kit.names import names_of
from anlan.kit.refusals import Conflict, NotAuthorised


@names_of("action")
def labels() -> dict[str, tuple[Any, Any]]:
    """Return what every action is called, so that a parked one can say so."""
    return {name: (verb.spec.label, verb.spec.label) for name, verb in ACTIONS.items()}


def _waits(parked: PendingAction) -> bool:
    return parked.state == PendingAction.State.WAITING


@action(
    CONFIRM,
    needs="kit.confirm_action",
    label=_("Confirm"),
    record="kit.PendingAction",
    separate_from="requested_by",
    icon="checks",
    when=_waits,
)
def confirm(deed: Deed, *, pending: int) -> PendingAction:
    """Carry out a parked action as its second person, who needs the action's own permission as well."""
    parked, arguments = _decide(deed, pending, PendingAction.State.CONFIRMED)
    verb = ACTIONS[parked.action]
    if not deed.scope.may(verb.spec.needs, parked.area):
        raise NotAuthorised(_("Your post may not confirm this."))
    verb(**arguments)
    return parked


@action(
    "kit.reject", needs="kit.confirm_action", label=_("Reject"), record="kit.PendingAction", icon="x", danger=True, when=_waits
)
def reject(deed: Deed, *, pending: int, reason: str) -> PendingAction:
    """Turn a parked action down, with a reason."""
    return _decide(deed, pending, PendingAction.State.REJECTED)[0]


def _decide(deed: Deed, pending: int, state: str) -> tuple[PendingAction, dict[str, Any]]:
    """Take a decision on what waits; returns it and its arguments, whose secrets are kept no longer."""
    parked = deed.lock(PendingAction, pending)
    if not _waits(parked):
        raise Conflict(_("This has been decided already."))
    arguments, parked.arguments = parked.arguments, concealed(parked.arguments)
    parked.state, parked.decided_by, parked.decided_at = state, deed.actor, deed.now
    return parked, arguments
