"""What typhoons put on the workbench and the command map: storms that will blow on the city; their tracks; and the grounds that they offer."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.places.kinds import GROUNDS, Grounds
from anlan.apps.typhoons import queries
from anlan.apps.typhoons.choices import State
from anlan.kit.board import Layer, Rank, Waiting, add_layer, waiting
from anlan.lib.levels import COLOURS


@waiting(needs="typhoons.view_cyclone", about="typhoons.cyclone", where=Q(state=State.ACTIVE))
def coming() -> Iterator[Waiting]:
    """Yield the active storms that bring class 6 or more to a town."""
    for row in queries.active():
        level = queries.level_of(row.force)
        if level == 0:
            continue
        told = _("Up to class %(force)d in a town; %(n)s residents with class 6 or more (estimate)")
        words = told % {"force": row.force, "n": f"{row.blown_on:,}"}
        if row.first_gale_at:
            words += " · " + _("class 8 from %(at)s") % {"at": f"{timezone.localtime(row.first_gale_at):%m-%d %H:%M}"}
        yield Waiting(Rank.ALARM, "storm", "storm", COLOURS[level], str(row), words, row.desk_url(), row.seen_at, level=level)


add_layer(
    Layer(
        id="typhoons",
        order=14,
        title=gettext_lazy("Typhoons: track, winds, forecasts"),
        group=gettext_lazy("What blows?"),
        role="track",
        needs="typhoons.view_cyclone",
        live="typhoons.cyclone",
        page="typhoons:layer",
    )
)

GROUNDS.add(Grounds("typhoons", gettext_lazy("Wind swaths of storms"), "typhoons.view_cyclone", queries.swaths))
