"""What may be promised: pure decisions about shelters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _


def people_on(area_m2: int, each: Decimal) -> int:
    """Return how many an area holds at the least area a person (GB 51143-2015, by class)."""
    return int(Decimal(area_m2) // each)


def room(capacity: int, inside: int) -> int:
    """Return how many more may come in; none where it is overfull already."""
    return max(capacity - inside, 0)


def cannot_open(state: str, unfit_for: str, capacity: int, danger: str, expected: int) -> tuple[str, Any]:
    """Return which input stands against opening a shelter, and why; two empty texts where nothing does."""
    if state != "ready":
        return "shelter", _("%(shelter)s is not ready to be opened.")
    if unfit_for == danger:
        return "shelter", _("%(shelter)s does not serve against this danger.")
    return ("expected", _("%(shelter)s holds %(capacity)d.")) if expected > capacity else ("", "")
