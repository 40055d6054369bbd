"""Readers: plans in force, their conditions and cards, how they stand now, references that have gone stale, versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anlan.apps.alarms import api as alarms
from anlan.apps.people import api as people
from anlan.apps.people.kinds import sector_choices
from anlan.apps.plans import rules
from anlan.apps.plans.choices import Doer, Metric, PlanState
from anlan.apps.plans.models import CommandPosition, Criterion, Plan, PlanLevel, TaskCard
from anlan.apps.plans.rules import AlarmFact, Condition, Facts, ReadingFact
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.languages import localised


@dataclass(frozen=True)
class PlanFact:
    """A plan for neighbours."""

    id: int
    code: str
    version: int
    hazard: str
    title: str
    title_en: str
    area: str
    in_force: bool = True

    @property
    def name(self) -> str:
        """Return the title in the viewer's language."""
        return str(localised(self.title, self.title_en))


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
    steps_en: tuple[str, ...]
    resources: tuple[str, ...]
    resources_en: tuple[str, ...]
    evidence: str
    evidence_en: str


@dataclass(frozen=True)
class LevelFact:
    """A level of a plan: who decides it and how the notice reads."""

    level: int
    authority: str
    alternates: tuple[str, ...]
    notice: str
    notice_en: str
    reporting_hours: tuple[int, ...] = ()


@dataclass(frozen=True)
class SeatFact:
    """A seat of the command organisation and the post that takes it."""

    code: str
    title: str
    title_en: str
    post: str
    order: int


def _fact(p: Plan) -> PlanFact:
    return PlanFact(p.pk, p.code, p.version, p.hazard, p.title, p.title_en, p.area, p.state == PlanState.IN_FORCE)


def in_force(hazard: str = "") -> list[PlanFact]:
    """Return the plans in force, for one hazard or all."""
    rows = Plan.objects.filter(state=PlanState.IN_FORCE)
    if hazard:
        rows = rows.filter(hazard=hazard)
    return [_fact(p) for p in rows.order_by("code")]


def plan(pk: int) -> PlanFact | None:
    """Return one plan, whether it is in force or not."""
    row = Plan.objects.filter(pk=pk).first()
    return _fact(row) if row else None


def condition_of(c: Criterion) -> Condition:
    return Condition(c.level.level, c.metric, c.value, c.count, c.station, c.description, c.description_en, c.hazard)


def conditions(plan: int) -> list[Condition]:
    """Return every condition of a plan."""
    rows = Criterion.objects.filter(level__plan=plan).select_related("level").order_by("level__level", "id")
    return [condition_of(c) for c in rows]


def hazards(plan: int) -> set[str]:
    """Return the hazards that a plan's conditions speak of."""
    return set(Criterion.objects.filter(level__plan=plan).values_list("hazard", flat=True))


def facts_now(area: str, *, shown: bool = False) -> Facts:
    """Return what concerns a plan of `area`: its open alarms, the newest values that conditions speak of, and the warnings in force for some or all of it.

    `shown` keeps to what the viewer may read; a decision weighs all of the scope.
    """
    alarm, station = ("alarms.view_alarm", "telemetry.view_station") if shown else ("", "")
    standing = tuple(
        AlarmFact(
            a.id,
            a.station,
            a.station_name,
            a.level,
            a.value,
            a.unit,
            a.reading_at,
            a.level_since or a.reading_at,
            a.hazard,
            a.threshold,
            a.area,
        )
        for a in alarms.alarms_open(area, seen_within=rules.HOLDS_FOR, permission=alarm)
    )
    now = clock.now()
    spoken_of = Criterion.objects.exclude(metric__in=Metric.values).order_by("metric").values_list("metric", flat=True).distinct()
    readings = {
        (v.quantity, v.station): ReadingFact(v.value, v.at, telemetry.unit_of(v.quantity), v.datastream, v.station)
        for v in telemetry.newest_good(set(spoken_of), area, station)
        if now - v.at <= rules.HOLDS_FOR
    }
    warnings = [w.level for w in warning.published() if w.area.startswith(area) or area.startswith(w.area)]
    return Facts(standing, readings, tuple(warnings))


def cards(plan: int, level: int, above: int | None = None) -> list[CardFact]:
    """Return the cards of a plan that apply at `level`; only those new since `above` when a response is raised."""
    rows = TaskCard.objects.filter(plan=plan, from_level__gte=level)
    if above is not None:
        rows = rows.filter(from_level__lt=above)
    return [_card(c) for c in rows.order_by("code")]


def card(plan: int, code: str) -> CardFact | None:
    """Return a card of a plan by its code."""
    row = TaskCard.objects.filter(plan=plan, code=code).first()
    return _card(row) if row else None


def _card(c: TaskCard) -> CardFact:
    return CardFact(
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
        tuple(c.steps_en),
        tuple(c.resources),
        tuple(c.resources_en),
        c.evidence,
        c.evidence_en,
    )


def level(plan: int, number: int) -> LevelFact | None:
    """Return one level of a plan."""
    row = PlanLevel.objects.filter(plan=plan, level=number).first()
    if row is None:
        return None
    return LevelFact(row.level, row.authority, tuple(row.alternates), row.notice, row.notice_en, tuple(row.reporting_hours))


def seats(plan: int) -> list[SeatFact]:
    """Return the command organisation of a plan, its heads first."""
    rows = CommandPosition.objects.filter(plan=plan).order_by("order", "id")
    return [SeatFact(p.code, p.title, p.title_en, p.post, p.order) for p in rows]


def doers_of(cards: Sequence[TaskCard]) -> list[str]:
    """Return who does each card in words: an organisation's name, or those of a sector or kind and where. One query."""
    units = people.organisations_by_code(c.doer_value for c in cards if c.doer == Doer.CODE)
    return [_doer(card, units.get(card.doer_value)) for card in cards]


def _doer(card: TaskCard, unit: people.OrganisationFact | None) -> str:
    if card.doer == Doer.CODE:
        return str(localised(unit.name, unit.name_en)) if unit else card.doer_value
    labels = sector_choices() if card.doer == Doer.SECTOR else people.OrganisationKind.choices
    return f"{card.get_at_display()} · {dict(labels).get(card.doer_value, card.doer_value)}"


def contacts_for(cards: Sequence[TaskCard]) -> list[str]:
    """Return how the doer of each card is reached first, "" where the card means several. One query."""
    ways = people.first_contacts(c.doer_value for c in cards if c.doer == Doer.CODE)
    return [f"{way.kind}: {way.address}" if (way := ways.get(c.doer_value)) else "" for c in cards]


def _posts(plan: Plan) -> set[str]:
    return {p.post for p in plan.positions.all()} | {p for lv in plan.levels.all() for p in (lv.authority, *lv.alternates)}


def stale_references(plan: Plan) -> list[str]:
    """Return the posts and organisations a plan names that no longer exist, and the sectors and kinds that nobody answers to."""
    posts, meant = _posts(plan), plan.cards.values_list("doer", "doer_value")
    named: dict[str, set[str]] = {doer: {value for d, value in meant if d == doer} for doer in Doer.values}
    units = people.organisations(area=plan.area)
    missing = [posts - set(people.posts_by_code(posts)), named[Doer.CODE] - set(people.organisations_by_code(named[Doer.CODE]))]
    missing += [named[Doer.SECTOR] - {u.sector for u in units}, named[Doer.KIND] - {u.kind for u in units}]
    return [code for each in missing for code in sorted(each)]


def vacant_posts(plan: Plan) -> list[str]:
    """Return the codes of the posts a plan relies on that exist and that nobody holds."""
    posts = _posts(plan)
    return sorted(set(people.posts_by_code(posts)) - set(people.holders_by_post(posts)))


def outline(plan: Plan) -> dict[tuple[str, str], str]:
    """Return a plan as (part, key) → text, for the comparison of versions."""
    found: dict[tuple[str, str], str] = {("plan", "title"): plan.title, ("plan", "source"): plan.source}
    for lv in plan.levels.prefetch_related("criteria"):
        key = f"{lv.get_level_display()}"
        found[("level", f"{key} authority")] = ", ".join([lv.authority, *lv.alternates])
        found[("level", f"{key} notice")] = lv.notice
        for number, c in enumerate(lv.criteria.all(), 1):
            found[("level", f"{key} condition {number}")] = f"{c.description} [{c.metric} {c.value:g} ×{c.count} {c.station}]"
    for p in plan.positions.all():
        found[("position", p.code)] = f"{p.title}: {p.post}"
    for card in plan.cards.all():
        who, limits = f"{card.doer} {card.doer_value} {card.at}".strip(), f"{card.ack_minutes}/{card.due_minutes} min"
        parts = (card.title, f"≥{card.from_level}", who, limits, "; ".join(card.steps), ", ".join(card.resources), card.evidence)
        found[("card", card.code)] = " · ".join(parts)
    return found


def versions(plan: Plan) -> list[Plan]:
    """Return every version of a plan, the newest first."""
    return list(Plan.objects.filter(code=plan.code, area=plan.area).order_by("-version"))
