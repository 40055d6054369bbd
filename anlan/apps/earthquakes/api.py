"""The door to earthquakes."""

from anlan.apps.earthquakes.intake import take_in
from anlan.apps.earthquakes.queries import county_intensities, shocks

__all__ = ["county_intensities", "shocks", "take_in"]
