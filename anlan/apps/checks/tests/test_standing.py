"""The ten haves: what the pack brings, who has all, who lacks what; only what the viewer may read is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from anlan.apps.checks import actions, queries
from anlan.apps.checks.actions import Given
from anlan.apps.checks.models import Sheet
from anlan.apps.checks.tests import factories
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.scope import entered
from anlan.kit.testing.desk.stage import parsed

TEN = "village.ten_haves"


def test_the_pack_brings_the_ten_haves_of_the_plan(live: Any) -> None:
    told = queries.sheet_form(TEN)
    assert len(told["items"]) == 10 and told["pass_score"] == 100
    for item in told["items"]:
        assert item["question"]["zh"].startswith("有") and item["question"]["en"] and item["clause"], item
    sheet = Sheet.objects.get(code=TEN)
    assert "十四五" in sheet.source and sheet.confidence


def check(village: str, *lacking: str) -> Any:
    """Fill the ten haves in for a village, with photos where they are asked for."""
    items = queries.sheet_form(TEN)["items"]
    answers = [Given(item["code"], "no" if item["code"] in lacking else "yes") for item in items]
    made = factories.begun(TEN, village, *answers)
    for item in items:
        if item["evidence"]:
            actions.add_photo(check=made.pk, item=item["code"], photo=factories.photo())
    return actions.finish(check=made.pk)


def test_who_has_all_and_who_lacks_what_down_to_the_village(live: Any, cast: Any) -> None:
    first, second, third, other = [v.code for v in places.below("441802107", "village")[:3]] + [
        places.below("441881", "village")[0].code
    ]
    check(first)
    check(second, "siren", "board")
    with clock.frozen(clock.now() - timedelta(days=400)):
        check(third)
    check(other, "siren")
    sheet = Sheet.objects.get(code=TEN)
    whole, parts, items = queries.standings(sheet, "4418")
    assert (whole.passed, whole.failed, whole.expired) == (1, 2, 1)
    assert whole.places == len(places.below("4418", "village")) == whole.unchecked + 4
    assert (whole.lacking["siren"], whole.lacking["board"]) == (2, 1)
    assert {part.code: part.failed for part in parts if part.failed} == {"441802": 1, "441881": 1}
    assert sum(part.places for part in parts) == whole.places
    town, villages, _items = queries.standings(sheet, "441802107")
    assert (town.passed, town.failed, town.expired) == (1, 1, 1)
    assert next(v for v in villages if v.code == second).check.verdict == "failed"
    with entered(cast["neighbour"].scope):
        seen, _parts, _items = queries.standings(sheet, "4418")
        assert (seen.failed, seen.places) == (1, len(places.below("441881", "village")))


def test_page_and_api_tell_the_same_and_nothing_of_the_neighbours(live: Any, cast: Any) -> None:
    village = places.below("441802107", "village")[0].code
    check(village, "siren")
    client = cast["county_officer"].client
    page = client.get(reverse("checks:standing"), {"sheet": TEN, "area": "441802107"})
    assert page.status_code == 200
    (link,) = parsed(page).xpath("//a[contains(@href, 'item__code=siren')]")
    assert link.text_content() == "1"
    assert len(parsed(client.get(link.get("href"))).xpath("//tbody/tr")) == 1, "the number leads to its rows"
    told = client.get("/api/v1/checks/standing/", {"sheet": TEN, "area": "441802"}).json()
    assert told["whole"]["failed"] == 1
    assert next(one for one in told["whole"]["lacking"] if one["item"] == "siren")["places"] == 1
    assert {part["level"] for part in told["parts"]} == {"town"}
    for wrong in ({"sheet": "no.such"}, {"sheet": TEN, "area": "441881"}, {"sheet": TEN, "area": "99"}):
        assert client.get("/api/v1/checks/standing/", wrong).status_code == 400
    assert client.get("/api/v1/checks/standing/", {"sheet": TEN, "slip": "1"}).status_code == 400
    assert client.get(reverse("checks:standing"), {"area": "441881"}).status_code == 404


def test_a_checked_place_is_called_in_the_readers_language(live: Any) -> None:
    village = places.below("441802107", "village")[0]
    made = check(village.code)
    assert str(made) == village.name
    with override("en"):
        assert str(made) == village.name_en
