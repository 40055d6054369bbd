"""What is the case just now, as plans want to know it; and which units a card means."""

from __future__ import annotations

from collections.abc import Iterable

from anlan.apps.alarms import api as alarms
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans


def affected_areas(hazards: Iterable[str], area: str) -> list[str]:
    """Return the divisions below `area` of the stations with open alarms of a plan's hazards, from yellow up."""
    return sorted({a.area for hazard in hazards for a in alarms.alarms_open(area, hazard) if a.level >= 2})


def doers(card: plans.CardFact, area: str, affected: list[str]) -> list[people.OrganisationFact]:
    """Return the organisations a card means: one by code, or those of a sector or kind in the city or where it floods."""
    if card.doer == "code":
        one = people.organisation(card.doer_value)
        return [one] if one else []
    if card.at == "city":
        places, digits = [area], len(area)
    else:
        digits = 6 if card.at == "affected_county" else 9
        places = sorted({a[:digits] for a in affected if len(a) >= digits})
    chosen = {"sector": card.doer_value} if card.doer == "sector" else {"kind": card.doer_value}
    return [unit for place in places for unit in people.organisations(area=place, level=digits, **chosen)]
