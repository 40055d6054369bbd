"""Desks of losses: processes with what they come to, towns that report, their reports, village returns, the two ledgers, the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.losses import actions, letters, queries, rules, showing
from anlan.apps.losses.items import ITEMS, LEADING
from anlan.apps.losses.models import (
    CheckLimit,
    DamagedHome,
    DisasterKind,
    LossReport,
    LostPerson,
    Process,
    ReportingTown,
    VillageReturn,
)
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Files, Group, Linked, Panel, Range, Related, State
from anlan.kit.desk.declaration import add_panel
from anlan.kit.figures import Chart, ChartPanel, Figure, FiguresPanel, Point, Series
from anlan.kit.records import may_anywhere, view_of
from anlan.kit.scope import current

GROUPS.add(Group("losses", 42, _("Disaster losses"), "home-exclamation"))


def _leading(process: Process) -> Iterator[Figure]:
    whole = queries.rolled(process)
    figures, seen = whole.figures, bool(whole.towns) and may_anywhere(current(), view_of(LossReport))
    for code in LEADING:
        item, told = ITEMS[code], code in figures
        note = "" if told else _("not reported") if seen else _("Not shown to you")
        yield Figure(item.label, figures.get(code), item.unit if told else "", note=note, digits=item.digits)


def _point(value: rules.Number | None) -> Point:
    return Point(None if value is None else float(value))


def _course(process: Process) -> Chart:
    steps = queries.course(process)
    labels = tuple(f"{localtime(at):%m-%d %H:%M}" for at, _figures in steps)
    told = [code for code in ("affected", "relocated", "urgent_aid") if any(code in figures for _at, figures in steps)]
    series = tuple(
        Series(ITEMS[code].label, tuple(_point(figures.get(code)) for _at, figures in steps), kind="line") for code in told
    )
    empty = _("No report that you may see has come yet.")
    return Chart(_("What was known after each report"), _("Time"), labels, series, unit=_("persons"), why_empty=empty)


class ProcessDesk(Desk, record=Process):
    slug = "processes"
    icon = "home-exclamation"
    story = _("Each disaster whose losses are counted: which towns report on it, what it comes to, who has not reported.")
    menu = ("losses", 10)
    columns = ("title", State("state"), "kind", "subkind", Age("started_at"), Age("ended_at"), "area")
    filters = ("state", "kind", Range("started_at"))
    search = ("title",)
    panels = (
        FiguresPanel(_leading, _("Losses known now")),
        Panel("losses/rolled.html", _("By county and town"), showing.rolled),
        ChartPanel(_course, _("How the figures grew")),
        Panel("losses/ledgers.html", _("Ledgers of persons and homes"), showing.ledgers),
        Facts(
            *(State("state"), "kind", "subkind", Age("started_at"), Age("ended_at"), Linked("incident", _("Incident"))),
            *(Linked("response", _("Response")), "opened_by", "area"),
        ),
        Files(_("Papers"), offers=False),
    )
    begins = (actions.open_process,)
    actions = (letters.write_form, actions.correct, actions.end, actions.reopen)
    order = ("-started_at", "-id")
    empty = _("No disaster is counted. A county or the city opens a process; then its towns report.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin a correction with what is written."""
        if verb is not actions.correct:
            return super().filled(verb, row)
        facts = {"title": row.title, "kind": row.kind.code, "subkind": row.subkind.code if row.subkind else None}
        return {**facts, "started_at": f"{localtime(row.started_at):%Y-%m-%dT%H:%M}"}


class ReportingTownDesk(Desk, record=ReportingTown):
    slug = "towns"
    icon = "map-pin"
    story = _("Which towns report on which disaster, what each owes next and by when.")
    menu = ("losses", 20)
    columns = (Column("town", _("Town")), "process", State("state"), Age("reported_at"), "area")
    filters = ("state", "process")
    search = ("process__title", "area")
    panels = (
        law.DEADLINES,
        Panel("losses/villages.html", _("What the villages told"), showing.villages),
        Panel("losses/moved.html", _("What the transfers say"), showing.brought_away),
        Related(
            "reports",
            (Linked("named", _("Loss report")), State("state"), Age("submitted_at"), "late", Age("approved_at")),
            _("Loss reports"),
        ),
        Facts(State("state"), Linked("process"), Age("reported_at"), "area"),
    )
    begins = (actions.add_towns,)
    actions = (actions.write, actions.release)
    order = ("area", "-id")
    empty = _("No town is asked. Open a process, or add towns to one.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin a report with the last one and what the villages told since."""
        if verb is not actions.write:
            return super().filled(verb, row)
        last = queries.latest(row)
        villages = rules.added(one.figures for one in queries.newest_of_villages(row))
        return {**rules.begun(last.figures if last else {}, villages), "leader": last.leader if last else ""}


class LossReportDesk(Desk, record=LossReport):
    slug = "reports"
    icon = "file-analytics"
    story = _("What each town told, report by report: whether it came in time and whether the county has approved it.")
    menu = ("losses", 30)
    columns = (
        *(Column("__str__", _("Loss report")), State("state"), "process", Age("submitted_at"), "late"),
        *(Age("approved_at"), "area"),
    )
    filters = ("state", "kind", "late", "process", Range("submitted_at"))
    facets = ("state",)
    search = ("process__title", "reporter")
    panels = (
        Panel("losses/figures.html", _("Figures of the report"), showing.figures),
        Facts(
            *(State("state"), Column("named", _("Loss report")), Linked("process"), Linked("town"), Age("due_at")),
            *(Age("submitted_at"), "submitted_by", "late", "late_reason", "why", "returned", "leader", "reporter"),
            *(Age("approved_at"), "approved_by", "area"),
            title=_("How it was passed on"),
        ),
        law.DEADLINES,
    )
    actions = (*(actions.submit, actions.approve, actions.revise, actions.send_back, actions.discard),)
    order = ("-id",)
    empty = _("No town has written a report. A report is written on the page of its town.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin a correction with what is written."""
        if verb is actions.revise:
            return {**row.figures, "why": row.why, "leader": row.leader, "reporter": row.reporter}
        return super().filled(verb, row)


class VillageReturnDesk(Desk, record=VillageReturn):
    slug = "villages"
    icon = "home-exclamation"
    story = _("What villages told their town, also from a phone without a signal. The newest of each village counts.")
    menu = ("losses", 40)
    columns = (Column("__str__", _("Village return")), "process", Age("told_at"), "told_by", "area")
    filters = ("process", Range("told_at"))
    search = ("process__title", "note")
    panels = (
        Panel("losses/figures.html", _("Figures of the village"), showing.figures),
        Facts(Linked("process"), "note", Age("told_at"), "told_by", "area"),
    )
    begins = (actions.tell,)
    order = ("-told_at", "-id")
    empty = _("No village has told anything. The informant of a village does it from a phone.")


class LostPersonDesk(Desk, record=LostPerson):
    slug = "persons"
    icon = "user-exclamation"
    sensitive = sensitive_list = True
    story = _("Ledger ⑧: who died or went missing by a disaster. Names are personal data: who reads them is journalled.")
    menu = ("losses", 50)
    columns = (
        *(Column("__str__", _("Person of ledger ⑧")), State("state"), "fate", "sex", "age", "cause", "process"),
        *(Age("happened_at"), "area"),
    )
    filters = ("state", "fate", "process")
    search = ("process__title", "place")
    form = ("process", "fate", "name", "sex", "age", "id_number", "household", "place", "happened_at", "cause")
    panels = (
        Facts(
            *(State("state"), "fate", "name", "sex", "age", Column("shown_id", _("ID number")), "household", "place"),
            *(Age("happened_at"), "cause", Linked("process"), Age("struck_at"), "struck_by", "area"),
        ),
    )
    actions = (actions.strike_person,)
    order = ("-id",)
    empty = _("Nobody is named. Who died or went missing is named here; the figures of form ① must agree.")


class DamagedHomeDesk(Desk, record=DamagedHome):
    slug = "homes"
    icon = "home-x"
    sensitive = sensitive_list = True
    story = _(
        "Ledger ⑨: whose home collapsed or was damaged by a disaster. Names are personal data: who reads them is journalled."
    )
    menu = ("losses", 52)
    columns = (Column("__str__", _("Home of ledger ⑨")), State("state"), "damage", "home", "rooms", "persons", "process", "area")
    filters = ("state", "damage", "home", "process")
    search = ("process__title", "address")
    form = ("process", "damage", "name", "persons", "address", "home", "rooms")
    panels = (
        Facts(
            *(State("state"), "damage", "name", "persons", "address", "home", "rooms", Linked("process")),
            *(Age("struck_at"), "struck_by", "area"),
        ),
    )
    actions = (actions.strike_home,)
    order = ("-id",)
    empty = _("No home is listed. Each household whose home collapsed is listed here; form ① must agree.")


class DisasterKindDesk(Desk, record=DisasterKind):
    slug = "kinds"
    icon = "category"
    story = _("Kinds of disaster by the statistics: the city says the main kind, the county the sub-kind.")
    menu = ("losses", 60)
    columns = ("code", "__str__", "main", "source", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts(*columns),)
    pack = "losses/kinds.csv"
    order = ("code",)


class CheckLimitDesk(Desk, record=CheckLimit):
    slug = "limits"
    icon = "ruler-2"
    story = _("By how much a figure may grow from one report to the next without a reason; the city sets it.")
    menu = ("losses", 62)
    columns = ("code", "name", "amount", "source", "confidence")
    panels = (Facts(*columns),)
    pack = "losses/limits.csv"
    order = ("code",)


def _of_incident(row: Any) -> dict[str, Any]:
    """Return the processes that name an incident, and the way to open one where the viewer may."""
    may = actions.open_process.permits(row, current())
    address = f"{reverse(ProcessDesk.name('begin'), args=['open'])}?incident={row.pk}" if may else ""
    return {"processes": queries.processes_of(row), "address": address}


add_panel("incidents.Incident", Panel("losses/of_incident.html", _("Losses"), _of_incident))
