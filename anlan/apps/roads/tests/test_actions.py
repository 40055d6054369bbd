"""Tests of closing and reopening roads, and of ways that avoid what is closed, whosever closure it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from anlan.apps.roads import actions, queries
from anlan.apps.roads.board import closures_to_check
from anlan.apps.roads.models import Closure
from anlan.apps.roads.tests import factories
from anlan.kit import clock
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.testing.plugin import assert_nothing_happened

AREA = "441802"
HERE, THERE = (113.05, 23.69), (112.919, 23.930)


def close(**changed: Any) -> Closure:
    shape = changed.pop("shape", None) or factories.at(factories.on_a_road())
    return actions.close_road(**{"shape": shape, "place": "试验路段", "cause": "flooded", "informant": "交通局", **changed})


def test_closing_shuts_the_pieces_that_come_near(live: Any) -> None:
    made = close()
    assert made.area == AREA and made.pieces and made.state == "closed"
    assert OutboxEvent.objects.filter(name="roads.road_closed", payload__closure=made.pk).count() == 1
    assert JournalEntry.objects.filter(action="roads.close_road", record_id=str(made.pk)).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"shape": Point(113.30, 23.62, srid=4326)}, "shape"),
        ({"shape": Point(100.0, 10.0, srid=4326)}, "shape"),
        ({"reach_m": 0}, "reach_m"),
        ({"reach_m": 5001}, "reach_m"),
        ({"until": clock.real_now() - timedelta(hours=1)}, "until"),
    ],
)
def test_a_closure_of_nothing_is_refused(live: Any, changed: dict[str, Any], field: str) -> None:
    with assert_nothing_happened(Closure), pytest.raises(Refusal) as refused:
        close(**changed)
    assert refused.value.field == field


def test_ways_avoid_what_is_closed_and_say_so(live: Any) -> None:
    free = queries.way(HERE, THERE)
    assert free is not None and not free.avoided and free.minutes == free.free_minutes
    shut = close(shape=factories.at(free.course[len(free.course) // 2]))
    now = queries.way(HERE, THERE)
    assert now is None or (not set(shut.pieces) & set(now.pieces) and shut.pk in now.avoided and now.minutes >= free.minutes)
    times = queries.seconds_between([HERE], [THERE])
    assert now is None or times[0, 0] == pytest.approx(now.minutes * 60, abs=60)
    actions.lift(closure=shut.pk)
    again = queries.way(HERE, THERE)
    assert again == free
    assert OutboxEvent.objects.filter(name="roads.road_reopened", payload__closure=shut.pk).count() == 1


def test_a_neighbours_closure_counts_though_it_may_not_be_read(live: Any, as_: Any) -> None:
    free = queries.way(HERE, THERE)
    assert free is not None
    shut = close(shape=factories.at(free.course[len(free.course) // 2]))
    with as_("441881", "roads.view_closure"):
        assert [one.id for one in queries.standing()] == [shut.pk]
        assert queries.named([shut.pk]) == ([], 1)
        assert queries.way(HERE, THERE) != free


def test_reaching_further_closes_more_and_tells(live: Any) -> None:
    made = close()
    actions.change(closure=made.pk, reach_m=3000)
    wider = Closure.objects.get(pk=made.pk)
    assert set(made.pieces) < set(wider.pieces) and wider.informant == made.informant
    assert OutboxEvent.objects.filter(name="roads.closure_changed", payload__closure=made.pk).count() == 1


def test_what_should_be_over_is_asked_about(live: Any) -> None:
    made = factories.a_closure(AREA, 1, until=clock.now() - timedelta(minutes=1))
    assert [one.title for one in closures_to_check()] == [made.place]
    actions.lift(closure=made.pk)
    assert not list(closures_to_check())
    with assert_nothing_happened(Closure), pytest.raises(Conflict):
        actions.lift(closure=made.pk)


def test_a_neighbour_and_a_reader_close_and_open_nothing(live: Any, as_: Any) -> None:
    made = factories.a_closure(AREA, 1)
    for area, permissions, refusal in (("441881", ("*",), NotFound), (AREA, ("roads.view_closure",), NotAuthorised)):
        with as_(area, *permissions), assert_nothing_happened(Closure), pytest.raises(refusal):
            actions.lift(closure=made.pk)
    spot = factories.at(factories.on_a_road())
    with as_("441881", "*"), assert_nothing_happened(Closure), pytest.raises((NotAuthorised, Refusal)):
        close(shape=spot)


def test_near_names_closures_beside_a_course(live: Any) -> None:
    made = close()
    lon, lat = factories.on_a_road()
    assert [one.id for one in queries.near([(lon - 0.01, lat + 0.002), (lon + 0.01, lat + 0.002)], 1000)] == [made.pk]
    assert queries.near([(lon, lat)], 1000) == []
