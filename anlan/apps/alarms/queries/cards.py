"""Readers of alarm cards and targets: what a level means, for how long it may be put aside, what a figure should be."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from anlan.apps.alarms.choices import Consequence
from anlan.apps.alarms.models import AlarmCard, AlarmTarget
from anlan.apps.alarms.rules import LONGEST_SHELF
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.kit import clock

#: What is not rationalised is taken seriously.
UNKNOWN = Consequence.SERIOUS


def card_of(hazard: str, level: int) -> AlarmCard | None:
    """Return the card of a hazard at a level: its own, else the one of every level."""
    return _cards(hazard, level).first()


def _cards(hazard: str, level: int) -> QuerySet[AlarmCard]:
    """Return the cards of a hazard at a level that are in force, the one that holds first: of its own level, the newest."""
    held = AlarmCard.objects.filter(hazard=hazard, level__in=(0, level), since__lte=clock.today())
    return held.order_by("-level", "-since")


def consequence_of(hazard: str, level: int) -> int:
    """Return what happens if nobody acts."""
    return _cards(hazard, level).values_list("consequence", flat=True).first() or UNKNOWN


def shelf_hours(hazard: str, level: int) -> float:
    """Return for how many hours an alarm may be put aside."""
    card = card_of(hazard, level)
    return min(card.shelf_hours, LONGEST_SHELF[level]) if card else LONGEST_SHELF[level]


def cards_overdue() -> list[AlarmCard]:
    """Return the cards whose review is due, the longest overdue first."""
    newest = AlarmCard.objects.filter(since__lte=clock.today()).order_by("hazard", "level", "-since").distinct("hazard", "level")
    found = AlarmCard.objects.filter(pk__in=newest.values("pk"), review_on__lte=clock.today())
    return list(found.order_by("review_on", "hazard", "level"))


def without_card() -> list[str]:
    """Return the names of hazards that raise alarms and have no card."""
    known = set(AlarmCard.objects.values_list("hazard", flat=True))
    return [str(hazard.name) for hazard in HAZARDS if hazard.code not in known]


def targets(codes: Iterable[str]) -> dict[str, float]:
    """Return what figures should be, by their codes; what the city has not said is not there."""
    return dict(AlarmTarget.objects.filter(code__in=list(codes)).values_list("code", "value"))
