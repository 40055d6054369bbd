"""What is the case just now, as plans want to know it; and which units a card means."""

from __future__ import annotations

from collections.abc import Iterable

from anlan.apps.alarms import api as alarms
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans


def affected_areas(hazards: Iterable[str], area: str) -> list[str]:
    """Return the divisions below `area` of the stations with open alarms of a plan's hazards, from yellow up."""
    return sorted({a.area for hazard in hazards for a in alarms.alarms_open(area, hazard) if a.level >= 2})


#: Who belongs to a plan's members in the place itself.
MEMBERS = ("bureau", "headquarters", "government")


def members(area: str, *kinds: str) -> list[str]:
    """Return the codes of the bodies of these kinds that belong to the place itself."""
    return [o.code for kind in kinds for o in people.organisations(area=area, kind=kind, level=len(area))]


def assignments(
    plan: int, level: int, area: str, above: int | None = None
) -> list[tuple[plans.CardFact, people.OrganisationFact]]:
    """Return which unit gets which card when a plan comes to `level`; only the cards new since `above`."""
    affected = affected_areas(plans.hazards(plan), area)
    return [(card, unit) for card in plans.cards(plan, level, above) for unit in doers(card, area, affected)]


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
