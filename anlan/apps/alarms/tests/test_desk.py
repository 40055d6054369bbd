"""The desk of alarms, tested as every desk is; and what alarms add to a station's page."""

from anlan.apps.alarms import desk
from anlan.apps.alarms.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestAlarmDesk(DeskTests):
    desk = desk.AlarmDesk
    make = factories.alarm
    full = factories.closed_alarm
    more = factories.more_of_alarm
    page_queries = 20
    verbs = {"shelve": {"hours": 2.0, "reason": "radar is down"}}
