"""The next caller: somebody rings by telephone for a village that has not confirmed, and notes what came of it."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.places import api as places
from anlan.apps.warning import callouts
from anlan.apps.warning.choices import CONFIRMS, PUBLIC, MessageType, RingOutcome
from anlan.apps.warning.models import Call, Ring, Warning
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref
from anlan.kit.refusals import Conflict, Refusal

Public = Annotated[Ref[Warning], Input(_("Warning"), among=lambda rows: rows.filter(state__in=PUBLIC))]
Village = Annotated[Ref[places.Division], Input(_("Village"), among=lambda rows: rows.filter(level="village"))]


@action("warning.ring", needs="warning.answer_call", label=_("Note a call by telephone"), icon="phone-outgoing")
def ring(
    deed: Deed,
    *,
    warning: Public,
    village: Village,
    outcome: Annotated[RingOutcome, Input(_("What came of it"))],
    post: Annotated[str, Input(_("Post"), help=_("The code of the post that was rung, if it was one"))] = "",
    note: Annotated[str, Input(_("Note"))] = "",
) -> Ring:
    """Note what came of ringing for a village; what confirms it ends the calls to that post, and no further post is called for it."""
    if warning.state not in PUBLIC or warning.message_type == MessageType.CANCEL:
        raise Conflict(_("This warning is not public: there is nothing to confirm."))
    if village.code not in callouts.villages_within(warning.areas.all()):
        raise Refusal(_("The warning is not for this village."), field="village")
    if outcome in CONFIRMS:
        for call in Call.objects.filter(warning=warning, post=post).order_by("id"):
            if Call.life.answer.possible(call):  # by hand: the channel that rang earns nothing by it
                deed.move(deed.lock(Call, call), Call.life.answer)
    return deed.create(
        Ring,
        area=village.code,
        warning=warning,
        name=village.name,
        post=post,
        outcome=outcome,
        note=note,
        rung_at=deed.now,
        rung_by=deed.actor,
    )
