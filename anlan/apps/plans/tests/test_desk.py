"""The desks of plans, tested as every desk is."""

from anlan.apps.plans import desk
from anlan.apps.plans.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestPlanDesk(DeskTests):
    desk = desk.PlanDesk
    make = factories.plan
    more = factories.more_of_plan
    page_queries = 34  # levels with present values, the command with its holders, what is stale, other versions


class TestTaskCardDesk(DeskTests):
    desk = desk.TaskCardDesk
    make = factories.card
