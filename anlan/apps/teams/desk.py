"""Desks of teams: the teams, and what they can do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.teams import actions, queries
from anlan.apps.teams.models import Skill, Team
from anlan.kit.desk import Age, Column, Desk, Facts, State
from anlan.kit.desk.places import Shape


class TeamDesk(Desk, record=Team):
    slug = "teams"
    icon = "helmet"
    story = _("Who can be sent, what they can do, where they stand, and whether they are ready now.")
    menu = ("response", 42)
    columns = (
        *("code", "__str__", State("state"), "kind", Column("in_words", _("Skills"), needs=("skills",)), "people", "vehicles"),
        *(Age("stood_at"), "organisation", "area"),
    )
    filters = ("state", "kind")
    search = ("code", "name", "name_en", "skills")
    form = (*("code", "name", "name_en", "kind", "organisation", "leader", "skills", "people", "vehicles", "source", "location"),)
    panels = (
        Facts(
            *(State("state"), Age("stood_at"), "stood_by", "kind", "organisation", "leader"),
            *(Column("in_words", _("Skills"), needs=("skills",)), "people", "vehicles", Shape("location"), "source", "area"),
        ),
    )
    actions = (actions.be_ready, actions.stand_by, actions.rest, actions.withdraw)
    point, layer = "location", (_("Who acts?"), 32)
    importable = True
    order = ("code",)
    example = {
        "code": "QC-T01",
        "name": "示例救援队",
        "name_en": "Example team",
        "kind": "professional",
        "organisation": "441802-emb",
        "leader": "",
        "skills": "boat first_aid",
        "people": "20",
        "vehicles": "3",
        "source": "示例 example",
        "location": "113.05, 23.70",
        "area": "441802",
    }

    @classmethod
    def rows(cls) -> Any:
        """Return the teams that the viewer may see; whoever only leads one, that one."""
        return queries.own(super().rows())


class SkillDesk(Desk, record=Skill):
    slug = "skills"
    icon = "certificate"
    story = _("What not every team can do, and an order may want.")
    menu = ("response", 82)
    columns = ("code", "__str__", "source", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts("code", "name", "name_en", "source", "confidence"),)
    pack = "teams/skills.csv"
    order = ("code",)
