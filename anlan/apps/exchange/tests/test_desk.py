"""The desks of exchange, tested as every desk is."""

from __future__ import annotations

from anlan.apps.exchange import desk
from anlan.apps.exchange.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestFeedDesk(DeskTests):
    desk = desk.FeedDesk
    make = factories.a_feed
    values = factories.feed_values


class TestForeignWarningDesk(DeskTests):
    desk = desk.ForeignWarningDesk
    make = factories.a_warning
    verbs = {"draft": {"hazard": "rainstorm"}, "link": lambda row: {"ours": str(factories.our_draft(row.area).pk)}}
