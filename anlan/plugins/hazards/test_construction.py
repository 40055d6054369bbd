"""A pit that moves beyond its control value and is propped: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_pit_goes_up_its_rungs(live: Scope) -> None:
    equip("C1", "construction", ("control_share",))
    came = tried("construction", "construction.synthetic")
    assert (came.levels, came.open_now) == ((2, 3, 4, 3, 0), 0)
    assert not came.drafts, "the desk's alone"
