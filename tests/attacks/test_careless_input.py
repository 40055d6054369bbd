"""Input that is of another kind than asked, at the ends of time, or misspelt: refused in words, and nothing has happened."""

from __future__ import annotations

import json
from typing import Any

import pytest

from anlan.apps.people.models import Account, ContactPoint, Grant
from anlan.apps.telemetry.models import Datastream
from anlan.apps.warning.models import Warning
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

DRAFT: dict[str, Any] = {
    "areas": ["441881"],
    "expires_at": "2035-01-01T00:00:00+08:00",
    "hazard": "river_flood",
    "level": 2,
    "headline_zh": "英德市洪水黄色预警",
    "description_zh": "水位已超警戒。",
}


def sent(client: Any, address: str, body: Any, method: str = "post") -> Any:
    """Send JSON to the API, in English."""
    heads = {"accept-language": "en"}
    return getattr(client, method)(address, json.dumps(body), content_type="application/json", headers=heads)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("headline_zh", ["a"]),
        ("headline_zh", {"a": 1}),
        ("headline_zh", 7),
        ("headline_zh", True),
        ("expires_at", ["2035-01-01"]),
        ("expires_at", 7),
        ("expires_at", True),
        ("expires_at", {}),
        ("level", [2]),
        ("level", True),
        ("level", {"a": 2}),
        ("areas", {"a": 2}),
        ("areas", 441881),
    ],
)
def test_a_value_of_another_type_is_refused_in_words(cast: dict[str, Any], name: str, value: Any) -> None:
    with assert_nothing_happened(Warning):
        answer = sent(cast["signer"].client, "/api/v1/warning/warnings/draft/", {**DRAFT, name: value})
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json"), answer.content
        assert list(answer.json()["errors"]) == [name]
        assert answer.json()["errors"][name][0].startswith("Give ")


def test_ten_thousand_unknown_names_are_not_all_told(cast: dict[str, Any]) -> None:
    answer = sent(cast["signer"].client, "/api/v1/warning/warnings/draft/", {**DRAFT, **{f"k{n}": 1 for n in range(10_000)}})
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize(
    ("name", "value"), [("organisation", ["1"]), ("organisation", True), ("order", [1]), ("address", 7), ("kind", ["email"])]
)
def test_a_records_field_of_another_type_is_refused_in_words(cast: dict[str, Any], name: str, value: Any) -> None:
    client = cast["administrator"].client
    with entered(Scope.everything("system:test")):
        point = ContactPoint.objects.filter(organisation__isnull=False).first()
    with assert_nothing_happened(ContactPoint):
        for address, method in (("/api/v1/people/contacts/", "post"), (f"/api/v1/people/contacts/{point.pk}/", "patch")):
            answer = sent(client, address, {name: value}, method)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, [name])


@pytest.mark.parametrize(
    ("name", "value"),
    [("stale_after", "-1 00:00:00"), ("stuck_after", "0"), ("period", "-00:00:01"), ("step_limit", -1), ("first_span", -0.5)],
)
def test_no_span_runs_backwards(cast: dict[str, Any], name: str, value: Any) -> None:
    """By page and by API: it would silence a station, or doubt all that it says."""
    client = cast["administrator"].client
    with entered(Scope.everything("system:test")):
        stream = Datastream.objects.order_by("pk")[0]
    fields = ("station_id", "quantity", "stale_after", "step_limit", "stuck_after", "first_span", "period")
    form = {field.removesuffix("_id"): "" if getattr(stream, field) is None else getattr(stream, field) for field in fields}
    with assert_nothing_happened(Datastream):
        answer = sent(client, f"/api/v1/telemetry/datastreams/{stream.pk}/", {name: value}, "patch")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
        page = client.post(f"/telemetry/datastreams/{stream.pk}/edit/", {**form, name: value}, headers={"accept-language": "en"})
        assert page.status_code == 422
        assert "or equal to 0" in page.content.decode()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00", "9999-12-31"])
def test_the_ends_of_time_are_refused_in_words(cast: dict[str, Any], at: str) -> None:
    client, day = cast["signer"].client, at[:10]
    with assert_nothing_happened(Warning):
        answer = sent(client, "/api/v1/warning/warnings/draft/", {**DRAFT, "expires_at": at})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["expires_at"])
        for address in (
            f"/telemetry/stations/tiles/5/26/13.mvt?at={at.replace('+', '%2B')}",
            f"/map/past.json?at={at.replace('+', '%2B')}",
            f"/warning/verification/?since={day}",
            f"/warning/verification/?since=0001-01-01&until={day}",
            f"/api/v1/alarms/alarms/?raised_at_from={at.replace('+', '%2B')}",
            f"/api/v1/warning/warnings/?published_at_to={at.replace('+', '%2B')}",
        ):
            answer = client.get(address)
            assert answer.status_code in (400, 422), address
        assert client.get(f"/alarms/alarms/?raised_at_from={at.replace('+', '%2B')}").status_code == 200
        assert cast["administrator"].client.get(f"/people/access/?day={day}").status_code == 200


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_forms_of_an_apps_own_know_the_ends_of_time_too(cast: dict[str, Any], year: str) -> None:
    with entered(Scope.everything("system:test")):
        account = Account.objects.get(username="duty")
    grant = {"role": "reporter", "over": "4418", "valid_from": f"{year}-01-01", "reason": "x"}
    draft = {**DRAFT, "expires_at": f"{year}-12-31T00:00"}
    asked = (("administrator", f"/people/accounts/{account.pk}/grant/", grant), ("signer", "/warning/draft/", draft))
    with assert_nothing_happened(Grant, Warning):
        for who, address, typed in asked:
            answer = cast[who].client.post(address, typed, headers={"Accept-Language": "en"})
            assert answer.status_code == 422, address
            assert "Give a year from 1900 to 2199." in answer.content.decode(), address


def test_a_misspelt_filter_does_not_pass_for_all_of_them(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    for address in (
        "/api/v1/alarms/alarms/?sate=raised",
        "/api/v1/telemetry/stations/?kind=river&colour=red",
        "/api/v1/search/?query=x",
        "/api/v1/alarms/kpis/?day=14",
    ):
        answer = client.get(address, headers={"accept-language": "en"})
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), address
        assert "There are:" in next(iter(answer.json()["errors"].values()))[0]
    assert client.get("/telemetry/stations/export/?colour=red").status_code == 400
    assert client.get("/telemetry/stations/export/?kind=").status_code == 200


def test_everything_under_api_fails_as_problem_details(
    cast: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast["city_officer"].client
    client.raise_request_exception = False
    for address in (
        "/api/v2/",
        "/api/v1/nothing/",
        "/api/v1/telemetry/stations/x/",
        "/api/schema/x",
        "/api/v1/telemetry/stations/%00/",
    ):
        answer = client.get(address)
        assert answer["Content-Type"] == "application/problem+json", (address, answer.status_code)
        assert answer.json()["status"] == answer.status_code
    answer = client.post(
        "/api/v1/response/responses/start/", b'{"level":', "application/json", headers={"accept-language": "zh-hans"}
    )
    assert (answer.status_code, answer.json()["title"]) == (400, "请求正文不是有效的 JSON：第 1 行第 10 列有误。")
    monkeypatch.setattr("anlan.kit.desk.api.everywhere", lambda text: 1 / 0)
    answer = client.get("/api/v1/search/?q=x")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_an_exported_cell_is_no_formula(cast: dict[str, Any], sign: str) -> None:
    """Excel takes full-width signs for formulas as well."""
    from anlan.lib.spreadsheets import harmless

    assert harmless(f"{sign}cmd|' /C calc'!A0").startswith("'")
    assert harmless(f"　{sign}1+2").startswith("'")
    assert harmless("-12.5") == "-12.5"
