"""Every link of the chain through the HTTP API, as the roles that own it; refusals as problem details."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from anlan.apps.alarms import actions
from anlan.apps.alarms.models import Alarm
from anlan.apps.people.models import Account, ContactPoint
from anlan.apps.places.models import Division
from anlan.apps.response.models import Proposal, Response, Task
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.models import PendingAction
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.plugin import Member, assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def post(member: Any, address: str, **body: object) -> Any:
    """Post JSON to the API as one of the cast."""
    return member.client.post(
        f"/api/v1/{address}/", body, content_type="application/json", headers={"accept": "application/json"}
    )


def test_the_chain_through_the_api(cast: dict[str, Any], live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)):
        readings = [{"station": "QY-H01", "quantity": "water_level", "time": T0.isoformat(), "value": 30.47}]
        assert post(cast["integrator"], "telemetry/readings", readings=readings).json()["accepted"] == 1
        for batch in telemetry.undetected():
            telemetry.detect(batch)
        outbox.drain()
        alarm, draft = Alarm.objects.get(), Warning.objects.get()
        assert post(cast["neighbour"], f"alarms/alarms/{alarm.pk}/acknowledge").json()["state"] == "acknowledged"
        assert post(cast["signer"], f"warning/warnings/{draft.pk}/sign").json()["state"] == "signed"
        assert post(cast["signer"], f"warning/warnings/{draft.pk}/publish").json()["state"] == "published"
        proposal = Proposal.objects.get()
        assert post(cast["commander"], f"response/proposals/{proposal.pk}/confirm").json()["state"] == "confirmed"
        task = Task.objects.get(organisation__code="441881-sfz")
        assert post(cast["neighbour"], f"response/tasks/{task.pk}/accept").json()["state"] == "accepted"
        assert post(cast["neighbour"], f"response/tasks/{task.pk}/complete", report="done").json()["state"] == "done"


def test_refusals_are_problem_details_and_change_nothing(cast: dict[str, Any], live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)):
        batch = telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test").batch
        telemetry.detect(batch)
        outbox.drain()
        alarm, proposal = Alarm.objects.get(), Proposal.objects.get()
        with assert_nothing_happened(Alarm, Response, Task):
            too_long = post(cast["city_officer"], f"alarms/alarms/{alarm.pk}/shelve", hours=72, reason="x")
            assert (too_long.status_code, too_long.json()["field"], too_long.json()["article"]) == (422, "hours", "ISA-18.2")
            assert post(cast["city_officer"], f"alarms/alarms/{alarm.pk}/shelve", hours="many").status_code == 400
            assert post(cast["city_officer"], f"response/proposals/{proposal.pk}/confirm").status_code == 403
            assert post(cast["county_officer"], f"alarms/alarms/{alarm.pk}/acknowledge").status_code == 404
            assert post(cast["anonymous"], f"alarms/alarms/{alarm.pk}/acknowledge").status_code == 401
            assert post(cast["city_officer"], f"alarms/alarms/{alarm.pk}/close", cause="danger").status_code == 409


def raised() -> Alarm:
    """Raise an alarm at Yingde and return it, with its draft and proposal."""
    telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test").batch)
    outbox.drain()
    return Alarm.objects.get()


def test_a_verb_that_wants_a_second_person_answers_202_and_has_changed_nothing(
    cast: dict[str, Any], live: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.acknowledge, "spec", replace(actions.acknowledge.spec, second_person=True, bulk=None))
    with clock.frozen(T0 + timedelta(minutes=1)):
        alarm = raised()
        answer = post(cast["city_officer"], f"alarms/alarms/{alarm.pk}/acknowledge")
        pending = PendingAction.objects.get()
        assert (answer.status_code, answer.json()["pending"], answer.json()["state"]) == (202, pending.pk, "waiting")
        assert answer["Location"] == f"/api/v1/kit/confirmations/{pending.pk}/"
        assert "第二人" in answer.json()["title"]
        assert Alarm.objects.get().state == "raised"
        assert post(cast["city_officer"], f"kit/confirmations/{pending.pk}/confirm").status_code == 403
        client, address = cast["city_officer"].client, f"/alarms/alarms/{alarm.pk}/acknowledge/"
        page = client.post(address, seen_on(client, address), follow=True).content.decode()
        assert f"确认单 {pending.pk + 1}" in page, "the page says so as well"
        assert Alarm.objects.get().state == "raised"
        second = cast["commander"]
        assert "英德" in second.client.get(f"/kit/confirmations/{pending.pk}/").content.decode(), "the sheet of the alarm"
        confirmed = post(second, f"kit/confirmations/{pending.pk}/confirm")
        assert (confirmed.status_code, Alarm.objects.get().state) == (200, "acknowledged"), confirmed.content


def test_a_warning_is_drafted_by_hand_through_the_api(cast: dict[str, Any], live: Scope) -> None:
    drafter = Member("drafter", cast["unit"].scope, Client())
    drafter.client.force_login(Account.objects.get(username="drafter"), backend="django.contrib.auth.backends.ModelBackend")
    ends = (clock.now() + timedelta(days=1)).isoformat()
    words = {
        "areas": ["441881"],
        "expires_at": ends,
        "hazard": "river_flood",
        "level": 2,
        "headline_zh": "英德市洪水黄色预警",
        "description_zh": "水位已超警戒。",
    }
    made = post(drafter, "warning/warnings/draft", **words)
    assert made.status_code == 201, made.json()
    assert (made.json()["state"], made.json()["level"]) == ("draft", 2)
    with assert_nothing_happened(Warning):
        wrong = post(drafter, "warning/warnings/draft", **{**words, "level": 9, "expires_at": "soon", "areas": [["x"]]})
        assert (wrong.status_code, set(wrong.json()["errors"])) == (400, {"level", "expires_at", "areas"})
        assert wrong["Content-Type"] == "application/problem+json"
        nowhere = post(drafter, "warning/warnings/draft", **{**words, "areas": ["99"]})
        assert nowhere.status_code == 422, nowhere.json()
        unheard = post(drafter, "warning/warnings/draft", **{**words, "hazard": "dragons"})
        assert unheard.status_code == 422, unheard.json()


def test_pages_by_key_cover_every_row_once_in_any_order(cast: dict[str, Any], live: Scope) -> None:
    client = cast["city_officer"].client
    wanted = set(Division.objects.filter(code__startswith="441802").values_list("code", flat=True))
    for sort in ("", "code", "-code", "level", "-level", "population", "-population"):
        address, seen, codes = "/api/v1/places/divisions/?page_size=40&q=441802" + (f"&sort={sort}" if sort else ""), [], []
        while address:
            page = client.get(address).json()
            assert bool(page["previous"]) == bool(seen)
            seen += [row["code"] for row in page["results"]]
            codes.append(len(page["results"]))
            address = page["next"]
        assert (len(seen), set(seen)) == (len(wanted), wanted), sort
        assert sort.lstrip("-") != "code" or seen == sorted(seen, reverse=sort.startswith("-"))
        assert max(codes) <= 40
    for bad in (
        "sort=outline",
        "sort=nonsense",
        "cursor=x",
        "cursor=" + "é" * 9,
        "page_size=0",
        "page_size=-1",
        "page_size=1e3",
    ):
        assert client.get(f"/api/v1/places/divisions/?{bad}").status_code == 400, bad
    foreign = (
        client.get("/api/v1/places/divisions/?page_size=1").json()["next"].replace("places/divisions", "people/organisations")
    )
    assert client.get(foreign).status_code == 400, "a cursor of one list is none of another"


ODD = ["\x00", "a\x00b", "\ud800", "9" * 5000, "-1e999", "١٢", "' OR 1=1 --", "2022-13-45T99:99", "💧" * 3000, "[[[[[[[["]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_input_is_refused_in_words_everywhere(cast: dict[str, Any], live: Scope, odd: str) -> None:
    """No 500 for what nobody should send: in queries, filters, cursors, keys and bodies of pages and API."""
    client = cast["city_officer"].client
    with clock.frozen(T0 + timedelta(minutes=1)):
        alarm = raised()
        text = quote(odd.encode("utf-8", "surrogatepass"))
        for name in ("q", "state", "level", "raised_at_from", "area", "cursor", "page_size", "sort", "page", "bbox", "code"):
            for door in ("/api/v1/alarms/alarms/", "/alarms/alarms/", "/search/", "/alarms/alarms/export/"):
                assert client.get(f"{door}?{name}={text}").status_code < 500, (door, name)
        assert client.get(f"/api/v1/alarms/alarms/{text}/").status_code in (400, 404)
        for body in (json.dumps({"hours": odd, "reason": odd}), json.dumps({"hours": 2, "reason": odd * 9}), odd, f'"{odd}"'):
            answer = client.post(
                f"/api/v1/alarms/alarms/{alarm.pk}/shelve/",
                body.encode("utf-8", "surrogatepass"),
                content_type="application/json",
            )
            assert answer.status_code in (200, 400, 409, 422), body[:40]
        sent = {"hours": odd.replace("\ud800", "x"), "reason": odd.replace("\ud800", "x")}
        assert client.post(f"/alarms/alarms/{alarm.pk}/shelve/", sent).status_code < 500


def test_bodies_of_another_kind_are_refused(cast: dict[str, Any], live: Scope) -> None:
    client = cast["city_officer"].client
    with clock.frozen(T0 + timedelta(minutes=1)):
        address = f"/api/v1/alarms/alarms/{raised().pk}/shelve/"
        assert client.post(address, "<x/>", content_type="application/xml").status_code == 415
        assert client.post(address, "hours=2", content_type="application/x-www-form-urlencoded").status_code == 415
        for body in ("[1]", "3", "null", '"x"', "", "{", "[" * 100_000, '{"hours": NaN, "reason": "x"}'):
            answer = client.post(address, body, content_type="application/json")
            assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), body[:20]
        gone = client.get("/api/v1/nothing/here/", headers={"accept": "text/html"})
        assert (gone.status_code, gone["Content-Type"]) == (404, "application/problem+json")
        assert client.put(address, "{}", content_type="application/json").status_code == 405


def test_a_row_moves_only_where_the_authority_reaches(cast: dict[str, Any], live: Scope) -> None:
    """Moving a record out of one's jurisdiction was a 500 from the database's own lock."""
    officer = cast["county_officer"]
    with entered(officer.scope):
        point = ContactPoint.objects.filter(area__startswith="441802").first()
        assert point is not None
    with assert_nothing_happened(ContactPoint):
        for area, status in (("441881", 403), ("4401", 400)):  # next door; no division of this city
            address = f"/api/v1/people/contacts/{point.pk}/"
            assert officer.client.patch(address, {"area": area}, content_type="application/json").status_code == status


def test_search_finds_places_by_pinyin(cast: dict[str, Any], live: Scope) -> None:
    client = cast["city_officer"].client
    found = client.get("/api/v1/search/?q=feilaixia").json()
    assert "飞来峡镇" in {row["label"] for row in found if row["desk"] == "places/divisions"}
    assert all(row["api"].startswith("/api/v1/") for row in found)
    assert client.get("/api/v1/search/").json() == []
    assert "飞来峡镇" in client.get("/search/?q=flx").content.decode()


def test_the_reference_page_lists_every_operation(cast: dict[str, Any]) -> None:
    page = cast["city_officer"].client.get("/api/").content.decode()
    assert "/api/v1/alarms/alarms/{id}/acknowledge/" in page
    assert "<script>" not in page
    assert cast["anonymous"].client.get("/api/").status_code == 302
    told = cast["city_officer"].client.get("/api/schema/", headers={"accept-language": "en"}).json()
    shelve = told["components"]["schemas"]["AlarmsAlarmShelveRequest"]["properties"]
    assert (shelve["hours"]["type"], shelve["reason"]["type"]) == ("number", "string")
    draft = told["components"]["schemas"]["WarningWarningDraftRequest"]["properties"]
    assert draft["level"]["enum"] == [1, 2, 3, 4]
