"""Alarms, the cards that say what each means, what keeps them back, and the reports of shifts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.choices import (
    FLAPS,
    STANDING,
    Basis,
    Cause,
    Consequence,
    Origin,
    OutageState,
    Priority,
    ReportState,
    Restraint,
    Sign,
)
from anlan.apps.alarms.choices import AlarmState as S
from anlan.apps.telemetry.kinds import Level
from anlan.apps.telemetry.kinds.hazards import hazard_choices
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record, Reference
from anlan.lib.levels import COLOURS


def gravity() -> models.Case:
    """Return in which order alarms want to be looked at: by level, of one level what was observed and nobody has answered first; silence and what is over last."""
    over = {S.SUPPRESSED: 2, S.RETURNED: 1, S.CLOSED: 0}
    unanswered = models.Q(state=S.RAISED)
    ten = models.F("level") * models.Value(10)
    return models.Case(
        *(models.When(state=state, then=models.Value(turn)) for state, turn in over.items()),
        models.When(basis=Basis.SILENCE, then=models.Value(3)),
        models.When(unanswered, basis=Basis.OBSERVED, then=ten + models.Value(3)),
        models.When(basis=Basis.OBSERVED, then=ten + models.Value(2)),
        models.When(unanswered, then=ten + models.Value(1)),
        default=ten,
        output_field=models.IntegerField(),
    )


class Alarm(Record):
    """A condition that someone must answer."""

    extra_api_fields = ("picture",)

    life = Life(
        Move("acknowledge", S.RAISED, S.ACKNOWLEDGED, stamps="acknowledged"),
        Move("shelve", (S.RAISED, S.ACKNOWLEDGED), S.SHELVED, stamps="shelved"),
        Move("unshelve", S.SHELVED, S.RAISED),
        Move("worsen", (S.ACKNOWLEDGED, S.SHELVED), S.RAISED),
        Move("suppress", (S.RAISED, S.ACKNOWLEDGED), S.SUPPRESSED, stamps="restrained"),
        Move("release", S.SUPPRESSED, S.RAISED),
        Move("return_to_normal", STANDING, S.RETURNED, stamps="returned"),
        Move("come_back", S.RETURNED, S.RAISED),
        Move("come_back_answered", S.RETURNED, S.ACKNOWLEDGED),
        Move("come_back_shelved", S.RETURNED, S.SHELVED),
        Move("come_back_suppressed", S.RETURNED, S.SUPPRESSED),
        Move("close", S.RETURNED, S.CLOSED, stamps="closed"),
    )

    station = models.ForeignKey("telemetry.Station", verbose_name=_("Station"), on_delete=models.PROTECT, related_name="alarms")
    datastream = models.ForeignKey("telemetry.Datastream", verbose_name=_("Quantity"), on_delete=models.PROTECT, related_name="+")
    hazard = models.CharField(_("Hazard"), max_length=30)
    basis = models.CharField(_("Rests on"), max_length=10, choices=Basis.choices, default=Basis.OBSERVED)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices)
    peak_level = models.PositiveSmallIntegerField(_("Highest level"), choices=Level.choices)
    state = models.CharField(_("State"), max_length=14, choices=S.choices, default=S.RAISED)
    value = models.FloatField(_("Value"))
    threshold = models.FloatField(_("Threshold"))
    window_hours = models.PositiveSmallIntegerField(_("Sum over hours"), default=0)
    peak_value = models.FloatField(_("Peak"))
    reading_at = models.DateTimeField(_("Time of the reading"))
    began_at = models.DateTimeField(_("Began"))
    batch = models.BigIntegerField(_("Batch"), null=True, blank=True)
    raised_at = models.DateTimeField(_("Raised"))
    acknowledged_at = models.DateTimeField(_("Acknowledged"), null=True, blank=True)
    acknowledged_by = models.CharField(_("Acknowledged by"), max_length=150, blank=True)
    answered_after = models.DurationField(_("Answered after"), null=True, blank=True)
    shelved_until = models.DateTimeField(_("Shelved until"), null=True, blank=True)
    shelved_by = models.CharField(_("Shelved by"), max_length=150, blank=True)
    shelved_reason = models.CharField(_("Reason for shelving"), max_length=300, blank=True)
    returned_at = models.DateTimeField(_("Returned"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    closed_by = models.CharField(_("Closed by"), max_length=150, blank=True)
    cause = models.CharField(_("Cause"), max_length=12, choices=Cause.choices, blank=True)
    closing_remark = models.CharField(_("Remark on closing"), max_length=300, blank=True)
    escalated_at = models.DateTimeField(_("Escalated"), null=True, blank=True)
    escalation = models.PositiveSmallIntegerField(_("Escalation step"), default=0)
    reopened = models.PositiveSmallIntegerField(_("Came back"), default=0)
    calm_since = models.DateTimeField(_("Calm since"), null=True, blank=True)
    origin = models.CharField(_("Brought about by"), max_length=10, choices=Origin.choices, default=Origin.OTHER)
    priority = models.PositiveSmallIntegerField(_("Priority"), choices=Priority.choices, default=Priority.LOW)
    restraint = models.CharField(_("Kept back"), max_length=6, choices=Restraint.choices, blank=True)
    restrained_at = models.DateTimeField(_("Kept back since"), null=True, blank=True)
    restraint_reason = models.CharField(_("Reason for keeping it back"), max_length=300, blank=True)
    owner_answered_at = models.DateTimeField(_("Answered by the enterprise"), null=True, blank=True)
    owner_answered_by = models.CharField(_("For the enterprise"), max_length=150, blank=True)
    owner_measure = models.CharField(_("What the enterprise does"), max_length=300, blank=True)
    group = models.BigIntegerField(_("Group"), null=True, blank=True)
    first_out = models.BooleanField(_("First of its group"), default=False)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["datastream", "hazard", "basis"],
                condition=models.Q(state__in=["raised", "acknowledged", "shelved", "suppressed"]),
                name="one_open_alarm",
            )
        ]
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="alarm_newest"),
            models.Index(gravity().desc(), models.F("raised_at").desc(), models.F("id").desc(), name="alarm_gravest"),
            models.Index(fields=["created_at"], name="alarm_created"),
            models.Index(fields=["returned_at"], name="alarm_returned"),
            models.Index(fields=["returned_at", "id"], condition=models.Q(state="returned"), name="alarm_to_close"),
            models.Index(
                fields=["origin", "area", "created_at"],
                condition=models.Q(state__in=["raised", "acknowledged", "shelved", "suppressed"]),
                name="alarm_standing",
            ),
        ]
        verbose_name = _("Alarm")

    def __str__(self) -> str:
        words = {
            Basis.SILENCE: self.get_basis_display(),
            Basis.FORECAST: f"{self.get_level_display()} ({self.get_basis_display()})",
        }
        return f"{self.station} {words.get(Basis(self.basis), self.get_level_display())}"

    @property
    def colour(self) -> str:
        """Return the colour of the level."""
        return COLOURS.get(self.level, "")

    @property
    def measure(self) -> str:
        """Return what was judged: the quantity, or its sum over so many hours."""
        quantity = self.datastream.get_quantity_display()
        return f"{quantity} {self.window_hours} h" if self.window_hours else quantity

    @property
    def picture(self) -> str:
        """Return where the camera's picture is seen of when this began, "" where there is none."""
        return self.station.picture_at(self.began_at)

    @property
    def flapping(self) -> bool:
        """Return whether the alarm came back too often to be believed (a chattering alarm, ISA-18.2)."""
        return self.reopened >= FLAPS


def with_silence() -> list[tuple[str, Any]]:
    """Return the hazards of alarms for a choice: missing data is one of its own kind."""
    return [*hazard_choices(), ("no_data", Basis.SILENCE.label)]


class AlarmCard(Reference):
    """Why there is such an alarm, what happens if nobody acts, who acts and within when (ISA-18.2, rationalisation); level 0: any."""

    mirrored = True

    hazard = models.CharField(_("Hazard"), max_length=30, choices=with_silence)
    level = models.PositiveSmallIntegerField(_("Level"), choices=[(0, _("Every level")), *Level.choices[1:]], default=0)
    consequence = models.PositiveSmallIntegerField(_("If nobody acts"), choices=Consequence.choices)
    why = models.CharField(_("Why it is there"), max_length=300)
    why_en = models.CharField(_("Why it is there, in English"), max_length=300, blank=True)
    who = models.CharField(_("Who acts"), max_length=100)
    who_en = models.CharField(_("Who acts, in English"), max_length=100, blank=True)
    deed = models.CharField(_("What is to be done"), max_length=300)
    deed_en = models.CharField(_("What is to be done, in English"), max_length=300, blank=True)
    within = models.DurationField(_("Within"), validators=[MinValueValidator(timedelta(seconds=1))])
    shelf_hours = models.FloatField(_("May be shelved for hours"), validators=[MinValueValidator(0)])
    since = models.DateField(_("In force since"))
    review_on = models.DateField(_("Review on"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["hazard", "level", "-since"]
        constraints = [models.UniqueConstraint(fields=["hazard", "level", "since"], name="one_card_at_a_time")]
        verbose_name = _("Alarm card")

    def __str__(self) -> str:
        hazard = self.get_hazard_display()  # type: ignore[attr-defined]
        return f"{hazard} {self.get_level_display()}" if self.level else str(hazard)

    @property
    def purpose(self) -> str:
        """Return why there is such an alarm, in the reader's language."""
        return str(localised(self.why, self.why_en))

    @property
    def answerer(self) -> str:
        """Return who acts, in the reader's language."""
        return str(localised(self.who, self.who_en))

    @property
    def task(self) -> str:
        """Return what is to be done, in the reader's language."""
        return str(localised(self.deed, self.deed_en))

    @property
    def overdue(self) -> bool:
        """Return whether its review is due."""
        return self.review_on <= clock.today()


class AlarmTarget(Reference):
    """What a figure of alarms should be, by the standard; the city may take stricter ones."""

    mirrored = True

    code = models.CharField(_("Figure"), max_length=30, unique=True)
    value = models.FloatField(_("Target"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Target of alarms")

    def __str__(self) -> str:
        return f"{self.code} {self.value:g}"


class OutOfService(Record):
    """A station, or one quantity of it, whose alarms are kept back while it is worked on: until when, why, and what watches instead."""

    owned_by = ("station",)
    life = Life(Move("end", OutageState.IN_FORCE, OutageState.ENDED, stamps="ended"))

    station = models.ForeignKey("telemetry.Station", verbose_name=_("Station"), on_delete=models.PROTECT, related_name="outages")
    datastream = models.ForeignKey(
        "telemetry.Datastream", verbose_name=_("Quantity"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(_("State"), max_length=10, choices=OutageState.choices, default=OutageState.IN_FORCE)
    since = models.DateTimeField(_("Since"))
    until = models.DateTimeField(_("Until"))
    reason = models.CharField(_("Reason"), max_length=300)
    instead = models.CharField(_("What watches instead"), max_length=300)
    taken_by = models.CharField(_("Taken out by"), max_length=150)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    ended_by = models.CharField(_("Ended by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        verbose_name = _("Out of service")
        verbose_name_plural = _("Out of service")

    def __str__(self) -> str:
        return f"{self.station} · {self.datastream}" if self.datastream_id else str(self.station)


class StateRule(Record):
    """Which alarms mean nothing while a plant or a station is in a state: a pump that stands still has no pressure."""

    owned_by = ("state_of",)

    name = models.CharField(_("Name"), max_length=100)
    hazard = models.CharField(_("Keeps back alarms of"), max_length=30, choices=with_silence)
    state_of = models.ForeignKey(
        "telemetry.Datastream", verbose_name=_("While this quantity"), on_delete=models.PROTECT, related_name="+"
    )
    sign = models.CharField(_("Is"), max_length=2, choices=Sign.choices, default=Sign.EQUAL)
    value = models.FloatField(_("Value"))
    reason = models.CharField(_("Reason"), max_length=300)
    in_use = models.BooleanField(_("In use"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("Rule of suppression")

    def __str__(self) -> str:
        return self.name

    def holds(self, value: float | None) -> bool:
        """Return whether a value is the state meant; no value is none."""
        if value is None:
            return False
        return {Sign.AT_LEAST: value >= self.value, Sign.AT_MOST: value <= self.value}.get(Sign(self.sign), value == self.value)


class ShiftReport(Record):
    """What one shift hands over to the next: alarms standing, shelved, out of service, floods and the sources of most alarms."""

    life = Life(Move("take_over", ReportState.WRITTEN, ReportState.TAKEN, stamps="taken"))

    since = models.DateTimeField(_("Since"))
    until = models.DateTimeField(_("Until"))
    state = models.CharField(_("State"), max_length=8, choices=ReportState.choices, default=ReportState.WRITTEN)
    remark = models.CharField(_("Remark"), max_length=1000, blank=True)
    figures = models.JSONField(_("Figures"), default=dict)
    written_by = models.CharField(_("Handed over by"), max_length=150)
    taken_at = models.DateTimeField(_("Taken over"), null=True, blank=True)
    taken_by = models.CharField(_("Taken over by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-until", "-id"]
        verbose_name = _("Shift report of alarms")

    def __str__(self) -> str:
        return f"{timezone.localtime(self.since):%Y-%m-%d %H:%M} – {timezone.localtime(self.until):%m-%d %H:%M}"
