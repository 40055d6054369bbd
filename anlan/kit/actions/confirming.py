"""What the second person does with an action that waits: confirm it, or turn it down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.actions.deed import Deed
from anlan.kit.actions.spec import CONFIRM
from anlan.kit.actions.verb import ACTIONS, Action, action, concealed, record_of, rehearse
from anlan.kit.inputs import Reason
from anlan.kit.models import PendingAction
from anlan.kit.names import names_of
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound
from anlan.kit.scope import Scope, World, entered


@names_of("action")
def labels() -> dict[str, tuple[Any, Any]]:
    """Return what every action is called, so that a parked one can say so."""
    return {name: (verb.spec.label, verb.spec.label) for name, verb in ACTIONS.items()}


def _in_time(parked: PendingAction) -> bool:
    """Return whether a request has not expired; one without an end is from before there was one."""
    return parked.expires_at is None or parked.expires_at > clock.now()


#: What must hold between who asked and who confirms beyond this room's own rules: raises a Refusal. The app that knows accounts adds it.
JUDGES: list[Callable[[PendingAction, str], None]] = []


@action(
    CONFIRM,
    needs="kit.confirm_action",
    label=_("Confirm"),
    record="kit.PendingAction",
    separate_from="requested_by",
    icon="checks",
    moves=PendingAction.life.confirm,
    when=_in_time,
)
def confirm(deed: Deed, *, pending: int) -> PendingAction:
    """Carry out a parked action as its second person, who needs the action's own permission as well.

    Both are judged by what they may do now: whoever asked and has been suspended since, or lost the permission, asks for nothing.
    """
    parked, arguments = _decide(deed, pending)
    verb = ACTIONS[parked.action]
    check_second(parked, deed.scope)
    _judge_requester(verb, parked, deed.scope.world, arguments)
    if verb.spec.sheet and (sheet := verb.spec.sheet(record_of(verb, arguments), arguments)):
        deed._sheet = {"sheet": sheet.kept()}
    verb(**arguments)
    return parked


def check_second(parked: PendingAction, scope: Scope) -> None:
    """Refuse whoever may not be the second person of a step: who may not do it themselves, or does not count as another person."""
    if not scope.may(ACTIONS[parked.action].spec.needs, parked.area):
        raise NotAuthorised(_("Your post may not confirm this."))
    for judge in JUDGES:
        judge(parked, scope.actor)


def _judge_requester(verb: Action[Any, Any], parked: PendingAction, world: World, arguments: dict[str, Any]) -> None:
    """Refuse where whoever asked could not ask any more: the verb is tried once as them, and taken back."""
    if parked.requested_by.startswith("system:"):
        return  # the program itself; no user name holds a colon
    gone = NotAuthorised(_("Whoever asked for this may no longer do so. Reject it, or ask anew."))
    asker = get_user_model()._default_manager.filter(is_active=True, username=parked.requested_by).first()
    if asker is None:
        raise gone
    scope = import_string(settings.ANLAN_SCOPE_FOR)(asker, world)
    if not scope.may(verb.spec.needs, parked.area):
        raise gone
    try:
        with entered(scope):
            rehearse(verb, arguments)
    except (NotAuthorised, NotFound):
        raise gone from None


@action(
    "kit.reject",
    needs="kit.confirm_action",
    label=_("Reject"),
    record="kit.PendingAction",
    icon="x",
    danger=True,
    moves=PendingAction.life.reject,
    when=_in_time,
)
def reject(deed: Deed, *, pending: int, reason: Reason) -> PendingAction:
    """Turn a parked action down, with a reason."""
    return _decide(deed, pending)[0]


@action("kit.expire", needs="kit.expire_confirmation", label=_("Expired"))
def expire(deed: Deed, *, pending: int) -> PendingAction:
    """Close a request that nobody decided in time; its secrets are kept no longer."""
    parked = deed.lock(PendingAction, pending)
    if PendingAction.life.expire.possible(parked):
        deed.move(parked, PendingAction.life.expire)
        parked.arguments = concealed(parked.arguments)
    return parked


def _decide(deed: Deed, pending: int) -> tuple[PendingAction, dict[str, Any]]:
    """Take a decision on what waits; returns it and its arguments, whose secrets are kept no longer."""
    parked = deed.lock(PendingAction, pending)
    if not _in_time(parked):
        raise Conflict(_("This request has expired. Whoever needs it asks anew."))
    arguments, parked.arguments = parked.arguments, concealed(parked.arguments)
    return parked, arguments
