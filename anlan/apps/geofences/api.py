"""The door to geofences."""

from anlan.apps.geofences.choices import Broken
from anlan.apps.geofences.judging import judge

__all__ = ["Broken", "judge"]
