"""What screens put on the health page of the channels, and the ways by which warnings go to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import DEVICES, Devices
from anlan.apps.screens import queries
from anlan.apps.warning.kinds import WAYS, Ways

DEVICES.add(
    Devices(
        code="screens",
        name=_("Screens"),
        needs="screens.view_screen",
        list_page="desk:screens_screens_list",
        standing=queries.devices,
    )
)

WAYS.add(Ways("screens", queries.ways, queries.counted))
