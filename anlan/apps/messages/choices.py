"""Enumerations of messages."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.lib.ladders import Ladder


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
    "rehearsal": _("Rehearsal"),
    "escalation": _("Escalation"),
    "response": _("Response"),
    "task": _("Task"),
    "closure": _("Closed road"),
    "test": _("Test of an address"),
    "invitation": _("Invitation to sign in"),
    "security": _("Notice about signing in"),
}
#: What the things are called that messages speak of: the first word of `about` ("warning:12").
THINGS = {
    "alarm": _("Alarm"),
    "call": _("Call to answer"),
    "inject": _("Inject"),
    "invitation": _("Invitation to sign in"),
    "rehearsal": _("Rehearsal"),
    "response": _("Response"),
    "task": _("Task"),
    "warning": _("Warning"),
}
#: Kinds that go to one address alone, whatever becomes of them there.
ALONE = frozenset({"test", "invitation"})
#: Waits before the second, third and fourth attempt; then the receipt has failed (Anlan's own figure: no source gives one).
LADDER = Ladder((timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)))
