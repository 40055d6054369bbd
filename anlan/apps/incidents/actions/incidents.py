"""What is done with incidents: opened, told more of, graded, merged, closed; and the telling upwards of what is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import events, queries, rules
from anlan.apps.incidents.actions import clocks
from anlan.apps.incidents.choices import BodyLevel, Grade, IncidentState, Source, Stage
from anlan.apps.incidents.models import FIGURES, Incident, IncidentKind, called
from anlan.apps.law import api as law
from anlan.apps.places.api import Division
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Reason, Ref
from anlan.kit.refusals import Conflict, Refusal

ACCIDENTS, AT_ONCE = "生产安全事故报告和调查处理条例 第四条", "突发事件应对法 第六十一条"
Title = Annotated[str, Input(_("Title"), help=_("Where and what, in one line."), example="飞来峡镇江口村山体滑坡")]
Kind = Annotated[Ref[IncidentKind], Input(_("Kind of incident"), example="11D")]
Where = Annotated[Ref[Division], Input(_("Division"), example="441802107")]
Count = Annotated[int | None, Input()]
Loss = Annotated[Decimal | None, Input(_("Direct loss (10,000 yuan)"))]
KnownAt = Annotated[
    datetime | None,
    Input(_("Known at"), help=_("When the duty room first knew: deadlines count from here. Now, if nothing is said.")),
]
Fall = Annotated[str, Input(_("Why a figure falls"), help=_("Only where one does: found alive, counted twice …"), rows=2)]
GoesOn = Annotated[Ref[Incident], Input(_("The one that goes on"), among=queries.going_on)]
of_incident = partial(action, needs="incidents.steer_incident", record="incidents.Incident")


def opened(deed: Deed, *, area: str, known_at: datetime, occurred_at: datetime, title: str, **facts: Any) -> Incident:
    """Make an incident and start its clocks; a step of the verbs that open one."""
    if not title.strip():
        raise Refusal(_("Give it a title: where, and what."), field="title")
    check_times(deed, occurred_at, known_at)
    times = {"known_at": known_at, "occurred_at": occurred_at}
    made = deed.create(Incident, area=area, title=title.strip(), opened_by=deed.actor, **times, **facts)
    clocks.begin(made, deed.now)
    deed.emit(events.IncidentOpened(incident=made.pk, area=area))
    return made


def check_times(deed: Deed, occurred_at: datetime, known_at: datetime) -> None:
    """Refuse an incident that is known before it happened, or in the future, or too long ago to be a slip of the pen."""
    if known_at > deed.now:
        raise Refusal(_("This lies in the future."), field="known_at")
    if occurred_at > known_at:
        raise Refusal(_("It cannot have become known before it happened."), field="occurred_at")
    if known_at < deed.now - timedelta(days=queries.EARLIEST_DAYS):
        raise Refusal(_("This lies more than a year back."), field="known_at")


@action("incidents.open", needs="incidents.open_incident", label=_("Open an incident"), icon="folder-plus")
def open_incident(
    deed: Deed,
    *,
    title: Title,
    kind: Kind,
    division: Where | None = None,
    location: Annotated[Geometry | None, Input(_("Location"), geometry_types=("Point",))] = None,
    place: Annotated[str, Input(_("Place in words"))] = "",
    occurred_at: Annotated[datetime | None, Input(_("Happened at"))] = None,
    known_at: KnownAt = None,
    origin: Annotated[Source, Input(_("Known from"))] = Source.PHONE,
    summary: Annotated[str, Input(_("What happened"), rows=4)] = "",
    alarm: Annotated[int | None, Input(hidden=True)] = None,
) -> Incident:
    """Open an incident; the clocks of the reports that are owed on it start from when it became known."""
    known = known_at or deed.now
    return opened(
        deed,
        title=title,
        area=division.code if division else queries.area_for("incidents.open_incident", location, None),
        known_at=known,
        occurred_at=occurred_at or known,
        kind=kind,
        location=location,
        place=place.strip(),
        origin=origin,
        summary=summary.strip(),
        alarm=queries.alarm(alarm),
    )


@of_incident("incidents.set_figures", label=_("Update the figures"), moves=Incident.life.reckon, icon="users-group")
def set_figures(
    deed: Deed,
    *,
    incident: Ref[Incident],
    dead: Count = None,
    missing: Count = None,
    serious: Count = None,
    injured: Count = None,
    trapped: Count = None,
    transferred: Count = None,
    loss: Loss = None,
    reason: Fall = "",
) -> None:
    """Write down what is known of the harm now; a cumulative figure falls only with a reason. After the end a change may have to be reported."""
    told = dict(zip(FIGURES, (dead, missing, serious, injured, trapped, transferred, loss), strict=True))
    owed, before = clocks.owed_first(incident), incident.figures
    put_figures(incident, told, reason, "reason")
    clocks.regauge(incident, owed, deed.now)
    clocks.supplement(incident, before, deed.now)


def put_figures(incident: Incident, told: dict[str, Any], reason: str, field: str) -> None:
    """Put figures on an incident, those that are told; refused where one falls and nobody says why."""
    check_fall(incident.figures, told, reason, field)
    for name, value in told.items():
        if value is not None:
            setattr(incident, name, value)


def check_fall(before: dict[str, Any], told: dict[str, Any], reason: str, field: str) -> None:
    """Refuse figures of which a cumulative one falls without a reason."""
    fallen = rules.fallen(before, told)
    if fallen and not reason.strip():
        names = "、".join(str(called(Incident, name)) for name in fallen)
        raise Refusal(_("Falls: %(names)s. Say why; such figures count up.") % {"names": names}, field=field)


@of_incident("incidents.grade", label=_("Set the grade"), moves=Incident.life.reckon, icon="stairs")
def grade(
    deed: Deed,
    *,
    incident: Ref[Incident],
    grade: Annotated[Grade, Input(_("Event grade"))],
    sensitive: Annotated[bool, Input(_("Sensitive"), help=_("By place, time or people: reported as if it were graver."))] = False,
    reason: Reason = "",
) -> None:
    """Grade an incident; what a graver grade makes due is due from now. Warning and response levels stay what they are."""
    before = incident.grade
    if before is not None and before != grade and not reason.strip():
        raise Refusal(_("Say why the grade changes."), field="reason")
    owed = clocks.owed_first(incident)
    incident.grade, incident.sensitive = grade, sensitive
    clocks.regauge(incident, owed, deed.now)
    deed.emit(events.IncidentGraded(incident=incident.pk, grade=grade, before=before, area=incident.area))


@of_incident("incidents.correct", label=_("Correct the facts"), moves=Incident.life.work, icon="pencil")
def correct(
    deed: Deed,
    *,
    incident: Ref[Incident],
    title: Title,
    kind: Kind,
    location: Annotated[Geometry | None, Input(_("Location"), geometry_types=("Point",))] = None,
    place: Annotated[str, Input(_("Place in words"))] = "",
    occurred_at: Annotated[datetime, Input(_("Happened at"))],
    known_at: Annotated[datetime, Input(_("Known at"))],
    summary: Annotated[str, Input(_("What happened"), rows=4)] = "",
    reason: Reason,
) -> None:
    """Put right what was written down wrongly, with the reason; deadlines are counted again from when it became known."""
    if not title.strip():
        raise Refusal(_("Give it a title: where, and what."), field="title")
    if not reason.strip():
        raise Refusal(_("Say why it is corrected."), field="reason")
    occurred_at, known_at = _unless_same(occurred_at, incident.occurred_at), _unless_same(known_at, incident.known_at)
    check_times(deed, occurred_at, known_at)
    moved, before = known_at != incident.known_at, incident.known_at
    incident.title, incident.kind, incident.place, incident.summary = title.strip(), kind, place.strip(), summary.strip()
    incident.location = location or incident.location  # type: ignore[assignment]
    incident.occurred_at, incident.known_at = occurred_at, known_at
    for term in queries.open_terms(incident, [d.code for d in queries.duties() if d.stage == Stage.INITIAL]) if moved else ():
        if term.started_at == before:
            law.change_facts(of=incident, rule=term.rule.code, since=known_at)


def _unless_same(typed: datetime, before: datetime) -> datetime:
    """Return what was there where the same minute is typed: a form knows no seconds."""
    return before if typed == before.replace(second=0, microsecond=0) else typed


@of_incident("incidents.merge", label=_("It is the same as another"), moves=Incident.life.merge, icon="git-merge")
def merge(
    deed: Deed,
    *,
    incident: Ref[Incident],
    into: GoesOn,
    reason: Reason,
) -> None:
    """Merge an incident into another that goes on; both keep their history, the clocks of this one end."""
    if into.pk == incident.pk:
        raise Refusal(_("Choose another incident."), field="into")
    if into.state != IncidentState.OPEN:
        raise Conflict(_("The other one does not go on."), field="into")
    if not reason.strip():
        raise Refusal(_("Say why the two are one."), field="reason")
    incident.into = into
    clocks.drop(incident)
    deed.emit(events.IncidentMerged(incident=incident.pk, into=into.pk, area=incident.area))


@of_incident("incidents.close", label=_("Close the incident"), moves=Incident.life.close, icon="circle-check")
def close(deed: Deed, *, incident: Ref[Incident], reason: Annotated[str, Input(_("How it ended"), rows=3)]) -> None:
    """Say that an incident is over: follow-ups are owed no longer, the verified report is owed from now on."""
    if not reason.strip():
        raise Refusal(_("Say how it ended."), field="reason")
    clocks.drop(incident, Stage.FOLLOW_UP)
    clocks.start(incident, rules.level_of(incident.area), Stage.VERIFIED, deed.now)
    deed.emit(events.IncidentClosed(incident=incident.pk, area=incident.area))


@of_incident("incidents.reopen", label=_("It goes on after all"), moves=Incident.life.reopen, icon="rotate")
def reopen(deed: Deed, *, incident: Ref[Incident], reason: Reason) -> None:
    """Open a closed incident again, with the reason; whoever has reported owes follow-ups again."""
    if not reason.strip():
        raise Refusal(_("Say why it goes on."), field="reason")
    incident.closed_at, incident.closed_by = None, ""
    clocks.drop(incident, Stage.VERIFIED)
    for level in (BodyLevel.COUNTY, BodyLevel.CITY):
        if queries.has_reported(incident, level):
            clocks.start(incident, level, Stage.FOLLOW_UP, deed.now)


@action("incidents.tell_upwards", needs="incidents.watch", label=_("Report overdue"))
def tell_upwards(deed: Deed, *, incident: int, term: int, rule: str, due_at: datetime) -> Incident:
    """Tell one step further up that a report is overdue, as its ladder says; once for each step of each term."""
    held = deed.lock(Incident, incident)
    if held.told_term != term:
        held.told_term, held.told_step = term, 0
    reached = law.ladder("incidents.report", due_at).reached(due_at, deed.now)
    if reached > held.told_step:
        held.told_step = reached
        duty = queries.duty_by(rule)
        body = queries.owing(held, duty.level if duty else rules.level_of(held.area))
        code = body.code if body else ""
        deed.emit(events.ReportOverdue(incident=held.pk, area=held.area, rule=rule, body=code, step=reached))
    return held
