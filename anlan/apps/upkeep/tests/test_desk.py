"""The desks of upkeep, tested as every desk is."""

from anlan.apps.upkeep import desk
from anlan.apps.upkeep.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestWorkDesk(DeskTests):
    desk = desk.WorkDesk
    make = factories.work
    full = factories.work_done
    verbs = {"finish_work": {"result": "cleaned and checked"}}


class TestServiceRuleDesk(DeskTests):
    desk = desk.ServiceRuleDesk
    make = factories.rule
    verbs = {"set_days": {"days": 120, "source": "test", "reason": "stricter"}}


class TestNormDesk(DeskTests):
    desk = desk.NormDesk
    make = factories.norm
    verbs = {"set_norm": {"value": 4.0, "source": "test", "reason": "stricter"}}
