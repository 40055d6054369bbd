"""Readers of teams."""

from __future__ import annotations

from typing import Any

from anlan.apps.people import api as people
from anlan.apps.teams.choices import SENDABLE
from anlan.apps.teams.models import Team
from anlan.kit.records import may_anywhere, readable
from anlan.kit.scope import current

#: Whoever may do this sees all teams of the jurisdiction; whoever only reports on a team, those of the own post.
STEERS, REPORTS = "teams.steer_team", "teams.report_team"


def own(rows: Any) -> Any:
    """Narrow teams to the viewer's own, where the viewer is nothing but a team's leader."""
    scope = current()
    leads_only = not scope.system and may_anywhere(scope, REPORTS) and not may_anywhere(scope, STEERS)
    return rows.filter(leader__code=scope.post) if leads_only else rows


def sendable(skill: str = "") -> list[Team]:
    """Return the viewer's teams that may be sent at once, with a skill where one is wanted."""
    rows = readable(Team).filter(state__in=SENDABLE).select_related("organisation", "leader").order_by("code")
    return [team for team in rows if not skill or skill in team.can]


def recipients(team: Team) -> list[str]:
    """Return who is told of what concerns a team, by code: its leader's post where that has an address, else the body it belongs to."""
    if team.leader and people.contacts_of(team.leader.code):
        return [team.leader.code]
    return [team.organisation.code]
