"""What incidents put on the workbench: rapid reports to look at, reports owed, reports to confirm or to correct."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import queries
from anlan.apps.incidents.choices import IncidentState, RapidState, ReportState
from anlan.apps.incidents.models import Incident
from anlan.apps.law import api as law
from anlan.kit import clock
from anlan.kit.board import Rank, Waiting, step, waiting
from anlan.kit.names import name_of
from anlan.kit.records import readable


@waiting(needs="incidents.handle_rapidreport", about="incidents.rapidreport", where=Q(state=RapidState.NEW))
def rapid_reports() -> Iterator[Waiting]:
    """Yield the rapid reports at which nobody has looked yet."""
    for one in queries.unhandled():
        doing = step("incidents.handle_rapidreport", one.area, "take_up", _("Take up as an incident"), one.sector)
        hurt = str(_("Hurt or dead: %(n)s") % {"n": one.hurt}) if one.hurt else ""
        caught = str(_("Trapped: %(n)s") % {"n": one.trapped}) if one.trapped else ""
        where = str(one.village or name_of("area", one.area))
        text = " · ".join(part for part in (where, hurt, caught, one.text[:80]) if part)
        title = str(_("Rapid report: %(kind)s") % {"kind": one.kind})
        yield Waiting(Rank.DANGER, "rapid", "urgent", "", title, text, one.desk_url(), one.reported_at, at_once=True, **doing)


@waiting(needs="incidents.write_report", about="incidents.incident", where=~Q(state=IncidentState.MERGED))
def reports_owed() -> Iterator[Waiting]:
    """Yield, for each incident, the report that the viewer's own body owes next and that is due soon or overdue."""
    levels = {duty.code: duty.level for duty in queries.duties()}
    own, seen, now = queries.own_level(), set[str](), clock.now()
    terms = [term for term in law.open_of_kind(Incident._meta.label_lower) if levels.get(term.rule.code) == own]
    rows = readable(Incident).select_related("kind").in_bulk({int(term.record_id) for term in terms})
    for term in terms:
        incident = rows.get(int(term.record_id))
        if incident is None or term.record_id in seen or term.due_at is None:
            continue
        seen.add(term.record_id)
        late = term.due_at <= now
        doing = step("incidents.write_report", incident.area, "draft_report", _("Write a report"))
        rank = Rank.DANGER if late else Rank.WORK
        yield Waiting(rank, "report", "file-pencil", "", str(incident), str(term.rule), incident.desk_url(), term.due_at, **doing)


@waiting(needs="incidents.receive_report", about="incidents.report", where=Q(state=ReportState.SENT))
def reports_to_confirm() -> Iterator[Waiting]:
    """Yield the reports that have come in and wait for the receipt."""
    for one in queries.to_receive():
        doing = step("incidents.receive_report", one.area, "receive", _("Confirm the receipt"))
        title = str(_("Came in: %(report)s") % {"report": one})
        yield Waiting(
            Rank.SIGN, "incoming", "mail", "", title, one.nature[:80], one.desk_url(), one.sent_at, at_once=True, **doing
        )


@waiting(needs="incidents.write_report", about="incidents.report", where=Q(state=ReportState.SENT_BACK))
def reports_sent_back() -> Iterator[Waiting]:
    """Yield the reports that the body above sent back."""
    for one in queries.sent_back():
        doing = step("incidents.write_report", one.area, "revise", _("Rewrite"))
        title = str(_("Sent back: %(report)s") % {"report": one})
        yield Waiting(
            Rank.SIGN, "returned", "arrow-back-up", "", title, one.returned, one.desk_url(), one.sent_at, at_once=True, **doing
        )
