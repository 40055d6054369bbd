"""Hotspots of a synthetic day: an alarm for the desk to verify, and no warning to the public."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_hotspots_are_alarms_for_the_desk(live: Scope) -> None:
    equip("P1", "county", ("hotspot_count",))
    came = tried("hotspot", "hotspot.synthetic")
    assert (came.levels, came.drafts, came.open_now) == ((2, 3, 0), (), 0)
