"""Facts that warning announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class WarningFact(Event):
    """What every event of a warning tells."""

    warning: int
    identifier: str
    hazard: str
    level: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class WarningDrafted(WarningFact):
    """A draft awaits its signature."""

    name = "warning.drafted"
    label = _("Warning drafted")


@dataclass(frozen=True, kw_only=True)
class WarningSigned(WarningFact):
    """A second person signed."""

    name = "warning.signed"
    label = _("Warning signed")


@dataclass(frozen=True, kw_only=True)
class WarningPublished(WarningFact):
    """The warning is in force and public."""

    name = "warning.published"
    label = _("Warning published")


@dataclass(frozen=True, kw_only=True)
class WarningCancelled(WarningFact):
    """The warning is lifted."""

    name = "warning.cancelled"
    label = _("Warning cancelled")


@dataclass(frozen=True, kw_only=True)
class WarningExpired(WarningFact):
    """The warning ran out."""

    name = "warning.expired"
    label = _("Warning expired")
