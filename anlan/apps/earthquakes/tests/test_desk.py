"""The desks of earthquakes, tested as every desk is."""

from __future__ import annotations

from anlan.apps.earthquakes import desk
from anlan.apps.earthquakes.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestEarthquakeDesk(DeskTests):
    desk = desk.EarthquakeDesk
    make = factories.shaken
    verbs = {"answer": {"remark": "seen"}, "withdraw": {"reason": "a blast"}}


class TestAttenuationSetDesk(DeskTests):
    desk = desk.AttenuationSetDesk
    make = factories.attenuation_set
