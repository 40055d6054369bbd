"""Whom incidents tell: duty rooms of what comes in, of what is owed soon and overdue; whoever reported, of what became of it."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import queries, rules
from anlan.apps.incidents.choices import RapidState, ReportKind
from anlan.apps.incidents.events import (
    IncidentOpened,
    RapidHandled,
    RapidReported,
    ReportAnswered,
    ReportOverdue,
    ReportSent,
)
from anlan.apps.incidents.models import Incident, RapidReport, Report
from anlan.apps.law.events import TermNear
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.kit.events import on


@on(RapidReported)
def tell_room(event: RapidReported) -> None:
    """Tell the duty room of the county what was seen; that of the city too where people are hurt or trapped."""
    rapid = RapidReport.objects.select_related("kind", "village").get(pk=event.rapid)
    rooms = [queries.bureau(rapid.area), queries.bureau(rapid.area[:4]) if rapid.grave else None]
    kind = (rapid.kind.name, rapid.kind.name_en or rapid.kind.name)
    body = messages.in_both(
        _("%(text)s Hurt or dead: %(hurt)s. Trapped: %(trapped)s. Take it up or answer it under rapid reports."),
        text=rapid.text[:300],
        hurt="?" if rapid.hurt is None else rapid.hurt,
        trapped="?" if rapid.trapped is None else rapid.trapped,
    )
    _send(rapid, messages.in_both(_("Rapid report: %(kind)s"), kind=kind), body, [room.code for room in rooms if room])


@on(RapidHandled)
def tell_reporter(event: RapidHandled) -> None:
    """Tell the unit of whoever sent a rapid report what became of it."""
    rapid = RapidReport.objects.select_related("kind", "incident").get(pk=event.rapid)
    kind = (rapid.kind.name, rapid.kind.name_en or rapid.kind.name)
    if rapid.state == RapidState.DISMISSED:
        body = messages.in_both(_("It is not followed up: %(answer)s"), answer=rapid.answer)
    else:
        body = messages.in_both(
            _("It belongs to the incident “%(title)s” now."), title=rapid.incident.title if rapid.incident else ""
        )
    subject = messages.in_both(_("What became of your rapid report: %(kind)s"), kind=kind)
    _send(rapid, subject, body, [people.organisation_of(rapid.reported_by)])


@on(IncidentOpened)
def tell_place(event: IncidentOpened) -> None:
    """Tell the bureau of the place of an incident that somebody of another body has opened."""
    incident = Incident.objects.select_related("kind").get(pk=event.incident)
    room, own = queries.bureau(incident.area), people.organisation_of(incident.opened_by)
    if room is not None and room.code != own:
        body = messages.in_both(_("It was opened by another body. The first report is owed; see its deadlines."))
        _send(incident, messages.in_both(_("Incident: %(title)s"), title=incident.title), body, [room.code])


@on(ReportSent)
def tell_above(event: ReportSent) -> None:
    """Tell the duty room above that a report waits for its receipt."""
    report = Report.objects.select_related("incident").get(pk=event.report)
    if report.receiver:
        body = messages.in_both(
            _("Read it and confirm the receipt. Sent at %(at)s."), at=f"{localtime(report.sent_at):%m-%d %H:%M}"
        )
        _send(report, _named(report), body, [report.receiver])


@on(ReportAnswered)
def tell_below(event: ReportAnswered) -> None:
    """Tell the body that reported when its report was sent back."""
    report = Report.objects.select_related("incident").get(pk=event.report)
    if not event.accepted:
        subject = messages.in_both(_("Sent back: %(report)s"), report=_named(report))
        _send(report, subject, messages.in_both(_("To be corrected: %(words)s"), words=report.returned), [report.sender])


@on(TermNear)
def warn(event: TermNear) -> None:
    """Tell the duty room that owes a report that its term is about to run out."""
    duty = queries.duty_by(event.rule)
    if duty is None or event.record != Incident._meta.label_lower:
        return
    incident = Incident.objects.get(pk=int(event.record_id))
    room = queries.owing(incident, duty.level)
    subject = messages.in_both(_("A report is due soon: %(title)s"), title=incident.title)
    _send(
        incident,
        subject,
        messages.in_both(_("Send it in time; its deadlines stand with the incident.")),
        [room.code] if room else [],
    )


@on(ReportOverdue)
def tell_overdue(event: ReportOverdue) -> None:
    """Tell the duty room that its report is overdue; from the second step on the bureau above too."""
    incident = Incident.objects.get(pk=event.incident)
    own = people.organisation(event.body)
    higher = queries.above(own.area) if own and event.step > 1 else None
    subject = messages.in_both(_("Report overdue: %(title)s"), title=incident.title)
    body = messages.in_both(
        _("The report that the law asks for has not been sent in time. Send it, with the reason for the delay.")
    )
    _send(incident, subject, body, [event.body, *([higher.code] if higher else [])], "escalation")


def _named(report: Report) -> tuple[str, str]:
    """Return what a report is called, in both languages."""
    number = (rules.in_chinese_numerals(report.seq), str(report.seq))
    named = _("Follow-up report %(n)s") if report.seq else ReportKind(report.kind).label
    return messages.in_both(_("%(report)s: %(title)s"), report=messages.in_both(named, n=number), title=report.incident.title)


def _send(row: Any, subject: tuple[str, str], body: tuple[str, str], to: list[str], kind: str = "incident") -> None:
    messages.tell(kind, f"{row._meta.model_name}:{row.pk}", row.area, subject, body, to, reachable=True)
