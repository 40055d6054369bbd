"""Where warnings of others come from, and the warnings as they came."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from anlan.apps.exchange.choices import LEVELS, ForeignState, Sealed, Taken
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record
from anlan.lib.levels import COLOURS


class Feed(Named, Record):
    """A sender of warnings: its address where it is polled, and what its warnings are taken for."""

    shared_down = True
    code = models.SlugField(_("Code"), max_length=40, unique=True, db_index=False)
    url = models.URLField(_("Address of the feed"), max_length=500, blank=True)
    taken = models.CharField(_("Its warnings are taken"), max_length=12, choices=Taken.choices, default=Taken.INFORMATION)
    sender = models.CharField(_("Sender that it may speak for"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Warning feed")


class Poll(models.Model):
    """How a feed was asked last. Operational, like a heartbeat."""

    feed = models.OneToOneField(Feed, models.CASCADE, related_name="poll")
    etag = models.CharField(max_length=200, default="")
    asked_at = models.DateTimeField(_("Last asked"), null=True)
    next_at = models.DateTimeField(null=True)
    failed = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(_("Last error"), max_length=300, default="")
    told = models.CharField(max_length=300, default="")
    seen = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Poll of a feed")


class ForeignWarning(Record):
    """A message of somebody else (CAP, a weather signal, one of a public list), as it came: never ours, never sent on by itself."""

    #: What is said of the whole city is said of each county.
    shared_down = True
    life = Life(
        Move("draft", ForeignState.IN_FORCE),
        Move("be_replaced", ForeignState.IN_FORCE, ForeignState.REPLACED, stamps="ended"),
        Move("be_cancelled", ForeignState.IN_FORCE, ForeignState.CANCELLED, stamps="ended"),
        Move("expire", ForeignState.IN_FORCE, ForeignState.OVER, stamps="ended"),
        # Judged as it is taken in: such a message begins there.
        Move("set_aside", ForeignState.IN_FORCE, ForeignState.ASIDE),
    )

    feed = models.ForeignKey(Feed, models.PROTECT, verbose_name=_("Warning feed"), related_name="warnings")
    sender = models.CharField(_("Sender"), max_length=200)
    identifier = models.CharField(_("Identifier"), max_length=200)
    sent_at = models.DateTimeField(_("Sent"))
    status = models.CharField(_("Status"), max_length=10)
    message_type = models.CharField(_("Type"), max_length=10)
    references = ArrayField(models.CharField(max_length=500), verbose_name=_("Refers to"), default=list, blank=True)
    event = models.CharField(_("Event"), max_length=200, blank=True)
    event_codes = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    level = models.PositiveSmallIntegerField(_("Level"), choices=LEVELS, default=0)
    sender_name = models.CharField(_("Issued by"), max_length=200, blank=True)
    headline = models.CharField(_("Headline"), max_length=300)
    description = models.TextField(_("Description"), blank=True)
    instruction = models.TextField(_("What to do"), blank=True)
    expires_at = models.DateTimeField(_("Valid until"), null=True, blank=True)
    divisions = ArrayField(models.CharField(max_length=12), verbose_name=_("Divisions"), default=list)
    outline = models.MultiPolygonField(_("Outline"), srid=4326, null=True, blank=True)
    sealed = models.CharField(_("Signature"), max_length=6, choices=Sealed.choices, default=Sealed.NONE)
    state = models.CharField(_("State"), max_length=10, choices=ForeignState.choices, default=ForeignState.IN_FORCE)
    taken_at = models.DateTimeField(_("Taken in"))
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    #: Our draft that was made of it.
    drafted = models.BigIntegerField(_("Passed on by"), null=True, blank=True)
    #: The first message that tells the same warning by another feed.
    same_as = models.BigIntegerField(_("The same warning by another feed"), null=True, blank=True)
    xml = models.TextField(_("Message as it came"))

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["sender", "identifier", "sent_at"], name="a_foreign_message_once")]
        indexes = [models.Index(fields=["state", "expires_at"])]
        verbose_name = _("Foreign warning")

    def __str__(self) -> str:
        return self.headline or self.event

    @property
    def colour(self) -> str:
        """Return the colour of its level, "" where it says none."""
        return COLOURS.get(self.level, "")
