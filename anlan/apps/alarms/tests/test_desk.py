"""The desk of alarms, tested as every desk is; and what alarms add to a station's page."""

from anlan.apps.alarms import desk
from anlan.apps.alarms.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestAlarmDesk(DeskTests):
    desk = desk.AlarmDesk
    make = factories.alarm
    full = factories.closed_alarm
    more = factories.more_of_alarm
    page_queries = 23  # the journal names station and datastream
    verbs = {"shelve": {"hours": 2.0, "reason": "radar is down"}}


class TestAlarmCardDesk(DeskTests):
    desk = desk.AlarmCardDesk
    make = factories.card


class TestAlarmTargetDesk(DeskTests):
    desk = desk.AlarmTargetDesk
    make = factories.target
    verbs = {"set_target": {"value": 7.0, "source": "test", "reason": "stricter"}}


class TestOutOfServiceDesk(DeskTests):
    desk = desk.OutOfServiceDesk
    make = factories.outage
    full = factories.outage_over


class TestStateRuleDesk(DeskTests):
    desk = desk.StateRuleDesk
    make = factories.state_rule
    values = factories.state_rule_values


class TestShiftReportDesk(DeskTests):
    desk = desk.ShiftReportDesk
    make = factories.shift_report
    full = factories.shift_taken
