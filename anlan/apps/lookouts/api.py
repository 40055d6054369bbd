"""The door to lookouts."""

from anlan.apps.lookouts.coverage import terrain

__all__ = ["terrain"]
