"""Tests that the desks of roads inherit."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.roads import desk
from anlan.apps.roads.tests import factories
from anlan.kit import clock
from anlan.kit.testing.desk import DeskTests


class TestClosureDesk(DeskTests):
    desk = desk.ClosureDesk
    make = factories.a_closure
    verbs = {"change": lambda _row: {"informant": "test", "reach_m": 50, "until": (clock.now() + timedelta(hours=9)).isoformat()}}


class TestRoadClassDesk(DeskTests):
    desk = desk.RoadClassDesk
    make = factories.a_class


class TestRoadPieceDesk(DeskTests):
    desk = desk.RoadPieceDesk
    make = factories.a_piece
