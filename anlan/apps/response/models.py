"""Proposals with their evidence, responses with their levels, tasks with their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.plans import api as plans
from anlan.apps.plans.api import ResponseLevel
from anlan.apps.response.choices import REASSIGNABLE, WORKING, Direction, ProposalState, ResponseState, Rung, TaskState
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Record


class Response(Record):
    """A plan in operation."""

    shared_down = True
    life = Life(
        Move("steer", ResponseState.ACTIVE),
        Move("end", ResponseState.ACTIVE, ResponseState.ENDED, stamps="ended"),
    )

    plan = models.ForeignKey("plans.Plan", verbose_name=_("Plan"), on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("Response level"), choices=ResponseLevel.choices)
    gravest = models.PositiveSmallIntegerField(_("Gravest level"), choices=ResponseLevel.choices)
    state = models.CharField(_("State"), max_length=8, choices=ResponseState.choices, default=ResponseState.ACTIVE)
    activated_at = models.DateTimeField(_("Activated"))
    activated_by = models.CharField(_("Activated by"), max_length=150)
    reason = models.TextField(_("Reason"), blank=True)
    raised_beyond = models.BooleanField(_("Raised beyond the conditions"), default=False)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)

    class Meta:
        ordering = ["-activated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=models.Q(state="active"), name="one_active_response_per_plan")
        ]
        verbose_name = _("Response")

    def __str__(self) -> str:
        return f"{self.plan} · {self.get_level_display()}"


class Occasion(Record):
    """An incident that a response answers, and who said so."""

    shared_down = True

    response = models.ForeignKey(Response, verbose_name=_("Response"), on_delete=models.PROTECT, related_name="occasions")
    incident = models.ForeignKey(
        "incidents.Incident", verbose_name=_("Incident"), on_delete=models.PROTECT, related_name="occasions"
    )
    said_at = models.DateTimeField(_("Said at"))
    said_by = models.CharField(_("Said by"), max_length=150)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [models.UniqueConstraint(fields=["response", "incident"], name="incident_answered_once_by_a_response")]
        verbose_name = _("Incident answered")

    def __str__(self) -> str:
        return f"{self.incident} · {self.response}"


class Proposal(Record):
    """What the facts call for, put before the officer who decides."""

    shared_down = True
    life = Life(
        Move("confirm", ProposalState.OPEN, ProposalState.CONFIRMED, stamps="decided"),
        Move("decline", ProposalState.OPEN, ProposalState.DECLINED, stamps="decided"),
        Move("supersede", ProposalState.OPEN, ProposalState.SUPERSEDED),
    )

    plan = models.ForeignKey("plans.Plan", verbose_name=_("Plan"), on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(
        Response, verbose_name=_("Response"), null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    direction = models.CharField(_("Proposal"), max_length=6, choices=Direction.choices)
    level = models.PositiveSmallIntegerField(_("Response level"), choices=ResponseLevel.choices, null=True, blank=True)
    state = models.CharField(_("State"), max_length=12, choices=ProposalState.choices, default=ProposalState.OPEN)
    threshold_at = models.DateTimeField(_("Conditions met"), null=True, blank=True)
    known_at = models.DateTimeField(_("Known"))
    proposed_at = models.DateTimeField(_("Proposed"))
    proposal_seconds = models.FloatField(_("Seconds from the threshold to the proposal"), default=0)
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True)
    decided_by = models.CharField(_("Decided by"), max_length=150, blank=True)
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=models.Q(state="open"), name="one_open_proposal_per_plan")
        ]
        verbose_name = _("Proposal")

    def __str__(self) -> str:
        level = f" {self.get_level_display()}" if self.level else ""
        return f"{self.plan} · {self.get_direction_display()}{level}"


class ProposalEvidence(Record):
    """One fact that a proposal rests on."""

    shared_down = True

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="evidence")
    condition = models.CharField(_("Condition"), max_length=200)
    condition_en = models.CharField(_("Condition in English"), max_length=200, blank=True)
    metric = models.CharField(_("Measure"), max_length=30, blank=True)
    value = models.FloatField(_("Value"), default=0)
    unit = models.CharField(_("Unit of measure"), max_length=20, blank=True)
    station = models.CharField(_("Station"), max_length=40, blank=True)
    station_name = models.CharField(_("Name of the station"), max_length=100, blank=True)
    at = models.DateTimeField(_("Time"), null=True, blank=True)
    since = models.DateTimeField(_("Threshold crossed"), null=True, blank=True)
    alarm = models.BigIntegerField(_("Alarm"), null=True, blank=True)
    datastream = models.BigIntegerField(_("Datastream"), null=True, blank=True)

    class Meta:
        ordering = ["proposal_id", "id"]
        verbose_name = _("Evidence")

    def __str__(self) -> str:
        return f"{self.condition_text}: {self.seen}"

    @property
    def condition_text(self) -> str:
        """Return the condition in the viewer's language."""
        return str(localised(self.condition, self.condition_en))

    @property
    def seen(self) -> str:
        """Return what was observed in the viewer's language."""
        if self.metric == "warning_level":
            return gettext("%(count)d warnings in force") % {"count": int(self.value)}
        return f"{self.where} {round(self.value, 2):,g} {self.unit}".strip()

    @property
    def where(self) -> str:
        """Return the station in the viewer's language; as it was called then where nobody knows its code any more."""
        name = name_of("station", self.station) if self.station else ""
        return self.station_name or name if name == self.station else name

    @property
    def opens(self) -> str:
        """Return the address of the alarm or the readings behind this line, "" where there is none."""
        if self.alarm:
            return reverse("desk:alarms_alarms_page", args=[self.alarm])
        return reverse("desk:telemetry_datastreams_page", args=[self.datastream]) if self.datastream else ""


class Task(Record):
    """What one unit must do in a response, by when."""

    sector_field = "organisation__sector"
    life = Life(
        Move("accept", TaskState.ISSUED, TaskState.ACCEPTED, stamps="accepted"),
        Move("report", WORKING),
        Move("complete", TaskState.ACCEPTED, TaskState.DONE, stamps="finished"),
        Move("fail", WORKING, TaskState.FAILED, stamps="finished"),
        Move("reassign", REASSIGNABLE, TaskState.ISSUED),
        Move("cancel", WORKING, TaskState.CANCELLED, stamps="finished"),
    )

    response = models.ForeignKey(Response, verbose_name=_("Response"), on_delete=models.PROTECT, related_name="tasks")
    card = models.CharField(_("Card"), max_length=20)
    title = models.CharField(_("Task"), max_length=120)
    title_en = models.CharField(_("Task in English"), max_length=160, blank=True)
    phase = models.CharField(_("Field"), max_length=20, choices=plans.Phase.choices, blank=True)
    organisation = models.ForeignKey("people.Organisation", verbose_name=_("Unit"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=TaskState.choices, default=TaskState.ISSUED)
    steps = ArrayField(models.CharField(max_length=100), verbose_name=_("Steps"), default=list, blank=True)
    steps_en = ArrayField(models.CharField(max_length=150), verbose_name=_("Steps in English"), default=list, blank=True)
    resources = ArrayField(models.CharField(max_length=100), verbose_name=_("Resources"), default=list, blank=True)
    resources_en = ArrayField(models.CharField(max_length=150), verbose_name=_("Resources in English"), default=list, blank=True)
    evidence = models.CharField(_("Evidence"), max_length=100, blank=True)
    evidence_en = models.CharField(_("Evidence in English"), max_length=150, blank=True)
    issued_at = models.DateTimeField(_("Issued"))
    ack_due_at = models.DateTimeField(_("Accept by"))
    due_at = models.DateTimeField(_("To be done by"))
    accepted_at = models.DateTimeField(_("Accepted"), null=True, blank=True)
    accepted_by = models.CharField(_("Accepted by"), max_length=150, blank=True)
    finished_at = models.DateTimeField(_("Finished"), null=True, blank=True)
    finished_by = models.CharField(_("Finished by"), max_length=150, blank=True)
    report = models.TextField(_("Report"), blank=True)
    step = models.PositiveSmallIntegerField(_("Rung"), default=0)
    climbs_at = models.DateTimeField(_("Climbs at"))
    overdue = models.BooleanField(_("Overdue"), default=False)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["response", "card", "organisation"], name="task_once_per_unit")]
        indexes = [models.Index(fields=["climbs_at"], condition=models.Q(state__in=["issued", "accepted"]), name="task_climbing")]
        verbose_name = _("Task")

    def __str__(self) -> str:
        return str(localised(self.title, self.title_en))

    @property
    def what(self) -> dict[str, Any]:
        """Return steps, resources and evidence in the viewer's language."""
        names = ("steps", "resources", "evidence")
        return {name: localised(getattr(self, name), getattr(self, f"{name}_en")) for name in names}

    @property
    def next_at(self) -> datetime:
        """Return the instant by which the unit must act next: accept, then finish."""
        return self.ack_due_at if self.state == TaskState.ISSUED else self.due_at

    @property
    def late(self) -> str:
        """Say which of its terms has run out, to accept or to finish; "" while none has."""
        if self.due_at <= (self.finished_at or clock.now()):
            return gettext("Overdue")
        return gettext("Acceptance overdue") if self.state == TaskState.ISSUED and self.ack_due_at <= clock.now() else ""

    @property
    def rung(self) -> str:
        """Say who has been told that this task waits or is late, "" before anybody was."""
        return str(Rung(self.step).label) if self.step in Rung.values else ""


class TaskReport(Record):
    """What a unit said of its task on the way."""

    sector_field = "task__organisation__sector"
    owned_by = ("task",)

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField(_("Time"))
    by = models.CharField(_("Who"), max_length=150)
    text = models.TextField(_("Report"))
    file = models.ForeignKey(
        "kit.StoredFile", verbose_name=_("Photo or file"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("Report")

    def __str__(self) -> str:
        return self.text[:60]


class CommandSeat(Record):
    """Who takes a seat of the command in a response, from when until when; a hand-over ends one and begins the next."""

    shared_down = True

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="seats")
    code = models.CharField(_("Code"), max_length=20)
    title = models.CharField(_("Position"), max_length=60)
    title_en = models.CharField(_("Position in English"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=1)
    post = models.CharField(_("Post"), max_length=60)
    since = models.DateTimeField(_("Since"))
    until = models.DateTimeField(_("Until"), null=True, blank=True)
    note = models.TextField(_("Situation at the hand-over"), blank=True)
    by = models.CharField(_("Who"), max_length=150, blank=True)

    class Meta:
        ordering = ["order", "since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["response", "code"], condition=models.Q(until=None), name="one_holder_per_seat")
        ]
        verbose_name = _("Command seat")

    def __str__(self) -> str:
        return str(localised(self.title, self.title_en))


class Notice(Record):
    """The signed notice of one step of a response: activated, raised, lowered, ended. By construction, one per step."""

    shared_down = True

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveIntegerField(_("Number"))
    direction = models.CharField(_("Step"), max_length=6, choices=Direction.choices)
    level = models.PositiveSmallIntegerField(_("Response level"), choices=ResponseLevel.choices)
    text = models.TextField(_("Notice"))
    text_en = models.TextField(_("Notice in English"), blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    hours = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Reporting hours"), default=list, blank=True)
    signed_at = models.DateTimeField(_("Signed at"))
    signed_by = models.CharField(_("Signed by"), max_length=150)
    signed_post = models.CharField(_("Post"), max_length=100, blank=True)

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [models.UniqueConstraint(fields=["response", "number"], name="notice_number_once")]
        verbose_name = _("Notice")

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.get_level_display()}"

    @property
    def text_shown(self) -> str:
        """Return what it says, in the reader's language."""
        return str(localised(self.text, self.text_en))
