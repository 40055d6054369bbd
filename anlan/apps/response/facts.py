"""What is the case just now, as plans want to know it; and which units a card means."""

from __future__ import annotations

from datetime import datetime

from anlan.apps.monitoring import api as monitoring
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import rules
from anlan.apps.warning import api as warning
from anlan.kit import clock


def gather() -> plans.Facts:
    """Return open alarms, the newest flows and the warnings in force within the scope."""
    alarms = tuple(
        plans.AlarmFact(a.id, a.station, a.station_name, a.level, a.value, a.unit, a.reading_at, a.level_since or a.reading_at)
        for a in monitoring.alarms_open(hazard="river_flood", seen_within=rules.HOLDS_FOR)
    )
    now = clock.now()
    flows = {
        v.station: (v.value, v.at) for v in monitoring.latest_values() if v.quantity == "flow" and now - v.at <= rules.HOLDS_FOR
    }
    return plans.Facts(alarms, flows, tuple(w.level for w in warning.published()))


def newest_reading() -> datetime | None:
    """Return when any station within the scope last reported."""
    return max((value.at for value in monitoring.latest_values()), default=None)


def affected_areas() -> list[str]:
    """Return the divisions of the stations with open alarms, from yellow up."""
    return sorted({a.area for a in monitoring.alarms_open(hazard="river_flood") if a.level >= 2})


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
