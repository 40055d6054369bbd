"""What happens to estimates."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class EstimateMade(Event):
    """Somebody had the spread of a fire or the drift of a gas reckoned."""

    name = "estimates.estimate_made"
    label = _("Estimate made")
    estimate: int
    kind: str
    people: int
