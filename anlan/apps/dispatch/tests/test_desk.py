"""Tests that the desk of orders inherits."""

from __future__ import annotations

from anlan.apps.dispatch import desk
from anlan.apps.dispatch.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestOrderDesk(DeskTests):
    desk = desk.OrderDesk
    make = factories.an_order
    verbs = {"complete": {"report": "test"}, "fail": {"report": "test"}, "recall": {"reason": "test"}}
    page_queries = 24
