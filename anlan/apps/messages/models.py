"""Messages and their receipts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.choices import KINDS, THINGS
from anlan.apps.messages.choices import ReceiptState as S
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Record, Reference


class Message(Record):
    """Something said to somebody, and why."""

    #: Where nothing happened, nobody was told.
    is_trace = True

    kind = models.CharField(_("Kind"), max_length=30)
    subject = models.CharField(_("Subject"), max_length=200)
    body = models.TextField(_("Text"))
    urgent = models.BooleanField(_("Urgent"), default=False)
    about = models.CharField(_("About"), max_length=60, blank=True)
    queued_at = models.DateTimeField(_("Queued at"))

    told_in_words = ("kind_label", "about_label")

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [models.Index(fields=["about"])]
        verbose_name = _("Message")

    def __str__(self) -> str:
        return self.subject

    @property
    def kind_label(self) -> str:
        """Return what the message is about, in words."""
        return str(KINDS.get(self.kind, self.kind))

    @property
    def about_label(self) -> str:
        """Return which record the message speaks of, in words."""
        thing, _colon, number = self.about.partition(":")
        return f"{THINGS[thing]} {number}" if thing in THINGS else self.about


class ChannelLimit(Reference):
    """How many messages a channel takes a minute before its provider chokes or blocks us."""

    mirrored = True

    channel = models.CharField(_("Channel"), max_length=20, unique=True)
    per_minute = models.PositiveIntegerField(_("Messages a minute"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["channel"]
        verbose_name = _("Channel limit")

    def __str__(self) -> str:
        return f"{self.channel} {self.per_minute}"


class RetryWait(Reference):
    """How long a message that did not get through waits before its next attempt; after the last the receipt has failed."""

    mirrored = True

    attempt = models.PositiveSmallIntegerField(_("After attempt"), unique=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes to wait"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["attempt"]
        verbose_name = _("Wait before the next attempt")

    def __str__(self) -> str:
        return f"{self.attempt}: {self.minutes}"


class Circuit(models.Model):
    """A receiver that fails in a row: after a few failures it is left alone for a while. Operational, like a heartbeat."""

    channel = models.CharField(_("Channel"), max_length=20)
    host = models.CharField(_("Receiver"), max_length=255, blank=True)
    failures = models.PositiveIntegerField(_("Failures in a row"), default=0)
    failed_at = models.DateTimeField(_("Last failed"))
    open_until = models.DateTimeField(_("Left alone until"), null=True)
    error = models.CharField(_("Last error"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "host"], name="circuit_per_receiver")]
        ordering = ["channel", "host"]
        verbose_name = _("Circuit breaker")

    def __str__(self) -> str:
        return f"{self.channel} {self.host}".strip()


class Receipt(Record):
    """One message at one address: what became of it. When it fails for good, the recipient's next address gets the next rung."""

    journal_masks = ("address",)
    life = Life(
        Move("send", S.QUEUED, S.SENT),
        Move("deliver", S.QUEUED, S.DELIVERED, stamps="delivered"),
        Move("fail", S.QUEUED, S.FAILED),
        Move("resend", S.FAILED, S.QUEUED),
        Move("answer", (S.QUEUED, S.SENT, S.DELIVERED, S.FAILED), S.ANSWERED, stamps="answered"),
    )

    message = models.ForeignKey(Message, verbose_name=_("Message"), on_delete=models.PROTECT, related_name="receipts")
    recipient = models.CharField(_("Recipient"), max_length=120)
    recipient_code = models.CharField(max_length=60, blank=True)
    channel = models.CharField(_("Channel"), max_length=20)
    address = models.CharField(_("Address"), max_length=200)
    state = models.CharField(_("State"), max_length=10, choices=S.choices, default=S.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    next_at = models.DateTimeField(_("Next attempt"))
    rung = models.PositiveSmallIntegerField(_("Rung"), default=1)
    unreached = models.BooleanField(_("Nobody reached"), default=False)
    tried_at = models.DateTimeField(_("Last attempt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("Sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("Delivered"), null=True, blank=True)
    answered_at = models.DateTimeField(_("Answered"), null=True, blank=True)
    error = models.CharField(_("Last error"), max_length=300, blank=True)

    class Meta:
        ordering = ["message_id", "id"]
        indexes = [models.Index(fields=["next_at", "id"], condition=models.Q(state="queued"), name="receipt_queued")]
        verbose_name = _("Receipt")

    def __str__(self) -> str:
        return f"{self.to} · {self.get_state_display()}"

    @property
    def to(self) -> str:
        """Return the recipient in the reader's language; as it was called then where nobody knows its code any more."""
        names = (name_of(kind, self.recipient_code) for kind in ("unit", "post", "person"))
        return next((name for name in names if name != self.recipient_code), self.recipient)
