"""The desks of typhoons, tested as every desk is."""

from __future__ import annotations

from anlan.apps.typhoons import desk
from anlan.apps.typhoons.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestCycloneDesk(DeskTests):
    desk = desk.CycloneDesk
    make = factories.storm
    verbs = {"finish": {"reason": "far out at sea"}}
    page_queries = 20


class TestAdvisoryDesk(DeskTests):
    desk = desk.AdvisoryDesk
    make = factories.advisory


class TestAgencyDesk(DeskTests):
    desk = desk.AgencyDesk
    make = factories.agency
