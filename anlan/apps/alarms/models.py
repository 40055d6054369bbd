"""The alarm: a condition that someone must answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.choices import FLAPS, OPEN, Basis, Cause
from anlan.apps.alarms.choices import AlarmState as S
from anlan.apps.telemetry.kinds import Level
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record
from anlan.lib.levels import COLOURS


class Alarm(Record):
    """A condition that someone must answer."""

    life = Life(
        Move("acknowledge", S.RAISED, S.ACKNOWLEDGED, stamps="acknowledged"),
        Move("shelve", (S.RAISED, S.ACKNOWLEDGED), S.SHELVED, stamps="shelved"),
        Move("unshelve", S.SHELVED, S.RAISED),
        Move("worsen", (S.ACKNOWLEDGED, S.SHELVED), S.RAISED),
        Move("return_to_normal", OPEN, S.RETURNED, stamps="returned"),
        Move("come_back", S.RETURNED, S.RAISED),
        Move("come_back_answered", S.RETURNED, S.ACKNOWLEDGED),
        Move("come_back_shelved", S.RETURNED, S.SHELVED),
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
    group = models.BigIntegerField(_("Group"), null=True, blank=True)
    first_out = models.BooleanField(_("First of its group"), default=False)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["datastream", "hazard", "basis"],
                condition=models.Q(state__in=["raised", "acknowledged", "shelved"]),
                name="one_open_alarm",
            )
        ]
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="alarm_newest"),
            models.Index(fields=["created_at"], name="alarm_created"),
            models.Index(fields=["returned_at"], name="alarm_returned"),
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
    def flapping(self) -> bool:
        """Return whether the alarm came back too often to be believed (a chattering alarm, ISA-18.2)."""
        return self.reopened >= FLAPS
