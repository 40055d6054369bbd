"""What a storm comes to in each county is told to detection."""

from __future__ import annotations

from anlan.apps.typhoons import telling
from anlan.apps.typhoons.events import CycloneReckoned
from anlan.kit.events import on


@on(CycloneReckoned)
def tell_counties(event: CycloneReckoned) -> None:
    """Hand in what all active storms come to now."""
    telling.tell()
