"""Messages and their receipts."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.bilingual import spoken
from anlan.apps.messages.choices import LEVELS, LINE_STATES, BroadcastState, Lane, SelfTest, SpeakerKind, SubscriberState
from anlan.apps.messages.choices import ReceiptState as S
from anlan.apps.messages.codes import Coded, about_in_words, holder_in_words, kind_in_words
from anlan.apps.messages.faults import in_words
from anlan.apps.people.api import mask
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Named, Record, Reference


class Message(Record):
    """Something said to somebody, and why."""

    #: Where nothing happened, nobody was told.
    is_trace = True

    kind = Coded(_("Kind"), max_length=30, told=kind_in_words)
    subject = models.CharField(_("Subject"), max_length=200)
    body = models.TextField(_("Text"))
    urgent = models.BooleanField(_("Urgent"), default=False)
    about = Coded(_("About"), max_length=60, blank=True, told=about_in_words)
    queued_at = models.DateTimeField(_("Queued at"))
    #: What a call says of it; "" for what of the text can be said. What a listener may press 1, 2, 3 … for.
    spoken = models.TextField(_("What a call says"), blank=True)
    choices = models.JSONField(_("What a listener may press"), default=list, blank=True)

    extra_api_fields = ("kind_label", "about_label")

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [models.Index(fields=["about"])]
        verbose_name = _("Message")

    def __str__(self) -> str:
        return spoken(self.subject)

    @property
    def kind_label(self) -> str:
        """Return what the message is about, in words."""
        return kind_in_words(self.kind)

    @property
    def about_label(self) -> str:
        """Return which record the message speaks of, in words."""
        return about_in_words(self.about)


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


class ReachTestDay(Reference):
    """On which day of the month, from which hour on, a division's reach test is ordered by itself; day 0: never."""

    mirrored = True

    division = models.CharField(_("Division code"), max_length=12, unique=True, db_collation="C")
    day = models.PositiveSmallIntegerField(_("Day of the month"), default=0)
    hour = models.PositiveSmallIntegerField(_("Hour"), default=10)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["division"]
        verbose_name = _("Day of the reach test")

    def __str__(self) -> str:
        return f"{self.division} {self.day}"


class ReachTest(Record):
    """A test message to every address of the posts of a division: whom it reaches, by which channel, and who answers."""

    is_trace = True
    #: A county reads of the city's test what it brought in its own villages: by its receipts, which are not shared.
    shared_down = True

    ordered_at = models.DateTimeField(_("Test begun at"))
    ordered_by = models.CharField(_("Test begun by"), max_length=150)
    #: An answer counts until then, and no second test begins on this ground before.
    until = models.DateTimeField(_("Answers count until"))
    posts = models.PositiveIntegerField(_("Posts there"))
    addresses = models.PositiveIntegerField(_("Addresses"))

    class Meta:
        ordering = ["-ordered_at", "-id"]
        verbose_name = _("Reach test")

    def __str__(self) -> str:
        return f"{name_of('area', self.area)} {localtime(self.ordered_at):%Y-%m-%d}"

    @property
    def about(self) -> str:
        """Return what its message and receipts are about."""
        return f"reachtest:{self.pk}"


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

    @property
    def fault(self) -> str:
        """Return what is wrong with it, in words."""
        return in_words(self.error)


class LineHealth(models.Model):
    """How a line that carries broadcasts stands, told by its worker every few seconds. Operational, like a heartbeat."""

    peer = models.CharField(_("Peer"), max_length=120)
    worker = models.CharField(_("Process"), max_length=60)
    channel = models.CharField(_("Channel"), max_length=20)
    state = models.CharField(_("State"), max_length=20)
    binds = models.PositiveSmallIntegerField(_("Connections"), default=0)
    waiting = models.PositiveIntegerField(_("Under way"), default=0)
    per_second = models.FloatField(_("Messages a second"), default=0)
    throttled = models.PositiveIntegerField(_("Throttled"), default=0)
    reconnected = models.PositiveIntegerField(_("Connected anew"), default=0)
    error = models.CharField(_("Last error"), max_length=300, blank=True)
    seen_at = models.DateTimeField(_("Last heard of"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "worker"], name="line_per_peer_and_worker")]
        verbose_name = _("Line")

    def __str__(self) -> str:
        return f"{self.peer} {self.state}"

    @property
    def fault(self) -> str:
        """Return what is wrong with it, in words."""
        return in_words(self.error)

    @property
    def state_label(self) -> str:
        """Return how the line stands, in words."""
        return str(LINE_STATES.get(self.state, self.state))


class Receipt(Record):
    """One message at one address: what became of it. When it fails for good, the recipient's next address gets the next rung."""

    journal_masks = ("address",)
    extra_api_fields = ("fault",)
    life = Life(
        Move("send", S.QUEUED, S.SENT),
        Move("deliver", (S.QUEUED, S.SENT), S.DELIVERED, stamps="delivered"),
        Move("fail", (S.QUEUED, S.SENT), S.FAILED),
        Move("resend", S.FAILED, S.QUEUED),
        Move("answer", (S.QUEUED, S.SENT, S.DELIVERED, S.FAILED), S.ANSWERED, stamps="answered"),
    )

    message = models.ForeignKey(Message, verbose_name=_("Message"), on_delete=models.PROTECT, related_name="receipts")
    recipient = models.CharField(_("Recipient"), max_length=120)
    recipient_code = Coded(_("Recipient's code"), max_length=60, blank=True, told=holder_in_words)
    channel = models.CharField(_("Channel"), max_length=20)
    address = models.CharField(_("Address"), max_length=700)
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
    said = models.CharField(_("What they answered"), max_length=80, blank=True)

    class Meta:
        ordering = ["message_id", "id"]
        indexes = [models.Index(fields=["next_at", "id"], condition=models.Q(state="queued"), name="receipt_queued")]
        verbose_name = _("Receipt")

    def __str__(self) -> str:
        return f"{self.to} · {self.get_state_display()}"

    @property
    def fault(self) -> str:
        """Return what went wrong last, in words."""
        return in_words(self.error)

    @property
    def to(self) -> str:
        """Return the recipient in the reader's language; as it was called then where nobody knows its code any more."""
        name = holder_in_words(self.recipient_code)
        return self.recipient if name == self.recipient_code else name


class Subscriber(Record):
    """Somebody of the public who wants the warnings of a place at an address of their own, told only after confirming it."""

    journal_masks = ("address", "location")
    life = Life(
        Move("confirm", SubscriberState.ASKED, SubscriberState.ACTIVE, stamps="confirmed"),
        Move("unsubscribe", (SubscriberState.ASKED, SubscriberState.ACTIVE), SubscriberState.ENDED, stamps="ended"),
    )

    channel = models.CharField(_("Channel"), max_length=20)
    address = models.CharField(_("Address"), max_length=700)
    language = models.CharField(_("Language"), max_length=7, default="zh")
    #: Where they are, if they said so: outlines that are drawn reach them by it.
    location = models.PointField(_("Location"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=8, choices=SubscriberState.choices, default=SubscriberState.ASKED)
    tries = models.PositiveSmallIntegerField(_("Wrong codes"), default=0)
    asked_at = models.DateTimeField(_("Asked at"))
    confirmed_at = models.DateTimeField(_("Confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Unsubscribed at"), null=True, blank=True)
    #: Made by `anlan simulate subscribers`; nobody lives there, and only a peer on this machine is told.
    synthetic = models.BooleanField(_("Synthetic"), default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["area", "channel"], condition=models.Q(state="active"), name="subscriber_active"),
            models.Index(fields=["address"], name="subscriber_address"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address", "area"],
                condition=models.Q(state__in=["asked", "active"]),
                name="one_subscription_per_place",
            )
        ]
        verbose_name = _("Subscriber")

    def __str__(self) -> str:
        return f"{name_of('channel', self.channel)} {self.masked_address}"

    @property
    def masked_address(self) -> str:
        """Return the address with its middle hidden."""
        if self.channel == "web_push":  # of a browser no more than its push service
            return urlsplit(self.address.partition(" ")[0]).hostname or ""
        return mask(self.address)


class Loudspeaker(Named, Record):
    """A loudspeaker or siren of a village that plays what the broker of devices brings it.

    A trigger keeps the subscriber by which broadcasts address it: like its key, place and whether it is in service.
    """

    mirrored = True

    address = models.CharField(
        _("Key at the broker"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+$", _("Letters, digits, - and _ alone."))],
    )
    kind = models.CharField(_("Kind"), max_length=8, choices=SpeakerKind.choices, default=SpeakerKind.HORN)
    in_service = models.BooleanField(_("In service"), default=True)
    location = models.PointField(_("Location"), srid=4326, null=True, blank=True)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    test_state = models.CharField(_("Silent test"), max_length=8, choices=SelfTest.choices, default=SelfTest.NONE)
    tested_at = models.DateTimeField(_("Tested"), null=True, blank=True)
    #: Made by `anlan simulate speakers`: hangs nowhere.
    synthetic = models.BooleanField(_("Synthetic"), default=False)

    class Meta:
        ordering = ["address"]
        verbose_name = _("Loudspeaker")


class Broadcast(Record):
    """One message to everybody subscribed in a ground: journalled as a whole, its copies lie in partitions by day (ADR 10)."""

    is_trace = True
    extra_api_fields = ("kind_label",)
    life = Life(
        Move("fill", BroadcastState.FILLING, BroadcastState.SENDING, stamps="filled"),
        Move("finish", BroadcastState.SENDING, BroadcastState.DONE, stamps="ended"),
        Move("stop", (BroadcastState.FILLING, BroadcastState.SENDING), BroadcastState.STOPPED, stamps="ended"),
    )

    kind = Coded(_("Kind"), max_length=30, told=kind_in_words)
    subject = models.CharField(_("Subject"), max_length=200)
    about = Coded(_("About"), max_length=60, blank=True, told=about_in_words)
    lane = models.PositiveSmallIntegerField(_("Lane"), choices=Lane.choices, default=Lane.ROUTINE)
    #: The hazard level that channels show, 0 for none.
    level = models.PositiveSmallIntegerField(_("Level"), choices=LEVELS, default=0)
    #: The channels that it goes by; none for all.
    channels = ArrayField(models.CharField(max_length=20), verbose_name=_("Channels"), default=list, blank=True)
    #: How many took another level or ground than they were told.
    differing = models.PositiveIntegerField(_("Took something else"), default=0)
    #: What each channel says in each language: {"sms": {"zh": …, "en": …}, "*": {…}}.
    texts = models.JSONField(_("Texts"))
    #: The ground: divisions, and a drawn outline.
    areas = models.JSONField(_("Divisions"), default=list, blank=True)
    outline = models.MultiPolygonField(_("Outline"), null=True, blank=True)
    #: The towns that the outline touches: they stand in for subscribers who did not say where they are.
    towns = models.JSONField(default=list, blank=True)
    state = models.CharField(_("State"), max_length=8, choices=BroadcastState.choices, default=BroadcastState.FILLING)
    #: The day of its copies' partition.
    day = models.DateField(_("Day"))
    total = models.PositiveIntegerField(_("Addressees"), default=0)
    queued_at = models.DateTimeField(_("Queued at"))
    filled_at = models.DateTimeField(_("All queued at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    #: After this instant nothing of it is sent any more.
    expires_at = models.DateTimeField(_("Valid until"))

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [models.Index(fields=["about"], name="broadcast_about")]
        verbose_name = _("Broadcast")

    def __str__(self) -> str:
        return spoken(self.subject)

    @property
    def kind_label(self) -> str:
        """Return what the broadcast is about, in words."""
        return kind_in_words(self.kind)

    def text_for(self, channel: str, language: str) -> str:
        """Return what a channel says in a language; where it has none of its own English, and Chinese where there is none either."""
        known = self.texts.get(channel) or self.texts.get("*", {})
        return next((str(text) for one in (language, "en", "zh") if (text := known.get(one))), "")
