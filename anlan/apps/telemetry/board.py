"""What telemetry puts on the workbench and the command map: senders whose clock is wrong; the stations with their newest values."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.places.kinds import GROUNDS, Grounds
from anlan.apps.telemetry.queries import catchments
from anlan.apps.telemetry.queries.senders import MAY_LOOK, clocks
from anlan.kit.board import Layer, Rank, Waiting, add_layer, waiting
from anlan.kit.names import name_of


@waiting(needs=MAY_LOOK, about="telemetry.senderclock", where=Q(wrong_since__isnull=False))
def wrong_clocks() -> Iterator[Waiting]:
    """Yield the senders whose clock is further from ours than it may be."""
    for c in clocks(wrong_only=True):
        assert c.wrong_since is not None
        yield Waiting(
            Rank.WORK,
            "clock",
            "clock-exclamation",
            "",
            _("Clock of %(sender)s: %(words)s") % {"sender": name_of("actor", c.sender), "words": c.lag_text},
            c.way,
            reverse("telemetry:quality"),
            c.wrong_since,
            at_once=True,
        )


add_layer(
    Layer(
        id="stations",
        order=20,
        title=gettext_lazy("Stations"),
        group=gettext_lazy("Where is the water?"),
        role="station",
        needs="telemetry.view_station",
        live="alarms.alarm telemetry.latest",
        desk="telemetry_stations",
        within="stations",
        remembers=True,
        more={"spark": "{page}series.json"},
    )
)

GROUNDS.add(
    Grounds("catchments", gettext_lazy("Catchments above stations (estimated)"), "telemetry.view_station", catchments.offered)
)
