"""What neighbours may ask of shelters."""

from __future__ import annotations

from anlan.apps.shelters.actions import follow
from anlan.apps.shelters.choices import Danger, Step
from anlan.apps.shelters.models import Opening, Shelter
from anlan.apps.shelters.queries import FirstIn, Room, first_let_in, nearest, on_the_road, open_opening, rooms

__all__ = [
    "Danger",
    "FirstIn",
    "Opening",
    "Room",
    "Shelter",
    "Step",
    "first_let_in",
    "follow",
    "nearest",
    "on_the_road",
    "open_opening",
    "rooms",
]
