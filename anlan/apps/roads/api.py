"""What neighbours may ask of roads."""

from __future__ import annotations

from anlan.apps.roads.models import Closure
from anlan.apps.roads.queries import ClosureFact, assumed, named, near, seconds_between, standing, way
from anlan.apps.roads.rules import Way, minutes

__all__ = [
    "Closure",
    "ClosureFact",
    "Way",
    "assumed",
    "minutes",
    "named",
    "near",
    "seconds_between",
    "standing",
    "way",
]
