"""The pages and the API: what they show to whom, that a value follows its record at once, and what they cost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.apps.incidents.models import IncidentKind
from anlan.apps.incidents.tests import factories as incidents
from anlan.apps.indicators.kinds import in_order
from anlan.apps.indicators.tests import factories
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import Member

API, BOARD = "/api/v1/indicators/values/", "/indicators/"
AREA, NEXT = "441802", "441881"
#: What the board may cost: twelve indicators ask the records of eight apps.
DEAR = 75


def told(member: Member, **asked: str) -> dict[str, Any]:
    return {row["code"]: row for row in member.client.get(API, asked).json()}


def test_the_board_shows_all_in_the_plan_s_order_and_what_is_in_danger_first(live: Scope, cast: dict[str, Member]) -> None:
    factories.signed("4418", "staff_training", clock.today().year, 60)
    page = cast["city_officer"].client.get(BOARD).content.decode()
    places = [page.index(f">{one.number} {one.name}<", page.index("<table")) for one in in_order()]
    assert places == sorted(places) and len(places) == 24
    first = page[: page.index("<table")]
    assert "23 " in first and "有完不成风险" in first or "未达标" in first


def test_a_value_follows_its_record_at_once(live: Scope, cast: dict[str, Member]) -> None:
    duty, year = cast["city_officer"], clock.today().year
    assert told(duty)["fire_death_rate"]["values"] == []
    row = incidents.an_incident(AREA, 1, kind=IncidentKind.objects.get(code="12G"), dead=4)
    (value,) = told(duty, indicator="fire_death_rate")["fire_death_rate"]["values"]
    assert (value["year"], value["kind"], value["estimate"], value["counted"]) == (year, "computed", True, 1)
    assert [(r["part"], r["url"]) for r in value["rows"]] == [(4, row.desk_url())]
    page = duty.client.get("/indicators/of/fire_death_rate/").content.decode()
    assert row.desk_url() in page and row.title in page


def test_a_county_sees_its_own_and_the_citys_signed_figures_and_is_told_what_it_is_not_shown(
    live: Scope, cast: dict[str, Member]
) -> None:
    fire = IncidentKind.objects.get(code="12G")
    own, other = (incidents.an_incident(area, n, kind=fire, dead=n) for n, area in enumerate((AREA, NEXT), 1))
    factories.signed(NEXT, "staff_training", 2022, 77.7)
    county = cast["county_officer"]
    page = county.client.get("/indicators/of/fire_death_rate/").content.decode()
    assert own.title in page and other.title not in page
    assert page.count("data-not-shown") >= 7, "the other counties are not shown, and that is said"
    assert "77.7" not in county.client.get("/indicators/of/staff_training/").content.decode()
    for area in (NEXT, "4418", "999"):
        assert county.client.get(BOARD, {"area": area}).status_code == 404
        assert county.client.get(API, {"area": area}).status_code == 404
        assert county.client.get("/indicators/of/staff_training/", {"area": area}).status_code == 404
    neighbour = cast["neighbour"].client.get("/indicators/of/staff_training/").content.decode()
    assert "77.7" in neighbour


def test_what_a_role_may_not_read_is_not_shown_and_never_none(live: Scope, cast: dict[str, Member], as_: Any) -> None:
    incidents.an_incident(AREA, 1, kind=IncidentKind.objects.get(code="12G"), dead=4)
    admin = told(cast["administrator"])
    assert admin["first_relief_time"]["hidden"] and admin["first_relief_time"]["standing"] == "hidden"
    page = cast["administrator"].client.get(BOARD).content.decode()
    assert "data-not-shown" in page


@pytest.mark.parametrize("member", ["reporter", "anonymous"])
def test_others_read_nothing(cast: dict[str, Member], member: str) -> None:
    for address in (BOARD, f"{BOARD}board.csv", f"{BOARD}of/work_deaths/", API):
        assert cast[member].client.get(address).status_code in (302, 401, 403)


def test_an_unknown_indicator_or_parameter_is_told(cast: dict[str, Member]) -> None:
    duty = cast["city_officer"].client
    assert duty.get(f"{BOARD}of/none/").status_code == 404
    assert duty.get(API, {"indicator": "none"}).status_code == 404
    assert duty.get(API, {"wrong": "1"}).status_code == 400


def test_the_table_to_take_away_holds_raw_values_and_no_formula(live: Scope, cast: dict[str, Member]) -> None:
    factories.signed("4418", "staff_training", 2022, 97.25, source="=1+1")
    answer = cast["city_officer"].client.get(f"{BOARD}board.csv", {"binding": "0"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 19
    assert any("97.25" in line for line in lines)
    assert not any(",=1+1" in line for line in lines), "a cell is no formula"


def test_a_report_shows_what_was_kept_and_its_paper_is_written_in_both_forms(live: Scope, cast: dict[str, Member]) -> None:
    row = factories.a_report(AREA)
    officer = cast["county_officer"].client
    page = officer.get(row.desk_url()).content.decode()
    assert "生产安全事故死亡人数" in page and "不高于 172" in page and "符合" in page
    for form in ("pdf", "docx"):
        sent = officer.post(f"/api/v1/indicators/reports/{row.pk}/write_paper/", {"form": form}, content_type="application/json")
        assert sent.status_code == 200, sent.content
    assert officer.get(row.desk_url()).content.decode().count(".docx") == 2


def test_a_reader_of_english_reads_no_chinese_on_the_board(live: Scope, cast: dict[str, Member]) -> None:
    client = cast["city_officer"].client
    client.cookies["django_language"] = "en"
    page = client.get(BOARD).content.decode()
    table = page[page.index("<table") : page.index("</table")]
    assert re.findall(r"[一-鿿]+", table) == []


def test_filters_narrow(live: Scope, cast: dict[str, Member]) -> None:
    duty = cast["city_officer"].client
    for query, count in (
        ({"binding": "1"}, 5),
        ({"category": "safety"}, 5),
        ({"category": "general"}, 3),
        ({"standing": "x"}, 0),
    ):
        page = duty.get(BOARD, query).content.decode()
        assert page.count("<tr") == (count + 1 if count else 0)


def test_what_the_pages_cost(live: Scope, cast: dict[str, Member]) -> None:
    duty = cast["city_officer"].client
    duty.get(BOARD)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert duty.get(address).status_code == 200
        return len(caught)

    before = [cost(address) for address in (BOARD, "/indicators/of/fire_death_rate/")]
    assert before[0] <= DEAR
    fire = IncidentKind.objects.get(code="12G")
    for n in range(20):
        incidents.an_incident((AREA, NEXT)[n % 2], 10 + n, kind=fire, dead=1)
        factories.signed("4418", "staff_training", 2001 + n, 90)
    after = [cost(address) for address in (BOARD, "/indicators/of/fire_death_rate/")]
    assert after[0] <= before[0] + 1 and after[1] <= before[1] + 1
