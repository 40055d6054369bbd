"""Slush turns to ice on a road and thaws: synthetic; states, not heights."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_slush_and_ice_are_told_by_name(live: Scope) -> None:
    equip("W3", "road", ("road_surface",))
    came = tried("icy_road", "icy_road.synthetic")
    assert (came.levels, came.open_now) == ((3, 4, 0), 0)
    assert any("结冰" in w.description_zh for w in came.drafts)
