"""Desks of incidents: rapid reports, incidents, the reports on them, and the city's tables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import actions, letters, queries, rules
from anlan.apps.incidents.choices import Grade, Measure, ReportKind, Source, Stage
from anlan.apps.incidents.models import FIGURES, GradeBar, Incident, IncidentKind, RapidReport, Report, ReportingRule, called
from anlan.apps.law import api as law
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Files, Group, Linked, Panel, Range, Related, State
from anlan.kit.desk.columns import Called
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.places import Shape
from anlan.kit.figures import Figure, FiguresPanel
from anlan.kit.names import name_of
from anlan.kit.records import readable
from anlan.kit.scope import current

GROUPS.add(Group("incidents", 35, _("Incidents"), "urgent"))
unit = partial(name_of, "unit")
GRADE = Column("get_grade_display", _("Event grade"))


def _minute(at: Any) -> str:
    return f"{localtime(at):%Y-%m-%dT%H:%M}"


class RapidReportDesk(Desk, record=RapidReport):
    slug = "rapid"
    icon = "urgent"
    story = _("What people on the spot have just reported; each is taken up, attached to an incident, or answered.")
    menu = ("incidents", 10)
    columns = (
        *(
            Column("__str__", _("Rapid report")),
            State("state"),
            "text",
            "hurt",
            "trapped",
            "village",
            Age("reported_at"),
            "reported_by",
        ),
        *(Linked("incident", _("Incident")), "answer", "area"),
    )
    filters = ("state", "kind", Range("reported_at"))
    search = ("text", "answer")
    panels = (
        Facts(
            *(State("state"), "kind", "text", "hurt", "trapped", "village", Shape("location"), Age("seen_at")),
            *(
                Age("reported_at"),
                "reported_by",
                Linked("incident", _("Incident")),
                "answer",
                Age("handled_at"),
                "handled_by",
                "area",
            ),
        ),
        Files(_("Photos"), offers=False),
        Related("additions", ("at", "text", "written_by"), _("Added since")),
    )
    begins = (actions.report,)
    actions = (actions.take_up, actions.attach, actions.dismiss, actions.add)
    point, layer, tile = "location", (_("What has happened?"), 2), {"label": "kind__name"}
    order = ("-reported_at", "-id")
    empty = _("Nothing was reported yet. Anybody of the bureau's people reports from a phone, also without a signal.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin an incident with what the rapid report says."""
        if verb is actions.take_up:
            where = row.village or name_of("area", row.area)
            return {"title": f"{where}{row.kind}", "kind": row.kind_id}
        return super().filled(verb, row)


def _figures(row: Any) -> Iterator[Figure]:
    for name in FIGURES:
        whole = name == "loss"
        yield Figure(called(Report, name), getattr(row, name), "" if whole else _("persons"), digits=2 if whole else 0)


def _proposal(row: Incident) -> dict[str, Any]:
    bars = queries.bars(row.kind)
    found = rules.proposed(row.figures, bars)
    worse = rules.proposed(rules.if_missing_are_dead(row.figures), bars)
    basis = GradeBar.objects.filter(scale=row.kind.scale).first() if row.kind.scale else None
    said = [
        {"grade": Grade(one.grade).label, "measure": Measure(one.measure).label, "value": one.value, "at_least": one.at_least}
        for one in (found, worse if worse != found else None)
        if one is not None
    ]
    named = {"row": row, "said": said, "has_found": found is not None, "basis": basis, "known": bool(bars)}
    return {**named, "differs": found is not None and row.grade is not None and row.grade != found.grade}


class IncidentDesk(Desk, record=Incident):
    slug = "incidents"
    icon = "folder"
    story = _("What has happened and goes on, how grave it is, and by when which report is owed.")
    menu = ("incidents", 20)
    columns = (*("title", State("state"), GRADE, "kind", "dead", "missing", "trapped", "place", Age("known_at"), "area"),)
    filters = ("state", "grade", "kind", "sensitive", Range("known_at"))
    facets = ("state", "grade")
    search = ("title", "place", "summary")
    panels = (
        FiguresPanel(_figures, _("Harm known now")),
        law.DEADLINES,
        Panel("incidents/grade.html", _("Grade and what the figures call for"), _proposal),
        Facts(
            *(State("state"), GRADE, "sensitive", "kind", "summary", "place", Shape("location"), Age("occurred_at")),
            *(Age("known_at"), "origin", Linked("alarm", _("Alarm")), Linked("into", _("Merged into")), "opened_by"),
            *(Age("closed_at"), "closed_by", "area"),
        ),
        Related(
            "reports",
            (Linked("named", _("Incident report")), State("state"), Called("sender", _("Reporting body"), by=unit), Column("to", _("Receiving body")),
             "mode", Age("sent_at"), Column("minutes", _("Minutes since known")), "late"),
            _("Reports on it"),
        ),
        Related("rapid_reports", (Linked("kind", _("Rapid report")), Age("reported_at"), "text", "reported_by", State("state")), _("Rapid reports")),
        Related("merged", (Linked("title"), State("state"), Age("known_at")), _("Merged into this one")),
        Files(_("Photos and papers")),
    )  # fmt: skip
    begins = (actions.open_incident,)
    actions = (
        *(actions.draft_report, actions.set_figures, actions.grade, actions.correct, actions.merge, actions.close),
        actions.reopen,
    )
    point, layer = "location", (_("What has happened?"), 1)
    tile = {"label": "title", "grade": "grade"}
    order = ("-known_at", "-id")
    empty = _("No incident is known. A rapid report is taken up as one, or one is opened here.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin each verb with how things stand; a report with what the last one said."""
        now = {name: value for name, value in row.figures.items() if value is not None} if row else {}
        if verb is actions.set_figures:
            return now
        if verb is actions.grade:
            found = queries.proposed(row)
            return {"grade": row.grade or (found.grade if found else None), "sensitive": row.sensitive}
        if verb is actions.correct:
            point = f"{row.location.x:.6f}, {row.location.y:.6f}" if row.location else ""
            texts = {name: getattr(row, name) for name in ("title", "place", "summary")}
            times = {name: _minute(getattr(row, name)) for name in ("occurred_at", "known_at")}
            return {**texts, **times, "kind": row.kind_id, "location": point}
        return _next_report(row) | now if verb is actions.draft_report else super().filled(verb, row)


def _next_report(row: Incident) -> dict[str, Any]:
    body = queries.own_body(row)
    level = rules.level_of(body.area if body else row.area)
    last = queries.last_words(row, level)
    sent = [one.kind for one in queries.gone(row, level)]
    owed = [duty.code for duty in queries.owed(row, level, Stage.SUPPLEMENT)]
    kind = ReportKind.SUPPLEMENT if queries.open_terms(row, owed) else rules.next_kind(sent, row.state != "open")
    if last is None:
        return {"kind": kind, "nature": row.summary}
    return {"kind": kind} | {name: getattr(last, name) for name in ("nature", "trend", "leader", "measures", "needs")}


class ReportDesk(Desk, record=Report):
    slug = "reports"
    icon = "file-text"
    story = _("What was reported upwards on each incident: when it was due, when it went, whether it arrived.")
    menu = ("incidents", 30)
    columns = (
        *(
            Column("__str__", _("Incident report")),
            State("state"),
            "mode",
            Called("sender", _("Reporting body"), by=unit),
            Column("to", _("Receiving body")),
            Age("due_at"),
        ),
        *(Age("sent_at"), Column("minutes", _("Minutes since known")), "late"),
    )
    filters = ("state", "kind", "from_level", "mode", "late", Range("first_sent_at"))
    search = ("incident__title", "nature", "place")
    panels = (
        Facts(
            *(State("state"), Column("named", _("Incident report")), Linked("incident", _("Incident")), "mode"),
            *(
                Called("sender", _("Reporting body"), by=unit),
                Column("to", _("Receiving body")),
                Age("due_at"),
                Age("sent_at"),
                "sent_by",
            ),
            *("late", "late_reason", Age("received_at"), "received_by", "taken_by", "returned"),
            title=_("How it was passed on"),
        ),
        FiguresPanel(_figures, _("Harm reported")),
        Facts(
            *(Age("occurred_at"), Age("known_at"), "place", "nature", "trend", "leader", "measures", "needs", "reporter"),
            *("drop_reason", "area"),
            title=_("What it says"),
        ),
        Files(_("Papers"), offers=False),
    )
    actions = (*(actions.send, actions.receive, actions.revise, actions.send_back, letters.write_report, actions.discard),)
    order = ("-id",)
    empty = _("Nothing was reported yet. A report is written on the page of its incident.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin a rewriting with what is written."""
        if verb is actions.revise:
            texts = ("mode", "nature", "trend", "leader", "measures", "needs", "reporter", "drop_reason")
            return {name: getattr(row, name) for name in texts} | {n: v for n, v in row.figures.items() if v is not None}
        return super().filled(verb, row)


class IncidentKindDesk(Desk, record=IncidentKind):
    slug = "kinds"
    icon = "category"
    story = _("What kinds of incidents there are, by the classes of event codes, and by which table each is graded.")
    menu = ("incidents", 60)
    columns = ("code", "__str__", "quick", "scale", "casualty_days", "source", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts(*columns),)
    pack = "incidents/kinds.csv"
    order = ("code",)


class GradeBarDesk(Desk, record=GradeBar):
    slug = "bars"
    icon = "stairs"
    story = _("From which figure on an incident is of which grade. The worst of all figures counts.")
    menu = ("incidents", 62)
    columns = ("scale", Column("get_grade_display", _("Event grade")), "measure", "at_least", law.Cites("basis"), "confidence")
    panels = (Facts(*columns, "source"),)
    pack = "incidents/bars.csv"
    order = ("scale", "grade", "measure")


class ReportingRuleDesk(Desk, record=ReportingRule):
    slug = "reporting"
    icon = "ruler-2"
    story = _("Which body owes which report on which incidents; the time for it stands with the legal term of the same code.")
    menu = ("incidents", 64)
    columns = (
        *(
            Column("__str__", _("Reporting rule")),
            "event_class",
            Column("get_least_grade_display", _("From this grade on")),
            "sensitive",
        ),
        *("code", "confidence"),
    )
    panels = (Facts(*columns, "receiver", "source"),)
    pack = "incidents/reporting_rules.csv"
    order = ("code",)


def _from_alarm(row: Any) -> dict[str, Any]:
    """Return the incidents that began from an alarm, and the way to open one where the viewer may."""
    found = readable(Incident).filter(alarm=row.pk) if current().areas_for("incidents.view_incident") else []
    may = current().may("incidents.open_incident", row.area)
    begun = {"alarm": row.pk, "origin": Source.ALARM, "division": row.area, "occurred_at": _minute(row.raised_at)}
    address = f"{reverse(IncidentDesk.name('begin'), args=['open'])}?{urlencode(begun)}" if may else ""
    return {"incidents": list(found), "address": address}


add_panel("alarms.Alarm", Panel("incidents/of_alarm.html", _("Incidents"), _from_alarm))
