"""Readers: warnings in force, drafts that wait, the public list, lead times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anlan.apps.monitoring import api as monitoring
from anlan.apps.warning import rules
from anlan.apps.warning.choices import COLOURS, Level, MessageType, State
from anlan.apps.warning.models import Warning
from anlan.kit.records import ScopedQuerySet


@dataclass(frozen=True)
class WarningFact:
    """A warning for neighbours."""

    id: int
    identifier: str
    hazard: str
    level: int
    colour: str
    area: str
    state: str
    headline_zh: str
    headline_en: str
    drafted_at: datetime
    published_at: datetime | None
    expires_at: datetime
    audience: int | None
    drafted_by: str
    message_type: str


def in_force() -> ScopedQuerySet:
    """Return the published warnings that call for care, the most severe first."""
    rows: ScopedQuerySet = Warning.objects.filter(state=State.PUBLISHED).exclude(message_type=MessageType.CANCEL)
    return rows.order_by("-level", "-published_at")


def published() -> list[WarningFact]:
    """Return the warnings in force as facts."""
    return [_fact(w) for w in in_force()]


def waiting(state: str) -> list[WarningFact]:
    """Return warnings in a state (draft, signed), oldest first."""
    return [_fact(w) for w in Warning.objects.filter(state=state).order_by("drafted_at", "id")]


def history() -> list[dict[str, object]]:
    """Return every warning that was published in this world, with its lead before the station's peak."""
    found = []
    for w in (
        Warning.objects.filter(published_at__isnull=False).exclude(message_type=MessageType.CANCEL).order_by("published_at", "id")
    ):
        peak = monitoring.peak_in(w.area, w.hazard)
        found.append(
            {
                "identifier": w.identifier,
                "hazard": w.hazard,
                "level": COLOURS[Level(w.level)],
                "area": w.area,
                "headline": w.headline_zh,
                "published_at": w.published_at,
                "lead_time_minutes": rules.lead_minutes(w.published_at, peak[0] if peak else None),
                "audience": w.audience,
            }
        )
    return found


def _fact(w: Warning) -> WarningFact:
    return WarningFact(
        w.pk,
        w.identifier,
        w.hazard,
        w.level,
        w.colour,
        w.area,
        w.state,
        w.headline_zh,
        w.headline_en,
        w.drafted_at,
        w.published_at,
        w.expires_at,
        w.audience,
        w.drafted_by,
        w.message_type,
    )
