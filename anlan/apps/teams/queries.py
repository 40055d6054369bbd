"""Readers of teams."""

from __future__ import annotations

from anlan.apps.people import api as people
from anlan.apps.teams.choices import SENDABLE
from anlan.apps.teams.models import Team
from anlan.kit.records import readable


def sendable(skill: str = "") -> list[Team]:
    """Return the viewer's teams that may be sent at once, with a skill where one is wanted."""
    rows = readable(Team).filter(state__in=SENDABLE).select_related("organisation", "leader").order_by("code")
    return [team for team in rows if not skill or skill in team.can]


def recipients(team: Team) -> list[str]:
    """Return who is told of what concerns a team, by code: its leader's post where that has an address, else the body it belongs to."""
    if team.leader and people.contacts_of(team.leader.code):
        return [team.leader.code]
    return [team.organisation.code]
