"""What a village does: it tells its town what it lost, also without a network."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.losses import queries
from anlan.apps.losses.actions.figures import asks_for, taken, written
from anlan.apps.losses.choices import TownState
from anlan.apps.losses.events import VillageTold
from anlan.apps.losses.items import VILLAGE
from anlan.apps.losses.models import Process, ReportingTown, VillageReturn
from anlan.apps.places.api import Division
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope, current, entered

TELL = "losses.send_villagereturn"
ToldProcess = Annotated[Ref[Process], Input(_("Disaster process"), among=queries.told_on)]
Village = Annotated[Ref[Division], Input(_("Village"), help=_("Yours, if nothing is said."), among=queries.villages)]


@action(
    "losses.tell",
    needs=TELL,
    label=_("Village return"),
    icon="home-exclamation",
    offline=True,
    story=_(
        "What your village lost since the disaster began, counted up. Leave empty what you do not know; nought says that there is none."
    ),
)
@asks_for(VILLAGE, before="note")
def tell(
    deed: Deed,
    /,
    *,
    process: ToldProcess,
    village: Village | None = None,
    note: Annotated[str, Input(_("What is seen"), rows=3)] = "",
    **figures: Any,
) -> VillageReturn:
    """Tell the town what a village lost; the newest return of a village counts."""
    told = taken(figures)
    area = village.code if village else max(current().areas_for(TELL), key=len, default="")
    if len(area) != 12:
        raise Refusal(_("Say which village."), field="village")
    with entered(Scope.everything(deed.actor, current().world)):
        town = ReportingTown.objects.filter(process=process, area=area[:9]).exclude(state=TownState.RELEASED).first()
    if town is not None and town.state == TownState.VERIFIED:
        raise Conflict(
            _("Your town has sent its verified report on this disaster. Tell your town by telephone."), field="process"
        )
    if town is None:
        raise Conflict(_("Your town is not asked on this disaster. Tell your town or county by telephone."), field="process")
    made = deed.create(
        VillageReturn, area=area, process=process, told=written(told), note=note.strip(), told_at=deed.now, told_by=deed.actor
    )
    deed.emit(VillageTold(process=process.pk, village_return=made.pk, area=area))
    return made
