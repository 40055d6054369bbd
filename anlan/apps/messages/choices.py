"""Enumerations of messages."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
