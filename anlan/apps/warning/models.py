"""Warnings, the areas they are for and the calls they cause (records); issuing bodies, hazards, words, call-out rules (reference)."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.choices import (
    COLOURS,
    CONFIRMS,
    PENDING,
    Accuracy,
    CallState,
    Level,
    MessageStatus,
    MessageType,
    OrderState,
    RingOutcome,
    State,
)
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Record, Reference


class IssuingBody(Reference):
    """Who may speak for a division: the sender of its warnings (CAP `sender`, GB/T 35965.1 agency) and its duty post."""

    mirrored = True

    division = models.CharField(_("Division code"), max_length=12, unique=True, db_collation="C")
    organisation = models.CharField(_("Organisation"), max_length=60)
    name_zh = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    sender = models.CharField(_("Sender"), max_length=100)
    agency = models.CharField(_("Agency code"), max_length=3)
    contact = models.CharField(_("Contact"), max_length=150, blank=True)
    duty_post = models.CharField(_("Duty post"), max_length=60)
    #: From so many subscribers on, whoever publishes must be another person than whoever signed; none: never.
    second_person_from = models.PositiveIntegerField(_("Second person from so many subscribers"), null=True, blank=True)
    #: By which formula its indicator of accuracy is told; the city's body decides.
    accuracy = models.CharField(_("Formula of accuracy"), max_length=10, choices=Accuracy.choices, default=Accuracy.SUCCESS)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["division"]
        verbose_name = _("Issuing body")

    def __str__(self) -> str:
        return str(localised(self.name_zh, self.name_en))


class HazardKind(Reference):
    """A hazard that warnings may be about: its names, national event code and CAP category."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=30, unique=True)
    name_zh = models.CharField(_("Name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    event_code = models.CharField(_("Event code"), max_length=5)
    category = models.CharField(_("Category"), max_length=10)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["event_code", "code"]
        verbose_name = _("Hazard")

    def __str__(self) -> str:
        return str(localised(self.name_zh, self.name_en))


class WarningText(Reference):
    """The words to begin with for a hazard at a level (0: its cancellation; hazard "*": any)."""

    mirrored = True

    hazard = models.CharField(_("Hazard"), max_length=30)
    level = models.PositiveSmallIntegerField(_("Level"))
    response = models.CharField(_("Response type"), max_length=10)
    headline_zh = models.CharField(_("Headline (Chinese)"), max_length=150)
    description_zh = models.TextField(_("Description (Chinese)"))
    instruction_zh = models.TextField(_("What to do (Chinese)"), blank=True)
    headline_en = models.CharField(_("Headline (English)"), max_length=200)
    description_en = models.TextField(_("Description (English)"))
    instruction_en = models.TextField(_("What to do (English)"), blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["hazard", "level"]
        constraints = [models.UniqueConstraint(fields=["hazard", "level"], name="one_text_per_hazard_and_level")]
        verbose_name = _("Warning text")

    def __str__(self) -> str:
        return f"{self.hazard} {self.level}"


class Language(Reference):
    """A further language that warnings speak beside Chinese and English, and the few words of it that every message needs."""

    mirrored = True

    code = models.CharField(_("Code (BCP 47)"), max_length=7, unique=True)
    #: As its readers call it.
    name = models.CharField(_("Name"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    #: How the four levels read, from blue to red; a headline holds the one that is meant.
    colours = ArrayField(models.CharField(max_length=40), verbose_name=_("Level"), size=4)
    exercise = models.CharField(_("Exercise mark"), max_length=40)
    leave_word = models.CharField(_("How a text message says to leave"), max_length=100)
    leave_link = models.CharField(_("Before the link by which one leaves"), max_length=60)
    #: The public page's own words (`languages.FRAME`): all of them, or none and the page is English around the warning.
    frame = models.JSONField(_("Words of the public page"), default=dict, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Language of warnings")

    def __str__(self) -> str:
        return str(localised(self.name_zh, self.name_en))


class LanguageText(Reference):
    """The words to begin with in a further language for a hazard at a level (0: its cancellation; hazard "*": any)."""

    mirrored = True

    language = models.CharField(_("Language"), max_length=7)
    hazard = models.CharField(_("Hazard"), max_length=30)
    level = models.PositiveSmallIntegerField(_("Level"))
    event = models.CharField(_("Event"), max_length=80, blank=True)
    headline = models.CharField(_("Headline"), max_length=200)
    description = models.TextField(_("Description"), blank=True)
    instruction = models.TextField(_("What to do"), blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["language", "hazard", "level"]
        constraints = [
            models.UniqueConstraint(fields=["language", "hazard", "level"], name="one_text_per_language_hazard_and_level")
        ]
        verbose_name = _("Warning text in a further language")

    def __str__(self) -> str:
        return f"{self.language} {self.hazard} {self.level}"


class CalloutRule(Reference):
    """From which level on villages are called until somebody answers (叫应), and how long each post has (hazard "*": any)."""

    mirrored = True

    hazard = models.CharField(_("Hazard"), max_length=30)
    level = models.PositiveSmallIntegerField(_("From level"), choices=Level.choices)
    minutes = models.PositiveSmallIntegerField(_("Minutes to answer"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["hazard", "level"]
        constraints = [models.UniqueConstraint(fields=["hazard", "level"], name="one_callout_rule_per_hazard_and_level")]
        verbose_name = _("Call-out rule")

    def __str__(self) -> str:
        return f"{self.hazard} {self.level}"


class StandingOrder(Record):
    """What two persons have allowed beforehand: warnings of a hazard from a level on, drafted of an observed alarm, go out at once."""

    life = Life(Move("revoke", OrderState.IN_FORCE, OrderState.REVOKED, stamps="revoked"))

    hazard = models.CharField(_("Hazard"), max_length=30)
    from_level = models.PositiveSmallIntegerField(_("Least level"), choices=Level.choices)
    until = models.DateTimeField(_("Holds until"))
    basis = models.CharField(_("Basis"), max_length=300)
    ordered_by = models.CharField(_("Confirmed by"), max_length=150)
    state = models.CharField(_("State"), max_length=10, choices=OrderState.choices, default=OrderState.IN_FORCE)
    revoked_at = models.DateTimeField(_("Revoked"), null=True, blank=True)
    revoked_by = models.CharField(_("Revoked by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-until", "-id"]
        verbose_name = _("Standing order")

    def __str__(self) -> str:
        hazard, level, area = name_of("hazard", self.hazard), self.get_from_level_display(), name_of("area", self.area)
        return str(_("%(hazard)s from %(level)s, %(area)s") % {"hazard": hazard, "level": level, "area": area})


class Warning(Record):
    """A message to the public that danger threatens; a draft is seen by those who make it only."""

    shared_down = True
    shared_once = "published_at"
    journal_masks = ("published_xml",)
    life = Life(
        Move("sign", State.DRAFT, State.SIGNED, stamps="signed"),
        Move("revise", State.DRAFT),
        Move("rehearse", PENDING),
        Move("publish", State.SIGNED, State.PUBLISHED, stamps="published"),
        Move("withdraw", PENDING, State.WITHDRAWN, stamps="ended"),
        Move("cancel", State.PUBLISHED),  # a message of its own is drafted; it takes this one out of force when it is published
        Move("be_cancelled", State.PUBLISHED, State.CANCELLED, stamps="ended"),
        Move("be_updated", State.PUBLISHED, State.UPDATED, stamps="ended"),
        Move("expire", State.PUBLISHED, State.EXPIRED, stamps="ended"),
    )

    identifier = models.CharField(_("Identifier"), max_length=40, unique=True)
    issuer = models.CharField(_("Issued by"), max_length=12, blank=True)
    hazard = models.CharField(_("Hazard"), max_length=30)
    event_code = models.CharField(_("Event code"), max_length=5)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.DRAFT)
    message_type = models.CharField(_("Type"), max_length=6, choices=MessageType.choices, default=MessageType.ALERT)
    status = models.CharField(_("Status"), max_length=8, choices=MessageStatus.choices, default=MessageStatus.ACTUAL)
    headline_zh = models.CharField(_("Headline (Chinese)"), max_length=150)
    description_zh = models.TextField(_("Description (Chinese)"))
    instruction_zh = models.TextField(_("What to do (Chinese)"), blank=True)
    headline_en = models.CharField(_("Headline (English)"), max_length=200, blank=True)
    description_en = models.TextField(_("Description (English)"), blank=True)
    instruction_en = models.TextField(_("What to do (English)"), blank=True)
    response = models.CharField(_("Response type"), max_length=10, blank=True)
    urgency = models.CharField(_("Urgency"), max_length=10, default="Expected")
    certainty = models.CharField(_("Certainty"), max_length=10, default="Observed")
    onset_at = models.DateTimeField(_("Danger from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("Valid until"))
    audience = models.PositiveIntegerField(_("Audience"), null=True, blank=True)
    #: The ways by which it goes to subscribers, loudspeakers, screens; none: by all that there are.
    channels = ArrayField(models.CharField(max_length=20), verbose_name=_("Goes out by"), default=list, blank=True)
    station = models.CharField(_("Station"), max_length=40, blank=True)
    alarm = models.BigIntegerField(_("Alarm"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", verbose_name=_("Replaces"), null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    order = models.ForeignKey(
        StandingOrder, verbose_name=_("Released by the order"), null=True, blank=True, on_delete=models.PROTECT
    )
    #: The foreign warning that it passes on, by its number (exchange), and what became of that since.
    passes_on = models.BigIntegerField(_("Passes on"), null=True, blank=True)
    source_ended = models.CharField(_("What became of its source"), max_length=200, blank=True)
    drafted_by = models.CharField(_("Drafted by"), max_length=150)
    drafted_at = models.DateTimeField(_("Drafted"))
    signed_by = models.CharField(_("Signed by"), max_length=150, blank=True)
    signed_at = models.DateTimeField(_("Signed at"), null=True, blank=True)
    signed_digest = models.CharField(_("Digest of what was signed"), max_length=64, blank=True)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)
    published_xml = models.TextField(_("CAP message as published"), blank=True)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        indexes = [models.Index(fields=["state", "hazard"])]
        verbose_name = _("Warning")

    def __str__(self) -> str:
        return str(localised(self.headline_zh, self.headline_en))

    @property
    def headline_pair(self) -> tuple[str, str]:
        """Return the headline for a message in both languages; the Chinese twice where there is no English."""
        return self.headline_zh, self.headline_en or self.headline_zh

    def get_state_display(self) -> str:
        """Return the state in words; a public cancellation ends something and is not itself in force."""
        ends = self.state == State.PUBLISHED and self.message_type == MessageType.CANCEL
        return str(_("Made public") if ends else State(self.state).label)

    @property
    def source_url(self) -> str:
        """Return where the foreign warning is found that it passes on, "" for none."""
        return reverse("desk:exchange_foreign_page", args=[self.passes_on]) if self.passes_on else ""

    @property
    def colour(self) -> str:
        """Return the colour of the level."""
        return COLOURS[Level(self.level)]

    @property
    def instruction(self) -> str:
        """Return what to do in the reader's language."""
        return str(localised(self.instruction_zh, self.instruction_en))


class WarningArea(Record):
    """One division (or a drawn outline) that a warning is for."""

    shared_down = True
    shared_once = "published_at"

    warning = models.ForeignKey(Warning, verbose_name=_("Warning"), on_delete=models.PROTECT, related_name="areas")
    division = models.CharField(_("Division"), max_length=12, blank=True)
    name = models.CharField(_("Name"), max_length=100)
    outline = models.MultiPolygonField(_("Outline"), srid=4326)
    population = models.PositiveIntegerField(_("Residents"), default=0)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)

    class Meta:
        ordering = ["warning_id", "division", "id"]
        verbose_name = _("Warning area")

    def __str__(self) -> str:
        return self.name


class WarningWords(Record):
    """What a warning says in one further language."""

    shared_down = True
    shared_once = "published_at"

    warning = models.ForeignKey(Warning, verbose_name=_("Warning"), on_delete=models.PROTECT, related_name="words")
    language = models.CharField(_("Language"), max_length=7)
    event = models.CharField(_("Event"), max_length=80)
    headline = models.CharField(_("Headline"), max_length=200)
    description = models.TextField(_("Description"), blank=True)
    instruction = models.TextField(_("What to do"), blank=True)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)

    class Meta:
        ordering = ["warning_id", "language"]
        constraints = [models.UniqueConstraint(fields=["warning", "language"], name="a_language_once_a_warning")]
        verbose_name = _("Words in a further language")

    def __str__(self) -> str:
        return self.headline


class Call(Record):
    """A post that is called about a warning until it answers (叫应); it answers for every village it stands for."""

    life = Life(
        Move("answer", (CallState.CALLING, CallState.UNANSWERED), CallState.ANSWERED, stamps="answered"),
        Move("give_up", CallState.CALLING, CallState.UNANSWERED),
        Move("stop", CallState.CALLING, CallState.STOPPED),
    )

    warning = models.ForeignKey(Warning, verbose_name=_("Warning"), on_delete=models.PROTECT, related_name="calls")
    post = models.CharField(_("Post"), max_length=60)
    name = models.CharField(_("Called"), max_length=120)
    state = models.CharField(_("State"), max_length=10, choices=CallState.choices, default=CallState.CALLING)
    called_at = models.DateTimeField(_("Called at"))
    due_at = models.DateTimeField(_("Answer by"))
    answered_at = models.DateTimeField(_("Answered"), null=True, blank=True)
    answered_by = models.CharField(_("Answered by"), max_length=150, blank=True)

    class Meta:
        ordering = ["warning_id", "called_at", "id"]
        constraints = [models.UniqueConstraint(fields=["warning", "post"], name="a_post_is_called_once_about_a_warning")]
        verbose_name = _("Call")

    def __str__(self) -> str:
        return f"{self.called} · {self.get_state_display()}"

    @property
    def called(self) -> str:
        """Return the post in the reader's language; as it was called then where nobody knows its code any more."""
        name = name_of("post", self.post)
        return self.name if name == self.post else name


class CalledVillage(Record):
    """A village that a warning must reach: the posts that stand for it in order, and the one called now."""

    warning = models.ForeignKey(Warning, verbose_name=_("Warning"), on_delete=models.PROTECT, related_name="villages")
    name = models.CharField(_("Village"), max_length=100)
    population = models.PositiveIntegerField(_("Residents"), null=True, blank=True)
    chain = ArrayField(models.CharField(max_length=60), verbose_name=_("Posts in order"), default=list)
    call = models.ForeignKey(
        Call, verbose_name=_("Called now"), null=True, blank=True, on_delete=models.PROTECT, related_name="villages"
    )

    class Meta:
        ordering = ["area"]
        constraints = [models.UniqueConstraint(fields=["warning", "area"], name="a_village_once_a_warning")]
        verbose_name = _("Village to reach")

    def __str__(self) -> str:
        name = name_of("area", self.area)
        return self.name if name == self.area else name


class Ring(Record):
    """Somebody was rung by telephone for a village that had not confirmed; what came of it is noted by whoever rang. Its area is the village."""

    is_trace = True

    warning = models.ForeignKey(Warning, verbose_name=_("Warning"), on_delete=models.PROTECT, related_name="rings")
    name = models.CharField(_("Village"), max_length=100)
    post = models.CharField(_("Post"), max_length=60, blank=True)
    outcome = models.CharField(_("What came of it"), max_length=10, choices=RingOutcome.choices)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    rung_at = models.DateTimeField(_("Rung at"))
    rung_by = models.CharField(_("Rung by"), max_length=150)

    class Meta:
        ordering = ["-rung_at", "-id"]
        indexes = [models.Index(fields=["warning", "area"], name="ring_per_village")]
        verbose_name = _("Call by telephone")

    def __str__(self) -> str:
        return f"{self.village} · {self.get_outcome_display()}"

    @property
    def village(self) -> str:
        """Return the village in the reader's language; as it was called then where nobody knows its code any more."""
        name = name_of("area", self.area)
        return self.name if name == self.area else name

    @property
    def confirms(self) -> bool:
        """Return whether it proves that the village knows."""
        return self.outcome in CONFIRMS

    @property
    def rung(self) -> str:
        """Return the post that was rung in the reader's language, "" for none."""
        return name_of("post", self.post) if self.post else ""


class HubSubscription(models.Model):
    """A system that is told of the public feed (WebSub), and what was last asked in its name. Operational, like a heartbeat."""

    callback = models.CharField(_("Callback"), max_length=500, unique=True)
    host = models.CharField(_("Reader"), max_length=255)
    secret = models.CharField(max_length=200, blank=True)
    #: What somebody asked and the reader has not confirmed yet: mode, lease, secret.
    wish = models.JSONField(null=True)
    wish_at = models.DateTimeField(null=True)
    wish_tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(_("Asked at"))
    #: The end of its lease; none before it has confirmed.
    until = models.DateTimeField(_("Told until"), null=True)
    #: The digest of the feed as it was told last.
    told = models.CharField(max_length=64, blank=True)
    told_at = models.DateTimeField(_("Last told"), null=True)
    failures = models.PositiveIntegerField(_("Failures in a row"), default=0)
    next_at = models.DateTimeField(null=True)
    fault = models.CharField(_("Last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Feed reader")

    def __str__(self) -> str:
        return self.host


class BrokerTopic(models.Model):
    """A warning whose CAP message stands at a broker. Operational, like a heartbeat."""

    broker = models.CharField(max_length=40)
    warning = models.BigIntegerField()
    identifier = models.CharField(max_length=40)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broker", "warning"], name="one_topic_per_broker_and_warning")]

    def __str__(self) -> str:
        return self.identifier


class BrokerHealth(models.Model):
    """How a broker of CAP stood when it was last told something. Operational as well."""

    broker = models.CharField(max_length=40, primary_key=True)
    tried_at = models.DateTimeField()
    #: What went wrong, "" where it took all.
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.broker
