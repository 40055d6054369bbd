"""The desks of monitoring, tested as every desk is."""

from anlan.apps.monitoring import desk
from anlan.apps.monitoring.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestStationDesk(DeskTests):
    desk = desk.StationDesk
    make = factories.station
    values = factories.station_values
    more = factories.more_of_station


class TestDatastreamDesk(DeskTests):
    desk = desk.DatastreamDesk
    make = factories.stream
    values = factories.stream_values
    more = factories.more_of_stream


class TestThresholdDesk(DeskTests):
    desk = desk.ThresholdDesk
    make = factories.threshold
    values = factories.threshold_values


class TestAlarmDesk(DeskTests):
    desk = desk.AlarmDesk
    make = factories.alarm
    full = factories.closed_alarm
    more = factories.more_of_alarm
    page_queries = 20
    verbs = {"shelve": {"hours": 2.0, "reason": "radar is down"}}
