"""The door to exercises."""

from anlan.apps.exercises.headline import headline

__all__ = ["headline"]
