"""The neighbour tries every door: each page, export, map layer, search and API endpoint of every desk, in both worlds.

Records of Qingcheng (441802) must be invisible to the officer of Yingde (441881), and open to Qingcheng's own.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import resolve, reverse

from anlan.apps.monitoring import api as monitoring
from anlan.apps.response import actions as response
from anlan.apps.response.models import Proposal
from anlan.apps.warning import actions as warning
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.desk import DESKS
from anlan.kit.live import concerns

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


@pytest.fixture
def flood(live):  # type: ignore[no-untyped-def]
    """A flood in Qingcheng alone: alarms, a warning draft and published one, a response with tasks, messages."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        rows = [
            monitoring.RawReading(2, "QY-H02", "water_level", T0, 22.2),
            monitoring.RawReading(3, "QY-H03", "water_level", T0, 13.06),
        ]
        monitoring.detect(monitoring.ingest(rows, "test").batch)
        outbox.drain()
        draft = Warning.objects.get()
        warning.sign(warning=draft.pk)
        warning.publish(warning=draft.pk)
        response.confirm(proposal=Proposal.objects.get().pk)
        outbox.drain()
        yield


def restricted() -> list[tuple[type, list[object]]]:
    """Return each desk with the rows that only Qingcheng and the city may see."""
    found = []
    for desk in DESKS.values():
        if hasattr(desk.record, "area") and desk.app() != "people":
            rows = [row for row in desk.record.objects.all() if row.area.startswith("441802")]
            if rows:
                found.append((desk, rows))
    return found


def test_the_neighbour_sees_nothing_by_any_door(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    desks = restricted()
    assert {desk.noun() for desk, _rows in desks} >= {"alarm", "warning", "task", "station", "receipt", "message"}
    neighbour, own = cast["neighbour"].client, cast["county_officer"].client
    for desk, rows in desks:
        row = rows[0]
        page, endpoint = row.desk_url(), f"/api/v1/{desk.app()}/{desk.slug}/{row.pk}/"
        doors = [page, f"{page}edit/", endpoint, *(f"{page}{v.spec.name.rsplit('.', 1)[1]}/" for v in desk.actions)]
        for door in doors:
            assert neighbour.get(door).status_code in (403, 404), door
        for verb in desk.actions:
            name = verb.spec.name.rsplit(".", 1)[1]
            assert neighbour.post(f"{endpoint}{name}/", {}, content_type="application/json").status_code in (403, 404), (
                endpoint + name
            )
            assert neighbour.post(f"{page}{name}/", {}).status_code in (403, 404)
        listing = neighbour.get(reverse(desk.name("list")))
        if listing.status_code == 200:
            assert page not in listing.content.decode()
            answers = neighbour.get(f"/api/v1/{desk.app()}/{desk.slug}/?page_size=500").json()
            assert not {r["id"] for r in answers["results"] if "id" in r} & {r.pk for r in rows}
            export = neighbour.get(reverse(desk.name("export"))).content.decode("utf-8-sig")
            assert not any(r.area in export for r in rows if len(r.area) > 6)
        if own.get(reverse(desk.name("list"))).status_code == 200:
            assert own.get(page).status_code == 200, page


def test_map_search_and_live_pokes_stay_inside(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    neighbour, own = cast["neighbour"].client, cast["county_officer"].client
    codes = {f["properties"]["code"] for f in neighbour.get("/monitoring/stations.geojson").json()["features"]}
    assert "QY-H01" in codes
    station = next(d for d in DESKS.values() if d.noun() == "station").record.objects.get(code="QY-H02")
    assert not codes & {"QY-H02", "QY-H03", "QY-H04"}
    assert "飞来峡" in own.get("/search/?q=飞来峡").content.decode()
    assert station.desk_url() not in neighbour.get("/search/?q=飞来峡").content.decode()
    assert neighbour.get(f"/monitoring/stations/{station.pk}/series.json").status_code == 404
    assert concerns(cast["county_officer"].scope, "441802006")
    assert not concerns(cast["neighbour"].scope, "441802006")
    assert concerns(cast["neighbour"].scope, "4418"), "the city's shared records concern every county"


def test_every_door_of_the_sweep_exists() -> None:
    """A 404 proves nothing about a door that was never built."""
    for desk in DESKS.values():
        for verb in desk.actions:
            name = verb.spec.name.rsplit(".", 1)[1]
            assert resolve(f"/api/v1/{desk.app()}/{desk.slug}/1/{name}/").url_name == f"{desk.app()}-{desk.slug}-{name}"
            assert resolve(f"/{desk.app()}/{desk.slug}/1/{name}/")
        assert resolve(f"/api/v1/{desk.app()}/{desk.slug}/1/")


def test_an_anonymous_visitor_is_sent_to_sign_in(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    visitor = cast["anonymous"].client
    for desk in DESKS.values():
        assert visitor.get(reverse(desk.name("list"))).status_code == 302
        assert visitor.get(f"/api/v1/{desk.app()}/{desk.slug}/").status_code == 401
    for address in ("/", "/map/", "/map/config.json", "/search/?q=x", "/monitoring/stations.geojson", "/live/"):
        assert visitor.get(address).status_code == 302, address
