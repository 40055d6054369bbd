"""The door to lookouts."""

from anlan.apps.lookouts.coverage import Watched, terrain, watched_now

__all__ = ["Watched", "terrain", "watched_now"]
