"""What roads put on the workbench and the command map: closures, and those that should be over."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.apps.roads import queries
from anlan.apps.roads.choices import ClosureState
from anlan.kit.board import Layer, Rank, Waiting, add_layer, step, waiting

add_layer(
    Layer(
        id="closures",
        order=25,
        title=_("Closed roads"),
        group=_("Who acts?"),
        role="closure",
        needs="roads.view_closure",
        live="roads.closure",
        page="roads:layer",
    )
)


@waiting(needs="roads.change_closure", about="roads.closure", where=Q(state=ClosureState.CLOSED, until__isnull=False))
def closures_to_check() -> Iterator[Waiting]:
    """Yield the closures that were expected to be over: is the road open?"""
    for one in queries.to_check():
        doing = step("roads.change_closure", one.area, "lift", _("Reopen the road"))
        text = str(_("Was expected to reopen: is it open?"))
        yield Waiting(Rank.WORK, "closure", "barrier-block", "", one.place, text, one.desk_url(), one.until, **doing)
