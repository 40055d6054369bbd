"""What neighbours may ask of transfers: how many people were brought into safety."""

from __future__ import annotations

from anlan.apps.transfers.queries import Moved, moved

__all__ = ["Moved", "moved"]
