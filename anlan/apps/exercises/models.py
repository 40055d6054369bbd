"""Replays of a scenario in the exercise world, how far each got, what was handed in on the way, and reports that stay."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises.choices import ReplayState
from anlan.kit.languages import localised
from anlan.kit.records import Record, Stream


class Replay(Record):
    """One run of a scenario: which one, how fast it goes, who started it."""

    shared_down = True

    run = models.CharField(_("Run"), max_length=32, unique=True, default="")
    folder = models.CharField(_("Scenario folder"), max_length=300)
    digest = models.CharField(_("Digest of the folder"), max_length=64, default="")
    name_zh = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    state = models.CharField(_("State"), max_length=10, choices=ReplayState.choices, default=ReplayState.RUNNING)
    speed = models.PositiveIntegerField(_("Speed (0: as fast as possible)"), default=0)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("To"))
    unattended = models.BooleanField(_("Scripted officers decide"), default=True)
    started_by = models.CharField(_("Started by"), max_length=150)
    driven_by = models.CharField(_("Driven by"), max_length=150, default="")
    problem = models.TextField(_("Why it could not go on"), blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Replay")

    def __str__(self) -> str:
        return str(localised(self.name_zh, self.name_en))


class Mark(Stream):
    """How far a replay got, with what it must remember to go on from there as if it had never been killed.

    Telemetry, not a record: it moves with every step and says nothing that the journal does not.
    """

    replay = models.BigIntegerField(primary_key=True)
    reached_at = models.DateTimeField()
    memory = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("Mark of a replay")

    @property
    def refused(self) -> dict[str, str]:
        """Return what the script was refused, with the reason; an older program kept no reasons."""
        held = self.memory.get("refused", {})
        return dict(held) if isinstance(held, dict) else dict.fromkeys(held, "")

    def __str__(self) -> str:
        return f"{self.replay} {self.reached_at}"


class Inject(Record):
    """What a scenario handed in at a time besides readings: a warning to issue, a road that closed. Each happens once."""

    shared_down = True

    replay = models.ForeignKey(Replay, on_delete=models.PROTECT, related_name="injects")
    kind = models.CharField(_("Kind"), max_length=10)
    line = models.PositiveIntegerField(_("Line"))
    at = models.DateTimeField(_("Time"))
    text = models.CharField(_("Text"), max_length=300)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["replay", "kind", "line"], name="inject_once")]
        verbose_name = _("Inject")

    def __str__(self) -> str:
        return self.text


class RunReport(Record):
    """What came of a run, kept in the live world: emptying the exercise world does not touch it."""

    live_only = True

    run = models.CharField(_("Run"), max_length=32, unique=True)
    name_zh = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    digest = models.CharField(_("Digest of the folder"), max_length=64)
    complete = models.BooleanField(_("Ran to its end"))
    starts_at = models.DateTimeField(_("From"))
    reached_at = models.DateTimeField(_("Reached"))
    unattended = models.BooleanField(_("Scripted officers decide"))
    started_by = models.CharField(_("Started by"), max_length=150)
    kept_at = models.DateTimeField(_("Kept at"))
    content = models.JSONField(_("Report"), encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-kept_at", "-id"]
        verbose_name = _("Exercise report")

    def __str__(self) -> str:
        return str(localised(self.name_zh, self.name_en))
