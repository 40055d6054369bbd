"""Finding records by words across all desks: one statement for the matches, within the scope, by own and related fields."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.kit.desk.finding import everywhere
from anlan.kit.scope import entered


def found(text: str) -> dict[str, list[str]]:
    """Return by kind of record what a search finds."""
    return {group.desk.noun(): [str(row) for row in group.rows] for group in everywhere(text)}


def test_a_search_asks_once_for_all_matches_and_once_for_each_desk_that_has_some(live: None, cast: dict[str, Any]) -> None:
    with entered(cast["city_officer"].scope):
        with CaptureQueriesContext(connection) as nothing:
            assert everywhere("zz-no-such-thing") == []
        with CaptureQueriesContext(connection) as some:
            groups = everywhere("飞来峡")
    asked = [query for query in nothing.captured_queries if "set_config" not in query["sql"]]
    assert len(asked) == 1, asked
    assert len([query for query in some.captured_queries if "set_config" not in query["sql"]]) == 1 + len(groups)
    assert len(groups) > 1


def test_chinese_as_it_is_and_latin_in_any_case(live: None, cast: dict[str, Any]) -> None:
    with entered(cast["city_officer"].scope):
        assert found("飞来峡")["station"]
        assert found("QY-h01")["station"] == found("qy-H01")["station"] != []
        assert found("QY-h01")["datastream"], "by a field of its station"
        assert found("  ") == {}
        assert "station" not in found("100%"), "a pattern's signs are words like any other"


def test_a_neighbour_finds_nothing_of_it(live: None, cast: dict[str, Any]) -> None:
    with entered(cast["neighbour"].scope):
        own = found("QY-H0")
    with entered(cast["county_officer"].scope):
        others = found("QY-H0")
    assert own.get("station")
    assert not set(own["station"]) & set(others.get("station", []))
