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
    page_queries = 18  # of rain: what does not fit its neighbours


class TestDatastreamDesk(DeskTests):
    desk = desk.DatastreamDesk
    make = factories.stream
    values = factories.stream_values
    more = factories.more_of_stream


class TestThresholdDesk(DeskTests):
    desk = desk.ThresholdDesk
    make = factories.threshold
    values = factories.threshold_values
    verbs = {
        "propose_threshold": {"value": 19.5, "effective_at": "2099-01-01T08:00:00+08:00", "source": "test", "reason": "too high"},
    }


class TestThresholdChangeDesk(DeskTests):
    desk = desk.ThresholdChangeDesk
    make = factories.change
    full = factories.change_in_force
    verbs = {"decline_threshold": {"reason": "no"}}


class TestControlSystemDesk(DeskTests):
    desk = desk.ControlSystemDesk
    make = factories.control_system
    values = factories.control_system_values
    more = factories.more_of_control_system


class TestTagDesk(DeskTests):
    desk = desk.TagDesk
    make = factories.tag
    values = factories.tag_values


class TestPolledFeedDesk(DeskTests):
    desk = desk.PolledFeedDesk
    make = factories.feed
    values = factories.feed_values
