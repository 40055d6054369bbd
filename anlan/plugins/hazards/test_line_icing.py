"""Freezing rain builds up on a ridge and thaws: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_ice_goes_up_its_ladder_and_thaws(live: Scope) -> None:
    equip("I1", "weather", ("ice_thickness",))
    came = tried("line_icing", "line_icing.synthetic")
    assert (came.levels, came.open_now) == ((1, 2, 3, 4, 0), 0)
    assert any("覆冰厚度" in w.description_zh for w in came.drafts)
