"""What telemetry puts on the command map: the stations with their newest values, now and then."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from anlan.kit.board import Layer, add_layer

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
