"""Enumerations of messages."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

#: The channel whose addressees stand in villages and have not subscribed.
LOUDSPEAKER = "loudspeaker"


#: The hazard level that a message tells.
LEVELS = [(0, _("No level")), (1, _("Blue")), (2, _("Yellow")), (3, _("Orange")), (4, _("Red"))]


class ReceiptState(TextChoices):
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Failed")


#: What messages are about, as their senders say it.
KINDS = {
    "warning": _("Warning"),
    "callout": _("Call to answer"),
    "difference": _("A channel took something else"),
    "reachtest": _("Reach test"),
    "rehearsal": _("Rehearsal"),
    "selftest": _("Silent test of loudspeakers"),
    "escalation": _("Escalation"),
    "response": _("Response"),
    "task": _("Task"),
    "order": _("Dispatch order"),
    "incident": _("Incident"),
    "closure": _("Closed road"),
    "test": _("Test of an address"),
    "invitation": _("Invitation to sign in"),
    "security": _("Notice about signing in"),
    "subscription": _("Subscription to warnings"),
    "transfer": _("Transfer action"),
}
#: What the things are called that messages speak of: the first word of `about` ("warning:12").
THINGS = {
    "alarm": _("Alarm"),
    "broadcast": _("Broadcast"),
    "call": _("Call to answer"),
    "incident": _("Incident"),
    "inject": _("Inject"),
    "invitation": _("Invitation to sign in"),
    "order": _("Dispatch order"),
    "rapidreport": _("Rapid report"),
    "reachtest": _("Reach test"),
    "rehearsal": _("Rehearsal"),
    "report": _("Incident report"),
    "response": _("Response"),
    "subscription": _("Subscription to warnings"),
    "task": _("Task"),
    "transfer": _("Transfer action"),
    "warning": _("Warning"),
}
#: Kinds that go to one address alone, whatever becomes of them there.
ALONE = frozenset({"test", "invitation", "subscription", "reachtest"})


class SubscriberState(TextChoices):
    ASKED = "asked", _("Asked, not yet confirmed")
    ACTIVE = "active", _("Subscribed")
    ENDED = "ended", _("Unsubscribed")


class SpeakerKind(TextChoices):
    HORN = "horn", _("Loudspeaker")
    SIREN = "siren", _("Siren")


class SelfTest(TextChoices):
    """What became of a loudspeaker's newest silent test."""

    NONE = "untested", _("Not tested yet")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Told a fault")
    SILENT = "silent", _("Did not answer")


class BroadcastState(TextChoices):
    FILLING = "filling", _("Being queued")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Sent to all")
    STOPPED = "stopped", _("Called off")


class Lane(IntegerChoices):
    URGENT = 0, _("Urgent")
    ROUTINE = 1, _("Routine")


class ParcelState(IntegerChoices):
    """How far one addressee's copy of a broadcast is."""

    WAITING = 0, _("Waiting")
    TAKEN = 1, _("Being handed over")
    SENT = 2, _("Sent")
    DELIVERED = 3, _("Delivered")
    FAILED = 4, _("Failed")
    LAPSED = 5, _("Too late, not sent")
    RENDERED = 6, _("Rendered, not sent (exercise)")


class Said(IntegerChoices):
    """What was said of a copy: by us, or by the peer of its channel."""

    ACCEPTED = 2, _("Accepted by the channel")
    DELIVERED = 3, _("Delivered")
    FAILED = 4, _("Refused for good")
    AGAIN = 5, _("Did not get through, tried again")
    DOUBTED = 6, _("Line lost before an answer: may arrive twice")
    DOUBLE = 7, _("Reported twice")
    STRAY = 8, _("Report that belongs to nothing we sent")


#: How a line stands, in words.
LINE_STATES = {"open": _("Connected"), "connecting": _("Connecting"), "resting": _("Left alone for now"), "closed": _("Closed")}
