"""Desks of shelters: sites, their classes, the orders that open them, their openings."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import api as checks
from anlan.apps.law import api as law
from anlan.apps.shelters import actions, queries, rules
from anlan.apps.shelters.models import Opening, OpeningOrder, Shelter, ShelterClass, Whereabouts
from anlan.kit.desk import Age, Column, Desk, Facts, Linked, Range, Related, State, Unit
from anlan.kit.documents.desk import DocumentDesk
from anlan.kit.figures import Chart, ChartPanel, Figure, FiguresPanel, Point, Series
from anlan.kit.ledger.showing import Amount, AtPlace, Balances

PLACES = (
    *(("home", Whereabouts.home.label), ("on_the_way", Whereabouts.on_the_way.label), ("here", _("In this shelter"))),
    *(("other", _("In another shelter")), ("elsewhere", Whereabouts.elsewhere.label)),
)


def _numbers(shelter: Shelter) -> Iterator[Figure]:
    inside, allowed = queries.inside(shelter), rules.people_on(shelter.area_m2, shelter.kind.area_each)
    yield Figure(_("In the shelter"), inside, _("persons"), of=shelter.capacity)
    yield Figure(_("Room for"), rules.room(shelter.capacity, inside), _("persons"))
    yield Figure(_("The area allows"), allowed, _("persons"), note=shelter.kind)


def _occupancy(shelter: Shelter) -> Chart:
    hours = queries.by_hour(shelter)
    inside = Series(_("Persons"), tuple(Point(persons) for _at, persons in hours), kind="line")
    labels = tuple(f"{localtime(at):%H:%M}" for at, _persons in hours) if any(persons for _at, persons in hours) else ()
    title, empty = _("In the shelter, last 24 hours"), _("Nobody was here in these hours.")
    return Chart(title, axis=_("Time"), labels=labels, series=(inside,) if labels else (), unit=_("persons"), why_empty=empty)


def _villages(opening: Opening) -> Chart:
    where = queries.where_people_are(opening)
    series = tuple(Series(label, tuple(Point(row[key]) for row in where.values()), stack="people") for key, label in PLACES)
    empty = _("Nobody is registered or let in yet.")
    return Chart(
        _("Residents by village"), axis=_("Village"), labels=tuple(where), series=series, unit=_("persons"), why_empty=empty
    )


class ShelterDesk(Desk, record=Shelter):
    slug = "shelters"
    icon = "home-shield"
    story = _("Where people go when they must leave their homes, and how much room there is.")
    menu = ("response", 50)
    columns = ("code", "__str__", State("state"), "grade", "kind", Unit("capacity", unit=_("persons"), digits=0), "area")
    filters = ("state", "grade", "kind", "indoor")
    search = ("code", "name", "name_en", "address")
    form = (
        *("code", "name", "name_en", "grade", "kind", "indoor", "unfit_for", "area_m2", "capacity"),
        *("keeper", "address", "source", "location"),
    )
    panels = (
        FiguresPanel(_numbers, _("Room")),
        ChartPanel(_occupancy, _("Occupancy")),
        Facts(),
        Balances(Whereabouts, (Column("thing", _("Village")), Amount("quantity", _("Persons"))), _("Who is here")),
        Related("openings", (Linked("order"), State("state"), "expected", "ordered_at", "closed_at"), _("Openings")),
        checks.CHECKS,
    )
    actions = (actions.withdraw, actions.restore)
    point, layer, pack = "location", (_("What is there?"), 5), "shelters/shelters.csv"
    importable = True
    example = {
        "code": "QC-X01",
        "name": "示例避难场所",
        "name_en": "Example shelter",
        "grade": "county",
        "kind": "temporary",
        "indoor": "1",
        "area_m2": "1200",
        "capacity": "400",
        "address": "示例路1号",
        "location": "113.05, 23.70",
        "source": "示例 example",
        "area": "441802",
    }


class ShelterClassDesk(Desk, record=ShelterClass):
    slug = "classes"
    story = _("How long people may stay in a shelter of each class, and the area each needs.")
    menu = ("response", 54)
    columns = ("code", "__str__", "days", "area_each", "walk_km", "source", "confidence")
    pack = "shelters/classes.csv"


class OrderDesk(DocumentDesk, record=OpeningOrder):
    slug = "orders"
    story = _("Which shelters are opened, on whose word.")
    menu = ("response", 51)
    columns = ("number", "danger", "occasion", State("state"), "body", "area")
    lines = ("shelter", "expected")


class OpeningDesk(Desk, record=Opening):
    slug = "openings"
    story = _("Shelters that were ordered open, and who is in them.")
    menu = ("response", 52)
    columns = ("shelter", State("state"), "expected", "counted", Age("counted_at"), Age("ordered_at"), "area")
    filters = ("state", "shelter")
    search = ("shelter__name", "shelter__code")
    panels = (
        FiguresPanel(lambda opening: _numbers(opening.shelter), _("Room")),
        Facts(*columns, "order", "opened_at", "opened_by", "closed_at", "closed_by"),
        law.DEADLINES,
        ChartPanel(_villages, _("Where the people are")),
    )
    actions = (
        *(actions.open_shelter, actions.admit, actions.let_out, actions.count, actions.set_out),
        *(actions.register, actions.wind_down, actions.close, actions.cancel),
    )


class WhereaboutsDesk(Desk, record=Whereabouts):
    slug = "moves"
    icon = "arrows-left-right"
    story = _("Who went from where to where, and on whose word: every move that ever was.")
    menu = ("response", 53)
    columns = ("number", Age("at"), "thing", AtPlace("place"), AtPlace("other"), Amount("quantity", _("Persons")), "area")
    filters = (Range("at"),)
    panels = (Facts(*columns, "after", "reverses"),)
