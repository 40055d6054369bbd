"""What estimates put on the command map: the outlines of the last day, also as grounds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.estimates import queries
from anlan.apps.places.kinds import GROUNDS, Grounds
from anlan.kit.board import Layer, add_layer

add_layer(
    Layer(
        id="estimates",
        order=16,
        title=_("Estimates of fires and leaks, one day"),
        group=_("What may come?"),
        role="estimate",
        needs="estimates.view_estimate",
        live="estimates.estimate",
        page="estimates:layer",
    )
)

GROUNDS.add(Grounds("estimates", _("Estimates of fires and leaks"), "estimates.view_estimate", queries.grounds))
