"""Tests of orders: given with a way, followed to the end, led round what closes, climbing; a refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from anlan.apps.dispatch import actions, queries
from anlan.apps.dispatch.board import orders_to_watch, own_orders
from anlan.apps.dispatch.decision_sheets import issuing
from anlan.apps.dispatch.jobs import climb_due
from anlan.apps.dispatch.models import Order, Route
from anlan.apps.dispatch.tests import factories
from anlan.apps.law.api import open_terms
from anlan.apps.messages.models import Receipt
from anlan.apps.roads.actions import close_road, lift
from anlan.apps.roads.models import Closure
from anlan.apps.teams.actions import rest, withdraw
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

AREA, LEADER = "441802", "441802-emb.team"


@pytest.fixture
def order(live: Any) -> Order:
    made = factories.issued()
    outbox.drain()
    return made


@contextmanager
def post(code: str, *permissions: str) -> Iterator[None]:
    """Act as somebody of a post in Qingcheng."""
    with entered(Scope(world="live", actor="someone", post=code, authorities=(Authority(AREA, frozenset(permissions)),))):
        yield


def leading() -> Any:
    return post(
        LEADER, "dispatch.view_order", "dispatch.view_route", "dispatch.work_order", "teams.report_team", "teams.view_team"
    )


def told(order: Order) -> dict[str, list[str]]:
    """Return whom messages about an order went to, by kind of message."""
    found: dict[str, list[str]] = {}
    for one in Receipt.objects.filter(message__about=f"order:{order.pk}").select_related("message").order_by("pk"):
        found.setdefault(one.message.kind, []).append(one.recipient_code)
    return found


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def shut(order: Order, share: float = 0.5) -> Closure:
    """Close the road in the middle of an order's way."""
    route = queries.present(order)
    assert route is not None and route.course is not None
    spots = route.course.coords
    at = Point(*spots[int(len(spots) * share)][:2], srid=4326)
    made = close_road(shape=at, place="试验路段", cause="flooded", informant="test")
    outbox.drain()
    return made


def rules_of(order: Order) -> list[str]:
    return sorted(term.rule.code for term in open_terms("dispatch.order", order.pk))


def test_an_order_carries_its_way_and_is_told(order: Order) -> None:
    route = queries.present(order)
    assert route is not None and route.course is not None and route.minutes == order.minutes and route.number == 1
    assert order.arrives_at == order.given_at + timedelta(minutes=order.minutes or 0)
    assert route.speeds["off_road"] > 0 and sum(route.km_by_class.values()) == pytest.approx(
        route.km - route.first_km - route.last_km, abs=1
    )
    assert told(order) == {"order": [LEADER]}
    assert rules_of(order) == ["dispatch.acknowledge", "dispatch.arrive"]
    assert JournalEntry.objects.filter(action="dispatch.issue", record="dispatch.order", record_id=str(order.pk)).count() == 1
    assert OutboxEvent.objects.filter(name="dispatch.order_issued", payload__order=order.pk).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"due_at": timedelta(minutes=-1)}, "due_at"), ({"due_at": timedelta(days=8)}, "due_at"), ({"unfit": True}, "team")],
)
def test_an_order_that_cannot_be_is_refused(live: Any, changed: dict[str, Any], field: str) -> None:
    given = factories.given()
    if changed.pop("unfit", False):
        withdraw(team=given["team"].pk, reason="test")
        given["team"].refresh_from_db()
    given |= {name: clock.now() + value for name, value in changed.items()}
    with assert_nothing_happened(Order, Route), pytest.raises(Refusal) as refused:
        actions.issue(**given)
    assert refused.value.field == field


def test_the_team_goes_through_to_the_end(order: Order) -> None:
    with leading():
        for verb, state in ((actions.acknowledge, "acknowledged"), (actions.set_out, "under_way"), (actions.arrive, "arrived")):
            assert [one.verb for one in own_orders()] == [verb.spec.last]
            verb(order=order.pk)
            assert fresh(order).state == state
        with assert_nothing_happened(Order), pytest.raises(Refusal):
            actions.complete(order=order.pk, report=" ")
        actions.complete(order=order.pk, report="12 人转移")
    outbox.drain()
    done = fresh(order)
    assert (done.state, done.team.state, rules_of(done)) == ("done", "out", [])
    assert done.acknowledged_at and done.set_out_at and done.arrived_at and done.finished_by == "someone"
    assert len(told(order)["order"]) == 3  # the order itself, then to who gave it: there, done


@pytest.mark.parametrize("code", ["441881-emb.team", ""])
def test_nobody_speaks_for_anothers_team(order: Order, code: str) -> None:
    with post(code, "dispatch.view_order", "dispatch.work_order"):
        with assert_nothing_happened(Order), pytest.raises(NotAuthorised):
            actions.acknowledge(order=order.pk)
        assert not list(own_orders())


def test_whoever_gives_orders_may_note_what_came_by_radio(order: Order) -> None:
    with post("441802-emb.duty", "dispatch.issue_order", "dispatch.view_order", "dispatch.work_order"):
        actions.acknowledge(order=order.pk)
    assert fresh(order).acknowledged_by == "someone"


def test_a_neighbour_and_a_reader_order_nothing(order: Order, as_: Any) -> None:
    for area, permissions, refusal in (("441881", ("*",), NotFound), (AREA, ("dispatch.view_order",), NotAuthorised)):
        with as_(area, *permissions), assert_nothing_happened(Order, Route), pytest.raises(refusal):
            actions.recall(order=order.pk, reason="test")
    given = factories.given()
    given["team"] = given["team"].pk
    with as_("441881", "*"), assert_nothing_happened(Order, Route), pytest.raises(Refusal):
        actions.issue(**given)


def test_a_road_that_closes_leads_open_orders_round(order: Order) -> None:
    with leading():
        actions.acknowledge(order=order.pk)
    closure = shut(order)
    now, route = fresh(order), queries.present(order)
    old = order.routes.get(number=1)
    assert route is not None and route.number == now.route_number == 2 and old.superseded_at is not None
    assert (route.because, route.closure_id) == ("closed", closure.pk)
    if route.course is not None:
        assert not set(route.pieces) & set(closure.pieces) and closure.pk in route.avoided
        assert route.minutes is not None and route.minutes >= (old.minutes or 0)
    assert not now.route_known and told(order)["order"].count(LEADER) == 2
    entry = JournalEntry.objects.get(action="dispatch.reroute", record="dispatch.order", record_id=str(order.pk))
    cause = OutboxEvent.objects.get(pk=int(entry.cause.removeprefix("event:")))
    assert (cause.name, cause.payload["closure"]) == ("roads.road_closed", closure.pk)
    with leading():
        assert [one.verb for one in own_orders()] == ["confirm_route"]
        actions.confirm_route(order=order.pk)
    assert fresh(order).route_known


def test_an_order_elsewhere_keeps_its_way(order: Order) -> None:
    spot = Point(112.377, 24.78, srid=4326)
    close_road(shape=spot, reach_m=5000, place="连州", cause="slide", informant="test")
    outbox.drain()
    assert fresh(order).route_number == 1 and told(order)["order"] == [LEADER]


def test_where_no_road_is_left_it_is_told_and_tried_again(order: Order) -> None:
    # Around the place where the way leaves the roads: the pieces within stay open, and no way leads to them.
    ring = Point(*queries.present(order).course.coords[-1][:2], srid=4326).buffer(0.05).boundary  # type: ignore[union-attr]
    closure = close_road(shape=ring, reach_m=1500, place="环", cause="flooded", informant="test")
    outbox.drain()
    lost = fresh(order)
    assert (lost.arrives_at, lost.km, str(lost.trouble)) == (None, None, lost.trouble) and lost.trouble
    assert [one.text for one in orders_to_watch()] == [lost.trouble]
    assert told(order)["order"].count(LEADER) == 2 and len(told(order)["order"]) > 2
    lift(closure=closure.pk)
    outbox.drain()
    found = fresh(order)
    assert found.arrives_at is not None and found.route_number == 3


def test_a_team_on_its_way_is_led_on_from_where_it_should_be(order: Order) -> None:
    with leading():
        actions.acknowledge(order=order.pk)
        actions.set_out(order=order.pk)
    half = clock.now() + timedelta(minutes=(order.minutes or 0) / 3)
    with clock.frozen(half):
        shut(order, 0.9)
    route = queries.present(order)
    assert route is not None and route.start_estimated
    assert (route.start.x, route.start.y) != pytest.approx(factories.STATION, abs=1e-4)


def test_what_nobody_acknowledges_climbs(order: Order) -> None:
    for minutes, who in ((6, [LEADER]), (9, [LEADER, "441802-emb"]), (15, [LEADER, "441802-emb", "qy-emb"])):
        with clock.frozen(order.given_at + timedelta(minutes=minutes)):
            actions.climb(order=order.pk)
            outbox.drain()
        assert set(who) <= set(told(order)["escalation"])
    assert fresh(order).step == 3 and [one.url for one in orders_to_watch()] == [order.desk_url()]
    with leading():
        actions.acknowledge(order=order.pk)
    with clock.frozen(order.given_at + timedelta(minutes=30)):
        climb_due()
    assert fresh(order).step == 0 and not list(orders_to_watch())


def test_what_cannot_be_done_waits_with_whoever_gave_it(order: Order) -> None:
    with leading():
        actions.fail(order=order.pk, report="桥已断")
    outbox.drain()
    assert [(one.text, one.verb) for one in orders_to_watch()] == [("桥已断", "note")]
    actions.note(order=order.pk)
    assert not list(orders_to_watch())
    with assert_nothing_happened(Order), pytest.raises(Conflict):
        actions.acknowledge(order=order.pk)


def test_a_team_is_called_back_with_a_reason(order: Order) -> None:
    with assert_nothing_happened(Order), pytest.raises(Refusal) as refused:
        actions.recall(order=order.pk, reason=" ")
    assert refused.value.field == "reason"
    actions.recall(order=order.pk, reason="误报")
    outbox.drain()
    assert (fresh(order).state, rules_of(order), told(order)["order"].count(LEADER)) == ("recalled", [], 2)


def test_the_sheet_says_what_may_be_wrong(live: Any) -> None:
    given = factories.given()
    assert issuing(None, {}) is None
    first = issuing(None, {"location": given["location"]})
    minutes = [int(line.text) for line in first.about[1:]]  # type: ignore[union-attr]
    assert len(minutes) == 4 and minutes == sorted(minutes)
    plain = issuing(None, given)
    assert plain is not None and len(plain.maps) == 1
    before = {str(line.label) for line in plain.doubts}
    actions.issue(**given)
    rest(team=given["team"].pk)
    given["team"].refresh_from_db()
    late = issuing(None, given | {"due_at": clock.now() + timedelta(minutes=1)})
    assert late is not None
    more = {str(line.label) for line in late.doubts} - before
    assert len(more) == 3, more  # not ready, has an order, arrives too late


def test_the_neighbour_sees_no_way(order: Order, cast: Any) -> None:
    for address in ("route.geojson", "map.json"):
        assert cast["neighbour"].client.get(f"/dispatch/orders/{order.pk}/{address}").status_code == 404
        assert cast["city_officer"].client.get(f"/dispatch/orders/{order.pk}/{address}").status_code == 200
    drawn = cast["city_officer"].client.get("/dispatch/layer.geojson").json()["features"]
    assert {one["properties"]["part"] for one in drawn} == {"end", "start", "way", "off"}
    assert cast["neighbour"].client.get("/dispatch/layer.geojson").json()["features"] == []


def test_whoever_would_be_there_sooner_is_named(live: Any) -> None:
    given = factories.given(team=factories.a_team(AREA, 901, location=Point(112.377, 24.78, srid=4326)))
    sheet = issuing(None, given)
    there = queries.nearest(factories.VILLAGE)
    assert sheet is not None and there[0][1] is not None
    assert str(there[0][0]) in [line.text for line in sheet.doubts]
