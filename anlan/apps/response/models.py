"""Proposals with their evidence, responses with their levels, tasks with their reports."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.apps.plans.api import ResponseLevel
from anlan.apps.response.choices import Direction, ProposalState, ResponseState, TaskState
from anlan.kit.records import Record


class Response(Record):
    """A plan in operation."""

    shared_down = True

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


class Proposal(Record):
    """What the facts call for, put before the officer who decides."""

    shared_down = True

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
    proposal_seconds = models.FloatField(_("Seconds from knowing to proposing"), default=0)
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
    seen = models.CharField(_("Observed"), max_length=120)
    at = models.DateTimeField(_("Time"), null=True, blank=True)
    alarm = models.BigIntegerField(_("Alarm"), null=True, blank=True)

    class Meta:
        ordering = ["proposal_id", "id"]
        verbose_name = _("Evidence")

    def __str__(self) -> str:
        return f"{self.condition}: {self.seen}"


class Task(Record):
    """What one unit must do in a response, by when."""

    sector_field = "organisation__sector"

    response = models.ForeignKey(Response, verbose_name=_("Response"), on_delete=models.PROTECT, related_name="tasks")
    card = models.CharField(_("Card"), max_length=20)
    title = models.CharField(_("Task"), max_length=120)
    title_en = models.CharField(_("Task in English"), max_length=160, blank=True)
    phase = models.CharField(_("Field"), max_length=20, blank=True)
    organisation = models.ForeignKey("people.Organisation", verbose_name=_("Unit"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=TaskState.choices, default=TaskState.ISSUED)
    steps = ArrayField(models.CharField(max_length=100), verbose_name=_("Steps"), default=list, blank=True)
    resources = ArrayField(models.CharField(max_length=100), verbose_name=_("Resources"), default=list, blank=True)
    evidence = models.CharField(_("Evidence"), max_length=100, blank=True)
    issued_at = models.DateTimeField(_("Issued"))
    ack_due_at = models.DateTimeField(_("Accept by"))
    due_at = models.DateTimeField(_("Done by"))
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
        return self.title if (get_language() or "zh").startswith("zh") or not self.title_en else self.title_en


class TaskReport(Record):
    """What a unit said of its task on the way."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField(_("Time"))
    by = models.CharField(_("Who"), max_length=150)
    text = models.TextField(_("Report"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("Report")

    def __str__(self) -> str:
        return self.text[:60]
