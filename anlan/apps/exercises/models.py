"""Replays of a scenario in the exercise world."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises.choices import ReplayState
from anlan.kit.records import Record


class Replay(Record):
    """One run of a scenario: where it stands, how fast it goes."""

    shared_down = True

    folder = models.CharField(_("Scenario folder"), max_length=300)
    name_zh = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    state = models.CharField(_("State"), max_length=10, choices=ReplayState.choices, default=ReplayState.RUNNING)
    speed = models.PositiveIntegerField(_("Speed (0: as fast as possible)"), default=0)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("To"))
    reached_at = models.DateTimeField(_("Reached"))
    started_by = models.CharField(_("Started by"), max_length=150)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Replay")

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en

    @property
    def share(self) -> int:
        """Return how much of the scenario is done, in per cent."""
        whole = (self.ends_at - self.starts_at).total_seconds()
        return int(100 * (self.reached_at - self.starts_at).total_seconds() / whole) if whole else 100
