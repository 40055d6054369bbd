"""Rows of teams for tests."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.people.api import Organisation
from anlan.apps.teams.models import Skill, Team
from anlan.kit.testing.factory import created


def skill(area: str = "4418", number: int = 1) -> Skill:
    code = f"t-{number}"
    named = {"name": f"试验{number}", "name_en": f"Test {number}", "source": "test", "confidence": "K-"}
    return Skill.objects.filter(code=code).first() or created(Skill, code=code, **named)


def team_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验救援队{number}",
        "name_en": f"Test team {number}",
        "kind": ("social", "professional")[number % 2],
        "organisation": Organisation.objects.filter(area=area).order_by("code").first().pk,
        "leader": "",
        "skills": skill(area, number % 2).code,
        "people": 12,
        "vehicles": 2,
        "source": "test",
        "location": "113.05, 23.70",
    }


def a_team(area: str, number: int, **changed: Any) -> Team:
    values = team_values(area, 1000 + number)
    known = Team.objects.filter(code=values["code"]).first()
    organisation = Organisation.objects.get(pk=values["organisation"])
    at = Point(113.05, 23.70, srid=4326)
    return known or created(Team, area=area, **values | {"organisation": organisation, "leader": None, "location": at} | changed)
