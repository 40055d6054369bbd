"""The door to upkeep."""

from anlan.apps.upkeep.queries import counted_at, density, kept
from anlan.apps.upkeep.rules import Density

__all__ = ["Density", "counted_at", "density", "kept"]
