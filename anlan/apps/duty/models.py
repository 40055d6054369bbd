"""Models of duty: shifts, the entries of their log, roll calls."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.duty.choices import EntryKind, RollState, ShiftState
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record


def brief(at: datetime) -> str:
    """Return an instant as duty tells it, by the local clock and without its year."""
    return f"{localtime(at):%m-%d %H:%M}"


class Shift(Record):
    """A turn of duty in the duty room of a body: from when to when, who leads, who sits there."""

    owned_by = ("organisation",)
    sector_field = "organisation__sector"

    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, verbose_name=_("Duty room"), related_name="+", db_index=False
    )
    begins_at = models.DateTimeField(_("Shift begins"))
    ends_at = models.DateTimeField(_("Shift ends"))
    leader = models.ForeignKey("people.Person", models.PROTECT, verbose_name=_("Duty leader"), related_name="+")
    officer = models.ForeignKey("people.Person", models.PROTECT, verbose_name=_("First officer"), related_name="+")
    second = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, verbose_name=_("Second officer"), related_name="+"
    )
    state = models.CharField(_("State"), max_length=10, choices=ShiftState.choices, default=ShiftState.PLANNED)
    taken_at = models.DateTimeField(_("Taken over at"), null=True, blank=True)
    taken_by = models.CharField(_("Taken over by"), max_length=150, blank=True)
    ended_at = models.DateTimeField(_("Shift ended at"), null=True, blank=True)
    ended_by = models.CharField(_("Ended by"), max_length=150, blank=True)
    handed = models.TextField(_("Left to the next shift"), max_length=4000, blank=True)
    escalation = models.PositiveSmallIntegerField(_("Told upwards"), default=0)
    escalated_at = models.DateTimeField(_("Told upwards at"), null=True, blank=True)

    life = Life(
        Move("take_over", ShiftState.PLANNED, ShiftState.ON, stamps="taken"),
        Move("work", ShiftState.ON),
        Move("write", (ShiftState.ON, ShiftState.DONE)),
        Move("swap", (ShiftState.PLANNED, ShiftState.ON)),
        Move("end", ShiftState.ON, ShiftState.DONE, stamps="ended"),
        Move("miss", ShiftState.PLANNED, ShiftState.MISSED, stamps="ended"),
        Move("cancel", ShiftState.PLANNED, ShiftState.CANCELLED, stamps="ended"),
    )

    class Meta:
        ordering = ["-begins_at", "-id"]
        indexes = [models.Index(fields=["organisation", "begins_at"], name="shift_of_room"), models.Index(fields=["state"])]
        verbose_name = _("Duty shift")

    def __str__(self) -> str:
        return f"{self.organisation} {brief(self.begins_at)}"


class LogEntry(Record):
    """An entry of the duty log: what came in, what was ordered, what was done, when it was written and by whom."""

    owned_by = ("shift",)
    sector_field = "shift__organisation__sector"

    shift = models.ForeignKey(Shift, models.PROTECT, verbose_name=_("Duty shift"), related_name="entries")
    kind = models.CharField(_("Matter"), max_length=10, choices=EntryKind.choices)
    party = models.CharField(_("From or to whom"), max_length=100, blank=True)
    text = models.CharField(_("Log text"), max_length=1000)
    at = models.DateTimeField(_("Time"))
    written_by = models.CharField(_("Written by"), max_length=150)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("Entry of the duty log")

    def __str__(self) -> str:
        return f"{brief(self.at)} {self.text[:40]}"


class RollCall(Record):
    """A duty room was called, to see whether somebody is there: until when it had to answer, and when it did."""

    owned_by = ("shift",)
    sector_field = "shift__organisation__sector"

    shift = models.ForeignKey(Shift, models.PROTECT, verbose_name=_("Duty shift"), related_name="roll_calls")
    called_at = models.DateTimeField(_("Roll called at"))
    called_by = models.CharField(_("Called by"), max_length=150)
    due_at = models.DateTimeField(_("To answer by"))
    answered_at = models.DateTimeField(_("Roll answered at"), null=True, blank=True)
    answered_by = models.CharField(_("Answered by"), max_length=150, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=RollState.choices, default=RollState.CALLED)

    life = Life(
        Move("answer", (RollState.CALLED, RollState.MISSED), RollState.ANSWERED, stamps="answered"),
        Move("miss", RollState.CALLED, RollState.MISSED),
    )

    class Meta:
        ordering = ["-called_at", "-id"]
        indexes = [models.Index(fields=["state"])]
        verbose_name = _("Roll call")

    def __str__(self) -> str:
        return f"{self.shift.organisation} {brief(self.called_at)}"

    @property
    def seconds(self) -> int | None:
        """Return after how many seconds it was answered."""
        return round((self.answered_at - self.called_at).total_seconds()) if self.answered_at else None

    @property
    def late(self) -> bool | None:
        """Return whether it was answered after its term."""
        return self.answered_at > self.due_at if self.answered_at else None
