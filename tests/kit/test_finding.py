"""Finding records by words across all desks: by an index within the scope, by own and related fields."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from anlan.apps.supplies.models import Depot
from anlan.kit.desk.finding import everywhere
from anlan.kit.records import unscoped
from anlan.kit.scope import entered
from anlan.kit.testing.factory import created


def found(text: str) -> dict[str, list[str]]:
    """Return by kind of record what a search finds."""
    return {group.desk.noun(): [str(row) for row in group.rows] for group in everywhere(text)}


def test_a_search_asks_the_index_then_all_desks_at_once_then_each_desk_that_has_some(live: None, cast: dict[str, Any]) -> None:
    with entered(cast["city_officer"].scope):
        with CaptureQueriesContext(connection) as nothing:
            assert everywhere("zz-no-such-thing") == []
        with CaptureQueriesContext(connection) as some:
            groups = everywhere("飞来峡")
    asked = [query for query in nothing.captured_queries if "set_config" not in query["sql"]]
    assert len(asked) == 2, "the index, and the newest of what it does not hold"
    assert len([query for query in some.captured_queries if "set_config" not in query["sql"]]) == 2 + len(groups)
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


def test_the_index_follows_whoever_writes(live: None, cast: dict[str, Any]) -> None:
    made = created(Depot, code="ZZ-9", name="孤山库", level="county", area="441802")
    with entered(cast["city_officer"].scope):
        assert found("孤山")["depot"] == found("zz-9")["depot"] == ["孤山库"]
        assert "depot" not in found("孤库"), "the letters must stand together"
    unscoped(Depot, "default").filter(pk=made.pk).update(name="白水库")
    with entered(cast["city_officer"].scope):
        assert ("depot" in found("孤山"), found("白水库")["depot"]) == (False, ["白水库"])
    with connection.cursor() as cursor, entered(cast["city_officer"].scope):
        cursor.execute("DELETE FROM supplies_depot WHERE id = %s", [made.pk])
        assert "depot" not in found("白水库")


def test_the_index_is_the_owners_and_as_wide_as_the_scope(live: None, cast: dict[str, Any]) -> None:
    created(Depot, code="ZZ-9", name="孤山库", level="county", area="441802")
    with entered(cast["county_officer"].scope):
        assert found("孤山")
    with entered(cast["neighbour"].scope), connection.cursor() as cursor:
        assert not found("孤山")
        cursor.execute("SELECT * FROM kit_search('{supplies.depot}', '{\"\"}', '{孤山}', 10)")
        assert not cursor.fetchall(), "whatever the application asks for"
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("SELECT * FROM kit_searchtext")
