"""Desks of transfers: the register, actions with their progress, villages, households on the move; the way to an action from its cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.shelters.api import Danger
from anlan.apps.transfers import actions, queries
from anlan.apps.transfers.models import HeadCount, Household, Journey, Transfer, Village, Vulnerability, Vulnerable
from anlan.kit.desk import Age, Column, Desk, Facts, Linked, Panel, Range, Related, State, Unit
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.places import Shape
from anlan.kit.figures import Chart, ChartPanel, Figure, FiguresPanel, Point, Series
from anlan.kit.scope import current

#: So many households are listed on an action's page.
MOST = 30
PHONE = Column("phone", _("Phone"), needs=("household",))
PERSONS = Unit("persons", _("Persons"), unit="", digits=0)


class HouseholdDesk(Desk, record=Household):
    icon = "users-group"
    story = _("A village's register: who lives in danger, who fetches them, how and where to. For the village and its town only.")
    menu = ("response", 56)
    columns = (
        *("head", "address", PERSONS, "danger", "helper", "helper_phone", "visited_on", "drilled_on", State("state"), "area"),
    )
    filters = ("state", "danger", "refuge", Range("visited_on"))
    search = ("code", "head", "address", "helper")
    form = (
        *("code", "head", "persons", "phone", "address", "danger", "helper", "helper_phone", "helper_post"),
        *("second_helper", "second_phone", "way", "refuge", "kin", "visited_on", "drilled_on", "source", "location"),
    )
    panels = (
        Facts(
            *("code", "head", PERSONS, "phone", "address", Shape("location"), "danger", State("state")),
            *("helper", "helper_phone", "helper_post", "second_helper", "second_phone", "way", "refuge", "kin"),
            *("visited_on", "drilled_on", "source", "area"),
        ),
        Related("vulnerable", (Linked("name"), "kind", "born", "phone", "needs"), _("Vulnerable people")),
        Related(
            "journeys", (Linked("transfer"), State("state"), "place", Age("arrived_at"), Age("returned_at")), _("Actions so far")
        ),
    )
    actions = (actions.visit, actions.strike, actions.restore)
    point, pack, tile = "location", "transfers/households.csv", {"label": "head", "state": "state"}
    importable, sensitive, sensitive_list = True, True, True
    order = ("area", "code")
    empty = _("No household is in the register yet. Import a table, or add one.")
    example = {
        "code": "441802107001-X1",
        "head": "示例户主",
        "persons": "4",
        "phone": "13800000000",
        "address": "示例村示例路1号",
        "danger": "flood",
        "helper": "示例责任人",
        "helper_phone": "13800000001",
        "helper_post": "441802107001-cun.chief",
        "second_helper": "",
        "second_phone": "",
        "way": "步行经村道到村文化室 on foot by the village road",
        "refuge": "shelter",
        "kin": "",
        "visited_on": "2022-05-20",
        "drilled_on": "2022-04-15",
        "source": "示例 example",
        "location": "113.25, 23.81",
        "area": "441802107001",
    }


class VulnerableDesk(Desk, record=Vulnerable):
    slug = "vulnerable"
    icon = "wheelchair"
    story = _("Who cannot get into safety alone, why, and what they need. For the village and its town only.")
    menu = ("response", 57)
    columns = ("name", "kind", Linked("household"), "born", "needs", "area")
    filters = ("kind",)
    search = ("name", "needs")
    form = ("household", "name", "kind", "born", "phone", "needs", "source")
    panels = (Facts("name", "kind", Linked("household"), "born", "phone", "needs", "source", "area"),)
    pack = "transfers/vulnerable.csv"
    importable, sensitive, sensitive_list = True, True, True
    example = {
        "household": "441802107001-01",
        "name": "示例老人",
        "kind": "elderly_alone",
        "born": "1940",
        "phone": "",
        "needs": "需轮椅 needs a wheelchair",
        "source": "示例 example",
        "area": "441802107001",
    }


class VulnerabilityDesk(Desk, record=Vulnerability):
    slug = "vulnerabilities"
    icon = "list-details"
    story = _("Why somebody cannot get into safety alone.")
    menu = ("response", 83)
    columns = ("code", "__str__", "source", "confidence")
    pack = "transfers/vulnerabilities.csv"


def _numbers(transfer: Transfer) -> Iterator[Figure]:
    heads = queries.heads(transfer)
    yield Figure(_("Not yet in safety"), heads.in_danger, _("persons"), of=heads.persons)
    yield Figure(_("Vulnerable among them"), heads.vulnerable_in_danger, _("persons"), of=heads.vulnerable)
    yield Figure(_("Departed"), heads.under_way, _("persons"))
    yield Figure(_("In safety"), heads.arrived, _("persons"), at=heads.last_word)
    yield Figure(_("Refuse to move"), heads.refused, _("persons"))
    yield Figure(_("Returned home"), heads.returned, _("persons"))


def _progress(transfer: Transfer) -> dict[str, Any]:
    lines = queries.progress(transfer)
    digits = 6 if len({line.code[:6] for line in lines}) > 1 else 9
    sums = queries.summed(lines, digits) if len(lines) > 1 else []
    shown = [(one, [line for line in lines if line.code.startswith(one.code)]) for one in sums] or [(None, lines)]
    return {
        "row": transfer,
        "groups": shown,
        "hidden": transfer.villages - len(lines),
        "total": queries.total(lines),
        "wide": True,
    }


def _unheard(transfer: Transfer) -> dict[str, Any]:
    rows, more, hidden = queries.unheard(transfer, MOST)
    return {"rows": rows, "more": more, "hidden": hidden, "row": transfer, "wide": True}


def _hours(transfer: Transfer) -> Chart:
    course = queries.by_hour(transfer)
    left = Series(_("Left home"), tuple(Point(persons) for _at, persons, _safe in course), kind="line")
    safe = Series(_("In safety"), tuple(Point(persons) for _at, _left, persons in course), kind="line")
    some = any(gone or there for _at, gone, there in course)
    labels = tuple(f"{localtime(at):%m-%d %H:%M}" for at, _l, _s in course) if some else ()
    return Chart(
        _("Heads hour by hour"),
        axis=_("Time"),
        labels=labels,
        series=(left, safe) if some else (),
        unit=_("persons"),
        why_empty=_("Nobody has left home yet."),
    )


class TransferDesk(Desk, record=Transfer):
    icon = "walk"
    story = _("Actions that bring people out of danger: whom they concern, how far each village is, who is still to be heard of.")
    menu = ("response", 45)
    columns = ("title", State("state"), "urgency", "danger", Age("due_at"), "villages", "persons", Age("opened_at"), "area")
    filters = ("state", "danger", Range("opened_at"))
    search = ("title",)
    panels = (
        FiguresPanel(_numbers, _("Heads")),
        Panel("transfers/progress.html", _("Village by village"), _progress),
        Panel("transfers/unheard.html", _("Not yet in safety, danger first"), _unheard),
        ChartPanel(_hours, _("Hour by hour")),
        Facts(
            *("title", State("state"), "danger", "urgency", "due_at", "villages", "households", "persons"),
            *("warning", "alarm", "task", "incident", "opened_at", "opened_by", "urged_at", "safe_at", "safe_by"),
            *("ended_at", "ended_by", "ended_why", "area"),
            title=_("The order"),
        ),
    )
    begins = (actions.open_transfer,)
    actions = (actions.declare_safe, actions.close, actions.urge, actions.call_off)
    empty = _(
        "No transfer was ordered. Begin with the button above, or on the page of a warning, an alarm, a task or an incident."
    )


class VillageDesk(Desk, record=Village):
    icon = "building-cottage"
    story = _("The villages of actions, with the heads counted by hand every one to two hours.")
    menu = ("response", 46)
    columns = ("area", "transfer", State("state"), "destination", "households", "persons", "counted", Age("counted_at"))
    filters = ("state", "transfer")
    search = ("destination", "transfer__title")
    panels = (
        Facts(
            "transfer", "area", State("state"), "destination", "households", "persons", "counted", Age("counted_at"), "counted_by"
        ),
        law.DEADLINES,
        Related("head_counts", (Age("at"), "counted", "known", "in_danger", "by", "remark"), _("Head counts")),
    )
    actions = (actions.count,)

    @classmethod
    def rows(cls) -> Any:
        """Return the villages of actions that the viewer may look at, with the action."""
        return super().rows().select_related("transfer")

    @classmethod
    def found(cls, row: Any) -> str:
        """Return the village's action."""
        return f"{row.area} · {row.transfer.title}"


class HeadCountDesk(Desk, record=HeadCount):
    icon = "users"
    slug = "head_counts"
    story = _("Every count of heads that a village ever gave, beside what the households' own words said then.")
    menu = ("response", 84)
    columns = (Age("at"), "area", "counted", "known", "in_danger", "by", "remark")
    filters = (Range("at"),)
    search = ("remark",)


class JourneyDesk(Desk, record=Journey):
    icon = "route"
    story = _("What each household does in an action, by its helper's word. For the village and its town only.")
    menu = ("response", 47)
    columns = (
        *(
            "household",
            State("state"),
            Age("due_at"),
            PERSONS,
            "vulnerable",
            PHONE,
            "place",
            Age("last_word_at"),
            "area",
        ),
    )
    filters = ("state", "transfer", "refuge")
    search = ("household__head", "household__address", "household__helper", "place")
    panels = (
        Facts(
            *(Linked("household"), "household__phone", "household__helper", "household__helper_phone", "household__way"),
            *(
                Linked("transfer"),
                State("state"),
                "due_at",
                PERSONS,
                "vulnerable",
                "moved",
                "refuge",
                "place",
                "why",
                "uncounted",
            ),
            *("told_at", "told_by", "left_at", "left_by", "arrived_at", "arrived_by", "refused_at", "refused_by"),
            *("returned_at", "returned_by", "last_word_at", "area"),
        ),
    )
    actions = (
        *(actions.notify, actions.depart, actions.arrive, actions.come_home, actions.arrive_elsewhere),
        *(actions.refuse, actions.away),
    )
    sensitive, sensitive_list = True, True

    @classmethod
    def rows(cls) -> Any:
        """Return the households on the move that the viewer may read by name, with household and action."""
        return super().rows().select_related("household", "transfer").order_by("-transfer__opened_at", "-vulnerable", "pk")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin with the whole household."""
        return {"moved": row.persons} if verb.spec.last in ("arrive", "arrive_elsewhere") else {}


def _begin(**known: Any) -> str:
    return f"{reverse('desk:transfers_transfers_begin', args=['open'])}?{urlencode(known)}"


def _from(name: str, title: str, danger: Any) -> Any:
    """Return how to show, on the page of what may give rise to an action, the way to one and those that there are."""

    def panel(row: Any) -> dict[str, Any]:
        may = bool(current().areas_for(queries.OPENS, ""))
        looks = bool(current().areas_for(queries.LOOKS))
        rows = list(TransferDesk.rows().filter(**{name: row})[:20]) if looks else []
        known = {name: row.pk, "title": str(getattr(row, title, "") or row)[:200], "danger": danger(row)}
        return {"absent": not may and not rows, "url": _begin(**known) if may else "", "transfers": rows}

    return Panel("transfers/from.html", _("Transfers"), panel)


def _flood(_row: Any) -> str:
    return Danger.FLOOD


add_panel("warning.Warning", _from("warning", "headline_zh", _flood))
add_panel("alarms.Alarm", _from("alarm", "", _flood))
add_panel("response.Task", _from("task", "title", _flood))
add_panel("incidents.Incident", _from("incident", "summary", _flood))


def _coming(shelter: Any) -> dict[str, Any]:
    """Return who of open actions is still to come to a shelter, for its keeper."""
    looks = bool(current().areas_for(queries.LOOKS))
    rows = queries.expected_at(shelter.pk) if looks else []
    return {"absent": not rows, "rows": rows, "all": sum(one[1] for one in rows)}


add_panel("shelters.Shelter", Panel("transfers/coming.html", _("Still to come"), _coming))
