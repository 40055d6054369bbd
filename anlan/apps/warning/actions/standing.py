"""Standing orders: what a city allows to go out at once, given by two persons, revoked by one; and the release under one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.places.api import Division
from anlan.apps.warning import decision_sheets, queries, rules
from anlan.apps.warning.actions.life import PUBLISHES, SIGNS, publish, sign
from anlan.apps.warning.choices import Level, OrderState
from anlan.apps.warning.models import HazardKind, StandingOrder, Warning
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal

#: The program's own: nobody holds it.
RELEASES = "warning.release_warning"
#: So long an order may hold: a flood season and some weeks (Anlan's own figure: no source gives one).
LONGEST = timedelta(days=200)

Ground = Annotated[Ref[Division], Input(_("Area"), among=queries.below_a_city)]


def hazards(_row: Any = None) -> Iterator[tuple[str, Any]]:
    """Yield the hazards that this city warns of."""
    for kind in HazardKind.objects.order_by("code"):
        yield kind.code, kind


@action(
    "warning.give_order",
    needs=PUBLISHES,
    label=_("Allow automatic release"),
    icon="bolt",
    second_person=True,
    danger=True,
    sheet=decision_sheets.allowing,
    story=_(
        "Warnings that the program drafts of an observed alarm are then signed and published without anybody: in seconds, at night too."
        " Forecasts, updates to a lower level and cancellations still wait for people, and whatever a check refuses."
    ),
)
def give_order(
    deed: Deed,
    *,
    division: Ground,
    hazard: Annotated[str, Input(_("Hazard"), choices=hazards)],
    from_level: Annotated[Level, Input(_("Least level"))],
    until: Annotated[datetime, Input(_("Holds until"))],
    basis: Annotated[str, Input(_("Basis"), example="市防总〔2026〕12号 Order 12 of the city's headquarters")],
    reason: Reason,
) -> StandingOrder:
    """Allow warnings of a hazard to go out at once for a county or the city, until an instant; a second person confirms."""
    if not deed.now < until <= deed.now + LONGEST:
        raise Refusal(_("Choose an end within the next 200 days."), field="until")
    if not basis.strip():
        raise Refusal(_("Say on what the order rests."), field="basis")
    # Whoever asks must be able to sign there; whoever confirms may be a commander, who publishes and does not sign.
    if deed.parent is None and not deed.scope.may(SIGNS, division.code):
        raise NotAuthorised(_("Only somebody who may sign and publish there allows it."))
    if StandingOrder.objects.filter(area=division.code, hazard=hazard, state=OrderState.IN_FORCE, until__gt=deed.now).exists():
        raise Conflict(_("There is an order for this hazard and area. Revoke it first."))
    values = {"hazard": hazard, "from_level": from_level, "until": until, "basis": basis.strip()[:300]}
    return deed.create(StandingOrder, area=division.code, ordered_by=deed.actor, **values)


@action(
    "warning.revoke_order",
    needs=PUBLISHES,
    label=_("Revoke"),
    record="warning.StandingOrder",
    icon="bolt-off",
    moves=StandingOrder.life.revoke,
    danger=True,
)
def revoke_order(deed: Deed, *, standing_order: int, reason: Reason) -> StandingOrder:
    """Take a standing order back: from now on every warning waits for people again. One person is enough."""
    if not reason.strip():
        raise Refusal(_("Say why it is revoked."), field="reason")
    return deed.lock(StandingOrder, standing_order)


@action("warning.put_under_order", needs=RELEASES, label=_("Put under a standing order"))
def put_under_order(deed: Deed, *, warning: int) -> Warning:
    """Write down under which order a draft of the program's own goes out; refused where none covers it."""
    held = deed.lock(Warning, warning)
    held.order = queries.order_for(held, deed.now)
    if held.order is None:
        raise Refusal(_("No standing order covers this draft: people decide."), article=rules.LAW)
    return held


@action(
    "warning.release", needs=RELEASES, label=_("Release under a standing order"), record="warning.Warning", journal_refusals=True
)
def release(deed: Deed, *, warning: int) -> Warning:
    """Sign and publish a draft of the program's own under a standing order, each step with its own rules and entry."""
    put_under_order(warning=warning)
    sign(warning=warning)
    return publish(warning=warning)
