"""Water on a road rises past a lane's limit and what closes an underpass, and falls: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import AREA, equip, tried


def test_standing_water_climbs_and_falls(live: Scope) -> None:
    equip("W1", "road", ("water_depth",))
    came = tried("waterlogging", "waterlogging.synthetic")
    assert (came.levels, came.open_now) == ((1, 2, 3, 4, 2, 0), 0)
    assert "积水深度0.16m，达到0.15m。" in came.drafts[0].description_zh
    assert {w.area for w in came.drafts} == {AREA}, "the street, as far as there is an outline: its town"
