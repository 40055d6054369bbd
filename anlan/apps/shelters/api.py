"""What neighbours may ask of shelters."""

from __future__ import annotations

from anlan.apps.shelters.choices import Danger
from anlan.apps.shelters.queries import FirstIn, first_let_in, nearest

__all__ = ["Danger", "FirstIn", "first_let_in", "nearest"]
