"""The neighbour tries every door: each page, export, map layer, tile, search and endpoint of the house, in both worlds.

Records of Qingcheng (441802) must be invisible to the officer of Yingde (441881), and open to Qingcheng's own or the city's.
Then two officers whose grants differ from place to place, or count for one sector alone, must see of each kind only what one grant shows them.
The doors are read off the URL resolver: one that nobody has decided on fails the first test.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import NoReverseMatch, reverse

from anlan.apps.people.models import Organisation, Role
from anlan.apps.response import actions as response
from anlan.apps.response.models import Proposal
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import actions as warning
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox, throttle
from anlan.kit.desk import DESKS
from anlan.kit.desk.forms import record_form
from anlan.kit.live import concerns
from anlan.kit.records import sector_of
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.doors import addresses, declared, jurisdiction_of, made_by_desks
from anlan.kit.testing.officers import GIVEN, Member, kept, member
from anlan.kit.worlds import ALIASES

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
#: Qingcheng's, and nobody else's: what must stand in no answer to the neighbour.
STATIONS = {"QY-H02", "QY-H03", "QY-H04"}
DOORS = declared("tests.kit.doors")


@dataclass(frozen=True)
class World:
    """A world with a flood in Qingcheng, and how to ask in it."""

    name: Any

    def get(self, client: Client, path: str) -> Any:
        return client.get(path, SCRIPT_NAME=self.root)

    def post(self, client: Client, path: str) -> Any:
        kind = {"content_type": "application/json"} if path.startswith("/api/") else {}
        return client.post(path, {}, SCRIPT_NAME=self.root, **kind)

    @property
    def root(self) -> str:
        return "/exercise" if self.name == "exercise" else ""


@contextmanager
def during(world: World) -> Iterator[None]:
    """Act as the program, a minute into the flood."""
    with entered(Scope.everything("system:test", world.name)), clock.frozen(T0 + timedelta(minutes=1)):
        yield


@pytest.fixture(scope="module", params=["live", "exercise"])
def flooded(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A flood in Qingcheng alone, once for all tests: alarms, a published warning, a response with tasks, messages."""
    world = World(request.param)
    with kept(django_db_blocker):
        with during(world):
            happens(world)
        yield world


@pytest.fixture
def flood(flooded: World, db: None) -> Iterator[World]:
    """The flood as it was, whatever another test did in it."""
    with during(flooded):
        yield flooded


def happens(world: World) -> None:
    """Let it rise past two gauges, sign and publish the warning, start the response."""
    rows = [
        telemetry.RawReading(2, "QY-H02", "water_level", T0, 22.2),
        telemetry.RawReading(3, "QY-H03", "water_level", T0, 13.06),
    ]
    telemetry.detect(telemetry.ingest(rows, "test").batch)
    outbox.drain(world.name)
    draft = Warning.objects.get()
    warning.sign(warning=draft.pk)
    warning.publish(warning=draft.pk)
    response.confirm(proposal=Proposal.objects.get().pk)
    outbox.drain(world.name)


def restricted() -> list[tuple[Any, list[Any]]]:
    """Return each desk with the rows that only Qingcheng and the city may see."""
    found = []
    for desk in DESKS.values():
        rows = [row for row in desk.record.objects.all()[:2000] if jurisdiction_of(row).startswith("441802")]
        if rows and desk.app() != "places":
            found.append((desk, rows))
    return found


def test_somebody_has_decided_on_every_address() -> None:
    names = dict(addresses())
    assert DOORS.names <= set(names), "these addresses are gone"
    undecided = {name: route for name, route in names.items() if name not in made_by_desks() | DOORS.names}
    assert not undecided, (
        f"{undecided}: sweep these (QUIET, CLOSED) or say why they are open (DECIDED) in the app's tests/doors.py"
    )


def in_charge(cast: Any) -> list[Client]:
    # Names in a village's register are for the village and its town: the reporter stands for them.
    roles = ("county_officer", "city_officer", "commander", "administrator", "signer", "reporter")
    return [cast[role].client for role in roles]


@pytest.mark.slow("asks every page of every app")
def test_the_neighbour_sees_nothing_of_any_desk(flood: World, cast: Any) -> None:
    desks = restricted()
    assert {desk.noun() for desk, _rows in desks} >= {
        "alarm",
        "warning",
        "task",
        "station",
        "receipt",
        "message",
        "post",
        "grant",
    }
    neighbour = cast["neighbour"].client
    for desk, rows in desks:
        row = rows[0]
        page, endpoint = reverse(desk.name("page"), args=[row.pk]), f"/api/v1/{desk.app()}/{desk.slug}/{row.pk}/"
        verbs = [verb.spec.name.rsplit(".", 1)[1] for verb in desk.actions]
        for door in (
            page,
            f"{page}edit/",
            f"{page}history/",
            f"{page}decided/1/",
            endpoint,
            f"{endpoint}as-of/",
            *(f"{page}{verb}/" for verb in verbs),
            *(f"{endpoint}{verb.spec.name.rsplit('.', 1)[1]}/" for verb in desk.actions if verb.spec.sheet),
        ):
            assert flood.get(neighbour, door).status_code in (403, 404), door
        for door in (f"{page}edit/", *(f"{at}{verb}/" for verb in verbs for at in (page, endpoint))):
            assert flood.post(neighbour, door).status_code in (403, 404), door
        for door in (page, endpoint):
            assert any(flood.get(client, door).status_code == 200 for client in in_charge(cast)), f"nobody may open {door}"


def test_lists_exports_layers_and_tiles_hold_nothing_of_it(flood: World, cast: Any) -> None:
    neighbour = cast["neighbour"].client
    for desk, rows in restricted():
        throttle.forget()
        pages = {reverse(desk.name("page"), args=[row.pk]) for row in rows}
        listing = flood.get(neighbour, reverse(desk.name("list")))
        if listing.status_code != 200:
            assert listing.status_code == 403
            for door in (reverse(desk.name("export")), f"/api/v1/{desk.app()}/{desk.slug}/"):
                assert flood.get(neighbour, door).status_code == 403, door
            continue
        text = listing.content.decode()
        assert not {page for page in pages if page in text}
        answers = flood.get(neighbour, f"/api/v1/{desk.app()}/{desk.slug}/?page_size=500").json()
        assert not {found.get("id") for found in answers["results"]} & {row.pk for row in rows}
        export = flood.get(neighbour, reverse(desk.name("export"))).getvalue().decode("utf-8-sig")
        assert not any(jurisdiction_of(row) in export for row in rows if len(jurisdiction_of(row)) > 6)
        assert not {code for code in STATIONS if code in export}
        if desk.point or desk.outline:
            _map_stays_inside(flood, desk, rows, cast)


def _map_stays_inside(flood: World, desk: Any, rows: list[Any], cast: Any) -> None:
    layer, tile = reverse(desk.name("map")), reverse(desk.name("tile"), args=[0, 0, 0])
    drawn = [
        {f["properties"]["id"]: f["properties"]["label"] for f in flood.get(client, layer).json()["features"]}
        for client in (cast["city_officer"].client, cast["neighbour"].client)
    ]
    ids = {row.pk for row in rows}
    assert ids & set(drawn[0]), "the city sees them on the map"
    assert not ids & set(drawn[1])
    mine, theirs = (flood.get(cast[role].client, tile) for role in ("city_officer", "neighbour"))
    assert len(mine.content) > len(theirs.content), "the city's tile holds them"
    labels = {label for pk, label in drawn[0].items() if pk in ids} - set(drawn[1].values())
    assert not {label for label in labels if label.encode() in theirs.content}


@pytest.mark.slow("asks every page of every app")
def test_pages_search_and_layers_name_nothing_of_it(flood: World, cast: Any) -> None:
    tokens = {reverse(desk.name("page"), args=[row.pk]) for desk, rows in restricted() for row in rows} | STATIONS
    for name, door in DOORS.quiet.items():
        found = flood.get(cast["neighbour"].client, door)
        assert found.status_code in (200, 403), name
        text = found.content.decode(errors="replace")
        if name == "console:map_config":  # holds the warnings in force, which are public
            told = found.json()
            assert told["data"].pop("warnings") == flood.get(cast["neighbour"].client, reverse("warning:layer")).json()
            text = json.dumps(told, ensure_ascii=False)
        assert not {token for token in tokens if token in text}, name
        assert 200 in {flood.get(client, door).status_code for client in in_charge(cast)}, f"nobody may open {door}"
    assert "飞来峡" in flood.get(cast["county_officer"].client, DOORS.quiet["desk:search"]).content.decode()


def test_doors_to_one_thing_of_it_are_shut(flood: World, cast: Any) -> None:
    for name, address in DOORS.closed.items():
        door = address()
        assert flood.get(cast["neighbour"].client, door).status_code in (403, 404, 405), name
        assert flood.post(cast["neighbour"].client, door).status_code in (403, 404, 405), name
        assert any(flood.get(client, door).status_code in (200, 405) for client in in_charge(cast)), f"nobody may open {door}"


def test_a_draft_of_the_city_is_no_countys(flood: World, cast: Any) -> None:
    draft = Warning.objects.get()
    with connections[ALIASES[flood.name]].cursor() as cursor:
        cursor.execute("UPDATE warning_warning SET area = '4418', state = 'draft', published_at = NULL WHERE id = %s", [draft.pk])
    for door in (reverse("desk:warning_warnings_page", args=[draft.pk]), f"/api/v1/warning/warnings/{draft.pk}/"):
        assert flood.get(cast["neighbour"].client, door).status_code == 404
        assert flood.get(cast["county_officer"].client, door).status_code == 404
        assert flood.get(cast["city_officer"].client, door).status_code == 200
    assert draft.identifier not in flood.get(cast["neighbour"].client, "/warnings/feed.atom").content.decode()


def test_live_pokes_stay_inside(cast: Any) -> None:
    assert not concerns(cast["neighbour"].scope, "441802006")
    assert concerns(cast["neighbour"].scope, "4418"), "the city's shared records concern every county"
    assert concerns(cast["county_officer"].scope, "441802006")


def test_an_anonymous_visitor_is_sent_to_sign_in(flood: World, cast: Any) -> None:
    visitor = cast["anonymous"].client
    for desk in DESKS.values():
        throttle.forget()  # a visitor who asks for every desk's export in turn asks too often
        for door in (
            *(reverse(desk.name(page)) for page in ("list", "new", "import", "export")),
            reverse(desk.name("page"), args=[1]),
        ):
            assert flood.get(visitor, door).status_code == 302, door
        for door in (f"/api/v1/{desk.app()}/{desk.slug}/", f"/api/v1/{desk.app()}/{desk.slug}/1/"):
            assert flood.get(visitor, door).status_code == 401, door
    for door in (*DOORS.quiet.values(), *(address() for address in DOORS.closed.values()), "/live/"):
        assert flood.get(visitor, door).status_code in (302, 401), door


def test_the_organisations_of_a_neighbour_are_the_citys_own_business(cast: Any, live: Scope) -> None:
    theirs = [o for o in Organisation.objects.all() if o.area.startswith("441802")]
    assert theirs
    listed = cast["neighbour"].client.get("/api/v1/people/organisations/?page_size=500")
    if listed.status_code == 200:
        assert not {o["id"] for o in listed.json()["results"]} & {o.pk for o in theirs}


#: Account → the roles that it holds here: (role, over, sector).
MIXED = {
    "yingde": (("county_officer", "441881", ""), ("reporter", "441802", "")),
    "water": (("county_officer", "441881", "water"), ("reporter", "441802", "")),
}
#: Codes by which pickers and pages name a row.
CODED = {"post", "person", "organisation", "station"}


@pytest.fixture(params=list(MIXED))
def mixed(request: pytest.FixtureRequest, flood: World, settings: Any) -> Iterator[Member]:
    """Sign somebody in whose grants differ from place to place."""
    settings.ANLAN_SCOPE_FOR = "anlan.kit.testing.officers.scope_for"
    roles = {role.code: frozenset(role.permissions) for role in Role.objects.all()}
    GIVEN[request.param] = tuple(Authority(over, roles[role], sector, role) for role, over, sector in MIXED[request.param])
    yield member(request.param)
    GIVEN.clear()


def hidden_from(scope: Scope) -> list[tuple[Any, list[Any]]]:
    """Return each desk with the rows of Qingcheng's that no grant shows to a scope."""
    return [
        (desk, hidden)
        for desk, rows in restricted()
        if (hidden := [r for r in rows if not scope.may(desk.permission("view"), jurisdiction_of(r), sector_of(r))])
    ]


def names_of_hidden(scope: Scope) -> set[str]:
    """Return the addresses and codes that no answer to a scope may hold."""
    hidden = hidden_from(scope)
    pages = {reverse(desk.name("page"), args=[row.pk]) for desk, rows in hidden for row in rows}
    return pages | {f'"{row.code}"' for desk, rows in hidden if desk.noun() in CODED for row in rows}


@pytest.mark.slow("asks every page of every app")
def test_pages_of_somebody_with_unlike_grants_name_only_what_one_grant_shows(flood: World, mixed: Member) -> None:
    """Every address that needs no object: pages, lists, exports, layers, forms with their pickers."""
    tokens, asked = names_of_hidden(mixed.scope), 0
    assert len(tokens) > 20
    for name, _route in addresses():
        try:
            door = DOORS.quiet.get(name) or reverse(name)
        except NoReverseMatch:
            continue
        if name in {"live", "people:sign_out"} or "api:" in name:
            continue
        answer = flood.get(mixed.client, door)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode(errors="replace")
        assert not {token for token in tokens if token in text}, name
        asked += 1
    assert asked > 60
    for desk, rows in hidden_from(mixed.scope):
        answer = flood.get(mixed.client, f"/api/v1/{desk.app()}/{desk.slug}/?page_size=500")
        listed = {row[desk.record._meta.pk.name] for row in answer.json().get("results", [])}
        assert not listed & {row.pk for row in rows}, desk


def test_pickers_of_somebody_with_unlike_grants_offer_only_what_one_grant_shows(flood: World, mixed: Member) -> None:
    hidden = {desk.record: {row.pk for row in rows} for desk, rows in hidden_from(mixed.scope)}
    offered = 0
    with entered(replace(mixed.scope, world=flood.name)):
        for desk in DESKS.values():
            for name, field in record_form(desk)().fields.items() if desk.form else ():
                model = getattr(getattr(field, "queryset", None), "model", None)
                if model in hidden:
                    assert not set(field.queryset.values_list("pk", flat=True)) & hidden[model], (desk, name)
                    offered += 1
    assert offered > 4


def test_doors_to_one_thing_are_shut_to_somebody_with_unlike_grants(flood: World, mixed: Member) -> None:
    for desk, rows in hidden_from(mixed.scope):
        row = rows[0]
        page, endpoint = reverse(desk.name("page"), args=[row.pk]), f"/api/v1/{desk.app()}/{desk.slug}/{row.pk}/"
        verbs = [verb.spec.name.rsplit(".", 1)[1] for verb in desk.actions]
        for door in (page, f"{page}edit/", endpoint, *(f"{page}{verb}/" for verb in verbs)):
            assert flood.get(mixed.client, door).status_code in (403, 404, 405), door
        for door in (f"{page}edit/", *(f"{at}{verb}/" for verb in verbs for at in (page, endpoint))):
            assert flood.post(mixed.client, door).status_code in (403, 404), door
    for name in DOORS.closed.keys() - DOORS.reported:  # both of them are reporters of Qingcheng's
        door = DOORS.closed[name]()
        assert flood.get(mixed.client, door).status_code in (403, 404, 405), name
        assert flood.post(mixed.client, door).status_code in (403, 404, 405), name
