"""The desks of telemetry, tested as every desk is."""

from anlan.apps.telemetry import desk
from anlan.apps.telemetry.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestStationDesk(DeskTests):
    desk = desk.StationDesk
    make = factories.station
    values = factories.station_values
    more = factories.more_of_station
    verbs = {"equip": {"lines": [{"quantity": "flow", "stale_minutes": 30}]}}


class TestDatastreamDesk(DeskTests):
    desk = desk.DatastreamDesk
    make = factories.stream
    values = factories.stream_values
    more = factories.more_of_stream


class TestThresholdDesk(DeskTests):
    desk = desk.ThresholdDesk
    make = factories.threshold
    values = factories.threshold_values
