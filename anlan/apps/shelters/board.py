"""What shelters put on the workbench and the command map."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from anlan.apps.shelters import queries
from anlan.kit.board import Layer, Waiting, add_layer, step, waiting

add_layer(
    Layer(
        id="shelters",
        order=45,
        title=_("Shelters"),
        group=_("What is there?"),
        role="depot",
        needs="shelters.view_shelter",
        live="shelters.shelter",
        desk="shelters_shelters",
        within="shelters",
    )
)


@waiting(needs="shelters.work_opening")
def shelters_to_open() -> Iterator[Waiting]:
    """Yield the shelters that were ordered open and are not."""
    for opening in queries.waiting_to_open():
        doing = step("shelters.work_opening", opening.area, "open", _("Open"))
        yield Waiting(
            "opening",
            "home-shield",
            "",
            str(opening.shelter),
            _("Ordered open"),
            opening.desk_url(),
            opening.ordered_at,
            at_once=True,
            **doing,
        )
