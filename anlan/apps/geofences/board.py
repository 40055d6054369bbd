"""On the command map: where vehicles and vessels were last."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kit.board import Layer, add_layer

add_layer(
    Layer(
        id="positions",
        order=45,
        title=_("Vehicles and vessels"),
        group=_("What is there?"),
        role="record",
        needs="telemetry.view_station",
        live="geofences.fence telemetry.latest",
        page="geofences:positions",
    )
)
