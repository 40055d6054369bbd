"""Facts that teams announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ReadinessChanged(Event):
    """A team said how it stands."""

    name = "teams.readiness_changed"
    label = _("Readiness of a team changed")
    team: int
    readiness: str
