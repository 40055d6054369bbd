"""Timed work of typhoons: time goes on, and what was to come within a day comes nearer or has passed."""

from __future__ import annotations

from anlan.apps.typhoons import telling
from anlan.apps.typhoons.choices import State
from anlan.apps.typhoons.models import Cyclone
from anlan.kit.jobs import job


@job(every="30 minutes", name="typhoons.tell")
def go_on() -> None:
    """Say again what the active storms come to."""
    if Cyclone.objects.filter(state=State.ACTIVE).exists():
        telling.tell()
