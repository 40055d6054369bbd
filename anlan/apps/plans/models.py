"""Plans, their levels with conditions and authority, command positions, task cards."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.plans.choices import At, Doer, Metric, Phase, PlanState, ResponseLevel
from anlan.apps.telemetry.kinds.measures import quantity_choices
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record


class PlanRecord(Record):
    """A record of a plan: reference data that lower jurisdictions read."""

    mirrored = True
    shared_down = True

    class Meta:
        abstract = True


class Plan(PlanRecord):
    """An emergency plan of one jurisdiction for one hazard."""

    life = Life(
        Move("review", PlanState.DRAFT, PlanState.REVIEWED, stamps="reviewed"),
        Move("approve", PlanState.REVIEWED, PlanState.APPROVED, stamps="approved"),
        Move("send_back", (PlanState.REVIEWED, PlanState.APPROVED), PlanState.DRAFT),
        Move("put_in_force", PlanState.APPROVED, PlanState.IN_FORCE, stamps="in_force"),
        Move("supersede", PlanState.IN_FORCE, PlanState.SUPERSEDED, stamps="superseded"),
    )

    code = models.CharField(_("Code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("Version"), default=1)
    hazard = models.CharField(_("Hazard"), max_length=30)
    title = models.CharField(_("Title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    state = models.CharField(_("State"), max_length=12, choices=PlanState.choices, default=PlanState.IN_FORCE)
    approved_by = models.CharField(_("Issued by"), max_length=100, blank=True)
    approved_by_en = models.CharField(_("Issued by, in English"), max_length=160, blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)
    review_due = models.DateField(_("Review due"), null=True, blank=True)
    author = models.CharField(_("Drafted by"), max_length=150, blank=True)
    reviewer = models.CharField(_("Reviewed by"), max_length=150, blank=True)
    reviewed_at = models.DateTimeField(_("Reviewed at"), null=True, blank=True)
    approver = models.CharField(_("Approved by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("Approved at"), null=True, blank=True)
    in_force_at = models.DateTimeField(_("In force since"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("Superseded at"), null=True, blank=True)
    remark = models.TextField(_("Why it was sent back"), blank=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="plan_version_once")]
        verbose_name = _("Plan")

    def __str__(self) -> str:
        return str(localised(self.title, self.title_en))

    @property
    def issuer(self) -> str:
        """Return who issued the plan, in the reader's language."""
        return str(localised(self.approved_by, self.approved_by_en))


class PlanLevel(PlanRecord):
    """One response level of a plan: who may activate it and what the notice says, "{step}" standing for activated, raised or lowered."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField(_("Response level"), choices=ResponseLevel.choices)
    authority = models.CharField(_("May be activated by"), max_length=60)
    alternates = ArrayField(models.CharField(max_length=60), verbose_name=_("Or by"), default=list, blank=True)
    notice = models.TextField(_("Notice"))
    notice_en = models.TextField(_("Notice in English"), blank=True)
    reporting_hours = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Reporting hours"), default=list, blank=True)

    class Meta:
        ordering = ["plan_id", "-level"]
        verbose_name = _("Plan level")

    def __str__(self) -> str:
        return self.get_level_display()


def metric_choices() -> list[tuple[str, Any]]:
    """Return what a condition may speak of: counts, and every quantity that stations measure."""
    return [*Metric.choices, *quantity_choices()]


class Criterion(PlanRecord):
    """One condition of a level; any one of them suffices."""

    level = models.ForeignKey(PlanLevel, on_delete=models.PROTECT, related_name="criteria")
    hazard = models.CharField(_("Hazard"), max_length=30)
    metric = models.CharField(_("Measure"), max_length=30, choices=metric_choices)
    value = models.FloatField(_("Value"))
    count = models.PositiveSmallIntegerField(_("Count"), default=1)
    station = models.CharField(_("Station"), max_length=40, blank=True)
    description = models.CharField(_("Condition"), max_length=200)
    description_en = models.CharField(_("Condition in English"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["level_id", "id"]
        verbose_name = _("Condition")

    def __str__(self) -> str:
        return str(localised(self.description, self.description_en))


class CommandPosition(PlanRecord):
    """A seat of the command organisation and the post that takes it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="positions")
    code = models.CharField(_("Code"), max_length=20)
    title = models.CharField(_("Position"), max_length=60)
    title_en = models.CharField(_("Position in English"), max_length=100, blank=True)
    post = models.CharField(_("Post"), max_length=60)
    order = models.PositiveSmallIntegerField(_("Order"), default=1)

    class Meta:
        ordering = ["plan_id", "order"]
        verbose_name = _("Command position")

    def __str__(self) -> str:
        return str(localised(self.title, self.title_en))


class TaskCard(PlanRecord):
    """What somebody does from a level on: doer, time limits, steps, resources, evidence."""

    #: A card for "the organisations of a sector" names it here; one for a single unit matches no sector, and so fails closed.
    sector_field = "doer_value"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="cards")
    code = models.CharField(_("Code"), max_length=20)
    title = models.CharField(_("Task"), max_length=120)
    title_en = models.CharField(_("Task in English"), max_length=160, blank=True)
    from_level = models.PositiveSmallIntegerField(_("From level"), choices=ResponseLevel.choices)
    doer = models.CharField(_("Done by"), max_length=8, choices=Doer.choices)
    doer_value = models.CharField(_("Which"), max_length=60)
    at = models.CharField(_("Where"), max_length=20, choices=At.choices, blank=True)
    phase = models.CharField(_("Field"), max_length=20, choices=Phase.choices, blank=True)
    ack_minutes = models.PositiveSmallIntegerField(_("Accept within (min)"))
    due_minutes = models.PositiveSmallIntegerField(_("Done within (min)"))
    steps = ArrayField(models.CharField(max_length=100), verbose_name=_("Steps"), default=list, blank=True)
    steps_en = ArrayField(models.CharField(max_length=150), verbose_name=_("Steps in English"), default=list, blank=True)
    resources = ArrayField(models.CharField(max_length=100), verbose_name=_("Resources"), default=list, blank=True)
    resources_en = ArrayField(models.CharField(max_length=150), verbose_name=_("Resources in English"), default=list, blank=True)
    evidence = models.CharField(_("Evidence"), max_length=100, blank=True)
    evidence_en = models.CharField(_("Evidence in English"), max_length=150, blank=True)

    class Meta:
        ordering = ["plan_id", "code"]
        verbose_name = _("Task card")

    def __str__(self) -> str:
        return f"{self.code} {localised(self.title, self.title_en)}"

    @property
    def what(self) -> dict[str, Any]:
        """Return steps, resources and evidence in the viewer's language."""
        return {name: localised(getattr(self, name), getattr(self, f"{name}_en")) for name in ("steps", "resources", "evidence")}
