"""The neighbour tries every door: each page, export, map layer, tile, search and endpoint of the house, in both worlds.

Records of Qingcheng (441802) must be invisible to the officer of Yingde (441881), and open to Qingcheng's own or the city's.
The doors are read off the URL resolver: one that nobody has decided on fails the first test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from anlan.apps.monitoring import api as monitoring
from anlan.apps.monitoring.models import Station
from anlan.apps.people.models import Account, Organisation, Post
from anlan.apps.response import actions as response
from anlan.apps.response.models import Proposal, Task
from anlan.apps.warning import actions as warning
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.desk import DESKS
from anlan.kit.live import concerns
from anlan.kit.scope import Scope, entered
from anlan.kit.worlds import ALIASES

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
#: Qingcheng's, and nobody else's: what must stand in no answer to the neighbour.
STATIONS = {"QY-H02", "QY-H03", "QY-H04"}
DESK_PAGES = {"list", "new", "import", "template", "export", "page", "edit", "verb", "map", "tile"}

#: Pages and endpoints without an object in their address: what comes back must name nothing of Qingcheng's.
QUIET = {
    "console:workbench": "/",
    "console:command": "/map/",
    "console:map_config": "/map/config.json",
    "console:tasks_layer": "/map/tasks.geojson",
    "console:timeline": "/map/timeline.json",
    "console:past": "/map/past.json?at=2022-06-15T00:00:30Z",
    "console:map_list": "/map/list/",
    "messages:delivery": "/messages/delivery/",
    "monitoring:connectors": "/monitoring/connectors/",
    "warning:verification": "/warning/verification/",
    "monitoring:kpis": "/monitoring/kpis/",
    "monitoring:kpis_api": "/api/v1/monitoring/kpis/",
    "monitoring:quality": "/monitoring/quality/",
    "people:access": "/people/access/",
    "people:tree": "/people/tree/",
    "response:inbox": "/response/inbox/",
    "warning:calls": "/warning/inbox/",
    "desk:search": "/search/?q=飞来峡",
    "desk:search_api": "/api/v1/search/?q=飞来峡",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "monitoring:series": lambda: reverse("monitoring:series", args=[Station.objects.get(code="QY-H02").pk]),
    "people:contacts": lambda: reverse("people:contacts", args=["post", _of(Post).pk]),
    "people:reset": lambda: reverse("people:reset", args=[Account.objects.get(username="qingcheng").pk]),
    "people:grant": lambda: reverse("people:grant", args=[Account.objects.get(username="qingcheng").pk]),
    "people:hand_over": lambda: reverse("people:hand_over", args=[_of(Post).pk]),
    "warning:reach": lambda: reverse("warning:reach", args=[Warning.objects.get().pk]),
    "console:record": lambda: reverse("console:record", args=["monitoring", "stations", Station.objects.get(code="QY-H02").pk]),
    "response:report": lambda: reverse("response:report", args=[_of(Task).pk]),
    "desk:response_tasks_attach": lambda: reverse("desk:response_tasks_attach", args=[_of(Task).pk]),
    "desk:api:response-tasks-files": lambda: reverse("desk:api:response-tasks-files", args=[_of(Task).pk]),
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "live": "pokes carry no content; who hears which is tested below and in journeys/test_kill.py",
    "set_language": "changes the asker's own cookie",
    "people:sign_in": "public: the door itself",
    "people:second_factor": "public: the second half of the door",
    "people:sign_out": "the asker's own session",
    "people:me": "the asker's own page",
    "people:password": "the asker's own password",
    "people:enrol": "the asker's own second factor",
    "people:drop_factor": "the asker's own second factor",
    "people:sign_out_everywhere": "the asker's own sessions",
    "people:end_session": "the asker's own sessions; another's handle is not found",
    "people:new_token": "the asker's own tokens",
    "people:revoke_token": "the asker's own tokens; another's key is not found",
    "people:issue": "writes below the asker's own area; see people's tests",
    "people:issue_one": "writes below the asker's own area; see people's tests",
    "people:issue_template": "an empty form without data",
    "places:layer": "divisions are public reference data",
    "places:base_picture": "the map's background is public reference data",
    "places:base_tile": "the map's background is public reference data",
    "places:find": "divisions are public reference data",
    "places:at_api": "divisions are public reference data",
    "places:at": "divisions are public reference data",
    "places:by_code": "divisions are public reference data",
    "places:map_config": "divisions are public reference data",
    "places:outline": "divisions are public reference data",
    "monitoring:upload": "writes below the asker's own area; see monitoring's tests",
    "monitoring:upload_api": "writes below the asker's own area; see monitoring's tests",
    "monitoring:push_readings": "writes below the asker's own area; see monitoring's tests",
    "exercises:exercise": "an exercise is shared with all who take part; its report is the city's",
    "exercises:start": "starts an exercise; authority is tested with exercises",
    "exercises:control": "steers an exercise; authority is tested with exercises",
    "exercises:upload": "hands a scenario in; authority is tested with exercises",
    "exercises:compare": "reports of exercises are the city's; a county's are scoped rows",
    "messages:test_contact": "writes to one of the asker's own contact points; see messages' tests",
    "monitoring:payload": "shown to the city's desk and to the sender alone; see monitoring's tests",
    "plans:print": "the city's plan is shared with its counties",
    "plans:compare": "the city's plan is shared with its counties",
    "plans:new": "writes below the asker's own area; see plans' tests",
    "response:hand_over": "the city's response is shared with its counties; who may hand over is tested with response",
    "response:notice": "the city's notice is addressed to its counties",
    "response:start": "starts a response below the asker's own area; see response's tests",
    "warning:public": "public: published warnings",
    "warning:feed": "public: published warnings",
    "warning:message": "public: published warnings",
    "warning:layer": "public: published warnings",
    "warning:map": "public: published warnings",
    "warning:map_config": "public: published warnings",
    "warning:archive": "public: published warnings",
    "warning:page": "public: published warnings",
    "warning:answer": "a secret token in the address of whoever was called",
    "warning:draft": "writes below the asker's own area; see warning's tests",
    "warning:picker": "divisions are public reference data",
    "warning:ground": "divisions are public reference data",
    "warning:preview": "shows the asker's own input",
    "warning:draft_map": "divisions are public reference data",
    "warning:draft_layer": "divisions are public reference data",
    "desk:response_tasks_file": "lies with its task; see the kit's tests of files",
    "desk:api:response-tasks-file": "lies with its task; see the kit's tests of files",
    "desk:reference": "the API's description holds no records",
    "desk:schema": "the API's description holds no records",
    "desk:": "answers 404 for what the API does not know",
}


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


@pytest.fixture(params=["live", "exercise"])
def flood(request: pytest.FixtureRequest, db: None) -> Iterator[World]:
    """A flood in Qingcheng alone: alarms, a published warning, a response with tasks, messages."""
    world = World(request.param)
    with entered(Scope.everything("system:test", world.name)), clock.frozen(T0 + timedelta(minutes=1)):
        rows = [
            monitoring.RawReading(2, "QY-H02", "water_level", T0, 22.2),
            monitoring.RawReading(3, "QY-H03", "water_level", T0, 13.06),
        ]
        monitoring.detect(monitoring.ingest(rows, "test").batch)
        outbox.drain(world.name)
        draft = Warning.objects.get()
        warning.sign(warning=draft.pk)
        warning.publish(warning=draft.pk)
        response.confirm(proposal=Proposal.objects.get().pk)
        outbox.drain(world.name)
        yield world


def _of(model: Any) -> Any:
    """Return some row of Qingcheng's."""
    return next(row for row in model.objects.all() if _area(row).startswith("441802"))


def _area(row: Any) -> str:
    found = row
    for part in getattr(type(row), "jurisdiction_field", "area").split("__"):
        found = getattr(found, part, "")
    return str(found or "")


def restricted() -> list[tuple[Any, list[Any]]]:
    """Return each desk with the rows that only Qingcheng and the city may see."""
    found = []
    for desk in DESKS.values():
        rows = [row for row in desk.record.objects.all()[:2000] if _area(row).startswith("441802")]
        if rows and desk.app() != "places":
            found.append((desk, rows))
    return found


def doors(resolver: Any = None, space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name with its namespaces, route) of every address of the house."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from doors(pattern, inner, route + str(pattern.pattern))
        else:
            yield f"{space}{pattern.name or ''}", route + str(pattern.pattern)


def made_by_desks() -> set[str]:
    """Return the names of the addresses that every desk has; all of them are swept."""
    found = set()
    for desk in DESKS.values():
        found |= {desk.name(page) for page in DESK_PAGES}
        verbs = [verb.spec.name.rsplit(".", 1)[1] for verb in (*desk.actions, *desk.begins)]
        found |= {f"desk:api:{desk.app()}-{desk.slug}-{part}" for part in ("list", "detail", "import-rows", *verbs)}
    return found


def test_somebody_has_decided_on_every_address() -> None:
    known = {*made_by_desks(), *QUIET, *CLOSED, *DECIDED}
    names = dict(doors())
    assert {*QUIET, *CLOSED, *DECIDED} <= set(names), "these addresses are gone"
    undecided = {name: route for name, route in names.items() if name not in known}
    assert undecided == {}, "sweep these (QUIET, CLOSED) or say why they are open (DECIDED)"


def in_charge(cast: Any) -> list[Client]:
    return [cast[role].client for role in ("county_officer", "city_officer", "commander", "administrator", "signer")]


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
        for door in (page, f"{page}edit/", endpoint, *(f"{page}{verb}/" for verb in verbs)):
            assert flood.get(neighbour, door).status_code in (403, 404), door
        for door in (f"{page}edit/", *(f"{at}{verb}/" for verb in verbs for at in (page, endpoint))):
            assert flood.post(neighbour, door).status_code in (403, 404), door
        for door in (page, endpoint):
            assert 200 in {flood.get(client, door).status_code for client in in_charge(cast)}, f"nobody may open {door}"


def test_lists_exports_layers_and_tiles_hold_nothing_of_it(flood: World, cast: Any) -> None:
    neighbour = cast["neighbour"].client
    for desk, rows in restricted():
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
        assert not any(_area(row) in export for row in rows if len(_area(row)) > 6)
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


def test_pages_search_and_layers_name_nothing_of_it(flood: World, cast: Any) -> None:
    tokens = {reverse(desk.name("page"), args=[row.pk]) for desk, rows in restricted() for row in rows} | STATIONS
    for name, door in QUIET.items():
        found = flood.get(cast["neighbour"].client, door)
        assert found.status_code in (200, 403), name
        text = found.content.decode()
        assert not {token for token in tokens if token in text}, name
        assert 200 in {flood.get(client, door).status_code for client in in_charge(cast)}, f"nobody may open {door}"
    assert "飞来峡" in flood.get(cast["county_officer"].client, QUIET["desk:search"]).content.decode()


def test_doors_to_one_thing_of_it_are_shut(flood: World, cast: Any) -> None:
    for name, address in CLOSED.items():
        door = address()
        assert flood.get(cast["neighbour"].client, door).status_code in (403, 404, 405), name
        assert flood.post(cast["neighbour"].client, door).status_code in (403, 404, 405), name
        statuses = {flood.get(client, door).status_code for client in in_charge(cast)}
        assert statuses & {200, 405}, f"nobody may open {door}: {statuses}"


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
        for door in (
            *(reverse(desk.name(page)) for page in ("list", "new", "import", "export")),
            reverse(desk.name("page"), args=[1]),
        ):
            assert flood.get(visitor, door).status_code == 302, door
        for door in (f"/api/v1/{desk.app()}/{desk.slug}/", f"/api/v1/{desk.app()}/{desk.slug}/1/"):
            assert flood.get(visitor, door).status_code == 401, door
    for door in (*QUIET.values(), *(address() for address in CLOSED.values()), "/live/"):
        assert flood.get(visitor, door).status_code in (302, 401), door


def test_the_organisations_of_a_neighbour_are_the_citys_own_business(cast: Any, live: Scope) -> None:
    theirs = [o for o in Organisation.objects.all() if o.area.startswith("441802")]
    assert theirs
    listed = cast["neighbour"].client.get("/api/v1/people/organisations/?page_size=500")
    if listed.status_code == 200:
        assert not {o["id"] for o in listed.json()["results"]} & {o.pk for o in theirs}
