"""Readers: plans in force, their conditions and cards, references that have gone stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anlan.apps.people import api as people
from anlan.apps.plans.choices import Doer, PlanState
from anlan.apps.plans.models import Criterion, Plan, PlanLevel, TaskCard, localised
from anlan.apps.plans.rules import Condition


@dataclass(frozen=True)
class PlanFact:
    """A plan in force for neighbours."""

    id: int
    code: str
    version: int
    hazard: str
    title: str
    title_en: str
    area: str


@dataclass(frozen=True)
class CardFact:
    """A task card for neighbours."""

    id: int
    code: str
    title: str
    title_en: str
    from_level: int
    doer: str
    doer_value: str
    at: str
    phase: str
    ack_minutes: int
    due_minutes: int
    steps: tuple[str, ...]
    resources: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class LevelFact:
    """A level of a plan: who decides it and how the notice reads."""

    level: int
    authority: str
    alternates: tuple[str, ...]
    notice: str
    notice_en: str


def in_force(hazard: str = "") -> list[PlanFact]:
    """Return the plans in force, for one hazard or all."""
    rows = Plan.objects.filter(state=PlanState.IN_FORCE)
    if hazard:
        rows = rows.filter(hazard=hazard)
    return [PlanFact(p.pk, p.code, p.version, p.hazard, p.title, p.title_en, p.area) for p in rows.order_by("code")]


def conditions(plan: int) -> list[Condition]:
    """Return every condition of a plan."""
    rows = Criterion.objects.filter(level__plan=plan).select_related("level").order_by("level__level", "id")
    return [Condition(c.level.level, c.metric, c.value, c.count, c.station, c.description) for c in rows]


def cards(plan: int, level: int, above: int | None = None) -> list[CardFact]:
    """Return the cards of a plan that apply at `level`; only those new since `above` when a response is raised."""
    rows = TaskCard.objects.filter(plan=plan, from_level__gte=level)
    if above is not None:
        rows = rows.filter(from_level__lt=above)
    return [
        CardFact(
            c.pk,
            c.code,
            c.title,
            c.title_en,
            c.from_level,
            c.doer,
            c.doer_value,
            c.at,
            c.phase,
            c.ack_minutes,
            c.due_minutes,
            tuple(c.steps),
            tuple(c.resources),
            c.evidence,
        )
        for c in rows.order_by("code")
    ]


def level(plan: int, number: int) -> LevelFact | None:
    """Return one level of a plan."""
    row = PlanLevel.objects.filter(plan=plan, level=number).first()
    return LevelFact(row.level, row.authority, tuple(row.alternates), row.notice, row.notice_en) if row else None


def doers_of(cards: Sequence[TaskCard]) -> list[str]:
    """Return who does each card in words: an organisation's name, or those of a sector or kind and where. One query."""
    units = people.organisations_by_code(c.doer_value for c in cards if c.doer == Doer.CODE)
    return [_doer(card, units.get(card.doer_value)) for card in cards]


def _doer(card: TaskCard, unit: people.OrganisationFact | None) -> str:
    if card.doer == Doer.CODE:
        return localised(unit.name, unit.name_en) if unit else card.doer_value
    labels = people.Sector if card.doer == Doer.SECTOR else people.OrganisationKind
    return f"{card.get_at_display()} · {dict(labels.choices).get(card.doer_value, card.doer_value)}"


def stale_references(plan: Plan) -> list[str]:
    """Return the posts and organisations a plan names that no longer exist."""
    posts = {p.post for p in plan.positions.all()} | {p for lv in plan.levels.all() for p in (lv.authority, *lv.alternates)}
    bodies = {c.doer_value for c in plan.cards.filter(doer=Doer.CODE)}
    return sorted(posts - set(people.posts_by_code(posts))) + sorted(bodies - set(people.organisations_by_code(bodies)))
