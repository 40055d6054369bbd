"""Enumerations of warning: states, colours, and how a colour reads in CAP."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.lib.levels import COLOURS as COLOURS


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    PUBLISHED = "published", _("In force")
    UPDATED = "updated", _("Updated")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: What CAP's own words of a warning are called.
CAP_WORDS = {
    "Observed": _("Observed"),
    "Likely": _("Likely"),
    "Possible": _("Possible"),
    "Unlikely": _("Unlikely"),
    "Unknown": _("Not known"),
    "Immediate": _("Act at once"),
    "Expected": _("Act within the hour"),
    "Future": _("Act in time"),
    "Past": _("No longer urgent"),
    "Shelter": _("Take shelter"),
    "Evacuate": _("Move to safety"),
    "Prepare": _("Be prepared"),
    "Execute": _("Carry out what was prepared"),
    "Avoid": _("Keep away"),
    "Monitor": _("Keep informed"),
    "Assess": _("Judge the situation"),
    "AllClear": _("All clear"),
    "None": _("Nothing to do"),
}
#: How the program's own actors are named; whatever else drafted a warning was a person.
PROGRAM = "system:"
#: Drafted and not yet decided.
PENDING = (State.DRAFT, State.SIGNED)
#: What the public may read: everything that ever was in force.
PUBLIC = (State.PUBLISHED, State.UPDATED, State.CANCELLED, State.EXPIRED)


class Level(IntegerChoices):
    BLUE = 1, _("Blue")
    YELLOW = 2, _("Yellow")
    ORANGE = 3, _("Orange")
    RED = 4, _("Red")


class MessageStatus(TextChoices):
    ACTUAL = "Actual", _("Actual")
    EXERCISE = "Exercise", _("Exercise")


class MessageType(TextChoices):
    ALERT = "Alert", _("First issue")
    UPDATE = "Update", _("Update")
    CANCEL = "Cancel", _("Cancellation")


class CallState(TextChoices):
    CALLING = "calling", _("Calling")
    ANSWERED = "answered", _("Answered")
    UNANSWERED = "unanswered", _("Not answered")
    STOPPED = "stopped", _("Called off")


class Accuracy(TextChoices):
    """By which formula a city tells how accurate its warnings are (indicator 10): the official one is not published."""

    SUCCESS = "success", _("warnings that something came of")
    POD = "pod", _("events that were warned of by their peak")
    CSI = "csi", _("hits among events and false alarms")


class OrderState(TextChoices):
    IN_FORCE = "in_force", _("In force")
    REVOKED = "revoked", _("Revoked")


class RingOutcome(TextChoices):
    """What came of ringing somebody for a village."""

    UNDERSTOOD = "understood", _("Spoke to them, they understood")
    OTHERWISE = "otherwise", _("Told in another way, confirmed")
    NOBODY = "nobody", _("Nobody picked up")
    WRONG = "wrong", _("Wrong number")


#: What confirms that a village knows.
CONFIRMS = (RingOutcome.UNDERSTOOD, RingOutcome.OTHERWISE)
COLOURS_ZH = {Level.BLUE: "蓝色", Level.YELLOW: "黄色", Level.ORANGE: "橙色", Level.RED: "红色"}
#: How a level reads in an English warning, whatever language its drafter works in.
COLOURS_EN = {level: level.name.lower() for level in Level}
SEVERITY = {Level.BLUE: "Minor", Level.YELLOW: "Moderate", Level.ORANGE: "Severe", Level.RED: "Extreme"}
