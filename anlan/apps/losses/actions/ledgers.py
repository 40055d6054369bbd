"""What is done with the rows of ledgers ⑧ and ⑨ beside their forms: struck out with a reason, never deleted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.losses.models import DamagedHome, LostPerson
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason, Ref
from anlan.kit.refusals import Refusal

NO_REASON = _("Say why it is struck out: found alive, entered twice …")


@action(
    "losses.strike_person",
    needs="losses.change_lostperson",
    label=_("Strike out"),
    record="losses.LostPerson",
    moves=LostPerson.life.strike,
    icon="strikethrough",
)
def strike_person(deed: Deed, *, person: Ref[LostPerson], reason: Reason) -> None:
    """Strike a person out of ledger ⑧; the row stays, with who struck it out and why."""
    if not reason.strip():
        raise Refusal(NO_REASON, field="reason")


@action(
    "losses.strike_home",
    needs="losses.change_damagedhome",
    label=_("Strike out"),
    record="losses.DamagedHome",
    moves=DamagedHome.life.strike,
    icon="strikethrough",
)
def strike_home(deed: Deed, *, home: Ref[DamagedHome], reason: Reason) -> None:
    """Strike a home out of ledger ⑨; the row stays, with who struck it out and why."""
    if not reason.strip():
        raise Refusal(NO_REASON, field="reason")
