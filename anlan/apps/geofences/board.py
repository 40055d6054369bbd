"""On the command map: the fences in force, and where vehicles and vessels were last."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kit.board import Layer, add_layer

add_layer(
    Layer(
        id="geofences",
        order=45,
        title=_("Geofences, vehicles, vessels"),
        group=_("What is there?"),
        role="track",
        needs="geofences.view_fence",
        live="geofences.fence telemetry.latest",
        page="geofences:layer",
    )
)
