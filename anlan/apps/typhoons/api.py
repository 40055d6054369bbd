"""The door to typhoons."""

from anlan.apps.typhoons.intake import take_in

__all__ = ["take_in"]
