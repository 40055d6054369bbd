"""A road that is restricted, closed and opened again: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_road_closes_and_opens(live: Scope) -> None:
    equip("R1", "road", ("road_open",))
    came = tried("road_closure", "road_closure.synthetic")
    assert (came.levels, came.open_now) == ((1, 2, 1, 0), 0)
    assert not came.drafts, "the desk's alone"
