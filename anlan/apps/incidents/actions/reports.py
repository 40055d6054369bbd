"""What is done with reports on incidents: drafted from what the last one said, revised, sent, received, sent back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import queries, rules
from anlan.apps.incidents.actions import clocks
from anlan.apps.incidents.actions.incidents import AT_ONCE, Count, Fall, Loss, check_fall, put_figures
from anlan.apps.incidents.choices import BodyLevel, IncidentState, Mode, ReportKind, ReportState, Stage
from anlan.apps.incidents.events import ReportAnswered, ReportSent
from anlan.apps.incidents.models import FIGURES, Incident, Report
from anlan.apps.people import api as people
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref
from anlan.kit.names import name_of
from anlan.kit.refusals import Conflict, Refusal

WRITE, RECEIVE = "incidents.write_report", "incidents.receive_report"
of_report = partial(action, needs=WRITE, record="incidents.Report")
Way = Annotated[Mode, Input(_("Way of reporting"))]
Nature = Annotated[
    str,
    Input(_("Course and reach"), rows=5, example="江口村路段山体滑坡约500立方米，省道中断 A slide of 500 m³ has cut the road"),
]
Trend = Annotated[str, Input(_("Trend"), rows=2)]
Leader = Annotated[str, Input(_("Leader on the spot"))]
Measures = Annotated[str, Input(_("Measures taken"), rows=4)]
Needs = Annotated[str, Input(_("Needed"), rows=2)]
Reporter = Annotated[str, Input(_("Person who reports"), help=_("You, if nobody is named."))]
WRONG_TURN = {
    "begun": _("An initial report has gone out already; follow it up."),
    "first": _("Nothing has gone out yet: begin with the initial report."),
    "ended": _("The verified report has ended the series."),
    "final": _("The final report has gone out already."),
    "goes_on": _("The incident goes on: it is verified when it is over."),
    "follow": _("The incident goes on: what has changed goes into the next follow-up."),
}


@action(
    "incidents.draft_report",
    needs=WRITE,
    label=_("Write a report"),
    record="incidents.Incident",
    moves=Incident.life.reckon,
    icon="file-pencil",
    story=_("It begins with what the last report said. Times and place are those of the incident. Send it on its own page."),
)
def draft_report(
    deed: Deed,
    *,
    incident: Ref[Incident],
    kind: Annotated[ReportKind, Input(_("Report kind"))],
    mode: Way = Mode.WRITTEN,
    nature: Nature,
    dead: Count = None,
    missing: Count = None,
    serious: Count = None,
    injured: Count = None,
    trapped: Count = None,
    transferred: Count = None,
    loss: Loss = None,
    drop_reason: Fall = "",
    trend: Trend = "",
    leader: Leader = "",
    measures: Measures = "",
    needs: Needs = "",
    reporter: Reporter = "",
) -> Report:
    """Write the next report on an incident to the body above."""
    body = queries.own_body(incident)
    if body is None:
        raise Conflict(_("No bureau answers for this place. Enter one under organisations."))
    level = rules.level_of(body.area)
    _check_turn(incident, level, kind)
    told = dict(zip(FIGURES, (dead, missing, serious, injured, trapped, transferred, loss), strict=True))
    texts = {"nature": nature, "trend": trend, "leader": leader, "measures": measures, "needs": needs}
    return deed.create(
        Report,
        area=body.area,
        incident=incident,
        kind=kind,
        mode=mode,
        seq=_number(incident, level) if kind == ReportKind.FOLLOW_UP else 0,
        from_level=level,
        sender=body.code,
        **_receiver(body.area),
        reporter=reporter.strip() or name_of("actor", deed.actor),
        drop_reason=drop_reason.strip(),
        **_facts(incident),
        **_checked(incident, texts, told, drop_reason),
    )


@of_report("incidents.revise", label=_("Rewrite"), moves=Report.life.revise, icon="pencil")
def revise(
    deed: Deed,
    *,
    report: Ref[Report],
    mode: Way = Mode.WRITTEN,
    nature: Nature,
    dead: Count = None,
    missing: Count = None,
    serious: Count = None,
    injured: Count = None,
    trapped: Count = None,
    transferred: Count = None,
    loss: Loss = None,
    drop_reason: Fall = "",
    trend: Trend = "",
    leader: Leader = "",
    measures: Measures = "",
    needs: Needs = "",
    reporter: Reporter = "",
) -> None:
    """Rewrite a report that has not gone out, or that was sent back."""
    told = dict(zip(FIGURES, (dead, missing, serious, injured, trapped, transferred, loss), strict=True))
    texts = {"nature": nature, "trend": trend, "leader": leader, "measures": measures, "needs": needs}
    given = _checked(report.incident, texts, told, drop_reason) | _facts(report.incident)
    for name, value in {**given, "mode": mode, "drop_reason": drop_reason.strip()}.items():
        setattr(report, name, value)
    report.reporter = reporter.strip() or report.reporter


@of_report(
    "incidents.send",
    label=_("Send it up"),
    moves=Report.life.send,
    icon="send",
    story=_("Its figures become those of the incident, and the clock of this report stops. If it is late, say why."),
)
def send(deed: Deed, *, report: Ref[Report], late_reason: Annotated[str, Input(_("Why it is late"), rows=2)] = "") -> None:
    """Send a report to the body above; one that is late goes only with the reason for it, and the late report is on record."""
    incident = deed.lock(Incident, report.incident_id)
    _check_turn(incident, report.from_level, report.kind)
    if incident.state == IncidentState.MERGED:
        check_fall(incident.figures, report.figures, report.drop_reason, "report")
    else:
        put_figures(incident, report.figures, report.drop_reason, "report")
    met = rules.answered(queries.duties(), report.from_level, report.kind, report.mode)
    terms = queries.open_terms(incident, [duty.code for duty in met])
    _judge(report, terms, late_reason, deed.now)
    clocks.stop(incident, met)
    incident.told_term, incident.told_step = None, 0
    _go_on(deed, incident, report)
    deed.emit(ReportSent(report=report.pk, incident=incident.pk, late=report.late, area=report.area))


def _judge(report: Report, terms: list[Any], reason: str, now: datetime) -> None:
    """Write down by when a report was due and whether it is late; a late one without a reason does not go."""
    report.first_sent_at = report.first_sent_at or now
    report.due_at = terms[0].due_at if terms else report.due_at
    late = [term for term in terms if term.due_at is not None and term.due_at < now]
    if late and not reason.strip():
        words = _("This report is late: it was due by law. Say why, then it goes.")
        raise Refusal(words, article=late[0].rule.basis or AT_ONCE, field="late_reason")
    if late:
        report.late, report.late_reason = True, reason.strip()


def _go_on(deed: Deed, incident: Incident, report: Report) -> None:
    """Start what is owed next: by the body that reported, and by the one above, which knows now."""
    level = report.from_level
    if incident.state == IncidentState.OPEN and report.kind in (ReportKind.INITIAL, ReportKind.FOLLOW_UP):
        clocks.start(incident, level, Stage.FOLLOW_UP, deed.now)
    if level != BodyLevel.COUNTY:
        return
    city = queries.has_reported(incident, BodyLevel.CITY)
    if incident.state == IncidentState.OPEN and incident.city_known_at is None:
        incident.city_known_at = deed.now
        clocks.start(incident, BodyLevel.CITY, Stage.INITIAL, deed.now)
    for kind, stage in ((ReportKind.VERIFIED, Stage.VERIFIED), (ReportKind.SUPPLEMENT, Stage.SUPPLEMENT)):
        if report.kind == kind and city:
            clocks.start(incident, BodyLevel.CITY, stage, deed.now)


@of_report("incidents.receive", needs=RECEIVE, label=_("Confirm the receipt"), moves=Report.life.receive, icon="mail-check")
def receive(
    deed: Deed,
    *,
    report: Ref[Report],
    taken_by: Annotated[
        str, Input(_("Taken by"), help=_("Who answered the telephone; of a body outside always: who confirmed it there."))
    ] = "",
) -> None:
    """Confirm that a report has arrived: by the body above; for one outside by whoever sent it, with the name of who took it there."""
    _check_side(deed, report)
    if report.outside and not taken_by.strip():
        raise Refusal(_("Say who confirmed it at %(body)s.") % {"body": report.to}, field="taken_by")
    report.taken_by = taken_by.strip()
    deed.emit(ReportAnswered(report=report.pk, incident=report.incident_id, accepted=True, area=report.area))


@of_report("incidents.send_back", needs=RECEIVE, label=_("Send it back"), moves=Report.life.send_back, icon="arrow-back-up")
def send_back(deed: Deed, *, report: Ref[Report], returned: Annotated[str, Input(_("What is to be corrected"), rows=3)]) -> None:
    """Send a report back to be corrected, with what is wrong; its time stays that of its first sending."""
    _check_side(deed, report)
    if not returned.strip():
        raise Refusal(_("Say what is to be corrected."), field="returned")
    report.returned = returned.strip()
    deed.emit(ReportAnswered(report=report.pk, incident=report.incident_id, accepted=False, area=report.area))


@of_report("incidents.discard", label=_("Give the draft up"), moves=Report.life.discard, icon="trash")
def discard(deed: Deed, *, report: Ref[Report]) -> None:
    """Give up a draft that has not gone out."""


def _check_side(deed: Deed, report: Report) -> None:
    """Refuse an answer by anybody but the body that the report went to; for one outside, by anybody but the sender."""
    wanted = report.receiver or report.sender
    if not deed.scope.system and people.organisation_of(deed.actor) != wanted:
        raise Refusal(_("This is for the people of %(body)s.") % {"body": name_of("unit", wanted)})


def _check_turn(incident: Incident, level: str, kind: str) -> None:
    sent = [one.kind for one in queries.gone(incident, level)]
    if wrong := rules.begins_with(kind, sent, incident.state != IncidentState.OPEN):
        raise Conflict(WRONG_TURN[wrong], field="kind")


def _number(incident: Incident, level: str) -> int:
    """Return the next number of the follow-ups of a level; one that was given up leaves no gap."""
    rows = Report.objects.filter(incident=incident, from_level=level, kind=ReportKind.FOLLOW_UP)
    return rows.exclude(state=ReportState.DISCARDED).count() + 1


def _receiver(area: str) -> dict[str, str]:
    """Return whom a body reports to: the bureau above, or a body outside as the city's rules call it."""
    if found := queries.above(area):
        return {"receiver": found.code}
    zh, en = queries.outside(rules.level_of(area))
    return {"outside": zh, "outside_en": en}


def _facts(incident: Incident) -> dict[str, Any]:
    return {"known_at": incident.known_at, "occurred_at": incident.occurred_at, "place": incident.place}


def _checked(incident: Incident, texts: dict[str, str], told: dict[str, int | Decimal | None], reason: str) -> dict[str, Any]:
    """Return what a report says, tidied; refused where it says nothing, or where a figure falls without a word."""
    if not texts["nature"].strip():
        raise Refusal(_("Say what happened and how far it reaches."), field="nature")
    check_fall(incident.figures, told, reason, "drop_reason")
    return {name: text.strip() for name, text in texts.items()} | told
