"""Tests that the desks of teams inherit."""

from __future__ import annotations

from anlan.apps.teams import desk
from anlan.apps.teams.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestTeamDesk(DeskTests):
    desk = desk.TeamDesk
    make = factories.a_team
    values = factories.team_values
    verbs = {"withdraw": {"reason": "test"}}


class TestSkillDesk(DeskTests):
    desk = desk.SkillDesk
    make = factories.skill
