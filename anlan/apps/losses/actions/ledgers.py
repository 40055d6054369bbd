"""What is done with the rows of ledgers ⑧ and ⑨ beside their forms: struck out with a reason, never deleted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.losses.choices import TownState
from anlan.apps.losses.models import AGREED, DamagedHome, LostPerson, ReportingTown
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason, Ref
from anlan.kit.refusals import Conflict, Refusal

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
    _check(person, reason)


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
    _check(home, reason)


def _check(row: LostPerson | DamagedHome, reason: str) -> None:
    """Refuse to strike out without a reason, and where a verified report agrees with the row."""
    if not reason.strip():
        raise Refusal(NO_REASON, field="reason")
    town = ReportingTown.objects.filter(process=row.process_id, area=row.area[:9], state=TownState.VERIFIED).first()
    if town is not None:
        raise Conflict(AGREED % {"town": town.town})
