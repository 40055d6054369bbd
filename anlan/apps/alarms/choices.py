"""Enumerations of alarms: their states, what they rest on, why they stood."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class AlarmState(TextChoices):
    RAISED = "raised", _("Raised")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SHELVED = "shelved", _("Shelved")
    SUPPRESSED = "suppressed", _("Suppressed")
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
#: The open ones by whether somebody has answered.
UNANSWERED, ANSWERED = (AlarmState.RAISED,), (AlarmState.ACKNOWLEDGED, AlarmState.SHELVED)
#: Open, or kept back while it cannot be believed or means nothing: the condition is there.
STANDING = (*OPEN, AlarmState.SUPPRESSED)


class Priority(IntegerChoices):
    """In which order alarms are answered (ISA-18.2): by level and consequence, not by the clock."""

    EMERGENCY = 1, _("1 Emergency")
    HIGH = 2, _("2 High")
    MEDIUM = 3, _("3 Medium")
    LOW = 4, _("4 Low")


class Consequence(IntegerChoices):
    """What happens if nobody acts."""

    MINOR = 1, _("Minor")
    MODERATE = 2, _("Damage")
    SERIOUS = 3, _("Serious damage or injury")
    LIVES = 4, _("Lives")


class Origin(TextChoices):
    """What brings alarms about together; never more than ten, since so many groups may be looked at."""

    WATER = "water", _("Rain and water")
    WEATHER = "weather", _("Weather")
    GROUND = "ground", _("Ground and earthquake")
    FIRE = "fire", _("Fire")
    PLANT = "plant", _("Plants and works")
    TRAFFIC = "traffic", _("Traffic")
    LINK = "link", _("Stations without data")
    OTHER = "other", _("Other causes")


class Restraint(TextChoices):
    """Why an alarm is kept back."""

    OUT_OF_SERVICE = "out", _("Out of service")
    STATE = "state", _("Suppressed by state")
    OWNER = "owner", _("With the enterprise")


class Sign(TextChoices):
    """How a state is compared."""

    AT_LEAST = "ge", "≥"
    AT_MOST = "le", "≤"
    EQUAL = "eq", "="


class OutageState(TextChoices):
    IN_FORCE = "in_force", _("Out of service")
    ENDED = "ended", _("Back in service")


class ReportState(TextChoices):
    WRITTEN = "written", _("Handed over")
    TAKEN = "taken", _("Taken over")
