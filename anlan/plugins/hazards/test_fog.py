"""Fog thickens to 40 m and lifts: synthetic; the lower, the graver."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_fog_thickens_and_lifts(live: Scope) -> None:
    equip("W2", "road", ("visibility",))
    came = tried("fog", "fog.synthetic")
    assert (came.levels, came.open_now) == ((2, 3, 4, 2, 0), 0)
    assert "能见度450m" in came.drafts[0].description_zh
