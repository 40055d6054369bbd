"""Enumerations of alarms: their states, what they rest on, why they stood."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AlarmState(TextChoices):
    RAISED = "raised", _("Raised")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SHELVED = "shelved", _("Shelved")
    RETURNED = "returned", _("Returned to normal")
    CLOSED = "closed", _("Closed")


class Basis(TextChoices):
    """What an alarm rests on; the three are never mixed."""

    OBSERVED = "observed", _("Observed")
    FORECAST = "forecast", _("Forecast to reach")
    SILENCE = "silence", _("No data")


class Cause(TextChoices):
    """Why an alarm stood: said when it is closed; what was no danger feeds the review of thresholds (ISA-18.2, clause 16)."""

    DANGER = "danger", _("Real danger, handled")
    THRESHOLD = "threshold", _("No danger: the threshold is too low")
    INSTRUMENT = "instrument", _("Fault of the gauge or the line")
    MAINTENANCE = "maintenance", _("Maintenance or test")
    OTHER = "other", _("Other (say what)")


#: An alarm that came back this often is chattering (proposal, K-).
FLAPS = 3
OPEN = (AlarmState.RAISED, AlarmState.ACKNOWLEDGED, AlarmState.SHELVED)
