"""Rows of dispatch for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import LineString, Point

from anlan.apps.dispatch import actions
from anlan.apps.dispatch.models import Order, Route
from anlan.apps.people.api import Organisation, Post
from anlan.apps.teams.api import Team
from anlan.kit import clock
from anlan.kit.testing.factory import created

#: From the middle of Qingcheng to the town of Heyun, over a trunk road.
STATION, VILLAGE = (113.062, 23.693), (112.919, 23.930)


def a_team(area: str, number: int, **changed: Any) -> Team:
    code = f"t-{area}-{number}"
    facts = {
        "name": f"试验救援队{number}",
        "name_en": f"Test team {number}",
        "kind": "comprehensive",
        "organisation": Organisation.objects.filter(area=area).order_by("code").first(),
        "people": 12,
        "location": Point(*STATION, srid=4326),
    }
    return Team.objects.filter(code=code).first() or created(Team, area=area, code=code, **facts | changed)


def led(area: str = "441802") -> Team:
    """Return a team that the post of the pack's demo leader leads."""
    return a_team(area, 900, leader=Post.objects.get(code=f"{area}-emb.team"))


def an_order(area: str, number: int, **changed: Any) -> Order:
    """Make an order with a route that is no road: what desks show of it."""
    now = clock.now()
    values = {
        "team": a_team(area, number),
        "what": f"试验{number}",
        "place": f"试验村{number}",
        "location": Point(*VILLAGE, srid=4326),
        "due_at": now + timedelta(hours=5 + number),
        "given_at": now - timedelta(hours=number),
        "given_by": f"tester{number}",
        "km": 25.0,
        "minutes": 30,
        "arrives_at": now + timedelta(minutes=30),
        "route_number": 1,
    }
    order = created(Order, area=area, **values | changed)
    way = {"number": 1, "because": "given", "start": Point(*STATION, srid=4326), "km": 25.0, "minutes": 30, "free_minutes": 30}
    course = LineString(STATION, VILLAGE, srid=4326)
    created(Route, area=area, order=order, reckoned_at=now, course=course, pieces=[f"t-{number}"], **way)
    return order


def given(**changed: Any) -> dict[str, Any]:
    """Return what somebody gives for an order."""
    return {
        "team": changed.pop("team", None) or led(),
        "what": "转移被困群众",
        "place": "禾云镇",
        "location": Point(*VILLAGE, srid=4326),
        "due_at": clock.now() + timedelta(hours=3),
        **changed,
    }


def issued(**changed: Any) -> Order:
    return actions.issue(**given(**changed))
