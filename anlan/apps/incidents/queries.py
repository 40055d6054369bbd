"""Readers of incidents: whose body answers, what is owed, the series of reports, how timely they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import rules
from anlan.apps.incidents.choices import BodyLevel, IncidentState, RapidState, ReportState
from anlan.apps.incidents.models import GradeBar, Incident, IncidentKind, RapidReport, Report, ReportingRule
from anlan.apps.law import api as law
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, current, entered

#: How long ago an incident may have become known at most.
EARLIEST_DAYS = 366
#: The reports that have gone out.
GONE = (ReportState.SENT, ReportState.RECEIVED)


def bureau(area: str) -> people.OrganisationFact | None:
    """Return the bureau that answers for a division: that of its county, else of its city, wherever the asker's scope ends."""
    scope = current()
    with entered(Scope.everything(scope.actor, scope.world)):
        found = people.organisations_at({area[:6], area[:4]}, (people.OrganisationKind.BUREAU,))
    return max(found, key=lambda one: len(one.area), default=None)


def above(area: str) -> people.OrganisationFact | None:
    """Return the bureau above the one that answers for a division; None where the one above is outside."""
    found = bureau(area[:4]) if len(area) > 4 else None
    return found if found is not None and found != bureau(area) else None


def owing(incident: Incident, level: str) -> people.OrganisationFact | None:
    """Return the bureau that owes what a level reports on an incident."""
    return bureau(incident.area[:4] if level == BodyLevel.CITY else incident.area)


def own_body(incident: Incident) -> people.OrganisationFact | None:
    """Return the bureau for which the actor reports on an incident: his own, else the one that answers for its place."""
    own = people.organisation(people.organisation_of(current().actor))
    if own is not None and own.kind == people.OrganisationKind.BUREAU and incident.area.startswith(own.area):
        return own
    return bureau(incident.area)


def own_level() -> str:
    """Return the level of the actor's own body, "" where he belongs to none."""
    own = people.organisation(people.organisation_of(current().actor))
    return rules.level_of(own.area) if own else ""


def quick_kinds(rows: Any) -> Any:
    """Return the kinds that a rapid report offers."""
    return rows.filter(quick=True)


def going_on(rows: Any) -> Any:
    """Return the incidents under way among others."""
    return rows.filter(state=IncidentState.OPEN)


def villages(rows: Any) -> Any:
    """Return the villages among divisions, those of the asker's own areas first: a phone keeps the first of a long list."""
    own = When(places.lying_in(current().areas), then=0)
    return rows.filter(level="village").order_by(Case(own, default=1), "code")


def area_for(permission: str, point: Any, village: Any) -> str:
    """Return the division in which something lies: the village named, else the smallest around the point that the actor answers for, else his own."""
    if village is not None:
        return str(village.code)
    held = current().areas_for(permission)
    around = places.divisions_at(point.x, point.y) if point is not None else []
    inside = [code for code in around if any(code.startswith(area) for area in held)]
    return max(inside, key=len, default="") or min(held, key=lambda area: (-len(area), area), default="")


def bars(kind: IncidentKind) -> list[rules.Bar]:
    """Return the bars of the table by which a kind is graded; none where no table is known."""
    return [row.bar for row in GradeBar.objects.filter(scale=kind.scale)] if kind.scale else []


def proposed(incident: Incident) -> rules.Proposal | None:
    """Return the grade that an incident's figures call for."""
    return rules.proposed(incident.figures, bars(incident.kind))


def duties() -> list[rules.Duty]:
    """Return all lines of the reporting rules."""
    return [row.duty for row in ReportingRule.objects.all()]


def duty_by(code: str) -> rules.Duty | None:
    """Return the line of the reporting rules whose term this is; None for a term of something else."""
    return next((duty for duty in duties() if duty.code == code), None)


def owed(incident: Incident, level: str, stage: str) -> list[rules.Duty]:
    """Return what a level owes on an incident: by its grade, and while it has none by the one that its figures call for."""
    found = proposed(incident) if incident.grade is None else None
    grade = incident.grade or (found.grade if found else None)
    return rules.owed(duties(), level, stage, incident.kind.code, grade, incident.sensitive)


def outside(level: str) -> tuple[str, str]:
    """Return how the city's rules call the body outside to which a level reports, in both languages."""
    row = ReportingRule.objects.filter(from_level=level).exclude(receiver="").first()
    return (row.receiver, row.receiver_en) if row else ("上级应急管理部门", "The authority above")


def gone(incident: Incident, level: str) -> list[Report]:
    """Return the reports of a level on an incident that have gone out, the last first."""
    return list(Report.objects.filter(incident=incident, from_level=level, state__in=GONE).order_by("-sent_at", "-id"))


def has_reported(incident: Incident, level: str) -> bool:
    """Return whether a level has reported on an incident, also where its reports lie above the asker's scope."""
    scope = current()
    with entered(Scope.everything(scope.actor, scope.world)):
        return bool(gone(incident, level))


def last_words(incident: Incident, level: str) -> Report | None:
    """Return what a new report begins with: the last of the same level, else the last of any that has gone out."""
    own = gone(incident, level)
    return own[0] if own else Report.objects.filter(incident=incident, state__in=GONE).order_by("-sent_at", "-id").first()


def open_terms(incident: Incident, codes: Iterable[str]) -> list[Any]:
    """Return the open terms of an incident by these rules, the first to run out first."""
    named = tuple(codes)
    found = law.open_terms(Incident._meta.label_lower, incident.pk, *named) if named else []
    return sorted(found, key=lambda term: (term.due_at is None, term.due_at, term.pk))


def open_incidents() -> Any:
    """Return the incidents under way."""
    return readable(Incident).filter(state=IncidentState.OPEN).select_related("kind")


def unhandled() -> Any:
    """Return the rapid reports at which nobody has looked yet, those with people hurt first."""
    return readable(RapidReport).filter(state=RapidState.NEW).select_related("kind", "village").order_by("reported_at")


def to_receive() -> Any:
    """Return the reports that wait for the receipt of the actor's own body."""
    own = people.organisation_of(current().actor)
    return readable(Report).filter(state=ReportState.SENT, receiver=own).select_related("incident") if own else []


def sent_back() -> Any:
    """Return the reports that the body above sent back to the actor's own."""
    own = people.organisation_of(current().actor)
    return readable(Report).filter(state=ReportState.SENT_BACK, sender=own).select_related("incident") if own else []


def overdue_now() -> list[tuple[Incident, Any]]:
    """Return every incident with the first of its report terms that has run out."""
    now, found = clock.now(), dict[int, Any]()
    for term in law.open_of_kind(Incident._meta.label_lower):
        if term.due_at is not None and term.due_at <= now:
            found.setdefault(int(term.record_id), term)
    rows = Incident.objects.in_bulk(list(found))
    return [(rows[pk], term) for pk, term in found.items() if pk in rows]


def alarm(pk: int | None) -> Any:
    """Return the alarm that an incident begins from, where the actor may read it; Refusal for another."""
    if pk is None:
        return None
    found = readable(apps.get_model("alarms.Alarm")).filter(pk=pk).first()
    if found is None:
        raise Refusal(_("There is no such alarm in your jurisdiction."), field="alarm")
    return found


def first_reports(since: datetime, until: datetime) -> Any:
    """Return the first reports that were sent between two instants."""
    rows = readable(Report).filter(kind="initial", state__in=GONE, first_sent_at__gte=since, first_sent_at__lt=until)
    return rows.order_by("first_sent_at")


def happened(codes: str, since: datetime, until: datetime) -> list[Incident]:
    """Return the incidents of a class of event codes ("12G") that happened in a period and that the viewer may read, the earliest first."""
    rows = readable(Incident).filter(kind__code__startswith=codes, occurred_at__gte=since, occurred_at__lt=until)
    return list(rows.exclude(state=IncidentState.MERGED).order_by("occurred_at", "id"))
