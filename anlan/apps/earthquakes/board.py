"""What earthquakes put on the workbench and the command map: shocks that are felt and nobody has answered; their rings, also as grounds."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.earthquakes.choices import State
from anlan.apps.earthquakes.queries import grounds, unanswered
from anlan.apps.places.kinds import GROUNDS, Grounds
from anlan.kit.board import GRAVE, Layer, Rank, Waiting, add_layer, step, waiting
from anlan.lib.levels import COLOURS


@waiting(needs="earthquakes.view_earthquake", about="earthquakes.earthquake", where=Q(state=State.REPORTED))
def felt() -> Iterator[Waiting]:
    """Yield the shocks that are felt in the city and that nobody has answered."""
    for row in unanswered():
        yield Waiting(
            Rank.DANGER if row.level >= GRAVE else Rank.ALARM,
            "earthquake",
            "activity",
            COLOURS[row.level],
            str(row),
            _("Felt up to degree %(degree)s; %(n)s residents at V and above (estimate)")
            % {"degree": row.degree, "n": f"{row.shaken:,}"},
            row.desk_url(),
            row.at,
            level=row.level,
            at_once=True,
            **step("earthquakes.answer_earthquake", row.area, "answer", _("Answer the report")),
        )


add_layer(
    Layer(
        id="earthquakes",
        order=15,
        title=gettext_lazy("Earthquakes of three days"),
        group=gettext_lazy("What shook?"),
        role="warning",
        needs="earthquakes.view_earthquake",
        live="earthquakes.earthquake",
        page="earthquakes:layer",
    )
)

GROUNDS.add(Grounds("earthquakes", gettext_lazy("Intensity rings of earthquakes"), "earthquakes.view_earthquake", grounds))
