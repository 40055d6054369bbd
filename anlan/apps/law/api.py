"""The door of law for its neighbours."""

from __future__ import annotations

from anlan.apps.law.actions import Start, change_facts, drop, start, stop
from anlan.apps.law.queries import open_terms

__all__ = ["Start", "change_facts", "drop", "open_terms", "start", "stop"]
