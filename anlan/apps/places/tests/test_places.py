"""Finding places by words, codes old and new, and points; people within an outline; a division's page."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from anlan.apps.places import api, history, search
from anlan.apps.places.desk import DivisionDesk
from anlan.apps.places.models import Division
from anlan.kit.desk.finding import everywhere, searched
from anlan.kit.names import name_of
from anlan.kit.scope import Scope
from anlan.lib.spelling import folded


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("清新", "清新区"),
        ("清新区", "清新区"),
        ("441881", "英德市"),
        ("441881000000", "英德市"),
        ("yingde", "英德市"),
        ("YingDe", "英德市"),
        ("ying de", "英德市"),
        ("qīngchéng", "清城区"),
        ("Qīngchéng Qū", "清城区"),
        ("qi\u0304ngche\u0301ng", "清城区"),
        ("Qīngchéng District", "清城区"),
        ("Ｙｉｎｇｄｅ", "英德市"),
        ("４４１８８１", "英德市"),
        ("yds", "英德市"),
        ("yd", "英德市"),
        ("Qingcheng", "清城区"),
        ("Qingcheng District", "清城区"),
        ("feilaixia", "飞来峡镇"),
        ("flxz", "飞来峡镇"),
        ("liannan", "连南瑶族自治县"),
        ("飞来峡", "飞来峡镇"),
        ("feilaixai", "飞来峡镇"),
        ("yignde", "英德市"),
        ("qinxin", "清新区"),
        ("441822", "英德市"),
        ("连县", "连州市"),
        ("清新县", "清新区"),
    ],
)
def test_search(live: Scope, text: str, first: str) -> None:
    assert api.find(text)[0].name == first


@pytest.mark.parametrize("text", ["lǜtián", "lütian", "lvtian", "LÜTIÁN", "Lütian Town"])
def test_u_with_two_dots_is_found_as_it_is_spoken_written_and_typed(text: str) -> None:
    entry = search._entry(Division(code="440118101", name="吕田镇", name_en="Lütian Town", level="town"), ())
    wanted = folded(text)
    assert search._rank(entry, wanted, wanted.replace(" ", "")) == 0


@pytest.mark.parametrize("text", ["qīngchéng", "Qīngchéng", "qingcheng", "ｑｉｎｇｃｈｅｎｇ", "清城区"])
def test_the_list_and_the_search_over_everything_read_tones_too(live: Scope, text: str) -> None:
    assert "441802" in set(searched(DivisionDesk, DivisionDesk.rows(), text).values_list("code", flat=True))
    assert any(group.desk is DivisionDesk for group in everywhere(text))


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("zh-hans", "441802", "清城区"),
        ("zh-hans", "441802106", "石角镇（清城区）"),
        ("zh-hans", "441821100", "石角镇（佛冈县）"),
        ("en", "441821100", "Shijiao Town (Fogang County)"),
    ],
)
def test_of_two_places_of_one_name_each_says_where_it_lies(live: Scope, language: str, code: str, name: str) -> None:
    with translation.override(language):
        assert name_of("area", code) == name


def test_search_says_by_which_former_name(live: Scope) -> None:
    assert search.find("连县")[0].formerly == "连县"
    assert search.find("441822")[0].formerly == "441822"
    assert search.find("yingde")[0].formerly == ""


@pytest.mark.parametrize("text", ["", "  ", "no such place at all", "999999", "%", "'; --", "\x00", "清" * 500])
def test_search_finds_nothing_quietly(live: Scope, text: str) -> None:
    assert api.find(text) == []


@pytest.mark.parametrize(
    ("code", "present", "steps", "exact"),
    [
        ("441881", "441881", 0, True),
        ("441802000000", "441802", 0, True),
        ("441822", "441881", 2, True),
        ("440228", "441881", 3, True),
        ("442627", "441881", 4, True),
        ("441811", "441803", 2, True),
        ("441827", "441803", 1, True),
        ("440127", "4418", 1, True),
        ("441827101", "441803", 1, False),
        ("441802001", "441802006", 0, True),
        ("441802103", "441802103", 0, True),
    ],
)
def test_an_old_code_leads_to_the_present_division(live: Scope, code: str, present: str, steps: int, exact: bool) -> None:
    found = history.resolve(code)
    assert found is not None
    assert (found.division.code, len(found.steps), found.exact) == (present, steps, exact)


@pytest.mark.parametrize("code", ["", "x", "440001", "999999", "44188", "441881999", "4418819999999"])
def test_what_never_was_a_code_leads_nowhere(live: Scope, code: str) -> None:
    assert history.resolve(code) is None


def test_history_of_a_division(live: Scope) -> None:
    years = [c.year for c in history.history_of(Division.objects.get(code="441803"))]
    assert years == [1988, 1992, 2012]


def test_points_one_by_one_and_in_bulk(live: Scope) -> None:
    assert api.divisions_at(113.03, 23.7)[:2] == ["4418", "441802"]
    assert api.divisions_at(100.0, 20.0) == []
    lons, lats = np.array([113.03, 113.4, 100.0, np.nan, np.inf]), np.array([23.7, 24.16, 20.0, 23.7, 0.0])
    assert list(api.index("county").locate(lons, lats)) == ["441802", "441881", None, None, None]
    assert list(api.index("county").locate(np.array([]), np.array([]))) == []


def test_a_point_on_a_common_border_belongs_to_somebody(live: Scope) -> None:
    index = api.index("county")
    outline = Division.objects.get(code="441802").outline
    assert outline is not None
    corners = np.array(outline[0][0].coords)
    assert "441802" in set(index.locate(corners[:, 0], corners[:, 1]))
    assert None not in set(index.locate(corners[:, 0], corners[:, 1]))


def test_bulk_and_database_agree(live: Scope) -> None:
    random = np.random.default_rng(7)
    lons, lats = random.uniform(111.8, 114.0, 150), random.uniform(23.3, 25.3, 150)
    found = api.index("county").locate(lons, lats)
    for lon, lat, code in zip(lons, lats, found, strict=True):
        assert code == next((c for c in api.divisions_at(lon, lat) if len(c) == 6), None)


def test_population(live: Scope) -> None:
    outline = api.geometry_of("441881")
    assert outline is not None
    assert api.population_in(outline).total == 941325
    whole = api.geometry_of("4418")
    assert whole is not None
    assert abs(api.population_in(whole).total - 3_969_473) < 20_000


def test_a_town_counts_by_its_committees_and_villages_not_by_its_acres(live: Scope) -> None:
    found = {}
    for town in Division.objects.filter(level="town", code__startswith="441802", outline__isnull=False):
        found[town.code] = api.population_in(town.outline).total
    assert abs(sum(found.values()) - 1_119_901) < 15_000, "the towns of a county are its residents"
    assert 90_000 < found["441802107"] < 140_000, "飞来峡: the largest town by area, 18 villages and 7 committees of 166"
    assert found["441802006"] > 2 * found["441802107"], "凤城: the old town"


def test_census_counts_are_the_published_ones(live: Scope) -> None:
    counts = {(c.year, c.kind): c.people for c in Division.objects.get(code="441802").counts.all()}
    assert counts == {
        (2000, "census"): 506680,
        (2010, "census"): 811233,
        (2020, "census"): 1119901,
        (2023, "resident"): 1129700,
        (2023, "urban"): 969200,
    }
    assert not Division.objects.filter(level="town", population__isnull=False).exists(), "nobody counted the towns"


def test_a_division_page_says_where_who_how_many_and_since_when(cast: dict[str, Any]) -> None:
    county = Division.objects.get(code="441803")
    text = cast["city_officer"].client.get(county.desk_url()).content.decode()
    for words in (
        "/places/441803/map.json",
        "清新区应急管理局",
        "698,811",
        "441827",
        "清远市",
        "/people/organisations/?area=441803",
    ):
        assert words in text, words
    town = Division.objects.get(code="441802107")
    text = cast["city_officer"].client.get(town.desk_url()).content.decode()
    assert "1,119,901" in text
    assert 'class="estimate"' in text
    text = cast["neighbour"].client.get(county.desk_url()).content.decode()
    assert "清新区应急管理局" not in text
    village = Division.objects.filter(level="village").first()
    assert village is not None
    assert cast["city_officer"].client.get(village.desk_url()).status_code == 200


def test_pages_by_code_and_point(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    page = client.get("/places/code/441822/", follow=True)
    assert page.redirect_chain[-1][0] == Division.objects.get(code="441881").desk_url()
    assert "1994" in page.content.decode()
    assert client.get("/places/code/999999/").status_code == 404
    found = client.get("/places/find/?q=连县").json()["places"][0]
    assert (found["code"], found["formerly"]) == ("441882", "连县")
    assert client.get("/places/441803/map.json").json()["bounds"][0] < 113
    assert len(client.get("/places/441803/outline.geojson").json()["features"]) == 2
    assert client.get("/places/999999/map.json").status_code == 404


@pytest.mark.parametrize(
    ("language", "names"), [("zh-hans", {"北江", "连江", "绥江"}), ("en", {"Beijiang River", "Lianjiang River"})]
)
def test_the_rivers_of_the_map_have_names_in_the_readers_language(live: Scope, language: str, names: set[str]) -> None:
    with translation.override(language):
        drawn = json.loads(api.layer_geojson("rivers")[0])["features"]
    told = [f["properties"]["name"] for f in drawn]
    assert names <= set(told)
    assert told.count("北江") + told.count("Beijiang River") == 1, "no river is drawn twice"


def test_the_divisions_around_a_point_are_told_by_page_and_by_api(cast: dict[str, Any]) -> None:
    client, here = cast["city_officer"].client, "?lon=113.03&lat=23.7"
    told = client.get(f"/api/v1/places/at/{here}").json()
    assert [(d["code"], d["level"], d["derived"]) for d in told[:2]] == [("4418", "city", False), ("441802", "county", False)]
    assert told[2]["level"] == "town"
    assert told[2]["derived"]
    page = client.get(f"/places/at/{here}").content.decode()
    assert all(Division.objects.get(code=d["code"]).desk_url() in page for d in told)
    assert client.get("/places/at/").status_code == 200
    assert "/places/at/" in client.get("/").content.decode(), "the menu leads there"
    away = "?lon=23.7&lat=113.03", "?lon=0&lat=0"
    assert client.get(f"/api/v1/places/at/{away[1]}").json() == []
    assert "ti-map-pin-off" in client.get(f"/places/at/{away[1]}").content.decode()
    for bad in (away[0], "?lon=x&lat=1", "?lon=nan&lat=23", "?lon=1e9&lat=1", "?lat=23"):
        assert client.get(f"/places/at/{bad}").status_code == 400
        answer = client.get(f"/api/v1/places/at/{bad}")
        assert answer.status_code == 400
        assert "lon" in answer.json()["title"]
